"""Requests that the server answers: those sent to its own address, and of pages those of that address alone.

Streamlit asks only who opens a websocket, and takes a page of any port of this machine for ours. Belongs here: which
requests are refused, and why. Keep out: what is said of answers (`own_answers`), and the door before Dagster
(`commands.door`), which lets less through.
"""

from __future__ import annotations

from pipelines.exploring.launch import NAMES
from pipelines.messages import message
from pipelines.own_answers import Application, Receive, Scope, Send, listed, refuse, unshared, values


class OwnAddress:
    """An ASGI application before another one: what names another host, or comes from another page, is refused."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 403; a websocket that is refused is never opened."""
        told = None if scope["type"] == "lifespan" else refusal(scope)
        if told is None:
            await self.app(scope, receive, unshared(send))
        else:
            await refuse(scope, send, told)


def refusal(scope: Scope) -> str | None:
    """Return why a request is refused, in words; None where it is let through. The port is that it came to."""
    own = [f"{name}:{scope['server'][1]}" for name in NAMES]
    address = f"http://{own[0]}"
    hosts = values(scope, b"host")
    if len(hosts) != 1 or hosts[0].lower() not in own:
        return message("door.other_host", hosts=listed(hosts), address=address)
    origins = values(scope, b"origin")
    if not {f"http://{name}" for name in own}.issuperset(origins):
        return message("door.other_origin", origins=listed(origins), address=address)
    return None

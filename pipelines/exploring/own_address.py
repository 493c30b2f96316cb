"""Requests that the server answers: those sent to its own address, and of pages those of that address alone.

Streamlit asks only who opens a websocket, and takes a page of any port of this machine for ours. Belongs here: which
requests are refused, and why, and what other pages may do with an answer. Keep out: the door before Dagster
(`commands.door`), which lets less through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from pipelines.exploring.launch import NAMES
from pipelines.messages import message

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY_VIOLATED = 1008
# No other page has the explorer in a frame, under the reader's mouse, nor a part of it as a picture or script.
_SAID = {
    b"content-security-policy": b"frame-ancestors 'self'",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
}


class OwnAddress:
    """An ASGI application before another one: what names another host, or comes from another page, is refused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 403; a websocket that is refused is never opened."""
        told = None if scope["type"] == "lifespan" else refusal(scope)
        if told is None:
            await self.app(scope, receive, _saying(send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATED, "reason": told})
        else:
            await PlainTextResponse(f"{told}\n", status_code=403)(scope, receive, send)


def _saying(send: Send) -> Send:
    """Return a way to send answers that adds to each what other pages may not do with it."""

    async def sending(answer: Message) -> None:
        if answer["type"] == "http.response.start":
            kept = [(name, value) for name, value in answer.get("headers", ()) if name.lower() not in _SAID]
            answer = {**answer, "headers": [*kept, *_SAID.items()]}
        await send(answer)

    return sending


def refusal(scope: Scope) -> str | None:
    """Return why a request is refused, in words; None where it is let through. The port is that it came to."""
    own = [f"{name}:{scope['server'][1]}" for name in NAMES]
    address = f"http://{own[0]}"
    hosts = _values(scope, b"host")
    if len(hosts) != 1 or hosts[0].lower() not in own:
        return message("door.other_host", hosts=_listed(hosts), address=address)
    origins = _values(scope, b"origin")
    if not {f"http://{name}" for name in own}.issuperset(origins):
        return message("door.other_origin", origins=_listed(origins), address=address)
    return None


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(ascii(value) for value in values) or message("door.missing")

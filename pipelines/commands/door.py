"""The door of a web server that trusts whoever reaches it, as Dagster's does: an ASGI application before its own.

It lets through what a person opens at the server's own address, and what the pages of that address ask for. Any page
of the web can make the reader's browser send requests to 127.0.0.1, or give its own name that address (DNS rebinding).
Belongs here: which requests are refused, and why. Keep out: dagster, of which only `/graphql` is known here.
"""

from __future__ import annotations

from typing import NamedTuple

from pipelines.messages import message
from pipelines.own_answers import Application, Receive, Scope, Send, listed, refuse, unshared, values

_NAMES = ("localhost", "127.0.0.1", "[::1]")
# What a browser says of requests that no other page made.
_OWN = {"same-origin", "none"}
_METHODS = {"GET", "HEAD", "POST"}
_GRAPHQL = "graphql"


class Refusal(NamedTuple):
    """Why a request is refused: the status of HTTP, and a sentence for whoever sent it."""

    status: int
    told: str


class Door:
    """An ASGI application before another one that listens at a port of this machine."""

    def __init__(self, app: Application, *, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in _NAMES}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._address = f"http://localhost:{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it; a websocket that is refused is never opened."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, unshared(send))
        else:
            await refuse(scope, send, refusal.told, refusal.status)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Return why a request is refused; None where it is let through."""
        return self._of_another_site(scope) or (None if scope["type"] == "websocket" else _of_another_kind(scope))

    def _of_another_site(self, scope: Scope) -> Refusal | None:
        hosts = values(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Refusal(403, message("door.other_host", hosts=listed(hosts), address=self._address))
        origins = values(scope, b"origin")
        if not self._origins.issuperset(origins):
            return Refusal(403, message("door.other_origin", origins=listed(origins), address=self._address))
        sites = values(scope, b"sec-fetch-site")
        if not _OWN.issuperset(sites):
            return Refusal(403, message("door.led_here", sites=listed(sites), address=self._address))
        return None


def _of_another_kind(scope: Scope) -> Refusal | None:
    method, path = scope["method"], scope["path"].lower()
    if method not in _METHODS:
        return Refusal(405, message("door.method", method=method))
    if method == "POST":
        kinds = [value.partition(";")[0].strip().lower() for value in values(scope, b"content-type")]
        if kinds != ["application/json"]:
            return Refusal(415, message("door.content_type", kinds=listed(kinds)))
    # Dagster executes the query of an address, mutations too; routes match more than one spelling of a path.
    elif _GRAPHQL in path and not path.startswith("/_next/static/") and (scope["query_string"] or path != "/graphql"):
        return Refusal(405, message("door.query"))
    return None

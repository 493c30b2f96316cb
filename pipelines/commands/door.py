"""The door of a web server that trusts whoever reaches it, as Dagster's does: an ASGI application before its own.

It lets through what a person opens at the server's own address, and what the pages of that address ask for. Any page
of the web can make the reader's browser send requests to 127.0.0.1, or give its own name that address (DNS rebinding).
Belongs here: which requests are refused, and why. Keep out: dagster, of which only `/graphql` is known here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, NamedTuple

from pipelines.messages import message

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_NAMES = ("localhost", "127.0.0.1", "[::1]")
# What a browser says of requests that no other page made.
_OWN = {"same-origin", "none"}
_METHODS = {"GET", "HEAD", "POST"}
_GRAPHQL = "graphql"
# A foreign page may have the answer neither as a script or picture of its own, nor in a frame under the reader's mouse.
_SAID = {
    b"cross-origin-resource-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
}
_SHARED = b"access-control-"
_POLICY_VIOLATED = 1008


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
            await self._app(scope, receive, _unshared(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATED, "reason": refusal.told})
        else:
            await _answer(refusal, send)

    def refusal(self, scope: Scope) -> Refusal | None:
        """Return why a request is refused; None where it is let through."""
        return self._of_another_site(scope) or (None if scope["type"] == "websocket" else _of_another_kind(scope))

    def _of_another_site(self, scope: Scope) -> Refusal | None:
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return Refusal(403, message("door.other_host", hosts=_listed(hosts), address=self._address))
        origins = _values(scope, b"origin")
        if not self._origins.issuperset(origins):
            return Refusal(403, message("door.other_origin", origins=_listed(origins), address=self._address))
        sites = _values(scope, b"sec-fetch-site")
        if not _OWN.issuperset(sites):
            return Refusal(403, message("door.led_here", sites=_listed(sites), address=self._address))
        return None


def _of_another_kind(scope: Scope) -> Refusal | None:
    method, path = scope["method"], scope["path"].lower()
    if method not in _METHODS:
        return Refusal(405, message("door.method", method=method))
    if method == "POST":
        kinds = [value.partition(";")[0].strip().lower() for value in _values(scope, b"content-type")]
        if kinds != ["application/json"]:
            return Refusal(415, message("door.content_type", kinds=_listed(kinds)))
    # Dagster executes the query of an address, mutations too; routes match more than one spelling of a path.
    elif _GRAPHQL in path and not path.startswith("/_next/static/") and (scope["query_string"] or path != "/graphql"):
        return Refusal(405, message("door.query"))
    return None


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _listed(values: Iterable[str]) -> str:
    return ", ".join(ascii(value) for value in values) or message("door.missing")


def _unshared(send: Send) -> Send:
    """Return what sends an answer that no foreign page can read or show."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if name.lower() not in _SAID and not name.lower().startswith(_SHARED)
            ]
            message = {**message, "headers": [*kept, *_SAID.items()]}
        await send(message)

    return sent


async def _answer(refusal: Refusal, send: Send) -> None:
    body = f"{refusal.told}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        # What was sent with the request is not read.
        (b"connection", b"close"),
        *_SAID.items(),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""What the servers of this machine say of their answers, and of requests that they refuse: no foreign page has them.

Belongs here: headers of answers, and the names that a request gives. Keep out: which requests are refused
(`commands.door`, `exploring.own_address`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from pipelines.messages import message

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# A foreign page may have an answer neither as a script or picture of its own, nor in a frame under the reader's mouse.
_SAID = {
    b"cross-origin-resource-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
}
# Beside what a server says of its own pages: of several policies all hold.
_FRAMES = (b"content-security-policy", b"frame-ancestors 'self'")
_SHARED = b"access-control-"
_POLICY_VIOLATED = 1008


def unshared(send: Send) -> Send:
    """Return what sends an answer that no foreign page can read or show."""

    async def sent(answer: Message) -> None:
        if answer["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in answer.get("headers", ())
                if name.lower() not in _SAID and not name.lower().startswith(_SHARED)
            ]
            answer = {**answer, "headers": [*kept, *_SAID.items(), _FRAMES]}
        await send(answer)

    return sent


async def refuse(scope: Scope, send: Send, told: str, status: int = 403) -> None:
    """Answer a request with why it is refused; a websocket is never opened."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": _POLICY_VIOLATED, "reason": told})
        return
    body = f"{told}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        # What was sent with the request is not read.
        (b"connection", b"close"),
    ]
    sent = unshared(send)
    await sent({"type": "http.response.start", "status": status, "headers": headers})
    await sent({"type": "http.response.body", "body": body})


def values(scope: Scope, name: bytes) -> list[str]:
    """Return the values of a header of a request."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def listed(names: Iterable[str]) -> str:
    """Return the values of a header as a refusal tells them."""
    return ", ".join(ascii(name) for name in names) or message("door.missing")

"""What a server here adds to its answers keeps what the server says itself, and lets no foreign page have them."""

from __future__ import annotations

import asyncio
from typing import Any

from pipelines.own_answers import Message, refuse, unshared


def sent_headers(*headers: tuple[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    found: list[Any] = []

    async def send(answer: Message) -> None:
        found.append(answer)

    async def answering() -> None:
        await unshared(send)({"type": "http.response.start", "status": 200, "headers": headers})

    asyncio.run(answering())
    given: list[tuple[bytes, bytes]] = found[0]["headers"]
    return given


def test_what_shares_an_answer_is_taken_out_and_a_policy_of_its_own_stays() -> None:
    own = (b"content-security-policy", b"script-src 'self'")
    said = sent_headers((b"Access-Control-Allow-Origin", b"*"), (b"X-Frame-Options", b"ALLOWALL"), own)
    assert own in said and (b"content-security-policy", b"frame-ancestors 'self'") in said
    names = [name.lower() for name, _ in said]
    assert names.count(b"x-frame-options") == 1 and not any(name.startswith(b"access-control-") for name in names)


def test_a_refusal_is_shared_no_more_than_an_answer_and_opens_no_websocket() -> None:
    found: list[Message] = []

    async def send(answer: Message) -> None:
        found.append(answer)

    asyncio.run(refuse({"type": "http"}, send, "no"))
    assert dict(found[0]["headers"])[b"x-frame-options"] == b"SAMEORIGIN" and found[1]["body"] == b"no\n"
    found.clear()
    asyncio.run(refuse({"type": "websocket"}, send, "no"))
    assert [answer["type"] for answer in found] == ["websocket.close"]

"""The door before Dagster's web server: what a foreign page, name or form can send is refused, our page is served."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipelines.commands.door import Door
from pipelines.own_answers import Message, Receive, Scope, Send

OURS = ("host", "localhost:3000")
JSON = ("content-type", "application/json")
Headers = list[tuple[str, str]]


async def behind(scope: Scope, _: Receive, send: Send) -> None:
    """Answer everything, as one who trusts all the world."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    if scope["type"] == "http":
        headers = [(b"access-control-allow-origin", b"*"), (b"X-Frame-Options", b"ALLOWALL"), (b"kept", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"behind"})


def ask(
    *headers: tuple[str, str], method: str = "GET", path: str = "/runs", query: str = "", kind: str = "http"
) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("the door reads nothing of what is sent")

    scope: dict[str, Any] = {"type": kind, "path": path, "query_string": query.encode()}
    scope["headers"] = [(name.encode(), value.encode()) for name, value in headers]
    if kind == "http":
        scope["method"] = method
    asyncio.run(Door(behind, port=3000)(scope, receive, send))
    return sent


def status(*headers: tuple[str, str], **more: Any) -> int:
    return int(ask(*headers, **more)[0]["status"])


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_our_own_names_are_served(name: str) -> None:
    host = ("host", f"{name}:3000")
    assert status(host) == 200
    assert status(host, JSON, ("origin", "http://localhost:3000"), method="POST", path="/graphql") == 200
    assert status(host, ("sec-fetch-site", "none")) == status(host, ("sec-fetch-site", "same-origin")) == 200
    assert status(host, path="/graphql") == status(host, path="/_next/static/media/tool-graphql-color.6f.svg") == 200


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", "evil.example")],
        [("host", "evil.example:3000")],
        [("host", "localhost")],
        [("host", "localhost:3001")],
        [("host", "localhost:3000.evil.example")],
        [("host", "localhost.evil.example:3000")],
        [("host", "0.0.0.0:3000")],
        [("host", "")],
        [OURS, ("host", "evil.example")],
        [OURS, OURS],
        [("x-forwarded-host", "localhost:3000"), ("host", "evil.example")],
        [OURS, ("origin", "http://evil.example")],
        [OURS, ("origin", "null")],
        [OURS, ("origin", "")],
        [OURS, ("origin", "http://localhost:8501")],
        [OURS, ("origin", "https://localhost:3000")],
        [OURS, ("origin", "http://localhost:3000.evil.example")],
        [OURS, ("origin", "http://localhost:3000"), ("origin", "http://evil.example")],
        [OURS, ("sec-fetch-site", "cross-site")],
        [OURS, ("sec-fetch-site", "same-site")],
        [OURS, ("Sec-Fetch-Site", "cross-site")],
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_names_and_pages_are_refused(headers: Headers, kind: str) -> None:
    (first, *_) = ask(*headers, kind=kind, path="/graphql")
    if kind == "websocket":
        assert first["type"] == "websocket.close"
        return
    assert first["status"] == 403
    assert status(*headers, JSON, method="POST", path="/graphql") == 403


def test_our_own_websocket_is_opened() -> None:
    (first,) = ask(OURS, ("origin", "http://127.0.0.1:3000"), kind="websocket", path="/graphql")
    assert first["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/graphql", "query=mutation"),
        ("/graphql", "operationName=a"),
        # What Python's regular expressions take for the end of a line, and Starlette for its own path.
        ("/graphql\n", "query=mutation"),
        ("/graphql\n", ""),
        ("/graphql/", "query=mutation"),
        ("//graphql", ""),
        ("/GraphQL", "query=mutation"),
        ("/prefix/graphql", "query=mutation"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_queries_in_an_address_are_refused(path: str, query: str, method: str) -> None:
    assert status(OURS, ("accept", "application/json"), method=method, path=path, query=query) == 405


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("content-type", "text/plain")],
        [("content-type", "text/plain; application/json")],
        [("content-type", "text/plain;charset=application/json")],
        [("content-type", "application/x-www-form-urlencoded")],
        [("content-type", "multipart/form-data; boundary=application/json")],
        [("content-type", "application/graphql")],
        [JSON, ("content-type", "text/plain")],
    ],
)
@pytest.mark.parametrize("path", ["/graphql", "/report_asset_materialization/cell", "/report_asset_check/cell"])
def test_what_a_foreign_form_can_send_is_refused(headers: Headers, path: str) -> None:
    assert status(OURS, *headers, method="POST", path=path) == 415


def test_json_is_taken_with_its_encoding() -> None:
    assert status(OURS, ("content-type", "application/json; charset=utf-8"), method="POST", path="/graphql") == 200


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
def test_no_other_method_is_let_through(method: str) -> None:
    """Without an answer to OPTIONS no foreign page may send JSON at all."""
    assert status(OURS, JSON, method=method, path="/graphql") == 405


def test_answers_are_for_our_own_pages_alone() -> None:
    headers = dict(ask(OURS)[0]["headers"])
    assert headers == {
        b"kept": b"1",
        b"cross-origin-resource-policy": b"same-origin",
        b"x-content-type-options": b"nosniff",
        b"x-frame-options": b"SAMEORIGIN",
        b"content-security-policy": b"frame-ancestors 'self'",
    }


def test_a_refusal_says_why_and_repeats_nothing_as_html() -> None:
    start, body = ask(("host", "<script>\r\n:3000"))
    assert dict(start["headers"])[b"content-type"] == b"text/plain; charset=utf-8"
    told = "The host '<script>\\r\\n:3000' is not this server: open http://localhost:3000\n"
    assert body["body"].decode() == told


def test_the_beginning_and_end_of_the_server_pass() -> None:
    assert ask(kind="lifespan") == []

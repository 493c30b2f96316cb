"""The explorer answers whoever asks its own address, and no other page of this machine or of the web."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pipelines.releases.layout import Layout
from tests.exploring.serving import served

_PATHS = ("/", "/_stcore/metrics", "/_stcore/health", "/static/index.html", "/overview")


@pytest.fixture(scope="module")
def port(explored: Layout) -> Iterator[int]:
    with served(explored) as address:
        yield int(address.rpartition(":")[2])


def asked(port: int, path: str, host: str, origin: str | None = None, *, websocket: bool = False) -> int:
    """Return the status that the server answers to a request."""
    words = [f"GET {path} HTTP/1.1", f"Host: {host}"]
    words += [f"Origin: {origin}"] if origin else []
    words += (
        [
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: " + "A" * 22 + "==",
        ]
        if websocket
        else ["Connection: close"]
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join([*words, "", ""]).encode())
        return int(connection.recv(200).split()[1])


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "LOCALHOST"])
def test_its_own_names_are_answered(port: int, name: str) -> None:
    host = f"{name}:{port}"
    assert {asked(port, path, host) for path in _PATHS} <= {200, 307, 404}
    assert asked(port, "/", host) == 200
    assert asked(port, "/_stcore/stream", host, f"http://{host.lower()}", websocket=True) == 101


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "localhost:1", "localhost", "[::1]:{port}"])
def test_another_host_is_answered_nothing(port: int, host: str) -> None:
    given = host.format(port=port)
    assert {asked(port, path, given) for path in _PATHS} == {403}
    assert asked(port, "/_stcore/stream", given, f"http://{given}", websocket=True) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:1",
        "https://localhost:{port}",
        "http://127.0.0.1",
        "https://127.0.0.1",
        "http://evil.example",
        "null",
    ],
)
def test_a_page_of_another_address_opens_no_websocket_and_is_answered_nothing(port: int, origin: str) -> None:
    given, host = origin.format(port=port), f"127.0.0.1:{port}"
    assert asked(port, "/_stcore/stream", host, given, websocket=True) == 403
    assert asked(port, "/_stcore/health", host, given) == 403


@pytest.mark.parametrize("path", _PATHS)
def test_no_other_page_has_an_answer_in_a_frame(port: int, path: str) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        said = answer.headers
    assert said["X-Frame-Options"] == "SAMEORIGIN" and said["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"


def test_pages_of_no_cloud_steer_the_explorer(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/host-config", timeout=20) as answer:
        allowed = json.load(answer)["allowedOrigins"]
    assert {urlsplit(origin).hostname for origin in allowed} == {"127.0.0.1", "localhost"}

"""An S3 server in this process, and a proxy before it that fails as networks and servers do.

Belongs here: serving and failing. Keep out: what is expected of whoever asks (tests/storing), times (`object_store`).
"""

from __future__ import annotations

import http.client
import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

import moto.backends
from moto.server import ThreadedMotoServer

BUCKET = "reports"
KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1"}
SLOW_SECONDS = 2.0
_OF_A_CONNECTION = ("content-length", "transfer-encoding", "connection", "server", "date")
_numbers = itertools.count()


@contextmanager
def served() -> Iterator[str]:
    """Yield the endpoint of an S3 server with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # It would look for the names of its services in its folders with every request: a quarter of the time of one.
    services = list(moto.backends.list_of_moto_modules())
    with patch.object(moto.backends, "list_of_moto_modules", lambda: services):
        yield from _served()


def _served() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    made = http.client.HTTPConnection(host, port)
    made.request("PUT", f"/{BUCKET}")
    assert made.getresponse().status == HTTPStatus.OK
    made.close()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def environment(endpoint: str) -> Iterator[None]:
    """Let obstore find the server, and no keys of whoever runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with patch.dict(os.environ, {**own, **KEYS, "AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true"}, clear=True):
        yield


def address() -> str:
    """Return the address of a place in the bucket that no other test uses."""
    return f"s3://{BUCKET}/tests/{os.getpid()}-{next(_numbers)}"


class Answer:
    """What the proxy does with a request: pass it on, or fail before it, or lose the answer after it, or take long.

    GONE is what stores answer to the completion of an upload that they have completed already.
    """

    PASS, REFUSE, LOSE, CUT, UNKNOWN, WAIT, GONE = range(7)


class _Failing(BaseHTTPRequestHandler):
    """Passes requests on to a server, as far as it is decided."""

    protocol_version = "HTTP/1.1"
    # Else every answer of two packets waits 40 ms for a receipt of the first.
    disable_nagle_algorithm = True
    host: str
    decide: Callable[[str, str], int]
    without: tuple[str, ...]

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = type(self).decide(self.command, self.path)
        if fate == Answer.REFUSE:
            self._reply(HTTPStatus.SERVICE_UNAVAILABLE, {}, b"<Error><Code>SlowDown</Code></Error>")
            return
        if fate == Answer.UNKNOWN:
            self._reply(HTTPStatus.NOT_IMPLEMENTED, {}, b"<Error><Code>NotImplemented</Code></Error>")
            return
        if fate == Answer.GONE:
            self._reply(HTTPStatus.NOT_FOUND, {}, b"<Error><Code>NoSuchUpload</Code></Error>")
            return
        if fate == Answer.WAIT:
            time.sleep(SLOW_SECONDS)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", *self.without)}
        forward = http.client.HTTPConnection(self.host)
        forward.request(self.command, self.path, body, headers)
        answer = forward.getresponse()
        status, found, data = answer.status, dict(answer.headers), answer.read()
        forward.close()
        if fate == Answer.LOSE:
            self._hang_up()
            return
        self._reply(status, found, data, cut=fate == Answer.CUT)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815  # the names that the library calls

    def _reply(self, status: int, headers: dict[str, str], data: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _OF_A_CONNECTION:
                self.send_header(name, value)
        length = headers.get("Content-Length", str(len(data))) if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


@contextmanager
def failing(endpoint: str, decide: Callable[[str, str], int], *, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the endpoint of a proxy that decides by method and path what becomes of a request.

    `without` are headers that it does not pass on: a server that ignores conditions.
    """
    own = {"host": endpoint.removeprefix("http://"), "decide": staticmethod(decide), "without": without}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Own", (_Failing,), own))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

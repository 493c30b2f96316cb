"""A scripted HTTP server on a loopback address, with a log of what it saw and when.

Belongs here: exact control of every byte and pause. Keep out: what a portal looks like (`tests.collecting.portal`).
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Step = bytes | float | str  # bytes are sent, a number is a pause, "reset" cuts the connection hard
Answer = Callable[["Seen"], Sequence[Step]]
Pages = Mapping[str, bytes | Answer]


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    start: float
    nth: int
    end: float = 0.0


def page(body: bytes | str, *, status: str = "200 OK", headers: Sequence[str] = (), length: int | None = None) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data) if length is None else length}", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def redirect(location: str, *headers: str, status: str = "302 Found") -> bytes:
    return page("", status=status, headers=[f"Location: {location}", *headers])


@dataclass
class Server:
    """Answers by path; a path that is not scripted is 404. `robots` is the text of robots.txt, None is 404."""

    pages: Pages = field(default_factory=dict)
    robots: bytes | Answer | None = None
    address: str = "127.0.0.2"
    context: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    connections: int = 0

    def __enter__(self) -> Server:
        self._lock = threading.Lock()
        self._listener = socket.create_server((self.address, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{'http' if self.context is None else 'https'}://{self.host}{path}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def gaps(self) -> list[float]:
        return [after.start - before.end for before, after in zip(self.seen, self.seen[1:], strict=False)]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self.connections += 1
            self.open_now += 1
            self.most_open = max(self.most_open, self.open_now)
        try:
            with contextlib.suppress(OSError):
                connection.settimeout(10)
                if self.context is not None:
                    connection = self.context.wrap_socket(connection, server_side=True)
                self._answer(connection)
        finally:
            with self._lock:
                self.open_now -= 1
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
            if data.startswith(b"\x16\x03") and self.context is None:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")  # a greeting of TLS, which is not spoken here
                return
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536)
        nth = self.paths().count(path) + 1
        seen = Seen(method, path, headers, body, time.monotonic(), nth)
        self.seen.append(seen)
        steps = self._steps(seen)
        for step in steps[:-1]:
            self._do(connection, step)
        seen.end = time.monotonic()
        self._do(connection, steps[-1])

    def _steps(self, seen: Seen) -> Sequence[Step]:
        missing = page("<title>404</title>", status="404 Not Found")
        script = (self.robots or missing) if seen.path == "/robots.txt" else self.pages.get(seen.path, missing)
        return [script] if isinstance(script, bytes) else script(seen)

    @staticmethod
    def _do(connection: socket.socket, step: Step) -> None:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif isinstance(step, float):
            time.sleep(step)
        else:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

"""The server of the test portal: HTTP/1.1 on sockets, one listener for each site, every byte and pause as scripted.

Belongs here: sites, the log of connections and requests, TLS. Keep out: what is answered (`answers`, `lists`, ...).
"""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import trustme
import yaml

from pipelines.collecting.fetching.settings import Settings, load_settings

Step = bytes | float | Literal["reset"]  # bytes are sent, a number is a pause in seconds, "reset" cuts hard
Reply = Sequence[Step]
Tls = Literal["valid", "expired", "wrong_host", "self_signed"]
_PATIENCE = 10.0
_MISSING = b"<html><head><title>404</title></head><body>Not Found</body></html>"


@dataclass
class Connection:
    """A connection to a site; times are seconds of the monotonic clock."""

    site: Site
    number: int
    opened: float
    closed: float | None = None


@dataclass
class Hit:
    """A request as the server saw it. `end` is when the last piece of its answer was about to be sent."""

    connection: Connection
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    start: float
    nth: int
    end: float = 0.0
    status: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return _first_values(urlsplit(self.target).query)

    @property
    def form(self) -> dict[str, str]:
        return _first_values(self.body.decode("utf-8", "replace"))


Answer = bytes | Callable[[Hit], Reply]


def _first_values(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass
class Site:
    """A host of the portal. Answers are looked up by path with query, by path, then by the longest `prefix*`."""

    address: str
    port: int
    is_tls: bool = False
    robots: Answer | None = None
    pages: dict[str, Answer] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.is_tls else 'http'}://{self.host}{path}"

    def add(self, path: str, answer: Answer) -> Site:
        """Answer a path, a path with its query, or with a * at the end all that begins so."""
        self.pages[path] = answer
        return self

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    def reply(self, hit: Hit) -> Reply:
        answer = self.robots if hit.path == "/robots.txt" else self._answer(hit)
        if answer is None:
            return (head(404, len(_MISSING)) + _MISSING,)
        return (head(200, len(answer)) + answer,) if isinstance(answer, bytes) else answer(hit)

    def _answer(self, hit: Hit) -> Answer | None:
        for name in (hit.target, hit.path):
            if name in self.pages:
                return self.pages[name]
        prefixes = [name for name in self.pages if name.endswith("*") and hit.target.startswith(name[:-1])]
        return self.pages[max(prefixes, key=len)] if prefixes else None


_PHRASES = {200: "OK", 302: "Found", 304: "Not Modified", 404: "Not Found", 412: "Precondition Failed"}


def head(status: int, length: int | None, *headers: str, kind: str = "text/html; charset=utf-8") -> bytes:
    """Return the head of an answer; without a length none is stated."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Said')}", "Connection: close"]
    lines += [f"Content-Length: {length}"] * (length is not None)
    lines += [f"Content-Type: {kind}"] * (not any(line.lower().startswith("content-type:") for line in headers))
    return "\r\n".join([*lines, *headers]).encode() + b"\r\n\r\n"


class Portal:
    """Sites on loopback addresses; a context manager. `site()` opens the next one."""

    _third = itertools.count(1)

    def __init__(self) -> None:
        self._net = f"127.0.{next(self._third) % 200 + 1}"
        self._numbers, self._counter = itertools.count(1), itertools.count(1)
        self._lock = threading.Lock()
        self._authority = trustme.CA()
        self._listeners: list[tuple[Site, socket.socket, ssl.SSLContext | None]] = []
        self._threads: list[threading.Thread] = []
        self._allowed: list[str] = []
        self.sites: list[Site] = []

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: object) -> None:
        for _site, listener, _context in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join(5)

    def site(self, *, tls: Tls | None = None, allowed: bool = True, robots: Answer | None = None) -> Site:
        """Open a site on an address of its own; one that is not `allowed` must never be connected to."""
        address = f"{self._net}.{next(self._numbers)}"
        listener = socket.create_server((address, 0), backlog=64)
        site = Site(address, listener.getsockname()[1], tls is not None, robots)
        self._listeners.append((site, listener, self._context(address, tls) if tls else None))
        thread = threading.Thread(target=self._accept, args=self._listeners[-1], daemon=True)
        self._threads.append(thread)
        thread.start()
        self.sites.append(site)
        if allowed:
            self._allowed.append(address)
        return site

    def configuration(self, folder: Path, **more: Any) -> Path:
        """Write a test configuration that reaches the allowed sites and nothing else, and return its path."""
        self._authority.cert_pem.write_to_path(str(folder / "authority.pem"))
        values = {"test": True, "clock_scale": 0.001, "latency_gap_cap": 4.0, "ca_file": "authority.pem"}
        path = folder / "test.yml"
        text = yaml.safe_dump(values | {"allowed_loopback": list(self._allowed)} | more)
        path.write_text(text, encoding="utf-8")
        return path

    def settings(self, folder: Path, **more: Any) -> Settings:
        """Return the settings that `configuration` writes."""
        return load_settings(self.configuration(folder, **more))

    def _context(self, address: str, tls: Tls) -> ssl.SSLContext:
        authority = trustme.CA() if tls == "self_signed" else self._authority
        now = datetime.now(UTC)
        certificate = authority.issue_cert(
            "127.9.9.9" if tls == "wrong_host" else address,
            not_before=now - timedelta(days=30),
            not_after=now - timedelta(days=1) if tls == "expired" else now + timedelta(days=30),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def _accept(self, site: Site, listener: socket.socket, context: ssl.SSLContext | None) -> None:
        open_now: dict[int, tuple[socket.socket, Connection]] = {}
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            opened = time.monotonic()
            with self._lock:
                for other, known in list(open_now.values()):
                    if known.closed is not None:
                        del open_now[known.number]
                    elif _is_left(other):
                        known.closed = opened  # its client went first, and its thread had not looked yet
                connection = Connection(site, next(self._counter), opened)
                site.connections.append(connection)
                open_now[connection.number] = (raw, connection)
            threading.Thread(target=self._serve, args=(raw, connection, context), daemon=True).start()

    def _serve(self, raw: socket.socket, connection: Connection, context: ssl.SSLContext | None) -> None:
        stream = raw
        try:
            with contextlib.suppress(OSError):
                raw.settimeout(_PATIENCE)
                if context is not None:
                    stream = context.wrap_socket(raw, server_side=True)
                self._answer(stream, connection)
        finally:
            if connection.closed is None:
                connection.closed = time.monotonic()
            stream.close()

    def _answer(self, stream: socket.socket, connection: Connection) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = stream.recv(65536)
            if not piece:
                return
            data += piece
        raw_head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = raw_head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            body += stream.recv(65536)
        site = connection.site
        with self._lock:
            nth = sum(hit.target == target for hit in site.hits) + 1
            hit = Hit(connection, method, target, headers, body, time.monotonic(), nth)
            site.hits.append(hit)
        steps = site.reply(hit)
        if steps and isinstance(steps[0], bytes) and steps[0][9:12].isdigit():
            hit.status = int(steps[0][9:12])
        for number, step in enumerate(steps, start=1):
            hit.end = time.monotonic()
            if number == len(steps):
                connection.closed = hit.end
            if not _done(stream, step):
                return


def _is_left(raw: socket.socket) -> bool:
    try:
        return bool(select.select([raw], [], [], 0)[0]) and raw.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


def _done(stream: socket.socket, step: Step) -> bool:
    """Do a step of a script; tell whether the client is still there."""
    if isinstance(step, bytes):
        stream.sendall(step)
        return True
    if step == "reset":
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()
        return False
    # A client says nothing after its request: what can be read is its farewell.
    return not select.select([stream], [], [], float(step))[0]

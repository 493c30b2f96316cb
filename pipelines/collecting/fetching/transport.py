"""The way to the network: an httpx transport that connects to checked addresses only and watches every byte.

Belongs here: connecting, TLS, deadlines and counts of bytes. Keep out: redirects, robots, politeness (`client`).
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import httpcore
import httpx

from pipelines.collecting.fetching.addresses import ForbiddenAddress, Resolve, checked_addresses
from pipelines.collecting.fetching.faults import Failure, Fault, Refusal
from pipelines.collecting.fetching.resolving import Resolver

# The blank line that ends a head, as h11 finds it, and the status line of an interim answer.
_HEAD_END = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"\s*HTTP/\d\.\d 1\d\d")
_HEAD_LIMIT = 128 * 1024
# How long a server may still send what its Content-Length hides before it closes the connection (real seconds).
_EXCESS_WAIT = 0.05


class Wire:
    """What one request may take of the network: bytes and time; and what it took. Real seconds."""

    def __init__(self, *, limit: int, deadline: float) -> None:
        self.limit = limit
        self.ends = time.monotonic() + deadline
        self.deadline = deadline
        self.taken = 0
        self.body: int | None = None
        self._head = b""

    def time_left(self, timeout: float | None) -> float:
        """Return how long the next operation may last. Raises Failure once the deadline has passed."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Failure("slow_body", f"the answer was not whole after {self.deadline:g} seconds")
        return left if timeout is None else min(left, timeout)

    def take(self, data: bytes) -> None:
        """Count bytes that arrived. Raises Refusal above the limit."""
        self.taken += len(data)
        if self.taken > self.limit:
            raise Refusal("too_large", f"more than {self.limit:,} bytes on the wire")
        if self.body is not None:
            self.body += len(data)
            return
        self._head += data
        while (end := _HEAD_END.search(self._head)) is not None:
            rest = self._head[end.end() :]
            if not _INTERIM.match(self._head):
                self.body, self._head = len(rest), b""
                return
            self._head = rest
        if len(self._head) > _HEAD_LIMIT:
            raise Failure("bad_response", f"a head of more than {_HEAD_LIMIT:,} bytes")


class _Stream(httpcore.NetworkStream):
    """A stream that holds every operation to the limits of its request."""

    def __init__(self, inner: httpcore.NetworkStream, wire: Wire) -> None:
        self._inner = inner
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        allowed = self._wire.time_left(timeout)
        try:
            data = self._inner.read(max_bytes, allowed)
        except httpcore.ReadTimeout:
            self._wire.time_left(timeout)  # tells the deadline of the whole from the timeout of one read
            raise
        self._wire.take(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._wire.time_left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            secure = self._inner.start_tls(ssl_context, server_hostname, self._wire.time_left(timeout))
        except httpcore.ConnectError as error:
            fault = error.__cause__ or error.__context__
            if isinstance(fault, ssl.SSLCertVerificationError):
                raise Refusal("tls", f"{server_hostname}: certificate: {fault.verify_message}") from error
            if isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError):
                raise Failure("connection", f"{server_hostname}: closed while TLS began") from error
            if isinstance(fault, ssl.SSLError):
                raise Refusal("tls", f"{server_hostname}: {fault.reason or fault}") from error
            raise
        return _Stream(secure, self._wire)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves a host once, checks all its addresses and connects to one of those: no second look at the name."""

    def __init__(self, resolver: Resolver, allowed: Collection[str] | None) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()
        self.wire: Wire | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if self.wire is None:
            raise RuntimeError("no request is under way")
        patience = self.wire.time_left(timeout)
        ends = time.monotonic() + patience
        try:
            found = self._resolver.addresses(host, port, patience)
            addresses = checked_addresses(host, found, self._allowed)
        except ForbiddenAddress as error:
            raise Refusal("forbidden_address", str(error)) from error
        last: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            left = self.wire.time_left(ends - time.monotonic())
            if left <= 0:
                break
            try:
                inner = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _Stream(inner, self.wire)
        raise last or httpcore.ConnectError(f"{host} has no address")


class _Body(httpx.SyncByteStream):
    """The body of an answer; told whole only when its length is the one that was stated."""

    def __init__(self, core: httpcore.Response, wire: Wire, stated: int | None) -> None:
        self._core = core
        self._wire = wire
        self._stated = stated

    def __iter__(self) -> Iterator[bytes]:
        with _as_faults(in_body=True):
            yield from self._core.iter_stream()
            if self._stated is not None:
                self._refuse_excess(self._stated)

    def _refuse_excess(self, stated: int) -> None:
        """Raise Failure if more than the stated bytes came: what was read is then cut off."""
        stream = self._core.extensions["network_stream"]
        if self._wire.body == stated:
            try:
                stream.read(1, timeout=_EXCESS_WAIT)
            except (httpcore.ReadTimeout, httpcore.ReadError, Failure):
                return  # silence, or a closed connection, is not excess
        if self._wire.body is not None and self._wire.body > stated:
            raise Failure("truncated", f"more bytes came than the Content-Length of {stated:,}")

    def close(self) -> None:
        self._core.close()


@contextmanager
def _as_faults(*, in_body: bool = False) -> Iterator[None]:
    """Turn what httpcore raises into the faults of the collector."""
    try:
        yield
    except Fault:
        raise
    except httpcore.TimeoutException as error:
        raise Failure("timeout", _error_text(error, "no byte within the timeout")) from error
    except httpcore.RemoteProtocolError as error:
        message = str(error)
        if "without sending" in message:
            raise Failure("truncated" if in_body else "connection", message) from error
        reason = "truncated" if "incomplete" in message else "bad_response"
        raise Failure(reason, message) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Failure("truncated" if in_body else "connection", _error_text(error, type(error).__name__)) from error
    except ssl.SSLError as error:
        raise Failure("truncated" if in_body else "connection", str(error)) from error


def _error_text(error: Exception, otherwise: str) -> str:
    return str(error) or otherwise


class CheckedTransport(httpx.BaseTransport):
    """One connection at a time to each host, closed after each answer; no proxies, no environment.

    `context_for` gives the TLS context of a host. Connections are not kept: the gap between two requests is longer
    than most servers wait, and a connection that is closed holds no place there.
    """

    def __init__(
        self,
        *,
        context_for: Callable[[str], ssl.SSLContext],
        resolve: Resolve,
        allowed: Collection[str] | None,
        new_wire: Callable[[], Wire],
    ) -> None:
        self._context_for = context_for
        self._resolver = Resolver(resolve)
        self._allowed = allowed
        self._new_wire = new_wire
        self._pools: dict[tuple[str, bool], tuple[httpcore.ConnectionPool, _Backend]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises Refusal and Failure, here and while the body is read."""
        pool, backend = self._pool(request.url.raw_host.decode("ascii"), secure=request.url.scheme == "https")
        backend.wire = wire = self._new_wire()
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        with _as_faults():
            answer = pool.handle_request(core)
        headers = httpx.Headers(answer.headers)
        stated = headers.get("content-length")
        chunked = "transfer-encoding" in headers
        empty = request.method == "HEAD" or answer.status in (204, 304)
        length = int(stated) if stated is not None and stated.isdigit() and not (chunked or empty) else None
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer, wire, length),
            extensions={"http_version": answer.extensions["http_version"]},
        )

    def _pool(self, host: str, *, secure: bool) -> tuple[httpcore.ConnectionPool, _Backend]:
        """Return the pool of a host. Two of them open no second connection: each answer ends its own."""
        if (host, secure) not in self._pools:
            backend = _Backend(self._resolver, self._allowed)
            pool = httpcore.ConnectionPool(
                ssl_context=self._context_for(host) if secure else None,
                max_connections=1,
                max_keepalive_connections=0,
                network_backend=backend,
            )
            self._pools[host, secure] = (pool, backend)
        return self._pools[host, secure]

    def close(self) -> None:
        """Close what is open."""
        for pool, _ in self._pools.values():
            pool.close()
        self._pools.clear()

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close what is open."""
        self.close()

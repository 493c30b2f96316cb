"""Reading a body within its limits: content codings are undone in steps, so that a bomb is stopped while it grows.

Belongs here: lengths and content codings. Keep out: what the body means.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping

from pipelines.collecting.fetching.faults import Failure, Refusal

# What is advertised is what is undone here; brotli and zstd are neither.
ACCEPT_ENCODING = "gzip, deflate"
_STEP = 1 << 20
# Where the <html> of a page stands, after comments and a doctype.
_HEAD = 4096
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_ZLIB_METHOD = 8


class _Inflater:
    """Undoes gzip or deflate piece by piece, never more than a step at once."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        self._unread = b""
        self._inflate = zlib.decompressobj(_GZIP_BITS) if coding == "gzip" else None
        self._done = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what the data holds. Raises Failure where it is not what the header says."""
        self._unread += data
        if self._inflate is None:
            if len(self._unread) < 2:
                return
            self._inflate = zlib.decompressobj(_ZLIB_BITS if _is_zlib(self._unread) else _RAW_BITS)
        while self._unread:
            if self._done and not self._next_member():
                return
            try:
                piece = self._inflate.decompress(self._unread, _STEP)
            except zlib.error as error:
                raise Failure("bad_response", f"the body is not {self._coding}: {error}") from error
            self._done = self._inflate.eof
            self._unread = self._inflate.unused_data if self._done else self._inflate.unconsumed_tail
            if piece:
                yield piece
        while not self._done and len(piece := self._inflate.decompress(b"", _STEP)):
            yield piece

    def _next_member(self) -> bool:
        """Begin the gzip member that follows a whole one; padding of NUL is none."""
        self._unread = self._unread.lstrip(b"\x00")
        if len(self._unread) < 2:
            return False
        if self._coding != "gzip" or not self._unread.startswith(_GZIP_MAGIC):
            raise Failure("bad_response", f"something follows the end of the {self._coding} body")
        self._inflate, self._done = zlib.decompressobj(_GZIP_BITS), False
        return True

    def finish(self) -> None:
        """Raise Failure if the end of the coding never came."""
        if not self._done or self._unread.strip(b"\x00"):
            raise Failure("truncated", f"the {self._coding} body ends before its end")


def _is_zlib(data: bytes) -> bool:
    """Tell the zlib format from raw deflate, which servers send under the same name (RFC 1950, 2.2)."""
    return data[0] & 15 == _ZLIB_METHOD and int.from_bytes(data[:2]) % 31 == 0


def stated_length(headers: Mapping[str, str]) -> int | None:
    """Return the Content-Length, or None. Transfer-Encoding overrides it (RFC 9112, 6.3)."""
    stated = headers.get("content-length", "").strip()
    return int(stated) if stated.isdigit() and "transfer-encoding" not in headers else None


def read_whole(headers: Mapping[str, str], pieces: Iterable[bytes], *, limit: int, cut_at: int | None = None) -> bytes:
    """Return the whole decoded body, or the lines of it before `cut_at`.

    Raises Refusal (too_large, bomb) and Failure (truncated, bad_response).
    """
    length = stated_length(headers)
    if length is not None and length > limit and cut_at is None:
        raise Refusal("too_large", f"Content-Length is {length:,}, above the limit of {limit:,} bytes")
    coding = _coding(headers)
    body = bytearray()
    for piece in _decoded(coding, pieces):
        body += piece
        if cut_at is not None and len(body) > cut_at:
            return bytes(body[:cut_at]).rpartition(b"\n")[0]  # half a line may say the opposite of the whole
        if len(body) > limit:
            reason = "too_large" if coding == "identity" else "bomb"
            raise Refusal(reason, f"more than {limit:,} bytes once decoded ({coding})")
    if cut_at is None and coding == "identity":
        _check_page_end(headers, body)
    return bytes(body)


def _check_page_end(headers: Mapping[str, str], body: bytearray) -> None:
    """Raise Failure for a page that ends with the connection and before its own end: nothing else tells it was cut."""
    if "content-length" in headers or "transfer-encoding" in headers:
        return
    if b"<html" in body[:_HEAD].lower() and b"</html" not in body.lower():
        raise Failure("truncated", "the page came without a length and stops before its </html>")


def read_start(headers: Mapping[str, str], pieces: Iterable[bytes], *, limit: int) -> bytes:
    """Return the first decoded bytes, up to a limit: as much as came, for a page whose status already says it all."""
    body = bytearray()
    try:
        for piece in _decoded(_coding(headers), pieces):
            body += piece
            if len(body) >= limit:
                break
    except (Failure, Refusal):
        return bytes(body[:limit])  # a cut error page is still an error page
    return bytes(body[:limit])


def _coding(headers: Mapping[str, str]) -> str:
    stated = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    codings = [name.removeprefix("x-") for name in stated if name not in ("", "identity")]
    if not codings:
        return "identity"
    if len(codings) > 1 or codings[0] not in ("gzip", "deflate"):
        raise Failure(
            "bad_response", f"content coding {', '.join(codings)} was not asked for; expected gzip or deflate"
        )
    return codings[0]


def _decoded(coding: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    if coding == "identity":
        yield from pieces
        return
    inflater = _Inflater(coding)
    came = False
    for piece in pieces:
        came = came or bool(piece)
        yield from inflater.feed(piece)
    if came:
        inflater.finish()

"""The parts of a web archive: MIME, with the encodings of bytes and of characters undone.

Belongs here: how a part is stored. Keep out: what pages are made of.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
from dataclasses import dataclass
from email import errors, message_from_bytes
from email.message import Message

from pipelines.reading.decoding import decode
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits

_PAGES = frozenset(("text/html", "application/xhtml+xml"))
# How Word calls UTF-16.
_WIDE = frozenset(("unicode", "utf-16", "utf-16le", "utf-16be", "ucs-2", "iso-10646-ucs-2", "unicodefffe"))
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PLAIN_TRANSFERS = frozenset(("", "7bit", "8bit", "binary"))
_END = b"</html"


@dataclass(frozen=True)
class Part:
    """A part: its number in the archive, kind, character set, location and id, whether it is the start, its bytes."""

    place: str
    kind: str
    charset: str
    location: str
    ident: str
    is_start: bool
    content: bytes

    @property
    def is_page(self) -> bool:
        """Return whether the part is a page."""
        return self.kind in _PAGES

    def text(self) -> str:
        """Return the part as text."""
        return self._decoded()[0]

    def text_encoding(self) -> str:
        """Return the encoding of its characters."""
        return self._decoded()[1]

    def _decoded(self) -> tuple[str, str]:
        if self.charset in _WIDE and not self.content.startswith(_WIDE_MARKS):
            encoding = "utf-16-be" if self.charset.endswith(("be", "fffe")) else "utf-16-le"
            if b"\0" in self.content:
                return self.content.decode(encoding, "replace"), encoding
        return decode(self.content)


def archive_parts(data: bytes, limits: Limits) -> list[Part]:
    """Return the parts of an archive in order. Raises ReadError where it is cut, damaged or beyond a budget."""
    try:
        message = message_from_bytes(data.removeprefix(codecs.BOM_UTF8).lstrip())
        return _parts(message, len(data), limits)
    except RecursionError as error:
        raise ReadError("too_deep", "reading_mhtml.parts_deep") from error


def _parts(message: Message, size: int, limits: Limits) -> list[Part]:
    parts: list[Part] = []
    starts: set[str] = set()
    is_open = False
    for each in message.walk():
        is_open = is_open or any(isinstance(defect, errors.CloseBoundaryNotFoundDefect) for defect in each.defects)
        if each.is_multipart():
            start = each.get_param("start")
            starts.add(start.strip("<> ") if isinstance(start, str) else "")
            continue
        if len(parts) >= limits.members:
            raise ReadError("too_large", "reading_mhtml.many_parts", limit=limits.members)
        parts.append(_part(each, str(len(parts)), starts))
    if is_open and parts and not (parts[-1].is_page and _END in parts[-1].content[-1024:].lower()):
        raise ReadError("truncated", "reading_mhtml.archive_cut", size=size)
    return parts


def _part(message: Message, place: str, starts: set[str]) -> Part:
    ident = _header(message, "Content-ID").strip("<> ")
    return Part(
        place,
        message.get_content_type(),
        str(message.get_content_charset("")),
        _header(message, "Content-Location"),
        ident,
        bool(ident) and ident in starts,
        _content(message, place),
    )


def _header(message: Message, name: str) -> str:
    return "".join(str(message.get(name, "")).split("\n")).replace("\r", "").strip()


def _content(message: Message, place: str) -> bytes:
    """Return the bytes of a part. Raises ReadError `damaged` where they are not stored as the part says."""
    transfer = _header(message, "Content-Transfer-Encoding").lower()
    del message["Content-Transfer-Encoding"]  # the library would undo it and pass over what is no base64
    stored = message.get_payload(decode=True)
    raw = stored if isinstance(stored, bytes) else b""
    if transfer == "quoted-printable":
        return quopri.decodestring(raw)
    if transfer == "base64":
        try:
            return base64.b64decode(b"".join(raw.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ReadError("damaged", "reading_mhtml.no_base64", place=place, error=error) from error
    if transfer not in _PLAIN_TRANSFERS:
        raise ReadError("unsupported_format", "reading_mhtml.part_storing", place=place, transfer=transfer[:40])
    return raw

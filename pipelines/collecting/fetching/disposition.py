"""The name that a server gives a file (Content-Disposition, RFC 6266), made fit to be shown.

It is a title and never a path: what is stored has the name of its content. Servers write the name in UTF-8 or GBK as
it is, percent-encoded, as an encoded word of mail, or as the standard says (filename*). Belongs here: reading that one
header. Keep out: what a file is, which its bytes say (`collecting.classify_body`).
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

_MOST, _HEADER = 200, 8192
# A quoted value may lack its end; a backslash hides a quote or itself only, elsewhere it is one of a path of Windows.
_PARAMETER = re.compile(r"""[;,\s]\s*filename(\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|\\?$)|([^;]*))""", re.IGNORECASE)
_ESCAPED = re.compile(r'\\(["\\])')
_EXTENDED = re.compile(r"([\w.:-]{1,40})'[\w-]{0,40}'(.*)", re.DOTALL)
_PERCENT = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_ENCODED_WORD = re.compile(r"=\?[\w-]{1,40}\?[bq]\?[^?]*\?=", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_SUFFIXED = re.compile(r"\.\w{1,8}$")


def file_name(header: str | None) -> str | None:
    """Return the name that a Content-Disposition states, of at most 200 characters and without any folder, or None.

    `filename*` counts before `filename`, the first of several before the others, one that can be read before one that
    cannot.
    """
    found = list(_PARAMETER.finditer(f";{(header or '')[:_HEADER]}"))
    for is_extended in (True, False):
        for each in found:
            if bool(each[1]) == is_extended and (name := _shown(_value(each, is_extended=is_extended))):
                return name
    return None


def suffix_of(name: str | None) -> str:
    """Return the ending of a name with its dot, in lower case; empty where it has none."""
    found = _SUFFIXED.search(name or "")
    return found[0].lower() if found else ""


def _value(found: re.Match[str], *, is_extended: bool) -> str:
    value = _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
    if not is_extended:
        return _as_meant(value)
    extended = _EXTENDED.fullmatch(value)
    if extended is None:
        return _as_meant(value)
    try:
        return unquote_to_bytes(extended[2]).decode(extended[1])
    except (LookupError, UnicodeError):
        return _decoded(unquote_to_bytes(extended[2]))


def _as_meant(value: str) -> str:
    """Return a value that is written as no standard says, decoded in each way that servers use."""
    if _ENCODED_WORD.search(value):
        try:
            return "".join(
                part if isinstance(part, str) else part.decode(charset or "ascii")
                for part, charset in decode_header(value)
            )
        except (HeaderParseError, LookupError, UnicodeError, binascii.Error):
            return value
    if value.isascii():
        return _decoded(unquote_to_bytes(value)) if _PERCENT.search(value) else value
    try:
        data = value.encode("latin-1")  # the bytes of the header as they came
    except UnicodeEncodeError:
        return value
    return _decoded(data)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _shown(value: str) -> str | None:
    """Return the last part of a path, with nothing in it that is no sign, and not too long; the ending stays."""
    name = re.split(r"[/\\]", value.strip())[-1]
    name = "".join(" " if char.isspace() else char for char in name if char.isspace() or not _is_unseen(char))
    name = " ".join(_NOT_IN_NAMES.sub("_", name).split()).strip(". ")
    if len(name) > _MOST:
        suffix = suffix_of(name)
        name = name[: _MOST - len(suffix)] + suffix
    return name or None


def _is_unseen(char: str) -> bool:
    """Tell control and format characters (those that turn the direction of writing around among them)."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")

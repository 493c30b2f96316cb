"""Bytes of Rich Text Format -> characters: the code page of the document and the character sets of its fonts.

Belongs here: which bytes are which characters. Digits are the same in all of them, but for fonts of symbols.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_SYMBOLS = 2
_BY_CHARSET = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
_BY_PAGE = {932: "cp932", 936: "gbk", 949: "cp949", 950: "cp950", 10000: "mac_roman", 54936: "gb18030",
            65001: "utf-8", **{n: f"cp{n}" for n in (437, 850, 852, 866, 874, *range(1250, 1259))}}  # fmt: skip
_WIDE = frozenset(("gbk", "cp950", "cp932", "cp949", "gb18030", "utf-8"))
_WESTERN, _SYMBOL_FONT = "cp1252", "symbol"
# Fonts of symbols keep their characters in a private area; the digits of Symbol are digits.
PRIVATE = 0xF000


@dataclass
class _Font:
    charset: int = 0
    page: int = 0
    name: list[str] = field(default_factory=list)


class Charsets:
    """The fonts of a document as far as they tell what bytes mean."""

    def __init__(self) -> None:
        self.default = _WESTERN
        self.default_font = 0
        self._fonts: dict[int, _Font] = {}
        self._open = _Font()

    def set_page(self, page: int) -> None:
        """Set the code page of the document; one that is not known leaves it as it is."""
        self.default = _BY_PAGE.get(page, self.default)

    def open_font(self, number: int) -> None:
        """Begin the entry of a font."""
        self._open = self._fonts[number] = _Font()

    def has(self, number: int) -> bool:
        """Return whether there is a font of this number, or no table of them."""
        return not self._fonts or number in self._fonts

    def describe(self, word: str, number: int) -> None:
        """Take a word of the entry: character set or code page."""
        if word == "fcharset":
            self._open.charset = number
        else:
            self._open.page = number

    def name(self, text: str) -> None:
        """Take a part of the name of the font."""
        self._open.name.append(text)

    def decode(self, data: bytes, number: int, far_eastern: int | None) -> str:
        """Return bytes in a font as text. `far_eastern` is the font of Chinese text, where one is chosen."""
        font = self._fonts.get(number, _Font())
        if font.charset == _SYMBOLS:
            plain = "".join(font.name).strip(" ;").lower() == _SYMBOL_FONT
            return "".join(chr(b) if b <= 32 or (plain and 48 <= b <= 57) else chr(PRIVATE + b) for b in data)
        if data.isascii():
            return data.decode("ascii")
        codec = self._codec(font)
        if codec is None and far_eastern is not None:
            codec = self._codec(self._fonts.get(far_eastern, _Font()))
        if codec is not None:
            return data.decode(codec, "replace")
        try:
            return data.decode(self.default)
        except UnicodeDecodeError:
            return data.decode(_WESTERN if self.default in _WIDE else self.default, "replace")

    def _codec(self, font: _Font) -> str | None:
        return _BY_PAGE.get(font.page) or _BY_CHARSET.get(font.charset)

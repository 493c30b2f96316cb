"""Word 2003 XML (w:wordDocument) -> the parts of a later document, which has nearly the same markup.

Belongs here: what is named otherwise (lists, merged cells, tracked changes as annotations) and what stands inside the
text there (notes, comments, files of pictures). Keep out: what the markup means, which `docx` reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from pipelines.reading.document import ReadError
from pipelines.reading.single_markup import Parser, parse_markup

_W, _AML, _VML = (
    "http://schemas.microsoft.com/office/word/2003/wordml ",
    "http://schemas.microsoft.com/aml/2001/core ",
    "urn:schemas-microsoft-com:vml ",
)
_SPACE = "http://www.w3.org/XML/1998/namespace space"
_NEW = "http://schemas.openxmlformats.org/"
_HEAD = (
    f'xmlns:w="{_NEW}wordprocessingml/2006/main" xmlns:r="{_NEW}officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
# Parts by the element that becomes one: name of the part, and what stands around the element in it.
_PARTS = {
    "body": ("word/document.xml", "document", "body"),
    "styles": ("word/styles.xml", "styles", ""),
    "lists": ("word/numbering.xml", "numbering", ""),
}
_RENAMED = {
    "vmerge": "vMerge", "hmerge": "hMerge", "ilfo": "numId", "listDef": "abstractNum", "list": "num",
    "ilst": "abstractNumId", "nfc": "numFmt", "listStyleLink": "numStyleLink",
}  # fmt: skip
_RENAMED_ATTRIBUTES = {"listDefId": "abstractNumId", "ilfo": "numId"}
# What is printed elsewhere, or not at all.
_LEFT_OUT = frozenset(("footnote", "endnote", "hdr", "ftr", "binData", "docOleData"))
# Elements that decide what is printed and where: what is a single bit away from one of them is none of the format's.
_MEANT = frozenset((
    "p", "r", "t", "tbl", "tr", "tc", "pPr", "rPr", "tcPr", "trPr", "vmerge", "hmerge", "gridSpan", "gridBefore",
    "vanish", "strike", "dstrike", "vertAlign", "rStyle", "pStyle", "tblStyle", "delText", "fldChar", "instrText",
    "footnote", "styles", "style", "lists", "body", "basedOn", "ilfo", "ilvl", "color", "sym", "tab", "br",
))  # fmt: skip
_NAMED = _MEANT | {"rt", "cr", "u", "b", "i", "q", "s", "w", "em", "tStyle", "vMerge", "hMerge"}
_INSERTED, _DELETED = "Word.Insertion", "Word.Deletion"
# Former looks, comments, and the places of those and of bookmarks.
_PASSED_OVER = frozenset((
    "Word.Formatting", "Word.Numbering", "Word.Comment", "Word.Comment.Start", "Word.Comment.End",
    "Word.Bookmark.Start", "Word.Bookmark.End",
))  # fmt: skip
# Formats of numbers, which are numbers themselves here.
_FORMATS = {
    "0": "decimal", "1": "upperRoman", "2": "lowerRoman", "3": "upperLetter", "4": "lowerLetter",
    "10": "ideographDigital", "11": "japaneseCounting", "14": "decimalFullWidth", "18": "decimalEnclosedCircle",
    "19": "decimalFullWidth", "22": "decimalZero", "23": "bullet", "26": "decimalEnclosedFullstop",
    "27": "decimalEnclosedParen", "28": "decimalEnclosedCircleChinese", "29": "ideographEnclosedCircle",
    "30": "ideographTraditional", "31": "ideographZodiac", "33": "taiwaneseCounting",
    "35": "taiwaneseCountingThousand", "36": "taiwaneseDigital", "37": "chineseCounting",
    "39": "chineseCountingThousand", "255": "none",
}  # fmt: skip


class _Translator:
    """The walk: what it yields are the parts as markup."""

    def __init__(self) -> None:
        self.parts: dict[str, list[str]] = {}
        self._out: list[str] | None = None
        self._closing: list[str] = []  # of each open element, what ends it
        self._kept: list[bool] = []  # of each open element, whether blanks in it count
        self._skipped = 0  # depth inside what is left out
        self._in_text = False

    def attach(self, parser: Parser) -> None:
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._closing)
        keeps = attributes.get(_SPACE)
        self._kept.append(keeps == "preserve" if keeps else depth > 0 and self._kept[-1])
        if self._skipped:
            self._skipped += 1
            self._closing.append("")
            return
        local = name.removeprefix(_W)
        if depth == 0 and name != f"{_W}wordDocument":
            raise ReadError("damaged", "reading_flat.not_word", name=name[:80])
        if depth == 1:
            part = _PARTS.get(local) if local != name else None
            self._out = self.parts.setdefault(part[0], []) if part else None
            self._skipped = int(part is None)
            self._closing.append("")
            return
        self._closing.append(self._opened(name, local, attributes) if depth else "")

    def _opened(self, name: str, local: str, attributes: dict[str, str]) -> str:
        """Write the beginning of an element; returns its end."""
        if local != name:
            return self._own(local, attributes)
        if name == f"{_AML}annotation":
            return self._annotation(attributes.get(f"{_W}type", ""))
        if name == f"{_VML}imagedata":
            self._write('<v:imagedata r:id="picture"/>')
        return ""

    def _own(self, local: str, attributes: dict[str, str]) -> str:
        if local == "cfChunk":
            raise ReadError("unsupported_format", "reading_flat.holds_another")
        _check_name(local)
        if local in ("vmerge", "hmerge", "gridSpan"):
            _check_merge(local, attributes.get(f"{_W}val"))
        if local in _LEFT_OUT:
            self._skipped = 1
            return ""
        tag = _RENAMED.get(local, local)
        written = [f"<w:{tag}"]
        for name, value in attributes.items():
            own = name.removeprefix(_W)
            if own == name:
                continue
            meant = _meant(local, value) if own == "val" else value
            written.append(f" w:{_RENAMED_ATTRIBUTES.get(own, own)}={quoteattr(meant)}")
        if local == "t":
            self._in_text = True
            if self._kept[-1]:
                written.append(' xml:space="preserve"')
        written.append(">")
        self._write("".join(written))
        return f"</w:{tag}>"

    def _annotation(self, kind: str) -> str:
        if kind == _DELETED:
            self._write("<w:del>")
            return "</w:del>"
        if kind in _PASSED_OVER:
            self._skipped = 1
        elif kind != _INSERTED:
            raise ReadError("damaged", "reading_flat.annotation_unknown", kind=kind[:40])
        return ""

    def _end(self, _name: str) -> None:
        closing = self._closing.pop()
        self._kept.pop()
        self._in_text = False
        if self._skipped:
            self._skipped -= 1
        elif closing:
            self._write(closing)

    def _text(self, text: str) -> None:
        if self._in_text and not self._skipped:
            self._write(escape(text))

    def _write(self, text: str) -> None:
        if self._out is not None:
            self._out.append(text)


@lru_cache(maxsize=1024)
def _check_name(name: str) -> None:
    """Raise ReadError `damaged` where a single bit of a name has changed: what it said of the text would be lost."""
    if name in _NAMED:
        return
    for meant in _MEANT:
        changed = [ord(a) ^ ord(b) for a, b in zip(name, meant, strict=False) if a != b]
        if len(name) == len(meant) and len(changed) == 1 and changed[0].bit_count() == 1:
            raise ReadError("damaged", "reading_flat.name_changed", name=name, meant=meant)


def _check_merge(name: str, value: str | None) -> None:
    """Raise ReadError `damaged` where a merged cell does not say whether it goes on, or how wide it is."""
    known = value is not None and value.isdecimal() if name == "gridSpan" else value in (None, "restart", "continue")
    if not known:
        raise ReadError("damaged", "reading_flat.merge_unclear", name=name, value=(value or "")[:40])


def _meant(element: str, value: str) -> str:
    if element == "nfc":
        return _FORMATS.get(value, value)
    return value.lower() if element == "suff" else value


def word_parts(markup: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the parts that a Word 2003 document amounts to. Raises ReadError."""
    translator = _Translator()
    parse_markup(markup, translator.attach)
    for part, root, inner in _PARTS.values():
        if part in translator.parts:
            content = "".join(translator.parts[part])
            content = f"<w:{inner}>{content}</w:{inner}>" if inner else content
            yield part, f"<w:{root} {_HEAD}>{content}</w:{root}>".encode()

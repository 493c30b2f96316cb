"""Write reports as Word documents as Word and WPS leave them: runs cut anywhere, tracked changes, content controls.

Belongs here: markup and package of DOCX. Keep out: which cell spans what (`spans`). Nothing that is deleted, hidden or
an instruction is part of the truth: a reader that prints it is wrong.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from benchmarks.corpus.covered import Place, covered_rows
from benchmarks.corpus.spans import Block, TableBlock, TextBlock

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_AUTHOR = 'w:id="{}" w:author="经办人" w:date="2021-01-20T09:00:00Z"'
_FONTS = (
    "",
    '<w:rFonts w:hint="eastAsia"/>',
    '<w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hAnsi="宋体" w:cs="宋体" w:hint="eastAsia"/>'
    '<w:color w:val="000000"/><w:kern w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>',
    '<w:b/><w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar"/>',
    '<w:vanish w:val="0"/><w:sz w:val="18"/>',
)
_COLUMN_WIDTH = 560
_BEGINS, _GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
_STYLES = f"""{_HEAD}<w:styles xmlns:w="{_W}">\
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>\
<w:latentStyles w:defLockedState="0" w:count="2"><w:lsdException w:name="Normal"/>\
<w:lsdException w:name="heading 1"/></w:latentStyles>\
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/></w:style>\
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>\
<w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/><w:basedOn w:val="a"/>\
<w:pPr><w:jc w:val="center"/></w:pPr></w:style>\
<w:style w:type="character" w:styleId="a4"><w:name w:val="批注隐藏"/><w:rPr><w:vanish/></w:rPr></w:style>\
<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:tblPr/></w:style>\
</w:styles>"""
_PARTS = {
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "word/styles.xml": _STYLES,
}
_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_WORD_TYPE}.styles+xml"/></Types>"""


class _Habits(NamedTuple):
    """How a document was edited: how often its runs are cut, wrapped, changed with a trace, and cells are wrapped."""

    cut: float
    wrapped: float
    traced: float
    control: float
    fonts: tuple[str, ...]


def write(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return the blocks as a Word document."""
    habits = _Habits(
        rng.choice((0.0, 0.2, 0.6)), rng.choice((0.0, 0.1)), rng.choice((0.0, 0.1, 0.3)),
        rng.choice((0.0, 0.05)), tuple(rng.sample(_FONTS, 3)),
    )  # fmt: skip
    title_style = rng.random() < 0.5
    body = "".join(
        _table(rng, habits, block) if isinstance(block, TableBlock) else _text(rng, habits, block, title_style)
        for block in blocks
    )
    section = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    document = f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_OFFICE}"><w:body>{body}{section}</w:body></w:document>'
    parts = list({**_PARTS, "word/document.xml": document}.items())
    rng.shuffle(parts)
    return packed({"[Content_Types].xml": _TYPES, **dict(parts)}, stored=rng.random() < 0.1)


def packed(parts: dict[str, str], *, stored: bool = False) -> bytes:
    """Return parts by name as a package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text, archive.compression)
    return buffer.getvalue()


def _text(rng: random.Random, habits: _Habits, block: TextBlock, title_style: bool) -> str:
    properties = ""
    if block.is_title:
        properties = '<w:pStyle w:val="a3"/>' if title_style else '<w:jc w:val="center"/>'
    elif block.is_heading and title_style:
        properties = '<w:pStyle w:val="1"/>'
    return _paragraph(rng, habits, block.text, properties)


def _paragraph(rng: random.Random, habits: _Habits, text: str, properties: str = "") -> str:
    runs = "".join(_runs(rng, habits, text))
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>" if properties or rng.random() < 0.3 else f"<w:p>{runs}</w:p>"


def _runs(rng: random.Random, habits: _Habits, text: str) -> list[str]:
    """Return the runs of a text, cut and wrapped at random, with what was there before between them."""
    pieces, begin = [], 0
    for place in range(1, len(text)):
        if rng.random() < habits.cut / 3:
            pieces.append(text[begin:place])
            begin = place
    runs = [_wrapped(rng, habits, _run(rng, habits, piece)) for piece in (*pieces, text[begin:]) if piece]
    if rng.random() < habits.traced:
        runs.insert(rng.randint(0, len(runs)), rng.choice(_NOISE)(rng))
    return runs


def _run(rng: random.Random, habits: _Habits, text: str) -> str:
    fonts = rng.choice(habits.fonts)
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(t)}</w:t>' if t else "" for t in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{fonts}</w:rPr>' if fonts else ''}{inner}</w:r>"


def _wrapped(rng: random.Random, habits: _Habits, run: str) -> str:
    if rng.random() >= habits.wrapped:
        return run
    number = rng.randint(1, 99999)
    before, after = rng.choice(
        (
            ('<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'),
            (f'<w:bookmarkStart w:id="{number}" w:name="_GoBack{number}"/>', f'<w:bookmarkEnd w:id="{number}"/>'),
            ('<w:smartTag w:uri="urn:x" w:element="chsdate">', "</w:smartTag>"),
            ('<w:sdt><w:sdtPr><w:alias w:val="数"/><w:text/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"),
            (f"<w:ins {_AUTHOR.format(number)}>", "</w:ins>"),
            (f"<w:moveTo {_AUTHOR.format(number)}>", "</w:moveTo>"),
            (f'<w:hyperlink w:anchor="_GoBack{number}">', "</w:hyperlink>"),
            ('<w:fldSimple w:instr=" QUOTE 4711 ">', "</w:fldSimple>"),
            (_FIELD, '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        )
    )
    return f"{before}{run}{after}"


_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(4711) </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
)


def _old(rng: random.Random) -> str:
    return str(rng.randint(0, 9999))


def _deleted(rng: random.Random) -> str:
    text = f"<w:r><w:rPr><w:b/></w:rPr><w:delText>{_old(rng)}</w:delText></w:r>"
    return f"<w:del {_AUTHOR.format(rng.randint(1, 99999))}>{text}</w:del>"


def _moved(rng: random.Random) -> str:
    return f"<w:moveFrom {_AUTHOR.format(rng.randint(1, 99999))}><w:r><w:t>{_old(rng)}</w:t></w:r></w:moveFrom>"


def _hidden(rng: random.Random) -> str:
    properties = rng.choice(("<w:vanish/>", '<w:vanish w:val="true"/>', '<w:rStyle w:val="a4"/>'))
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{_old(rng)}</w:t></w:r>"


_NOISE: tuple[Callable[[random.Random], str], ...] = (_deleted, _moved, _hidden)


def _table(rng: random.Random, habits: _Habits, table: TableBlock) -> str:
    rows, width = covered_rows(table)
    grid = f'<w:gridCol w:w="{_COLUMN_WIDTH}"/>' * width
    parts = ['<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>', f"<w:tblGrid>{grid}</w:tblGrid>"]
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        right = row[-1].col + row[-1].cell.colspan if row else 0
        free = f'<w:gridAfter w:val="{width - right}"/>' if right < width else ""
        inserted = f"<w:ins {_AUTHOR.format(1)}/>" if rng.random() < habits.traced / 4 else ""
        properties = f"<w:trPr>{free}{inserted}</w:trPr>" if free or inserted else ""
        parts.append(f"<w:tr>{properties}{''.join(_cell(rng, habits, place) for place in row)}</w:tr>")
        if rng.random() < habits.traced / 10 and not any(place.goes_on for place in below):
            cells = "".join(f"<w:tc><w:p>{_deleted(rng)}</w:p></w:tc>" for _ in range(width))
            parts.append(f"<w:tr><w:trPr><w:del {_AUTHOR.format(2)}/></w:trPr>{cells}</w:tr>")
    return f"{''.join(parts)}</w:tbl>{'<w:p/>' if rng.random() < 0.8 else ''}"


def _cell(rng: random.Random, habits: _Habits, place: Place) -> str:
    cell = place.cell
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = _GOES_ON if place.goes_on else _BEGINS if cell.rowspan > 1 else ""
    properties = f'<w:tcW w:w="{_COLUMN_WIDTH * cell.colspan}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/>'
    texts = cell.text.split("\n") if rng.random() < 0.5 else [cell.text]
    paragraphs = "".join(_paragraph(rng, habits, text, '<w:jc w:val="center"/>') for text in texts)
    written = f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"
    if rng.random() < habits.control:
        return f'<w:sdt><w:sdtPr><w:id w:val="7"/></w:sdtPr><w:sdtContent>{written}</w:sdtContent></w:sdt>'
    return written

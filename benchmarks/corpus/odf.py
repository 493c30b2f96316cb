"""Write a report as an OpenDocument text (.odt): spans with covered cells, tracked changes, hidden text, notes.

Nothing that is deleted, hidden, a note or a comment is part of the truth: a reader that prints it is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from benchmarks.corpus.covered import Place, covered_rows
from benchmarks.corpus.docx import packed
from benchmarks.corpus.spans import Block, TableBlock, TextBlock

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = "".join(f' xmlns:{p}="{_URN}{p}:1.0"' for p in ("office", "style", "text", "table", "meta"))
SPACES += f' xmlns:draw="{_URN}drawing:1.0" xmlns:fo="{_URN}xsl-fo-compatible:1.0"'
SPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MIMETYPE = "application/vnd.oasis.opendocument.text"
_STYLES = f"""{_HEAD}<office:document-styles{SPACES}><office:styles>\
<style:style style:name="Standard" style:family="paragraph" style:class="text"/>\
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" \
style:parent-style-name="Standard" style:default-outline-level="1"/>\
<style:style style:name="Gone" style:family="text"><style:text-properties text:display="none"/></style:style>\
</office:styles><office:automatic-styles><style:style style:name="T1" style:family="text">\
<style:text-properties text:display="none"/></style:style></office:automatic-styles>\
<office:master-styles><style:master-page style:name="Standard"><style:header><text:p>2015 4711</text:p></style:header>\
</style:master-page></office:master-styles></office:document-styles>"""
_AUTOMATIC = """<office:automatic-styles>\
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Standard">\
<style:paragraph-properties fo:text-align="center"/></style:style>\
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>\
<style:style style:name="T2" style:family="text" style:parent-style-name="Gone"/>\
</office:automatic-styles>"""
_WHEN = "<office:change-info><dc:date>2021-01-20T09:00:00</dc:date></office:change-info>"
_CHANGES = f"""<text:tracked-changes><text:changed-region xml:id="ct1" text:id="ct1"><text:deletion>{_WHEN}\
<text:p>4711</text:p></text:deletion></text:changed-region><text:changed-region xml:id="ct2" text:id="ct2">\
<text:insertion>{_WHEN}</text:insertion></text:changed-region></text:tracked-changes>"""
_MANIFEST = f"""{_HEAD}<manifest:manifest xmlns:manifest="{_URN}manifest:1.0">\
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>\
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


class _Habits(NamedTuple):
    """How a document was edited: how often runs are cut, or changed with a trace; `repeats`: equal cells as one."""

    cut: float
    traced: float
    repeats: bool


def write(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return the blocks as a text document."""
    habits = _Habits(rng.choice((0.0, 0.2, 0.6)), rng.choice((0.0, 0.1, 0.3)), rng.random() < 0.3)
    body = "".join(
        _table(rng, habits, block) if isinstance(block, TableBlock) else _text(rng, habits, block) for block in blocks
    )
    content = (
        f"{_HEAD}<office:document-content{SPACES}>{_AUTOMATIC}<office:body><office:text>{_CHANGES}{body}"
        "</office:text></office:body></office:document-content>"
    )
    parts = {"mimetype": _MIMETYPE, "content.xml": content, "styles.xml": _STYLES, "META-INF/manifest.xml": _MANIFEST}
    return packed(parts, stored=rng.random() < 0.1)


def _text(rng: random.Random, habits: _Habits, block: TextBlock) -> str:
    runs = _runs(rng, habits, block.text)
    if block.is_title or (block.is_heading and rng.random() < 0.5):
        return f'<text:h text:style-name="Heading_20_1" text:outline-level="1">{runs}</text:h>'
    return f'<text:p text:style-name="Standard">{runs}</text:p>'


def _runs(rng: random.Random, habits: _Habits, text: str) -> str:
    pieces, begin = [], 0
    for place in range(1, len(text)):
        if rng.random() < habits.cut / 3:
            pieces.append(text[begin:place])
            begin = place
    runs = [_run(rng, piece) for piece in (*pieces, text[begin:]) if piece]
    if rng.random() < habits.traced:
        runs.insert(rng.randint(0, len(runs)), rng.choice(_NOISE).format(rng.randint(0, 9999)))
    return "".join(runs)


def _run(rng: random.Random, text: str) -> str:
    inner = "<text:line-break/>".join(escape(line).replace("  ", ' <text:s text:c="1"/>') for line in text.split("\n"))
    return f'<text:span text:style-name="T1">{inner}</text:span>' if rng.random() < 0.5 else inner


_NOISE = (
    '<text:span text:style-name="T2">{}</text:span>',
    '<text:change-start text:change-id="ct1"/>{}<text:change-end text:change-id="ct1"/>',
    '<text:change text:change-id="ct1"/><text:bookmark text:name="_GoBack"/>',
    '<text:change-start text:change-id="ct2"/><text:change-end text:change-id="ct2"/>',
    '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    "<text:note-body><text:p>{}</text:p></text:note-body></text:note>",
    "<office:annotation><dc:date>2021-01-20T09:00:00</dc:date><text:p>{}</text:p></office:annotation>",
    '<text:hidden-text text:condition="ooow:1" text:string-value="{0}" text:is-hidden="true">{0}</text:hidden-text>',
)


def _table(rng: random.Random, habits: _Habits, table: TableBlock) -> str:
    rows, width = covered_rows(table)
    written = "".join(_row(rng, habits, row) for row in rows)
    return f'<table:table><table:table-column table:number-columns-repeated="{width}"/>{written}</table:table>'


def _row(rng: random.Random, habits: _Habits, row: list[Place]) -> str:
    parts: list[str] = []
    position = 0
    while position < len(row):
        place = row[position]
        same = 1
        while habits.repeats and position + same < len(row) and _alike(place, row[position + same]):
            same += 1
        parts.append(_cell(rng, habits, place, same))
        position += same
    return f"<table:table-row>{''.join(parts)}</table:table-row>"


def _alike(first: Place, other: Place) -> bool:
    return first.cell == other.cell and not (first.goes_on or other.goes_on) and first.cell[1:] == (1, 1)


def _cell(rng: random.Random, habits: _Habits, place: Place, same: int) -> str:
    wide = place.cell.colspan
    covered = "<table:covered-table-cell/>"
    if place.goes_on:
        return covered * wide
    spans = f' table:number-columns-spanned="{wide}"' if wide > 1 else ""
    spans += f' table:number-rows-spanned="{place.cell.rowspan}"' if place.cell.rowspan > 1 else ""
    spans += f' table:number-columns-repeated="{same}"' if same > 1 else ""
    texts = place.cell.text.split("\n") if rng.random() < 0.5 else [place.cell.text]
    paragraphs = "".join(f'<text:p text:style-name="P1">{_runs(rng, habits, text)}</text:p>' for text in texts)
    return f"<table:table-cell{spans}>{paragraphs}</table:table-cell>{covered * (wide - 1)}"

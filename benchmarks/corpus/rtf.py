"""Write a report as Rich Text (.rtf) the way Word, WPS and LibreOffice spell it.

Every file picks the habits of one writer: characters as Unicode or as bytes of code page 936, merged cells as flags or
as wider cells, row definitions once or twice. Nothing that is deleted, hidden, a note or an instruction is part of the
truth: a reader that prints it is wrong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.corpus.covered import Place, covered_rows
from benchmarks.corpus.spans import Block, TableBlock, TextBlock

_LEFT, _SHORTEST, _LONGEST = -108, 300, 1200
_UNICODE, _BYTES, _BOTH = "unicode", "bytes", "both"
_HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0\deflang1033\deflangfe2052"
    r"{\fonttbl{\f0\froman\fcharset0\fprq2{\*\panose 02020603050405020304}Times New Roman;}"
    r"{\f13\fnil\fcharset134\fprq2{\*\panose 02010600030101010101}\'cb\'ce\'cc\'e5{\*\falt SimSun};}}"
    r"{\colortbl;\red0\green0\blue0;\red255\green0\blue0;}"
    r"{\stylesheet{\qj\fs21 \snext0 Normal;}{\s1\qc\outlinelevel0\b \sbasedon0 \snext0 heading 1;}"
    r"{\*\cs10 \additive Default Paragraph Font;}}"
    r"{\*\generator Riched20 10.0.19041}{\info{\title 2015}{\author 4711}{\creatim\yr2021\mo1\dy20}}"
    r"{\*\rsidtbl \rsid4711\rsid110112}\paperw11906\paperh16838\viewkind1"
    r"{\header \pard\plain 2015 {\field{\*\fldinst PAGE}{\fldrslt 4711}}\par}"
)
_PLAIN = r"\pard\plain \ql\widctlpar\fs21 "
_IN_TABLE = r"\pard\plain \qc\widctlpar\intbl\fs21 "
_NOTE = r"{\super\chftn{\footnote \pard\plain \super\chftn  4711\par}}"


class _Habits(NamedTuple):
    """How one writer spells. `breaks`: a cell's lines end in line breaks; `twice`: rows are defined behind it, too."""

    letters: str
    flags: bool
    breaks: bool
    twice: bool
    traced: float
    cut: float
    jitter: int


def write(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return the blocks as a Rich Text file."""
    habits = _Habits(
        rng.choice((_UNICODE, _BYTES, _BOTH)), rng.random() < 0.3, rng.random() < 0.5, rng.random() < 0.5,
        rng.choice((0.0, 0.1, 0.3)), rng.choice((0.0, 0.2)), rng.choice((0, 0, 3, 20)),
    )  # fmt: skip
    parts = [_HEAD]
    for block in blocks:
        if isinstance(block, TableBlock):
            parts.extend((*_table(rng, habits, block), _PLAIN, r"\par "))
        else:
            parts.append(_text(rng, habits, block))
    return "\r\n".join([*parts, "}"]).encode("ascii")


def letters(text: str, habit: str) -> str:
    """Return a text as control words; the digits of all fonts are plain."""
    found = []
    for letter in text:
        if letter == "\n":
            found.append(r"\line ")
        elif letter in "\\{}":
            found.append(f"\\{letter}")
        elif letter.isascii():
            found.append(letter)
        else:
            found.append(_letter(letter, habit))
    return "".join(found)


def _letter(letter: str, habit: str) -> str:
    try:
        stored = "".join(f"\\'{byte:02x}" for byte in letter.encode("gbk"))
    except UnicodeEncodeError:
        stored, habit = "?", _UNICODE
    if habit == _BYTES:
        return stored
    units = letter.encode("utf-16-le")
    codes = [int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2)]
    if habit == _BOTH:
        return "{\\uc2" + "".join(f"\\u{code} {stored}" for code in codes) + "}"
    return "".join(f"\\u{code}?" for code in codes)


def _runs(rng: random.Random, habits: _Habits, text: str) -> str:
    pieces, begin = [], 0
    for place in range(1, len(text)):
        if rng.random() < habits.cut / 3:
            pieces.append(text[begin:place])
            begin = place
    runs = [_run(rng, habits, piece) for piece in (*pieces, text[begin:]) if piece]
    if rng.random() < habits.traced:
        runs.insert(rng.randint(0, len(runs)), rng.choice((_deleted, _hidden, _annotation, _note))(rng))
    return "".join(runs)


def _run(rng: random.Random, habits: _Habits, text: str) -> str:
    properties = rng.choice((r"\f13", r"\loch\af0\hich\af0\dbch\af13 \f13", r"\b\f13", r"\v0\f13\cf1", r"\strike0\f13"))
    run = f"{{{properties} {letters(text, habits.letters)}}}"
    if rng.random() < habits.traced / 2:
        return f"{{\\field{{\\*\\fldinst  QUOTE 4711 }}{{\\fldrslt {run}}}}}"
    return run


def _deleted(rng: random.Random) -> str:
    return f"{{\\deleted\\revauthdel1\\revdttmdel110112 {rng.randint(0, 9999)}}}"


def _hidden(rng: random.Random) -> str:
    return f"{{\\v {rng.randint(0, 9999)}}}"


def _annotation(rng: random.Random) -> str:
    return rf"{{\*\atnid 4711}}\chatn {{\*\annotation \pard\plain {rng.randint(0, 9999)}}}"


def _note(_rng: random.Random) -> str:
    return _NOTE


def _text(rng: random.Random, habits: _Habits, block: TextBlock) -> str:
    style = r"\s1\outlinelevel0 " if block.is_title else ""
    lines = block.text.split("\n")
    return "\r\n".join(rf"{_PLAIN}{style}{_runs(rng, habits, line)}\par " for line in lines)


def _table(rng: random.Random, habits: _Habits, table: TableBlock) -> list[str]:
    rows, width = covered_rows(table)
    edges = [_LEFT]
    for _ in range(width):
        edges.append(edges[-1] + rng.randint(_SHORTEST, _LONGEST))
    return [_row(rng, habits, row, edges) for row in rows]


def _row(rng: random.Random, habits: _Habits, row: list[Place], edges: list[int]) -> str:
    words: list[str] = [rf"\trowd \irow0\trgaph108\trleft{edges[0]}\trbrdrt\brdrs\brdrw10 "]
    cells: list[str] = []
    for place in row:
        downwards = r"\clvmrg" if place.goes_on else r"\clvmgf" if place.cell.rowspan > 1 else ""
        right = place.col + place.cell.colspan
        divided = habits.flags and not downwards and place.cell.colspan > 1
        for number, column in enumerate(range(place.col + 1, right + 1) if divided else [right]):
            across = "" if not divided else r"\clmrg" if number else r"\clmgf"
            edge = edges[column] + (rng.randint(0, habits.jitter) if habits.jitter else 0)
            words.append(rf"{downwards}{across}\clvertalc\clbrdrt\brdrs\cltxlrtb\cellx{edge}")
            cells.append(_cell(rng, habits, "" if number else place.cell.text))
    definition = "".join(words)
    return "\r\n".join([definition, *cells, definition if habits.twice else "", r"\row "])


def _cell(rng: random.Random, habits: _Habits, text: str) -> str:
    lines = [text] if habits.breaks else text.split("\n")
    return _IN_TABLE + r"\par ".join(_runs(rng, habits, line) for line in lines) + r"\cell "

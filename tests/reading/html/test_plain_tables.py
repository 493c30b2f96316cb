"""Plain tables are read from the source as the parser would read them, and what is not plain is left to the parser."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus.damage import DAMAGES
from benchmarks.corpus.judging import Trial
from benchmarks.corpus.layouts import LAYOUTS
from pipelines.reading import Grid, read
from pipelines.reading.decoding import decode
from pipelines.reading.html import document
from pipelines.reading.html.plain_tables import plain_rows

_PAGES = [layout for layout in LAYOUTS if layout.__name__.startswith("html")]
_PIECES = [
    "<p>",
    "</p>",
    "<td>",
    "</td>",
    "<tr>",
    "</tr>",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<br>",
    "&nbsp;",
    "&#49;",
    "<",
]


def rows(body: str) -> list[list[str]] | None:
    found = plain_rows(f"<table>{body}")
    return None if found is None else [[cell.text for cell in row] for row in found]


def test_a_plain_table_has_its_cells_and_spans() -> None:
    body = "<tbody><tr><td colspan='2'><p>a&amp;b</p><p> c </p></td><td ROWSPAN=3>1<br/>2</td></tr></tbody>"
    (row,) = plain_rows(f"<table border=1>{body}") or [[]]
    assert [(cell.text, cell.rowspan, cell.colspan) for cell in row] == [("a&b\nc", 1, 2), ("1\n2", 3, 1)]


@pytest.mark.parametrize(
    "body",
    [
        "<tr><td>a</tr>",
        "<tr><td>a<td>b</td></tr>",
        "<tr>text<td>a</td></tr>",
        "<td>a</td>",
        "<tr><td><b>a</td></tr>",
        "<tr><td><script>1</script></td></tr>",
        "<tr><td>a<!-- </td> --></td></tr>",
        "<tr><td title='<td>'>a</td></tr>",
        "<tr><td>&unknown;</td></tr>",
        "<tr><td>&#0;</td></tr>",
        "<tr><td><input value=7></td></tr>",
    ],
)
def test_what_a_parser_could_read_otherwise_is_not_plain(body: str) -> None:
    assert rows(body) is None


@pytest.mark.parametrize("seed", range(25))
def test_the_parser_reads_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    text = decode(Trial(seed, rng.choice(_PAGES), rng.choice(DAMAGES)).file()[1])[0]
    start = max(text.find("<table"), 0)
    for _ in range(rng.choice((0, 0, 1, 3))):
        at = rng.randrange(start, len(text))
        text = text[:at] + rng.choice(_PIECES) + text[at:]
    own = grids(text)
    monkeypatch.setattr(document, "cut_plain_tables", lambda page, *_: (page, []))
    assert own == grids(text)


def grids(text: str) -> list[Grid]:
    return [block for block in read(text.encode()).blocks if isinstance(block, Grid)]

"""Form 2014: read in every layout, only under its own header, never out of prose."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from html import escape
from itertools import zip_longest

import pytest

from benchmarks.corpus.statistics import TITLE, random_statistics, statistics_rows
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.numbers import AMBIGUOUS
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import CellReading, FormReading
from pipelines.forms.indicators import TABLE_ID
from pipelines.reading import read

Rows = list[list[str]]
LAST_YEAR = 2026
HEAD = f"{TITLE}\n一、概述\n2016年，政府网站公开政府信息数180条。\n"


def html(rows: Rows) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<html><body><h1>{TITLE}</h1><p>一、概述</p><table>{body}</table></body></html>"


def two_panels(rows: Rows) -> str:
    half = len(rows) // 2
    sides = zip_longest(rows[:half], [rows[0], *rows[half:]], fillvalue=["", "", ""])
    return html([[*left, *right] for left, right in sides])


LAYOUTS: dict[str, Callable[[Rows], str]] = {
    "html": html,
    "numbered": lambda rows: html([[str(n) if n else "序号", *row] for n, row in enumerate(rows)]),
    "cell_lines": lambda rows: HEAD + "\n".join("\n".join(text for text in row if text) for row in rows),
    "words": lambda rows: HEAD + "\n".join(" ".join(row) for row in rows),
    "pipes": lambda rows: HEAD + "\n".join(" | ".join(row) + " |" for row in rows),
    "tab_rows": lambda rows: HEAD + "\n".join("\t".join(row) for row in rows),
    "tab_led": lambda rows: HEAD + "\n\n".join("\n".join(f"\t{text}" for text in row) for row in rows),
}


def reading_of(text: str) -> FormReading:
    reading = extract(read(text.encode()), LAST_YEAR).reading
    assert reading is not None
    return reading


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("blanks", [0.0, 0.2])
def test_every_number_is_read(layout: str, blanks: float) -> None:
    rng = random.Random(f"{layout} {blanks}")
    truth = random_statistics(rng, blanks=blanks)
    reading = reading_of(LAYOUTS[layout](statistics_rows(rng, truth)))
    assert reading.form.id == "2014"
    assert {path: cell.value for path, cell in reading.cells.items()} == {p: t.value for p, t in truth.items()}
    assert reading.unmapped == []


def test_a_table_in_two_halves_side_by_side_is_read() -> None:
    rng = random.Random(1)
    truth = random_statistics(rng)
    reading = reading_of(two_panels(statistics_rows(rng, truth)))
    assert {path: cell.value for path, cell in reading.cells.items()} == {p: t.value for p, t in truth.items()}


def test_several_columns_of_numbers_decide_nothing() -> None:
    rng = random.Random(2)
    rows = [[*row, "7"] for row in statistics_rows(rng, random_statistics(rng))]
    rows[0][-1] = "统计数"
    assert {cell.status for cell in reading_of(html(rows)).cells.values()} == {AMBIGUOUS}


def test_numbers_since_the_beginning_are_another_column() -> None:
    rng = random.Random(3)
    truth = random_statistics(rng)
    rows = [[*row, "70000"] for row in statistics_rows(rng, truth)]
    rows[0][-1] = "历年累计"
    assert {p: c.value for p, c in reading_of(html(rows)).cells.items()} == {p: t.value for p, t in truth.items()}


def test_a_doubtful_number_says_why_even_where_its_unit_is_another() -> None:
    rng = random.Random(3)
    truth = random_statistics(rng, blanks=0.0)
    rows = statistics_rows(rng, truth)
    row = next(row for row in rows if row[1] == "件" and row[2].isdigit())
    for text, unit, answer in (("12①", "场次", (AMBIGUOUS, "number_mark")), ("12", "场次", ("value", "unit_differs"))):
        row[1:] = [unit, text]
        cells = reading_of(html(rows)).cells.values()
        assert [(c.status, c.note) for c in cells if c.raw == text] == [answer]


@pytest.mark.parametrize(("unit", "yuan"), [("万元", 1234500), ("元", 123.45)])
def test_the_unit_beside_an_amount_is_its_unit(unit: str, yuan: float) -> None:
    rng = random.Random(3)
    rows = statistics_rows(rng, random_statistics(rng))
    row = next(row for row in rows if row[1] in ("万元", "元"))
    row[1:] = [unit, "123.45"]
    (cell,) = (c for c in reading_of(html(rows)).cells.values() if c.raw == "123.45")
    assert cell.yuan is not None and (cell.unit, cell.yuan.unit_source) == (unit, "header")
    assert float(cell.yuan.yuan or 0) == yuan


def beside(unit: str, text: str, *, old: str, label: str = "{}") -> CellReading:
    rng = random.Random(3)
    rows = statistics_rows(rng, random_statistics(rng))
    row = next(row for row in rows if row[1] == old and row[2].replace(".", "").isdigit())
    row[:] = [label.format(row[0]), unit, text]
    (cell,) = (c for c in reading_of(html(rows)).cells.values() if c.raw == text)
    return cell


@pytest.mark.parametrize(
    ("unit", "yuan"), [("百元", 12345), ("千元", 123450), ("亿元", 12345000000), ("萬圓", 1234500)]
)
def test_any_declared_unit_beside_an_amount_is_its_unit(unit: str, yuan: int) -> None:
    cell = beside(unit, "123.45", old="万元")
    assert cell.yuan is not None and (cell.yuan.yuan, cell.yuan.unit_source) == (Decimal(yuan), "header")


@pytest.mark.parametrize(
    ("unit", "label", "note"),
    [("美元", "{}", "unknown_unit"), ("件", "{}", "unknown_unit"), ("万元", "{}（元）", "units_contradict")],
)
def test_an_amount_beside_a_unit_that_cannot_be_its_own_has_no_number(unit: str, label: str, note: str) -> None:
    cell = beside(unit, "123.45", old="万元", label=label)
    assert (cell.status, cell.value, cell.note) == (AMBIGUOUS, None, note)


@pytest.mark.parametrize("unit", ["万件", "千件", "百件"])
def test_a_count_beside_a_unit_of_several_things_has_no_number(unit: str) -> None:
    cell = beside(unit, "1234567", old="件")
    assert (cell.status, cell.value, cell.note) == (AMBIGUOUS, None, "larger_unit")


def test_an_unknown_row_is_kept_as_unmapped() -> None:
    rng = random.Random(4)
    rows = statistics_rows(rng, random_statistics(rng))
    rows.insert(5, ["机构领导信息", "条", "12"])
    (unmapped,) = reading_of(html(rows)).unmapped
    assert (unmapped.label, unmapped.values) == ("机构领导信息", ("12",))


def test_results_of_lawsuits_are_told_from_those_of_reconsiderations() -> None:
    rng = random.Random(5)
    rows = [row for row in statistics_rows(rng, random_statistics(rng)) if "行政诉讼数量" not in row[0]]
    rows = [row for row in rows if "驳回" not in row[0]]
    cells = reading_of(html(rows)).cells
    # 被依法纠错数 then stands twice under 行政复议: two different numbers decide nothing.
    assert cells[TABLE_ID, "litigation.corrected", ""].value is None


def test_prose_selects_no_form() -> None:
    text = HEAD + "二、主动公开政府信息情况\n制发规范性文件总数4件，政府公报公开政府信息数3条。\n三、其他\n无。"
    assert extract(read(text.encode()), LAST_YEAR).reading is None


def test_a_blank_table_is_a_template() -> None:
    rng = random.Random(6)
    rows = statistics_rows(rng, random_statistics(rng, blanks=1.0))
    with pytest.raises(NotAReport, match="blank_template"):
        extract(read(html(rows).encode()), LAST_YEAR)

"""Which form a table is read under: that whose labels it bears, and a report may mix forms."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from benchmarks.corpus import layouts
from benchmarks.corpus.formats import printers
from benchmarks.corpus.printing import Path, Printout, Truth, random_printout
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import FormReading
from pipelines.extracting.tables.collector import RawTable
from pipelines.extracting.tables.recognition import recognise
from pipelines.extracting.tables.rows import Slot
from pipelines.reading import read

LAST_YEAR = 2026
KINDS = [name for name in printers() if name not in ("scan", "text glued", "text deduplicated")]
# Values are digits in these; what blanks or lost labels take is flagged elsewhere.
MIXED = (
    ("2021", "2019", ("documents",)),
    ("2019", "2021", ("documents",)),
    ("2021", "2019", ("documents", "licensing")),
    ("2019", "2021", ("applications",)),
    ("2021", "2019", ("applications",)),
    ("2019", "2021", ("fees",)),
)
# Every kind of file with two ways of mixing, every way with several kinds.
CASES = [(kind, *MIXED[n % len(MIXED)]) for i, kind in enumerate(KINDS) for n in (i, i + 3)]


def raw(table: str, *header: str) -> RawTable:
    return RawTable(table, [Slot(text, 0, 0, i, i + 1, 0) for i, text in enumerate(header)])


def mixed(rng: random.Random, main: str, other: str, tables: tuple[str, ...]) -> tuple[Printout, dict[Path, Truth]]:
    """Return a report on one form in which some tables are printed as another form has them."""
    printout, foreign = random_printout(rng, main), random_printout(rng, other)
    of_other = {sheet.table: sheet for sheet in foreign.sheets}
    printout.sheets[:] = [of_other[s.table] if s.table in tables else s for s in printout.sheets]
    truth = {path: value for path, value in printout.truth.items() if path[0] not in tables}
    return printout, truth | {path: value for path, value in foreign.truth.items() if path[0] in tables}


def reading_of(data: bytes) -> FormReading:
    reading = extract(read(data), LAST_YEAR).reading
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("kind", "main", "other", "tables"), CASES, ids=["-".join((kind, a, b, *t)) for kind, a, b, t in CASES]
)
def test_no_number_of_a_mixed_report_is_lost_or_under_a_wrong_measure(
    kind: str, main: str, other: str, tables: tuple[str, ...]
) -> None:
    rng = random.Random(f"{kind} {main} {tables}")
    printout, truth = mixed(rng, main, other, tables)
    reading = reading_of(printers()[kind](rng, printout))
    numbers = {path: cell.value for path, cell in reading.cells.items() if cell.value is not None}
    expected = {path: value.value for path, value in truth.items() if value.value is not None}
    wrong = {path: value for path, value in numbers.items() if expected.get(path) != value}
    assert wrong == {}
    lost = {path for path in expected if path not in reading.cells or reading.cells[path].status == "absent"}
    assert lost == set(), "a cell whose place is not sure is ambiguous, with its text"
    assert reading.form.id == main and {form.id for form in reading.borrowed.values()} == {other}


def test_cells_of_a_borrowed_table_are_statutory_and_those_it_stands_for_absent() -> None:
    rng = random.Random(7)
    printout, _ = mixed(rng, "2021", "2019", ("documents",))
    reading = reading_of(layouts.dressed(rng, layouts.page(rng, printout, layouts.html)))
    assert reading.is_statutory(("documents", "rules", "newly_made"))
    assert reading.cells["documents", "rules", "issued"].status == "absent"
    assert not reading.is_statutory(("licensing", "administrative_licensing", "prior_year_items"))


def test_the_columns_of_a_header_tell_the_form() -> None:
    tables = [raw("documents", "本年新制作数量", "本年新公开数量", "对外公开总数量"), raw("fees", "本年收费金额"),
              raw("licensing", "上一年项目数量", "本年增/减", "处理决定数量")]  # fmt: skip
    found = recognise(tables, 2022)
    assert found is not None
    assert [form.id for form in found.of_tables if form] == ["2019", "2021", "2019"]
    assert found.form.id == "2019", "two tables against one, whatever the year"


def test_the_year_chooses_only_between_forms_with_as_many_labels() -> None:
    tables = [raw("documents", "本年新制作数量", "本年新公开数量", "对外公开总数量"), raw("fees", "本年收费金额")]
    chosen = {year: found.form.id for year in (2020, 2022) if (found := recognise(tables, year))}
    assert set(chosen.values()) <= {"2019", "2021"}
    assert recognise([raw("reviews", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计")], 2022) is None


def test_a_table_that_one_form_alone_has_is_read_under_it() -> None:
    rng = random.Random(3)
    printout = random_printout(rng, "2021")
    procurement = next(sheet for sheet in random_printout(rng, "2019").sheets if sheet.table == "procurement")
    printout.sheets.insert(4, procurement)
    reading = reading_of(layouts.dressed(rng, layouts.page(rng, printout, layouts.html)))
    cell = reading.cells["procurement", "centralized_procurement", "project_count"]
    assert reading.form.id == "2021" and isinstance(cell.value, Decimal)

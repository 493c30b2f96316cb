"""Empty lines that are blank cells: only where the lines of the other rows prove it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.layouts import page
from benchmarks.corpus.printing import ROW, Printout, Sheet, Truth, random_printout
from pipelines.extracting.tables.blank_lines import with_blank_cells
from tests.extracting.tables.assembled import CAPTION, HEADER, NORMATIVE, RULES, collected

LABELS = ("本年新收政府信息公开申请数量", "上年结转政府信息公开申请数量", "予以公开", "部分公开", "属于国家秘密")
COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
FULL = ("1", "2", "3", "4", "5", "6", "7")
SPARSE = ("", "2", "", "", "5", "6", "")
Row = tuple[str, ...]


def applications(*rows: Row, step: int = 1, below: str = "四、政府信息公开行政复议、行政诉讼情况") -> str:
    """Return the applications table with a line for each cell, `step` lines apart."""
    cells = [cell for label, row in zip(LABELS, rows, strict=False) for cell in (label, *row)]
    return ("\n" * step).join(("申请人情况", *COLUMNS, *cells, below))


def restored(text: str, *widths: int) -> list[Row]:
    """Return the cells of all rows of a text whose tables have so many columns."""
    tables = collected(text).tables
    found = with_blank_cells([(table, width) for table, width in zip(tables, widths, strict=True)])
    return [tuple(slot.text for slot in row.slots) for table in found for row in table.rows]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_where_every_row_has_a_line_for_each_cell_an_empty_one_is_blank(step: int) -> None:
    rows = (FULL, SPARSE, FULL, ("",) * 7, FULL)
    assert restored(applications(*rows, step=step), 7) == list(rows)


def test_a_blank_cell_has_its_place_between_its_neighbours() -> None:
    (table,) = collected(applications(FULL, SPARSE, FULL, FULL, FULL)).tables
    (found,) = with_blank_cells([(table, 7)])
    assert [(slot.line - 17, slot.col) for slot in found.rows[1].slots] == [(n, n) for n in range(1, 8)]


@pytest.mark.parametrize(
    "rows",
    [
        (FULL, FULL, FULL, FULL[:5], FULL),  # two cells and their lines are lost
        (FULL, FULL, FULL, (*SPARSE, ""), FULL),  # a line too many
        (FULL, SPARSE, FULL, FULL[:6], FULL),  # lines are kept in one row and lost in another
        (FULL, FULL[:6], FULL),  # too few rows to tell
    ],
)
def test_one_row_that_lost_lines_makes_every_empty_line_doubtful(rows: tuple[Row, ...]) -> None:
    assert restored(applications(*rows), 7) == [tuple(cell for cell in row if cell) for row in rows]


def test_a_line_break_in_a_row_of_numbers_is_no_cell() -> None:
    text = applications(FULL, SPARSE, FULL, FULL, FULL).replace("\n3\n", "\n3\n\n", 1)
    assert restored(text, 7)[1] == ("2", "5", "6")


def test_at_the_end_of_a_table_other_ends_show_how_far_the_next_text_is() -> None:
    last = ("1", "2", "3", "4", "5", "6", "")
    assert restored(applications(FULL, FULL, FULL, FULL, last), 7)[4] == last[:6]
    assert restored(applications(FULL, SPARSE, SPARSE, SPARSE, last), 7)[4] == last
    assert restored(applications(FULL, FULL, FULL, FULL, ("1", *[""] * 6)), 7)[4] == ("1", *[""] * 6)


def test_a_row_at_the_very_end_is_whole_only_with_its_last_cell() -> None:
    text = applications(FULL, SPARSE, FULL, FULL, ("", *FULL[1:6], ""), below="")
    assert restored(text, 7)[4] == FULL[1:6]
    assert restored(applications(FULL, SPARSE, FULL, FULL, ("", *FULL[1:]), below=""), 7)[4] == ("", *FULL[1:])


def test_tables_whose_columns_are_not_known_prove_nothing() -> None:
    text = f"{CAPTION}{HEADER}{RULES}\n1\n\n3\n{NORMATIVE}\n\n\n\n三、收到和处理政府信息公开申请情况"
    assert restored(text, 3) == [("1", "3"), ()]
    assert restored(applications(FULL, SPARSE, FULL, FULL, FULL), 0)[1] == ("2", "5", "6")


def with_blanks(rng: random.Random, printout: Printout) -> None:
    """Leave one table blank, and a third of all other cells."""
    empty = rng.choice([sheet.table for sheet in printout.sheets])
    for line in printout.rows():
        for place, path in enumerate(line.paths):
            if path[0] == empty or rng.random() < 0.3:
                line.values[place], printout.truth[path] = "", Truth("", None)


def lines(step: int, *, kept: bool) -> Callable[[random.Random, list[Sheet]], str]:
    def layout(_rng: random.Random, sheets: list[Sheet]) -> str:
        cells = (cell for sheet in sheets for line in sheet.lines for cell in line.cells())
        return ("\n" * step).join(cell for cell in cells if cell or kept)

    return layout


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("step", [1, 2])
def test_reports_with_an_empty_line_for_each_blank_are_read_whole(step: int, seed: int) -> None:
    rng = random.Random(f"{step} {seed}")
    printout = random_printout(rng, "2021")
    with_blanks(rng, printout)
    verdict = judge_file(printout, page(rng, printout, lines(step, kept=True)).encode())
    assert (verdict.right, verdict.wrong) == (len(printout.truth), ())


@pytest.mark.parametrize("step", [1, 2])
def test_reports_without_lines_for_blank_cells_stay_doubtful(step: int) -> None:
    rng = random.Random(step)
    printout = random_printout(rng, "2021")
    with_blanks(rng, printout)
    verdict = judge_file(printout, page(rng, printout, lines(step, kept=False)).encode())
    short = [line for line in printout.rows() if line.kind == ROW and "" in line.values]
    assert verdict.wrong == () and verdict.flagged >= sum(len(line.values) for line in short) > 0

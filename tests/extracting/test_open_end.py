"""A file that ends inside its last number or row: what of it is still sure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pipelines.extracting.open_end import doubt_cut
from pipelines.extracting.report import extract
from pipelines.extracting.tables.cells import ABSENT_CELL, CellReading, FormReading
from pipelines.extracting.tables.rows import Slot
from pipelines.forms import FORMS
from pipelines.reading import IN_NUMBER, OPEN_END, Cell, Document, Grid, read

DOCUMENTS = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t0\t0\t0\n"
TITLE = "某局2022年政府信息公开工作年度报告"
HEAD = f"{TITLE}\n{DOCUMENTS}三、收到和处理政府信息公开申请情况\n"
COLUMNS = "\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n"
FIRST = "一、本年新收政府信息公开申请数量"
SECOND = "二、上年结转政府信息公开申请数量"
TABLE = f"{HEAD}{COLUMNS}{FIRST}\t1\t2\t3\t4\t5\t6\t21\n"
LAST = ("applications", "carried_in", "total")


def cells(text: str) -> dict[str, CellReading]:
    reading = extract(read(text.encode()), 2026).reading
    assert reading is not None
    return {column: cell for (_, row, column), cell in reading.cells.items() if row == LAST[1]}


@pytest.mark.parametrize("separator", ["\t", ","])
@pytest.mark.parametrize(("end", "status"), [("98", "ambiguous"), ("98\n", "value"), ("98 ", "value"), ("0", "value")])
def test_the_number_that_ends_a_file_is_sure_where_something_follows_or_none_can(
    separator: str, end: str, status: str
) -> None:
    found = cells(f"{TABLE}{SECOND}\t9\t8\t7\t6\t5\t4\t{end}".replace("\t", separator))
    assert found["total"].status == status
    assert found["total"].note == ("cut" if status == "ambiguous" else None)
    assert [str(found[column].value) for column in found if column != "total"] == list("987654")


def test_a_blank_cell_that_ends_a_file_may_have_held_a_number() -> None:
    assert cells(f"{TABLE}{SECOND}\t9\t8\t7\t6\t5\t4\t")["total"].note == "cut"
    assert cells(f"{TABLE}{SECOND}\t9\t8\t7\t6\t5\t4\t\n")["total"].status == "blank"


def test_a_page_that_ends_in_a_number_is_no_surer() -> None:
    page = f"<p>{TITLE}</p>"
    rows = (
        *DOCUMENTS.strip().split("\n"),
        COLUMNS,
        f"{FIRST}\t1\t2\t3\t4\t5\t6\t21",
        f"{SECOND}\t9\t8\t7\t6\t5\t4\t98",
    )
    table = "<table>" + "</tr>".join("<tr><td>" + "</td><td>".join(row.strip("\n").split("\t")) for row in rows)
    assert cells(page + table)["total"].note == "cut"
    assert cells(f"{page}{table}</td></tr></table>")["total"].status == "value"


@pytest.mark.parametrize(("columns", "lost"), [(8, True), (6, False)])
def test_a_last_row_shorter_than_others_may_be_shifted(columns: int, lost: bool) -> None:
    reading = FormReading(FORMS["2021"])
    own = sorted(path for path in reading.form.cells if path[:2] == LAST[:2])
    for col, path in enumerate(own):
        slot = Slot("3", 0, 1, col, col + 1, 0)
        reading.cells[path] = CellReading("3", "value", Decimal(3), "件", None, "label", 1.0, slot, None)
    reading.cells[own[0]] = ABSENT_CELL
    above, last = (tuple(Cell("3", row, col, 1, 1, 0) for col in range(n)) for row, n in ((0, columns), (1, 6)))
    document = Document("text/plain", "utf-8", (Grid(0, (above, last), spanned=False),), {OPEN_END: "line"})
    found = doubt_cut(document, reading).cells
    assert {found[path].status for path in own[1:]} == ({"ambiguous"} if lost else {"value"})


@pytest.mark.parametrize(("printed", "status"), [("10", "value"), ("1", "ambiguous"), ("9", "value"), ("100", "value")])
def test_the_last_cell_of_a_whole_form_is_cut_where_its_sum_goes_on(printed: str, status: str) -> None:
    form = FORMS["2021"]
    channel = ("reviews", "litigation_after_reconsideration")
    parts = {"upheld": "1", "corrected": "2", "other_result": "3", "pending": "4", "total": printed}
    assert {path[2] for path in form.cells if path[:2] == channel} == set(parts)
    reading = FormReading(form)
    for number, path in enumerate(sorted(form.cells)):
        text = parts[path[2]] if path[:2] == channel else "0"
        slot = Slot(text, 0, number, 0, 1, 0)
        reading.cells[path] = CellReading(text, "value", Decimal(text), "件", None, "label", 1.0, slot, None)
    total = (*channel, "total")
    place = sorted(form.cells).index(total)
    grid = Grid(0, ((Cell(printed, place, 0, 1, 1, 0),),), spanned=False)
    document = Document("text/plain", "utf-8", (grid,), {OPEN_END: IN_NUMBER})
    found = doubt_cut(document, reading)
    assert found.cells[total].status == status
    assert sum(cell.status == "value" for cell in found.cells.values()) == len(form.cells) - (status != "value")
    assert doubt_cut(replace(document, metadata={}), reading) is reading

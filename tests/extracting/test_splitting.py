"""Several reports in one file are told apart; running titles, links and second tables split nothing."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus import layouts
from benchmarks.corpus.layouts import LAYOUTS, Layout
from benchmarks.corpus.printing import Path, Printout, random_printout
from benchmarks.corpus.spans import TITLE
from pipelines.extracting.report import Report
from pipelines.extracting.splitting import extract_all, split
from pipelines.reading import Document, Grid, Paragraph, read
from pipelines.reading.document import Cell

# Layouts that print a whole row or table on one line hold no line by which the next report could be told.
SPLITTABLE = [layout for layout in LAYOUTS if layout.__name__ not in ("one_line", "row_lines", "glued")]
PLACES = ("东山区", "西河区", "南湖区")


def several(layout: Layout, printouts: list[Printout]) -> bytes:
    pages = []
    for place, printout in zip(PLACES, printouts, strict=False):
        text = layouts.page(random.Random(place), printout, layout).replace("东山区", place)
        pages.append(text.removeprefix("<html><body>").removesuffix("</body></html>"))
    whole = "\n".join(pages)
    return (f"<html><body>{whole}</body></html>" if layout.__name__.startswith("html") else whole).encode()


def wrong(printout: Printout, found: Report) -> list[Path]:
    assert found.reading is not None
    return [p for p, c in found.reading.cells.items() if c.value is not None and c.value != printout.truth[p].value]


@pytest.mark.parametrize("layout", SPLITTABLE, ids=lambda layout: layout.__name__)
def test_each_report_of_a_file_is_read(layout: Layout) -> None:
    rng = random.Random(5)
    printouts = [random_printout(rng, form) for form in ("2019", "2021", "2019")]
    found = extract_all(read(several(layout, printouts)), 2026)
    agencies = [(report.headline.agency or "")[3:6] for report in found.reports]
    assert (agencies, found.problems) == (list(PLACES), ())
    assert [wrong(*pair) for pair in zip(printouts, found.reports, strict=True)] == [[], [], []]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_one_report_stays_one(layout: Layout) -> None:
    text = layouts.page(random.Random(1), random_printout(random.Random(2), "2021"), layout)
    again = f"{text}\n上一篇：{TITLE.replace('2020', '2019')}\n{TITLE}\n本年新收政府信息公开申请结转下年度继续办理3件。"
    assert len(list(split(read(again.encode())))) == 1


def test_a_part_that_is_no_report_is_named_and_the_other_read() -> None:
    filled, blank = (random_printout(random.Random(3), "2021", blanks=share) for share in (0.0, 1.0))
    whole = several(layouts.html, [filled, blank]).decode()
    title = "测试市西河区人民政府2020年政府信息公开工作年度报告"
    found = extract_all(read(whole.replace(title, "政府信息公开工作年度报告格式").encode()), 2026)
    assert len(found.reports) == 1
    assert [reason for reason, _ in found.problems] == ["blank_template"]


def test_a_part_without_a_year_has_that_of_the_part_above() -> None:
    printout = random_printout(random.Random(4), "2021")
    text = several(layouts.html, [printout] * 2).decode().replace("西河区人民政府2020年", "西河区人民政府")
    years = [report.headline.year for report in extract_all(read(text.encode()), 2026).reports]
    assert years == [2020, 2020]


def test_a_sheet_after_a_whole_form_is_another_report() -> None:
    def grid(index: int) -> Grid:
        labels = ("第二十条第（一）项", "一、本年新收政府信息公开申请数量", "四、结转下年度继续办理")
        rows = tuple((Cell(label, n, 0, 1, 1, 0),) for n, label in enumerate(labels))
        return Grid(index, rows, spanned=True)

    blocks = (Paragraph("财政局", 0, is_heading=True), grid(0), Paragraph("教育局", 0, is_heading=True), grid(1))
    parts = list(split(Document("application/x-sheet", None, blocks)))
    assert [part.blocks[0] for part in parts] == [blocks[0], blocks[2]]

"""Several reports in one file are told apart; running titles, links and second tables split nothing."""

from __future__ import annotations

import random
import re

import pytest

from benchmarks.corpus import layouts
from benchmarks.corpus.layouts import LAYOUTS, Layout
from benchmarks.corpus.printing import Path, Printout, random_printout
from benchmarks.corpus.spans import TITLE
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import Report
from pipelines.extracting.splitting import extract_all, split
from pipelines.messages import retold
from pipelines.reading import Document, Grid, Paragraph, Piece, ReadError, Run, read
from pipelines.reading.document import Cell

# Layouts that print a whole row or table on one line hold no line by which the next report could be told.
SPLITTABLE = [layout for layout in LAYOUTS if layout.__name__ not in ("one_line", "row_lines", "glued")]
PLACES = ("东山区", "西河区", "南湖区")

CAPTION, RECEIVED, CARRIED_OUT = "第二十条第（一）项", "一、本年新收政府信息公开申请数量", "四、结转下年度继续办理"
TITLE_OF_ANOTHER = "西河区教育局2020年政府信息公开工作年度报告"


def grid(index: int, *labels: str) -> Grid:
    """Return a grid with one label a row."""
    return Grid(index, tuple((Cell(label, n, 0, 1, 1, 0),) for n, label in enumerate(labels)), spanned=True)


def text(words: str, *, heading: bool = False) -> Paragraph:
    return Paragraph(words, 0, heading)


def parts(*blocks: Grid | Paragraph | Run) -> list[list[list[str] | str]]:
    """Return what each part holds: the texts of paragraphs, the labels of grids."""

    def words(block: object) -> list[str] | str:
        if isinstance(block, Grid):
            return [cell.text for row in block.rows for cell in row]
        return [piece.text for piece in block.pieces] if isinstance(block, Run) else getattr(block, "text", "")

    document = Document("text/html", "utf-8", blocks, {"title": "年报"})
    found = list(split(document))
    assert all((part.media_type, part.metadata) == ("text/html", {"title": "年报"}) for part in found)
    return [[words(block) for block in part.blocks] for part in found]


FORM = (CAPTION, RECEIVED, CARRIED_OUT)


def test_a_report_ends_after_its_last_table_and_the_next_begins_at_its_title() -> None:
    first, second = grid(0, *FORM), grid(1, *FORM)
    found = parts(text("甲"), first, text("乙"), text(TITLE_OF_ANOTHER), text("丙"), second, text("丁"))
    assert found == [["甲", [*FORM], "乙"], [TITLE_OF_ANOTHER, "丙", [*FORM], "丁"]]


def test_without_a_title_the_next_report_begins_at_its_first_caption() -> None:
    assert parts(grid(0, *FORM), text("乙"), grid(1, "x", *FORM)) == [[[*FORM], "乙", ["x"]], [[*FORM]]]


@pytest.mark.parametrize("between", ["", "2021年度", "更正后：", "（二）全系统汇总"])
def test_a_table_of_applications_alone_stands_twice_in_one_report(between: str) -> None:
    rest = [RECEIVED, CARRIED_OUT]
    assert len(parts(grid(0, *FORM), text(between), grid(1, *rest), text("四、行政复议"))) == 1


def test_below_a_title_the_row_of_new_applications_begins_a_report() -> None:
    rest = [RECEIVED, CARRIED_OUT]
    assert parts(grid(0, *rest), text(TITLE_OF_ANOTHER), grid(1, *rest)) == [[rest], [TITLE_OF_ANOTHER, rest]]
    sheet = text("教育局", heading=True)
    assert parts(grid(0, *rest), sheet, grid(1, *rest)) == [[rest], ["教育局", rest]]


@pytest.mark.parametrize(("above", "year"), [("2021年", 2021), ("（二〇二一年度）", 2021), ("2021年度数", 2021)])
def test_a_part_is_of_the_year_that_stands_above_it(above: str, year: int) -> None:
    printout = random_printout(random.Random(4), "2021")
    second = layouts.page(random.Random(1), printout, layouts.html)
    untitled = re.sub("20(?:20|21)年?", "", second.replace(TITLE, ""))
    page = several(layouts.html, [printout]).decode()
    both = page.replace("</body>", f"<p>{above}</p>{untitled[untitled.index('<table') :]}</body>")
    found = [report.headline for report in extract_all(read(both.encode()), 2026).reports]
    assert [own.year for own in found] == [2020, year]


def test_two_reports_in_one_grid_are_cut_at_the_row() -> None:
    rows = ["规章", "予以公开"]
    found = parts(grid(0, *FORM, TITLE_OF_ANOTHER, rows[0], *FORM, rows[1]))
    assert found == [[[*FORM]], [[TITLE_OF_ANOTHER, rows[0], *FORM, rows[1]]]]


def test_a_last_row_printed_again_does_not_hide_the_report_after_it() -> None:
    found = parts(grid(0, *FORM), grid(1, CARRIED_OUT), grid(2, *FORM))
    assert found == [[[*FORM], [CARRIED_OUT]], [[*FORM]]]


def test_a_title_after_the_last_tables_belongs_to_the_report_above() -> None:
    found = parts(grid(0, *FORM), grid(1, *FORM), text(TITLE_OF_ANOTHER))
    assert found == [[[*FORM]], [[*FORM], TITLE_OF_ANOTHER]]


def test_three_reports_are_three_parts() -> None:
    assert parts(grid(0, *FORM, *FORM), text("乙"), grid(1, *FORM)) == [[[*FORM]], [[*FORM], "乙"], [[*FORM]]]


def test_a_heading_of_a_sheet_begins_a_report_though_it_reads_like_no_title() -> None:
    sheet = text("教育局", heading=True)
    assert parts(grid(0, *FORM), text("教育局"), sheet, grid(1, *FORM)) == [[[*FORM], "教育局"], ["教育局", [*FORM]]]


def test_pieces_of_a_run_end_and_begin_reports_at_the_run() -> None:
    def run(*labels: str) -> Run:
        return Run(tuple(Piece(label, n, 0, 0, False) for n, label in enumerate(labels)))

    assert parts(run(*FORM), text("乙"), run(*FORM)) == [[[*FORM], "乙"], [[*FORM]]]


@pytest.mark.parametrize(
    "blocks",
    [
        (grid(0, *FORM), text(TITLE_OF_ANOTHER), text("正文")),  # a link to another report, no tables after it
        (grid(0, *FORM), text(TITLE_OF_ANOTHER), grid(1, CARRIED_OUT)),  # the last row printed twice
        (grid(0, *FORM), text(TITLE_OF_ANOTHER), grid(1, CAPTION, RECEIVED)),  # tables without their end
        (text(TITLE_OF_ANOTHER), text(TITLE_OF_ANOTHER), grid(0, *FORM)),  # running titles
        (grid(0, "统计指标"), grid(1, "统计指标")),  # the header of form 2014 on each page
        (grid(0, "统计指标"), text("乙"), grid(1, *FORM)),  # form 2014 as an annex before the form in force
        (grid(0, *FORM), text(TITLE_OF_ANOTHER), grid(1, "统计指标")),  # and after it
        (grid(0, *FORM), text(f"{CARRIED_OUT}的申请共三件，其余均已在法定期限内答复申请人。" * 3), grid(1, CAPTION)),
    ],
)
def test_what_holds_no_second_set_of_tables_splits_nothing(blocks: tuple[Grid | Paragraph, ...]) -> None:
    assert len(parts(*blocks)) == 1


def test_a_title_before_a_second_header_of_form_2014_begins_another_report() -> None:
    found = parts(grid(0, "统计指标"), text(TITLE_OF_ANOTHER), grid(1, "统计指标"))
    assert found == [[["统计指标"]], [TITLE_OF_ANOTHER, ["统计指标"]]]


@pytest.mark.parametrize(
    "ending",
    ["四、结转下年度继续办理", "结转下一年度继续办理", "四、结 转 下 年 度 继续办理", "四、結轉下年度繼續辦理"],
)
def test_the_end_of_the_tables_is_known_in_every_way_it_is_printed(ending: str) -> None:
    assert len(parts(grid(0, CAPTION, RECEIVED, ending), grid(1, CAPTION, RECEIVED, ending))) == 2


def test_nothing_that_can_be_read_is_the_first_fault_with_all_details() -> None:
    blank = several(layouts.html, [random_printout(random.Random(3), "2021", blanks=1.0)] * 2).decode()
    for place in PLACES[:2]:
        blank = blank.replace(f"测试市{place}人民政府2020年政府信息公开工作年度报告", "政府信息公开工作年度报告格式")
    with pytest.raises(ReadError) as caught:
        extract_all(read(blank.encode()), 2026)
    assert caught.value.reason == "blank_template"
    assert [part.split(":")[0] for part in retold(caught.value.detail).split("; ")] == ["part 1 of 2", "part 2 of 2"]


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
    assert [(reason, retold(detail).split(":")[0]) for reason, detail in found.problems] == [
        ("blank_template", "part 2 of 2")
    ]


def test_a_part_without_a_year_has_that_of_the_part_above() -> None:
    printout = random_printout(random.Random(4), "2021")
    first, title, second = several(layouts.html, [printout] * 2).decode().partition("测试市西河区")
    text = first + title + re.sub("20(?:20|21)年?", "", second)
    found = [report.headline for report in extract_all(read(text.encode()), 2026).reports]
    assert [(own.year, own.year_source) for own in found] == [(2020, "title")] * 2


def test_where_no_part_states_a_year_none_is_made_up() -> None:
    printout = random_printout(random.Random(4), "2021")
    text = re.sub("20(?:20|21)年?", "", several(layouts.html, [printout] * 2).decode())
    found = [report.headline for report in extract_all(read(text.encode()), 2026).reports]
    assert [(own.year, own.year_source) for own in found] == [(0, "none")] * 2


@pytest.mark.parametrize(("last_year", "year"), [(2026, 2020), (2019, 0)])
def test_a_file_with_one_report_is_that_report(last_year: int, year: int) -> None:
    found = extract_all(read(several(layouts.html, [random_printout(random.Random(4), "2021")])), last_year)
    assert ([report.headline.year for report in found.reports], found.problems) == ([year], ())


def test_a_part_that_states_its_year_keeps_it() -> None:
    printout = random_printout(random.Random(4), "2021")
    text = several(layouts.html, [printout] * 2).decode().replace("西河区人民政府2020年", "西河区人民政府2021年")
    assert [report.headline.year for report in extract_all(read(text.encode()), 2026).reports] == [2020, 2021]


def test_a_table_of_contents_alone_is_no_report() -> None:
    chapters = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、行政复议情况")
    listed = [text(f"{chapter}……………………{page}") for page, chapter in enumerate(chapters, start=1)]
    document = Document("application/pdf", None, (text(TITLE, heading=True), text("目录"), *listed))
    with pytest.raises(NotAReport, match="a table of contents of 4 lines"):
        extract_all(document, 2026)


def test_titles_in_a_table_of_contents_split_nothing() -> None:
    first, second = (grid(index, CAPTION, RECEIVED, CARRIED_OUT) for index in range(2))
    listed = text(f"{TITLE_OF_ANOTHER}..............12")
    found = parts(text(TITLE), first, listed, text(TITLE_OF_ANOTHER), second)
    assert [part[0] for part in found] == [TITLE, TITLE_OF_ANOTHER]

"""The traces of a summary: every sum leads to its parts, in a workbook and on a page, and no text is more than text."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from pipelines.language import Language
from pipelines.office import summary_xlsx
from pipelines.office.given_files import OWN_PAGE
from pipelines.office.summary import Part, Summary
from pipelines.office.summary_comparison import Comparison, compared
from pipelines.office.summary_findings import findings_of
from pipelines.office.summary_page import summary_page
from pipelines.office.summary_sheets import Trace, TraceSheet, summary_trace
from tests.office.summed import COUNTY, cell_of, county, figures_of_county, part_of, summed, with_cell
from tests.office.test_summary_comparison import A, B, government
from tests.office.workbook import MAIN, Book, opened

NAMES = [".".join(path) for path in (A, B)]
HOSTILE = ("=HYPERLINK(1)", "<script>alert(1)</script>", "+1\u202e@\x1b[2J", "甲&乙\"'丙" * 9000)
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def a_summary() -> Summary:
    """Return the sum of eight units: one missing, a hostile text, an amount without a unit, an error of one unit."""
    parts = [part_of(unit, each) for unit, each in figures_of_county().items()][:7]
    parts[2] = with_cell(parts[2], NAMES[0], status="ambiguous", value=None, raw=HOSTILE[0])
    parts[3] = with_cell(parts[3], "fees.administrative_fees.amount_collected", yuan=None, unit_source="none")
    return summed(parts)


def a_comparison(summary: Summary) -> Comparison:
    return compared(summary, government(summary, **dict.fromkeys(NAMES, 5)))


def trace_of(language: Language, unit: str = "莒县") -> Trace:
    summary = a_summary()
    return summary_trace(summary, language, unit=unit, comparison=a_comparison(summary), audit=findings_of(summary))


def sheet_of(trace: Trace, sheet: str) -> TraceSheet:
    (found,) = [each for each in trace.sheets if each.id == sheet]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sum_leads_to_its_parts(language: Language) -> None:
    summary, trace = a_summary(), trace_of(language)
    sums, details = sheet_of(trace, "summary"), sheet_of(trace, "details")
    assert len(sums.rows) == 200
    for row, cell in zip(sums.rows, summary.cells.values(), strict=True):
        parts = [part for part in details.rows if part[0] == row[0]]
        assert (row[5], row[6], row[7]) == (cell.value, len(parts), 8)
        assert sum(Decimal(str(part[5])) for part in parts) == cell.value
        assert [part[3] for part in parts] == [unit for unit in COUNTY if unit in cell.by_unit]
        assert all(part[7] == f"{part[3]}.docx" and part[8] for part in parts)
    for sheet in trace.sheets:
        assert all(len(row) == len(sheet.columns) for row in sheet.rows)


def test_rows_to_be_looked_at_are_marked_in_workbook_and_page() -> None:
    summary = county()
    trace = summary_trace(summary, "zh", unit="莒县", comparison=a_comparison(summary))
    marked = [row[10] for n, row in enumerate(trace.sheets[0].rows) if n in trace.sheets[0].marked]
    assert marked == [5, 5]
    assert summary_page(trace).count('<tr class="marked">') == 2
    sheet = opened(summary_xlsx.write(trace)).sheets["汇总"]
    looks = [[cell.get("s") for cell in row] for row in sheet.iter(f"{MAIN}row")][3:]
    plain = {tuple(look) for n, look in enumerate(looks) if n not in trace.sheets[0].marked}
    assert not plain & {tuple(look) for n, look in enumerate(looks) if n in trace.sheets[0].marked}
    assert len(summary_trace(a_summary(), "zh", unit="莒县").sheets[0].marked) == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_people_read_is_a_path(language: Language) -> None:
    for sheet in trace_of(language).sheets:
        for row in sheet.rows:
            texts = [entry for entry in row if isinstance(entry, str)]
            assert not [text for text in texts if re.search(r"\b[a-z]+_[a-z]+\b|[a-z]\.[a-z_]+\.[a-z]", text)], row


def test_differences_and_unknown_units_are_told_with_their_reasons() -> None:
    trace = trace_of("zh")
    differences = sheet_of(trace, "differences").rows
    assert {(row[1], row[2]) for row in differences} == {("予以公开", "自然人"), ("予以公开", "总计")}
    assert {row[9] for row in differences} == {5}
    unknown = sheet_of(trace, "unknown").rows
    assert [(row[1], row[3], row[4]) for row in unknown] == [
        ("全部项目", COUNTY[7], "未收到报告"),
        ("行政事业性收费", COUNTY[3], "金额或数字的单位不确定"),
        ("予以公开", COUNTY[2], "存疑"),
    ]
    assert unknown[2][5:7] == (HOSTILE[0], f"{COUNTY[2]}.docx") and "改正" in str(unknown[2][8])
    notes = [row[1] for row in sheet_of(trace, "notes").rows]
    assert "应报 8 个，已报 7 个，未报 1 个" in notes and COUNTY[7] in notes


def test_a_cause_of_several_differences_stands_first_and_once() -> None:
    summary = a_summary()
    left_out = COUNTY[5]
    cells = government(summary)
    for name, cell in summary.cells.items():
        number = Decimal(cell.value or 0) - cell.by_unit[left_out]
        cells[name] = cell_of(cell.path, summary.form, f"{number:f}", number)
    trace = summary_trace(summary, "zh", unit="莒县", comparison=compared(summary, cells))
    first, *others = sheet_of(trace, "differences").rows
    n = len({row[0] for row in others if row[0] is not None})
    assert (first[1], first[10], first[11]) == ("多项差异", "漏计一个单位", left_out)
    assert str(first[12]).startswith(f"可一并解释 {n} 处差异中的 {n} 处（按此原因应当变动的共 {n} 处）")
    assert n > 20


def test_without_a_governments_report_there_is_nothing_to_compare() -> None:
    trace = summary_trace(a_summary(), "zh", unit="莒县")
    assert [sheet.id for sheet in trace.sheets] == ["summary", "details", "unknown", "notes"]
    assert [column.heading for column in trace.sheets[0].columns][-2:] == ["状态", "提示"]


def test_a_report_in_words_alone_is_told_once() -> None:
    parts = [part_of(unit, each) for unit, each in figures_of_county(COUNTY[:2]).items()]
    summary = summed([parts[0], Part(COUNTY[1], "乙.docx", "narrative", {})], COUNTY[:2])
    (row,) = sheet_of(summary_trace(summary, "zh", unit="莒县"), "unknown").rows
    assert row[1:7] == ("全部项目", "", COUNTY[1], "该单位所用格式没有含义相同的项目", "", "乙.docx")


def test_a_sheet_without_anything_to_tell_says_so() -> None:
    summary = county()
    trace = summary_trace(summary, "zh", unit="莒县", comparison=compared(summary, government(summary)))
    assert [row[1] for row in sheet_of(trace, "differences").rows] == ["没有差异"]
    assert [row[1] for row in sheet_of(trace, "unknown").rows] == ["各单位各项均已计入"]


def entries(book: Book, sheet: str) -> list[dict[str, tuple[str | None, str]]]:
    """Return the rows of a sheet below its headings, each by the letter of the column."""
    rows: dict[int, dict[str, tuple[str | None, str]]] = {}
    for reference, cell in book.cells(sheet).items():
        letters = reference.rstrip("0123456789")
        rows.setdefault(int(reference.removeprefix(letters)), {})[letters] = cell
    return [rows[n] for n in sorted(rows) if n > 3]


def test_the_workbook_holds_what_the_sheets_say_and_its_sums_are_those_of_its_parts() -> None:
    trace = trace_of("zh")
    book = opened(summary_xlsx.write(trace))
    assert [*book.sheets] == ["汇总", "明细", "差异", "未知", "说明"]
    details = entries(book, "明细")
    formulas = 0
    for row, told in zip(entries(book, "汇总"), sheet_of(trace, "summary").rows, strict=True):
        formula, stored = row["F"]
        assert Decimal(stored) == Decimal(str(told[5]))
        assert row["G"][1] == str(told[6]) and row["M"][1] == told[12] if told[12] else "M" not in row
        assert formula is not None
        number = int(row["A"][1])
        found = re.fullmatch(r"ROUND\(SUMIF\('明细'!\$A\$4:\$A\$(\d+),A(\d+),'明细'!\$F\$4:\$F\$(\d+)\),6\)", formula)
        assert found is not None and {found[1], found[3]} == {str(len(details) + 3)} and int(found[2]) == number + 3
        assert sum(Decimal(part["F"][1]) for part in details if part["A"][1] == str(number)) == Decimal(stored)
        formulas += 1
    assert formulas == 200


def test_the_sheets_are_filtered_frozen_and_print_on_landscape_a4() -> None:
    book = opened(summary_xlsx.write(trace_of("en")))
    assert [*book.sheets] == ["Summary", "Details", "Differences", "Unknown", "Notes"]
    for sheet in book.sheets.values():
        setup, pane, filtered = (sheet.find(f".//{MAIN}{name}") for name in ("pageSetup", "pane", "autoFilter"))
        assert setup is not None and (setup.get("orientation"), setup.get("paperSize")) == ("landscape", "9")
        assert pane is not None and (pane.get("state"), pane.get("ySplit")) == ("frozen", "3")
        assert filtered is not None and str(filtered.get("ref")).startswith("A3:")


def test_the_same_summary_is_the_same_file() -> None:
    assert summary_xlsx.write(trace_of("zh")) == summary_xlsx.write(trace_of("zh"))
    assert summary_page(trace_of("zh")) == summary_page(trace_of("zh"))


def hostile_trace(text: str) -> Trace:
    parts = [part_of(unit, each) for unit, each in figures_of_county(COUNTY[:2]).items()]
    parts[0] = with_cell(parts[0], NAMES[0], raw=text)
    parts[1] = with_cell(parts[1], NAMES[0], status="text", value=None, raw=text)
    summary = summed(parts, COUNTY[:2])
    return summary_trace(summary, "zh", unit=text[:40])


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_files_is_no_formula_of_the_workbook(text: str) -> None:
    book = opened(summary_xlsx.write(hostile_trace(text)))
    for name in book.sheets:
        for reference, (formula, shown) in book.cells(name).items():
            assert formula is None or (name == "汇总" and reference.startswith("F") and "SUMIF" in formula)
            assert shown.isprintable() and len(shown) <= 32_767
    details = [shown for _, shown in book.cells("明细").values()]
    kept = [shown for shown in details if shown.startswith(text[:2])]
    assert kept and (len(text) < 32_767 or kept[-1].endswith("（过长，已截断）"))


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.targets: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            (self.targets if name == "href" else self.ids if name == "id" else []).append(str(value))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_files_is_no_markup_of_the_page(text: str) -> None:
    parser = _Texts()
    parser.feed(summary_page(hostile_trace(text)))
    assert not {"script", "img", "link", "iframe"} & {*parser.tags}
    assert any(text[:20] in data for data in parser.texts) or not text.isprintable()
    assert all(data.replace("\n", "").isprintable() for data in parser.texts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_every_sum_opens_its_parts(language: Language) -> None:
    page = summary_page(trace_of(language))
    parser = _Texts()
    parser.feed(page)
    assert OWN_PAGE in page and "http" not in page and "landscape" in page
    links = [target.removeprefix("#") for target in parser.targets]
    assert len(links) == 200 + 5 and {*links} <= {*parser.ids}
    assert parser.tags.count("details") == 200

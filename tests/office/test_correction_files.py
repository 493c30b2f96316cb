"""A sheet as a file: all of it is there in Word and on a page, text stays text, and no check takes it for a report."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from pipelines.language import LANGUAGES, Language
from pipelines.office import correction_docx, correction_html
from pipelines.office.correction_sheet import CorrectionSheet, correction_sheet
from pipelines.office.given_files import given_files
from pipelines.shown import shown_lines
from tests.office.judging import Judged, seed_report

HOSTILE = (
    "=1+1",
    '{ HYPERLINK "http://a" }',
    "MERGEFIELD unit",
    "<script>alert(1)</script>",
    "甲&amp;<b>乙",
    "\x1b[2J\u202e",
)
_WRITERS = {"docx": correction_docx.write, "html": correction_html.write}
_LAST = {"applications.received.total": 400}


class Page(HTMLParser):
    """The texts of a page between its tags, the tags, and the classes of cells with a mark."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self.marked = 0
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.marked += "marked" in (dict(attrs).get("class") or "").split()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def document_of(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def texts_of(content: bytes, file_format: str) -> list[str]:
    if file_format == "html":
        return Page(content).texts
    return [each.text for each in document_of(content).element.body.iter() if each.tag.endswith("}p")]


def seed_sheet(number: str = "002", **about: Any) -> CorrectionSheet:
    return correction_sheet("东昌区人民政府", "东昌区.txt", seed_report(number), _LAST, **about)


def hostile_report() -> Judged:
    report = seed_report("002")
    report["title"], report["agency"] = HOSTILE[0], HOSTILE[3]
    report["unmapped"][0] |= {"label": HOSTILE[1], "values": [HOSTILE[2], HOSTILE[4]]}
    for path, text in zip(report["cells"], HOSTILE, strict=False):
        report["cells"][path] |= {"raw": text, "status": "text", "value": None}
    for found in report["findings"]:
        found["message"] += HOSTILE[3]
    return report


@pytest.mark.parametrize("file_format", _WRITERS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["000", "002"])
def test_all_of_a_sheet_stands_in_its_file(file_format: str, language: Language, number: str) -> None:
    sheet = seed_sheet(number, language=language, answer_by=date(2027, 1, 20))
    texts = texts_of(_WRITERS[file_format](sheet), file_format)
    wanted = [sheet.title, sheet.summary, sheet.to_do, sheet.answer_by, sheet.reply_choices, *sheet.legend]
    wanted += [text for each in sheet.facts for text in each]
    wanted += [
        text for found in sheet.findings for text in (str(found.number), found.severity, found.text, *found.lines)
    ]
    wanted += [text for each in (*sheet.unmapped, *sheet.extra_cells) for text in each[:3]]
    wanted += [text for each in sheet.last_year for text in each[:3]]
    assert [text for text in wanted if text and text not in texts] == []
    for table in sheet.tables:
        assert table.heading in texts
        assert [cell.text for row in table.table.rows for cell in row if cell.text and cell.text not in texts] == []
    printed = sorted(cell.text for table in sheet.tables for cell in table.cells.values())
    assert all(texts.count(text) >= printed.count(text) for text in set(printed))
    marks = sorted(cell.mark for table in sheet.tables for cell in table.cells.values() if cell.marks)
    numbers = [*(each.marks for each in sheet.unmapped), *(each.marks for each in sheet.last_year)]
    beside = [f"▲{'、'.join(map(str, each))}" for each in numbers if each]
    assert sorted(text for text in texts if text.startswith("▲")) == sorted([*marks, *beside])


def test_a_mark_needs_no_colour() -> None:
    sheet = seed_sheet()
    marked = sum(bool(cell.marks) for table in sheet.tables for cell in table.cells.values())
    assert Page(correction_html.write(sheet)).marked == marked == 19
    document = document_of(correction_docx.write(sheet))
    shaded = [each for each in document.element.body.iter() if each.tag.endswith("}shd")]
    bold = [each for each in document.element.body.iter() if each.tag.endswith("}b")]
    assert len(shaded) == len(bold) == marked


@pytest.mark.parametrize("file_format", _WRITERS)
def test_a_confirmation_has_its_sentence_tables_and_reply(file_format: str) -> None:
    sheet = correction_sheet("东山区人民政府", "东山区.txt", {**seed_report("000"), "findings": []})
    texts = texts_of(_WRITERS[file_format](sheet), file_format)
    for text in (
        "经审核，未发现问题。",
        "三、收到和处理政府信息公开申请情况",
        "核实情况",
        "处理意见",
        "经办人",
        "联系电话",
        "日期",
    ):
        assert text in texts
    assert any("确认无误" in text for text in texts) and not any("▲" in text for text in texts)
    assert "审核发现的问题" not in texts


@pytest.mark.parametrize("file_format", _WRITERS)
def test_what_a_report_prints_stays_text(file_format: str) -> None:
    sheet = correction_sheet(HOSTILE[0], HOSTILE[5], hostile_report())
    content = _WRITERS[file_format](sheet)
    texts = texts_of(content, file_format)
    for text in HOSTILE[:5]:
        assert text in texts or any(text in each for each in texts)
    assert all(shown_lines(text) == text for text in texts)
    if file_format == "html":
        usual = Page(correction_html.write(seed_sheet())).tags
        assert Page(content).tags == usual and "script" not in usual
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            body = parts.read("word/document.xml").decode()
        assert not re.search(r"w:(fldChar|fldSimple|instrText|hyperlink)", body)


def test_a_page_takes_nothing_from_elsewhere() -> None:
    page = correction_html.write(seed_sheet()).decode()
    assert not re.search(r"(src|href)=|url\(|@import", page)


@pytest.mark.parametrize("file_format", _WRITERS)
def test_the_same_sheet_is_the_same_file(file_format: str) -> None:
    assert _WRITERS[file_format](seed_sheet()) == _WRITERS[file_format](seed_sheet())


def test_sheets_in_the_folder_of_the_reports_are_left_out_also_when_filled_in(tmp_path: Path) -> None:
    sheet = seed_sheet()
    (tmp_path / "退改单.docx").write_bytes(correction_docx.write(sheet))
    (tmp_path / "退改单.html").write_bytes(correction_html.write(sheet))
    document = document_of(correction_docx.write(sheet))
    document.add_paragraph("已改正")
    document.save(str(tmp_path / "退改单（回执）.docx"))
    Document().save(str(tmp_path / "报告.docx"))
    (tmp_path / "损坏.docx").write_bytes(b"PK\x03\x04 no archive")
    given = given_files([tmp_path])
    assert [path.name for path in given.files] == ["报告.docx", "损坏.docx"]
    assert sorted(path.name for path in given.left_out) == ["退改单.docx", "退改单.html", "退改单（回执）.docx"]


def test_a_document_is_a4_and_repeats_the_heads_of_its_lists() -> None:
    document = document_of(correction_docx.write(seed_sheet()))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    heads = [each for each in document.element.body.iter() if each.tag.endswith("}tblHeader")]
    assert len(heads) == 3, "findings, rows of no row of the form, last year"
    width = page.page_width - page.left_margin - page.right_margin
    assert all(sum(column.width for column in table.columns) <= width for table in document.tables)


@pytest.mark.parametrize("file_format", _WRITERS)
def test_a_sheet_in_english_has_no_chinese_but_what_is_printed_cited_or_of_the_form(file_format: str) -> None:
    report = {**seed_report("000"), "title": "T", "agency": "A", "findings": []}
    sheet = correction_sheet("U", "f", report, language="en")
    texts = texts_of(_WRITERS[file_format](sheet), file_format)
    of_form = {cell.text for table in sheet.tables for row in table.table.rows for cell in row}
    of_form |= {each.heading for each in sheet.tables} | {cell.text for t in sheet.tables for cell in t.cells.values()}
    chinese = [text for text in texts if re.search(r"[\u4e00-\u9fff]", text) and text not in of_form]
    assert [text for text in chinese if not text.lstrip().startswith(("body", ":root", "\n:root"))] == []

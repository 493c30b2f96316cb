"""The check as a Word document: the same as the page, and text that stays text."""

from __future__ import annotations

import io
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from pipelines.language import LANGUAGES, Language
from pipelines.office.checked import Checked, CheckedFile
from pipelines.office.checked_docx import checked_document
from pipelines.office.checked_page import checked_page
from pipelines.office.checking import checked_report
from pipelines.office.given_files import given_files
from pipelines.shown import shown_lines
from tests.office.judging import seed_report

HOSTILE = "{ MERGEFIELD } =1+1 <b>&amp;\x1b"


class _Texts(HTMLParser):
    """The texts of a page between its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        if data.strip() and "@media" not in data:
            self.found.append(data.strip())


def checked(*, hostile: str = "") -> Checked:
    detail: Any = {"zh": hostile or None, "en": hostile or None}
    seeds = [(f"{hostile}{number}.txt", seed_report(number)) for number in ("000", "002", "004")]
    for _, report in seeds:
        report["findings"] = [{**each, "message": f"{each['message']}{hostile}"} for each in report["findings"]]
    files = [
        CheckedFile(number, name, "parsed", None, detail, (checked_report(report),))
        for number, (name, report) in enumerate(seeds, start=1)
    ]
    unread = CheckedFile(4, f"{hostile}坏.docx", "quarantined", "damaged", detail)
    return Checked((*files, unread, CheckedFile(5, "通知.txt", "not_a_report", "no_tables", detail)), ("~$a.docx",))


def document_of(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def texts_of(content: bytes) -> list[str]:
    return [each.text for each in document_of(content).element.body.iter() if each.tag.endswith("}p") and each.text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_tells_what_the_page_tells(language: Language) -> None:
    told = "\n".join(texts_of(checked_document(checked(), language)))
    page = _Texts(checked_page(checked(), language)).found
    assert len(page) > 80
    assert [text for text in page if text not in told] == []


def test_every_file_has_a_part_and_every_row_its_place() -> None:
    document = document_of(checked_document(checked(), "zh"))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert headings == ["审核结果一览", "1. 000.txt", "2. 002.txt", "3. 004.txt", "4. 坏.docx", "5. 通知.txt"]
    overview, *findings = document.tables
    assert [row.cells[0].text for row in overview.rows] == ["序号", "2", "4", "1", "3", "5"], "the worst first"
    assert [len(table.rows) for table in findings] == [3, 10, 3]


def test_what_files_print_stays_text() -> None:
    content = checked_document(checked(hostile=HOSTILE), "zh")
    texts = texts_of(content)
    assert sum(r"{ MERGEFIELD } =1+1 <b>&amp;\x1b" in text for text in texts) > 20
    assert all(shown_lines(text) == text for text in texts)
    body = document_of(content).element.body.xml
    assert not re.search(r"w:(fldChar|fldSimple|instrText|hyperlink)", body)


def test_a_check_leaves_it_out(tmp_path: Path) -> None:
    (tmp_path / "审核结果.docx").write_bytes(checked_document(checked(), "zh"))
    assert given_files([tmp_path]).files == () and len(given_files([tmp_path]).left_out) == 1


def test_the_same_check_is_the_same_document() -> None:
    assert checked_document(checked(), "en") == checked_document(checked(), "en")


def test_hundreds_of_files_are_written_in_seconds() -> None:
    few = checked()
    many = Checked(tuple(few.files[n % 5] for n in range(500)))
    started = time.perf_counter()
    checked_document(many, "zh")
    assert time.perf_counter() - started < 20

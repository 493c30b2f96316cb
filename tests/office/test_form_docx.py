"""The Word document: paper, fonts, and a look that stays when cells are filled in Word or WPS."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from pipelines.forms import FORMS
from tests.office.filled import YEARS, adding_up, file_of


def document(form: str, *, filled: bool = False) -> Any:
    return Document(io.BytesIO(file_of(form, "docx", adding_up(FORMS[form]) if filled else {})))


@pytest.mark.parametrize("form", YEARS)
def test_it_is_a4_and_breaks_before_the_third_section(form: str) -> None:
    own = document(form)
    page = own.sections[0]
    assert (round(page.page_width / Mm(1)), round(page.page_height / Mm(1))) == (210, 297)
    headings = [paragraph for paragraph in own.paragraphs if paragraph.style.name == "Heading 1"]
    assert [heading.paragraph_format.page_break_before for heading in headings] == [False, False, True, *[False] * 3]
    width = page.page_width - page.left_margin - page.right_margin
    for table in own.tables:
        assert 0.98 * width < sum(column.width for column in table.columns) <= width


def test_fonts_of_official_documents_are_named_with_what_stands_in_for_them() -> None:
    own = document("2021")
    faces = {
        name: own.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Normal", "Title", "Heading 1")
    }
    assert faces == {"Normal": "仿宋", "Title": "黑体", "Heading 1": "黑体"}
    # A theme's font would go before them.
    assert not [
        key
        for style in own.styles
        for key in style.element.xpath("./w:rPr/w:rFonts/@w:eastAsiaTheme")
        if style.name in faces
    ]
    with zipfile.ZipFile(io.BytesIO(file_of("2021", "docx", {}))) as parts:
        table = parts.read("word/fontTable.xml").decode()
    assert (
        '<w:font w:name="仿宋"><w:altName w:val="仿宋_GB2312,' in table and '<w:font w:name="黑体"><w:altName' in table
    )


@pytest.mark.parametrize("form", YEARS)
def test_a_cell_looks_the_same_once_it_is_filled(form: str) -> None:
    for filled in (False, True):
        for table in document(form, filled=filled).tables:
            for cell in {id(cell._tc): cell for row in table.rows for cell in row.cells}.values():
                assert len(cell.paragraphs) == 1
                assert cell.paragraphs[0].style.name in ("Form Cell", "Form Head")
                assert all(run.font.size is None and run.font.name is None for run in cell.paragraphs[0].runs)


def test_it_names_no_program_and_no_time_of_its_making() -> None:
    properties = document("2021").core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")
    assert properties.title == "测试市东山区人民政府2024年政府信息公开工作年度报告"
    assert properties.created.year == properties.modified.year == 2021


def test_narrow_heads_are_set_in_so_that_two_characters_fit_a_line() -> None:
    paragraphs = {
        cell.text: cell.paragraphs[0] for table in document("2021").tables for row in table.rows for cell in row.cells
    }
    for text, is_set_in in (("社会公益组织", True), ("结果维持", True), ("其他", False), ("本年制发件数", False)):
        indent = paragraphs[text].paragraph_format.left_indent
        assert (indent is not None) == is_set_in
        assert indent == paragraphs[text].paragraph_format.right_indent

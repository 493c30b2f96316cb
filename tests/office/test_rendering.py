"""What LibreOffice makes of the files of the office: pages, numbers and texts of the PDF that it prints.

Without LibreOffice on the machine they are skipped; GONGKAI_REQUIRE_LIBREOFFICE=1 makes its lack a failure.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from pipelines.forms import FORMS
from pipelines.office import correction_docx
from pipelines.office.correction_sheet import CorrectionSheet, correction_sheet
from pipelines.office.printed_form import printed_value
from tests.office.filled import CELLS, adding_up, distinct, file_of
from tests.office.judging import Judged, seed_report

_REQUIRED = os.environ.get("GONGKAI_REQUIRE_LIBREOFFICE") == "1"
_SECONDS = 120
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# What a spreadsheet or Word could take for a formula or a field.
ACTIVE = ("=1+1", "{ HYPERLINK }", "MERGEFIELD")
_UNIT = "局".join(ACTIVE)
Pages = list[str]


def _report() -> Judged:
    """Return a report that prints, in its first cells, what could act."""
    report = seed_report("002")
    for path, text in zip(report["cells"], ACTIVE, strict=False):
        report["cells"][path] |= {"raw": text, "status": "text", "value": None}
    return report


def _sheet(*, is_sound: bool = False) -> CorrectionSheet:
    if is_sound:
        return correction_sheet(_UNIT, "a.docx", {**seed_report("000"), "findings": []})
    return correction_sheet(_UNIT, "a.docx", _report(), {"applications.received.total": 400})


def _files() -> Mapping[str, bytes]:
    found = {"sheet.docx": correction_docx.write(_sheet()), "sound.docx": correction_docx.write(_sheet(is_sound=True))}
    for form in FORMS:
        for file_format in ("docx", "xlsx"):
            found[f"{form}-numbers-{file_format}.{file_format}"] = file_of(form, file_format, distinct(FORMS[form]))
            found[f"{form}-sound-{file_format}.{file_format}"] = file_of(form, file_format, adding_up(FORMS[form]))
            found[f"{form}-blank-{file_format}.{file_format}"] = file_of(form, file_format, {}, unit=_UNIT)
    return found


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    """Return the texts of the pages of every file, by its name without the ending."""
    program = shutil.which("soffice")
    if program is None:
        if _REQUIRED:
            pytest.fail("GONGKAI_REQUIRE_LIBREOFFICE=1 and there is no soffice")
        pytest.skip("no LibreOffice (soffice) on this machine")
    folder = tmp_path_factory.mktemp("rendered")
    for name, content in _files().items():
        (folder / name).write_bytes(content)
    # With a profile of its own it neither waits for another one that runs nor takes settings from it.
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    files = sorted(map(str, folder.iterdir()))
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
    return {path.stem: _pages(path) for path in folder.glob("*.pdf")}


def _pages(path: Path) -> Pages:
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def _numbers(texts: Iterable[str]) -> set[Decimal]:
    return {Decimal(found) for text in texts for found in _NUMBER.findall(text)}


def _text(pages: Pages) -> str:
    return "".join("".join(pages).split())


def test_every_file_is_rendered(rendered: dict[str, Pages]) -> None:
    assert sorted(rendered) == sorted(Path(name).stem for name in _files())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("filled", ["numbers", "sound", "blank"])
def test_a_form_is_two_pages_and_parted_before_the_third_section(
    rendered: dict[str, Pages], form: str, filled: str
) -> None:
    document, workbook = (rendered[f"{form}-{filled}-{file_format}"] for file_format in ("docx", "xlsx"))
    assert len(document) == 2
    # The third page of a workbook lists what must add up.
    assert len(workbook) == 3
    for pages in (document, workbook):
        begun = [("二、主动公开" in page, "三、收到和处理" in page) for page in pages[:2]]
        assert begun == [(True, False), (False, True)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_every_number_of_a_filled_form_is_printed(rendered: dict[str, Pages], form: str, file_format: str) -> None:
    wanted = {Decimal(printed_value(value)) for value in distinct(FORMS[form]).values()}
    assert len(wanted) == CELLS[form]
    assert wanted - _numbers(rendered[f"{form}-numbers-{file_format}"][:2]) == set()


@pytest.mark.parametrize("form", FORMS)
def test_what_adds_up_is_found_to_do_so_by_the_formulas(rendered: dict[str, Pages], form: str) -> None:
    sound, off = (_text(rendered[f"{form}-{filled}-xlsx"][2:]) for filled in ("sound", "numbers"))
    assert "不符0；相符" in sound and "不符0；" not in off


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file_format", ["docx", "xlsx"])
def test_the_name_of_a_unit_stays_text(rendered: dict[str, Pages], form: str, file_format: str) -> None:
    assert "".join(_UNIT.split()) in _text(rendered[f"{form}-blank-{file_format}"])


def test_a_sheet_prints_all_of_it_as_text(rendered: dict[str, Pages]) -> None:
    sheet, printed = _sheet(), _text(rendered["sheet"])
    for found in sheet.findings:
        for line in (found.text, *found.lines):
            assert "".join(line.split()) in printed
    for table in sheet.tables:
        for cell in table.cells.values():
            assert f"{''.join(cell.text.split())}{cell.mark}" in printed
    assert printed.count("▲") >= sum(bool(cell.marks) for table in sheet.tables for cell in table.cells.values())
    for text in ACTIVE:
        assert printed.count("".join(text.split())) >= 2, "in the name of the unit and in a cell"
    assert printed.endswith("日期")


def test_a_confirmation_is_two_pages(rendered: dict[str, Pages]) -> None:
    pages = rendered["sound"]
    assert len(pages) == 2
    assert "经审核，未发现问题。" in _text(pages[:1]) and "确认无误" in _text(pages[1:])

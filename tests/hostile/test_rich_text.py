"""Hostile Rich Text and OpenDocument files: each is refused or read, in time, and nothing beside it is lost."""

from __future__ import annotations

import pytest

from tests.hostile.packages import encrypted_flag, external, laughs
from tests.hostile.running import Case, Run, check, run_cases
from tests.reading.odf.odf_files import SHEET, cell, content, odf, row, table
from tests.reading.rtf.rtf_files import rtf

REFUSED = ("quarantined", "not_a_report")
MANY = 'table:number-columns-repeated="16384"'
SPAN = 'table:number-columns-spanned="10000000" table:number-rows-spanned="10000000"'
LOOP = "{\\stylesheet{\\s1\\sbasedon2 a;}{\\s2\\sbasedon1 b;}}\\s1 0"
ROWS = 'table:number-rows-repeated="1048576"'


def declared(before: str) -> bytes:
    return odf("", parts={"content.xml": before + content("<text:p>&l9;&e;</text:p>")})


CASES = [
    Case("rtf: open groups", lambda: rtf("{" * 1_000_000), REFUSED),
    Case("rtf: groups", lambda: rtf("{}" * 100_000 + "规章"), REFUSED),
    Case("rtf: cells without rows", lambda: rtf("\\pard\\intbl 0\\cell " * 300_000), REFUSED),
    Case("rtf: edges", lambda: rtf("\\trowd" + "\\cellx9" * 100_000), REFUSED),
    Case("rtf: deep tables", lambda: rtf("\\pard\\intbl\\itap20000 0\\nestcell "), REFUSED),
    Case("rtf: text boxes in text boxes", lambda: rtf("{\\shptxt 0" * 4_000 + "}" * 4_000), REFUSED),
    Case("rtf: binary data without end", lambda: rtf("{\\pict\\bin2147483647 "), REFUSED),
    Case("rtf: letters to pass over", lambda: rtf("\\uc2147483647\\u1 " + "0" * 1_000_000), REFUSED),
    Case("rtf: styles based on each other", lambda: rtf(LOOP)),
    Case("odt: billion laughs", lambda: declared(laughs("office:document-content")), REFUSED),
    Case("odt: external entity", lambda: declared(external("office:document-content")), REFUSED),
    Case("odt: one span of ten millions", lambda: odf(table(row(cell("0", SPAN)))), REFUSED),
    Case("odt: repeated cells", lambda: odf(table(row(cell("0", MANY)))), REFUSED),
    Case("odt: repeated rows", lambda: odf(table(row(cell("0"), attributes=ROWS))), REFUSED),
    Case("odt: deep tables", lambda: odf("<table:table><table:table-row><table:table-cell>" * 4_000), REFUSED),
    Case("odt: marked as encrypted", lambda: encrypted_flag(odf("<text:p>0</text:p>")), ("encrypted",)),
    Case("odt: spaces", lambda: odf('<text:p><text:s text:c="999999999"/>0</text:p>'), REFUSED),
    Case("ods: repeated rows of repeated cells", lambda: odf(table(row(cell("0", MANY), attributes=ROWS)), kind=SHEET),
         REFUSED),
]  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_cases(tmp_path_factory.mktemp("rich_text"), CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_as_it_should(run: Run, case: Case) -> None:
    check(run.documents[case.name], case.endings)


def test_the_reports_beside_them_are_all_parsed(run: Run) -> None:
    assert run.neighbours_parsed

"""Hostile Word and Excel files in ZIP containers, and passengers that are never woken."""

from __future__ import annotations

import pytest

from benchmarks.corpus.hostile import zip_of
from tests.hostile.packages import (
    TITLE,
    bomb_part,
    cell,
    docx,
    encrypted_flag,
    external,
    laughs,
    lying_sizes,
    nested_word_tables,
    overlapping,
    packed,
    paragraph,
    sheet_row,
    table,
    text_cell,
    xlsx,
)
from tests.hostile.running import SEEDS, Case, Run, check, run_cases

REFUSED = ("quarantined", "not_a_report")
PLAIN = "".join(paragraph(line) for line in SEEDS[0].read_text(encoding="utf-8").splitlines()[:40])
MACROS = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b'Shell "touch /tmp/macro-ran"' * 99}
EMBEDDED = {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)}
SPAN = '<w:gridSpan w:val="10000000"/>'
REMOTE = [("r1", "attachedTemplate", "http://127.0.0.1:9/x.dotm"), ("r2", "image", "file:///etc/passwd")]


def wide_row(count: int) -> str:
    return table(cell("0", '<w:gridSpan w:val="1000"/>') * count)


CASES = [
    Case("docx: billion laughs", lambda: docx(paragraph("&l9;"), before=laughs("w:document")), REFUSED),
    Case("docx: external entity", lambda: docx(paragraph("&e;"), before=external("w:document")), REFUSED),
    Case(
        "docx: remote entity",
        lambda: docx(paragraph("&e;"), before=external("w:document", "http://127.0.0.1:9/e")),
        REFUSED,
    ),
    Case("docx: one span of ten millions", lambda: docx(table(cell("规章", SPAN))), REFUSED),
    Case("docx: many wide spans", lambda: docx(wide_row(10_000)), REFUSED),
    Case("docx: tall merge", lambda: docx(table(*[cell("0", "<w:vMerge/>") * 3] * 30_000), stored=True), REFUSED),
    Case("docx: deep tables", lambda: docx(nested_word_tables(20_000), stored=True), REFUSED),
    Case("docx: deep tags", lambda: docx("<w:sdt><w:sdtContent>" * 100_000, stored=True), REFUSED),
    Case("docx: 5,000 tables", lambda: docx(table(cell("规章") + cell("0")) * 5_000), REFUSED),
    Case("docx: bomb", lambda: bomb_part("<w:document>"), ("archive_bomb", "too_large", "damaged")),
    Case("docx: sizes that lie", lambda: lying_sizes(docx(PLAIN))),
    Case("docx: parts that overlap", lambda: overlapping(docx(PLAIN)), REFUSED),
    Case("docx: marked as encrypted", lambda: encrypted_flag(docx(PLAIN)), ("encrypted",)),
    Case("docx: 20,000 parts", lambda: docx(PLAIN, {f"x/{n}": "" for n in range(20_000)}), REFUSED),
    Case("docx: a part outside of it", lambda: docx(PLAIN, {"../../../tmp/outside": "x"})),
    Case("docx: with macros", lambda: docx(PLAIN, dict(MACROS)), ("parsed",)),
    Case("docx: with embedded objects", lambda: docx(PLAIN, dict(EMBEDDED)), ("parsed",)),
    Case("docx: with remote parts", lambda: docx(PLAIN, relation=REMOTE), ("parsed",)),
    Case("docx: a long attribute", lambda: docx(f'<w:p w:rsid="{"x" * 10_000_000}"/>' + PLAIN, stored=True)),
    Case("docx: no body", lambda: docx(""), ("empty", "unreadable_content")),
    Case("docx: no main part", lambda: packed({"word/document.xml.bak": "x"}), REFUSED),
    Case("xlsx: a cell in the last corner", lambda: xlsx(sheet_row(1048576, text_cell("XFD1048576", "规章"))), REFUSED),
    Case(
        "xlsx: two cells, all others between",
        lambda: xlsx(sheet_row(1, text_cell("A1", "规章")) + sheet_row(1048576, text_cell("XFD1048576", "1"))),
        REFUSED,
    ),
    Case(
        "xlsx: everything merged",
        lambda: xlsx(
            sheet_row(1, text_cell("A1", "规章")), after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        REFUSED,
    ),
    Case(
        "xlsx: 100,000 merges",
        lambda: xlsx(
            sheet_row(1, text_cell("A1", "规章")),
            after="<mergeCells>"
            + "".join(f'<mergeCell ref="A{n}:C{n + 1}"/>' for n in range(1, 100_001))
            + "</mergeCells>",
        ),
        REFUSED,
    ),
    Case(
        "xlsx: a million cells",
        lambda: xlsx("".join(sheet_row(n, *["<c><v>1</v></c>"] * 20) for n in range(1, 50_001))),
        REFUSED,
    ),
    Case(
        "xlsx: one long string everywhere",
        lambda: xlsx(
            "".join(sheet_row(n, f'<c r="A{n}" t="s"><v>0</v></c>') for n in range(1, 5_001)),
            strings=f"<si><t>{'规章' * 100_000}</t></si>",
        ),
    ),
    Case("xlsx: billion laughs", lambda: xlsx("", strings="<si><t>&l9;</t></si>", before=laughs("sst")), REFUSED),
    Case("xlsx: external entity", lambda: xlsx("", strings="<si><t>&e;</t></si>", before=external("sst")), REFUSED),
    Case("xlsx: 2,000 sheets", lambda: xlsx(sheet_row(1, text_cell("A1", "规章")), sheets=2_000), REFUSED),
    Case(
        "xlsx: references that are none",
        lambda: xlsx(sheet_row(1, *(text_cell(r, "1") for r in ("A0", "ZZZZZZ1", "1A", "", "A-1", "A99999999999")))),
        REFUSED,
    ),
    Case("xlsx: with macros", lambda: xlsx(sheet_row(1, text_cell("A1", TITLE)), more={"xl/vbaProject.bin": b"x"})),
    Case("xlsx: no sheet", lambda: xlsx("", sheets=0), REFUSED),
    Case("zip: docx in a zip", lambda: zip_of({"report.docx": docx(PLAIN)}), ("archive",)),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_cases(tmp_path_factory.mktemp("packages"), CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_as_it_should(run: Run, case: Case) -> None:
    check(run.documents[case.name], case.endings)


def test_the_reports_beside_them_are_all_parsed(run: Run) -> None:
    assert run.neighbours_parsed


def test_no_file_of_this_machine_comes_to_light(run: Run) -> None:
    texts = [str(row) for table in ("reports", "sections", "cells") for row in run.tables[table].to_pylist()]
    assert texts and not any("root:" in text for text in texts)

"""Hostile text and HTML."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.corpus import hostile
from benchmarks.corpus.pages import content
from pipelines.reading import Limits
from tests.hostile.running import SEEDS, Case, Run, check, run_cases

SEED = SEEDS[0].read_bytes()
PAGE = content(1, 0)[0]
MB = 1_000_000
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00"
)

CASES = [
    Case("no bytes", lambda: b"", ("empty",)),
    Case("white space", lambda: b" \r\n\t" * 1000, ("empty",)),
    Case("only NUL bytes", lambda: bytes(100_000), ("empty",)),
    Case("NUL bytes in text", lambda: SEED.replace("，".encode(), b"\0")),
    Case("a page named as something else", lambda: PAGE, ("parsed",)),
    Case("random bytes", lambda: random.Random(1).randbytes(100_000), ("binary", "encoding_unknown")),
    Case("a charset that lies", lambda: b"<meta charset=big5>" + PAGE.replace(b"charset", b"charsat"), ("parsed",)),
    Case("mojibake", lambda: SEED.decode().encode("utf-8").decode("latin-1").encode("utf-8")),
    Case("half of a byte order mark", lambda: b"\xff" + SEED),
    Case("odd UTF-16", lambda: b"\xff\xfe" + SEED.decode().encode("utf-16-le") + b"\x00", ("truncated",)),
    Case("lone surrogates in UTF-16", lambda: b"\xff\xfe" + "规章 1\n".encode("utf-16-le") + b"\x00\xd8" * 99),
    Case("deep tags", hostile.deep_tags, ("too_deep",)),
    Case("deep tags, closed", hostile.closed_tags, ("too_deep",)),
    Case("deep tables", hostile.deep_tables),
    Case("deep lists", hostile.deep_lists),
    Case("wide spans", hostile.wide_spans, ("too_many_columns", "too_many_cells")),
    Case("tall spans", hostile.tall_spans, ("too_many_columns", "too_many_cells")),
    Case("spans that are no numbers", hostile.endless_spans),
    Case("many tables", hostile.many_tables, ("too_many_tables",)),
    Case("a long attribute", hostile.long_attribute),
    Case("100 MB", lambda: hostile.sized_page(100 * MB), ("too_large",)),
    Case("a figure of a million digits", hostile.huge_number),
    Case("a GIF that is a page", lambda: GIF + PAGE, ("unsupported_format", "needs_ocr", "damaged", "truncated")),
    Case("a page that is an archive", lambda: PAGE + hostile.zip_of({"report.html": PAGE})),
    Case("markup in comments and scripts", lambda: hostile.page("<!--" + "<table><tr><td>" * 9_000 + "-->规章 1")),
    Case("entities", lambda: hostile.page("&amp;" * 1_000_000 + "&#x110000;&#0;&#xD800;&nosuch;")),
    Case("control characters", lambda: hostile.page("规章\x1b[2J\x08\x7f\u202e1\u202c")),
]
# Too much to be read in two seconds, and no budget refuses it: the pool ends it in time.
SLOW = [
    Case("60 MB of rows", lambda: hostile.sized_page(60 * MB), ("timeout", "too_large", "too_many_cells")),
    Case("60 MB of prose", lambda: hostile.sized_prose(60 * MB), ("timeout", "too_large")),
    Case("10 MB on one line", lambda: hostile.one_line(10 * MB), ("timeout", "too_large")),
    Case("10 MB of cell marks", lambda: hostile.pipes(10 * MB), ("timeout", "too_large", "too_many_cells")),
    Case("many attributes", hostile.many_attributes, ("timeout", "too_many_attributes", "form_unrecognised")),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_cases(tmp_path_factory.mktemp("pages"), CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_ends_as_it_should(run: Run, case: Case) -> None:
    check(run.documents[case.name], case.endings)


def test_the_reports_beside_them_are_all_parsed(run: Run) -> None:
    assert run.neighbours_parsed


def test_files_that_take_too_long_cost_only_themselves(tmp_path: Path) -> None:
    slow = run_cases(tmp_path, SLOW, Limits(seconds=2.0))
    assert slow.neighbours_parsed
    for case in SLOW:
        check(slow.documents[case.name], case.endings)


def test_no_text_without_figures_yields_one(run: Run) -> None:
    own = {run.documents[name]["file_sha256"] for name in ("entities", "control characters", "deep tables")}
    values = [row for row in run.tables["cells"].to_pylist() if row["file_sha256"] in own and row["value"] is not None]
    assert values == []

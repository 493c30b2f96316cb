"""Files of every format that end too early or hold flipped bytes: refused, or read without a wrong figure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import pytest

from benchmarks.corpus.formats import WRITERS, printers
from benchmarks.corpus.printing import Printout, random_printout
from benchmarks.corpus.scan import NoFontError, font_files
from tests.hostile.running import Case, Run, check, run_cases

CUTS = 10
# Recognition takes seconds per page: a scan is only cut where nothing can be read.
SLOW = {"scan": 3}
FORMATS = ("text tab_rows", "html plain", *WRITERS)
# Text does not tell where it ends: the last figure may have lost digits.
OPEN_ENDED = ("text tab_rows", "html plain")
FLIPPED = "flipped bytes"
# Only containers have checksums: elsewhere a flipped bit of a digit is another digit.
CHECKED = ("docx", "xlsx", "odt")


class Whole(NamedTuple):
    """A report and its bytes in a format."""

    printout: Printout
    data: bytes


def whole(name: str) -> Whole:
    rng = random.Random(f"truncated {name}")
    printout = random_printout(rng, "2021")
    return Whole(printout, printers()[name](rng, printout))


def damaged(name: str, data: bytes) -> Iterator[Case]:
    """Yield the file cut at even places and, of other bytes each time, flipped."""
    cuts = SLOW.get(name, CUTS)
    for cut in range(1, cuts + 1):
        end = len(data) * cut // (cuts + 1)
        yield Case(f"{name}: {end} of {len(data)} bytes", partial(cut_at, data, end))
    if name in SLOW:
        return
    yield Case(f"{name}: all but the last byte", partial(cut_at, data, len(data) - 1))
    yield Case(f"{name}: {FLIPPED}", partial(flipped, data))


def cut_at(data: bytes, end: int) -> bytes:
    return data[:end]


def flipped(data: bytes) -> bytes:
    rng = random.Random(len(data))
    changed = bytearray(data)
    for _ in range(20):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def drawable() -> bool:
    """Tell whether the machine has a font that pictures of Chinese can be drawn with."""
    try:
        return bool(font_files())
    except NoFontError:
        return False


needs_font = pytest.mark.skipif(not drawable(), reason="no Chinese font to draw a scan with: install fonts-wqy-zenhei")
KINDS = [pytest.param(name, marks=needs_font) if name == "scan" else name for name in FORMATS if name in printers()]
WHOLE = {name: whole(name) for name in FORMATS if name in printers() and (name != "scan" or drawable())}
CASES = {name: list(damaged(name, found.data)) for name, found in WHOLE.items()}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    cases = [case for own in CASES.values() for case in own]
    return run_cases(tmp_path_factory.mktemp("truncated"), cases)


@pytest.mark.parametrize("name", KINDS)
def test_each_ends_as_it_should(run: Run, name: str) -> None:
    for case in CASES[name]:
        check(run.documents[case.name])


@pytest.mark.parametrize("name", KINDS)
def test_no_figure_is_wrong(run: Run, name: str) -> None:
    truth = WHOLE[name].printout.truth
    for case in CASES[name]:
        if case.name.endswith(FLIPPED) and name not in CHECKED:
            continue
        digest = run.documents[case.name]["file_sha256"]
        cells = [row for row in run.tables["cells"].to_pylist() if row["file_sha256"] == digest]
        read = [row for row in cells if row["value"] is not None]
        paths = {(row["table_id"], row["row_id"], row["column_id"]): row["value"] for row in read}
        wrong = {path: value for path, value in paths.items() if path not in truth or truth[path].value != value}
        if name in OPEN_ENDED and wrong:
            last = max(read, key=lambda row: (row["line_number"] or 0, row["grid"] or 0, row["grid_row"] or 0))
            wrong.pop((last["table_id"], last["row_id"], last["column_id"]), None)
        assert not wrong, (case.name, wrong)


def test_the_reports_beside_them_are_all_parsed(run: Run) -> None:
    assert run.neighbours_parsed

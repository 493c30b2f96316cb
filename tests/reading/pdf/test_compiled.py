"""The compiled loops and those in Python say the same of every page, to the last bit."""

from __future__ import annotations

import random
import shutil
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus.pdf import write_pdf
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.quirks.pdf import QUIRKS
from benchmarks.corpus.quirks.quirk import Quirk, quirky_file
from benchmarks.corpus.spans import report_blocks
from benchmarks.damaged_bytes import mutant
from pipelines.commands import compile_reader
from pipelines.reading import ReadError
from pipelines.reading.pdf import bulk, calls, compiled
from pipelines.reading.pdf.paths import dotted_lines
from pipelines.reading.pdf.walk import Budget, walked
from tests.reading.pdf.pdf_files import GREETING, form, one_page, read

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None, reason="there is no C compiler (cc) to build the loops with"
)

SHOWN = b"/XObject<</F 6 0 R>>"
TURNED = b"q 0.7 0.7 -0.7 0.7 300 100 cm /F Do Q 1 0 0 1 3 4 cm /F Do"
BOXES = b"10 10 200 .3 re f 10 50 m 300 90 l 20 20 l h S 9 9 1 1 re f 5 5 m 6 80 70 90 200 300 c B 30 30 90 80 re W n "
CURVES = b"1 0 0 rg 40 40 m 50 60 70 80 90 40 c h f* 100 100 50 60 re 110 110 30 40 re f* 1 1 1 rg 0 0 300 300 re f "


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("compiled") / "walk-test.so"
    compile_reader.build(path)
    built = compiled.loaded(path)
    assert built is not None
    return built


def report(seed: int) -> bytes:
    rng = random.Random(seed)
    return write_pdf(rng, report_blocks(rng, random_printout(rng, rng.choice(("2019", "2021"))), one_table=True))


def answers(page: int) -> list[Any]:
    """Return all that is asked of a page in bulk; handles of its objects among it, the same while it is open."""
    budget = Budget()
    walk: Any
    try:
        walk = walked(page, budget)
    except ReadError as error:
        walk = (error.reason, error.detail)
    with calls.opened_text(page) as text:
        count = len(calls.characters(text))
        boxes, objects, unmapped = bulk.characters(text, count)
        first = {item: index for index, item in reversed(list(enumerate(objects))) if item}
        asked = bulk.text_styles(text, first), bulk.ink_boxes(text, count), bulk.origins(text, count)
        return [walk, budget.left, boxes, [item or 0 for item in objects], list(map(bool, unmapped)), *asked]


def both(data: bytes, library: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield the answers about each page, from the compiled loops and from those in Python."""
    try:
        with calls.opened_document(data) as document:
            for index in range(calls.page_count(document)):
                with calls.opened_page(document, index) as page:
                    found = []
                    for each in (library, None):
                        monkeypatch.setattr(compiled, "library", each)
                        found.append(answers(page))
                    yield found[0], found[1]
    except ReadError:
        return  # not opened: nothing is asked


@pytest.mark.parametrize("seed", range(14))
def test_reports_of_all_styles(seed: int, library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = list(both(report(seed), library, monkeypatch))
    assert pages
    for ours, oracle in pages:
        assert ours == oracle
        assert ours[0].order


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_reports_with_quirks(quirk: Quirk, library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for ours, oracle in both(quirky_file(quirk, "compiled")[1], library, monkeypatch):
        assert ours == oracle


@pytest.mark.parametrize("content", [TURNED, b"/F Do", BOXES + TURNED, CURVES + b"0 0 50 50 re W n " + TURNED])
def test_drawings_in_drawings(content: bytes, library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = form(BOXES + CURVES + b"BT 1 Tr /F1 9 Tf 20 30 Td (inside) Tj 3 Tr (unseen) Tj ET", b"/Font<</F1 4 0 R>>")
    page = one_page(GREETING + content, resources=SHOWN, more={6: inner})
    ((ours, oracle),) = both(page, library, monkeypatch)
    assert ours == oracle
    walk = ours[0]
    assert walk.shapes
    assert any(shape.segments for shape in walk.shapes)
    assert len(walk.order) > 1
    assert walk.lines
    assert walk.dots
    assert walk.clips


@pytest.mark.parametrize("seed", range(6))
def test_dots(seed: int, library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    step = rng.choice((0.5, 1.5, 4.0))
    places = [(rng.choice((10.0, 10.5, 11.5, 40.25)) + rng.random() * 0.4, n * step) for n in range(400)]
    places += [(y, x) for x, y in places] + [(rng.random() * 99, rng.random() * 99) for _ in range(99)] + places[:50]
    rng.shuffle(places)
    for count in (0, 1, 3, 4, 40, len(places)):
        dots = array("d", (value for place in places[:count] for value in place))
        monkeypatch.setattr(compiled, "library", library)
        ours = dotted_lines(dots)
        monkeypatch.setattr(compiled, "library", None)
        assert dotted_lines(dots) == ours
    assert ours


def test_what_a_file_may_cost_is_spent_alike(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = {n: form(b"/F Do", b"/XObject<</F %d 0 R>>" % (n + 1)) for n in range(6, 50)}
    deep = one_page(GREETING + b"/F Do", resources=SHOWN, more=levels | {50: form(BOXES, b"")})
    ((ours, oracle),) = both(deep, library, monkeypatch)
    assert ours == oracle
    assert ours[0][0] == "too_deep"
    crowded = one_page(BOXES * 20 + CURVES * 20 + GREETING)
    for most in (1, 3, 100, 140, 150, 151, 190, 200, 10_000):
        monkeypatch.setattr(Budget, "__init__", lambda self, most=most: setattr(self, "left", most))
        ((ours, oracle),) = both(crowded, library, monkeypatch)
        assert ours == oracle
        assert (ours[0] == oracle[0] and isinstance(ours[0], tuple)) == (ours[1] < 0)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files(seed: int, library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for ours, oracle in both(mutant(random.Random(seed), report(seed % 7)).data, library, monkeypatch):
        assert ours == oracle


def test_a_document_is_the_same_without_it(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = report(3)
    monkeypatch.setattr(compiled, "library", library)
    with_it = read(data)
    monkeypatch.setattr(compiled, "library", None)
    assert read(data) == with_it
    assert with_it.blocks


def test_another_source_is_another_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = compiled.library_path()
    changed = tmp_path / "walk.c"
    changed.write_bytes(compiled.SOURCE.read_bytes() + b"\n")
    monkeypatch.setattr(compiled, "SOURCE", changed)
    assert compiled.library_path() != before
    assert compiled.loaded(tmp_path / "nothing.so") is None
    (tmp_path / "broken.so").write_bytes(b"no library")
    assert compiled.loaded(tmp_path / "broken.so") is None

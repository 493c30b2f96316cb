"""Reports as pictures: the same seed makes the same file, each can be decoded, and the judge finds what is wrong."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pypdfium2
import pytest
from PIL import Image

from benchmarks.corpus.fonts import NoFontError, font_files
from benchmarks.corpus.judging import PROVED, Verdict, judge_cells
from benchmarks.corpus.pictured import BY_NAME, CASES, GOLDEN, Pictured, made
from benchmarks.corpus.pictured_judging import Judged, Stated, joined_paragraphs, with_stated
from benchmarks.scans import Tally, files_of
from pipelines.extracting.numbers import AMBIGUOUS, VALUE
from pipelines.extracting.sections import Section
from pipelines.extracting.tables.cells import CellReading

_DATA = re.compile(rb"data:image/jpeg;base64,([^\"]+)")


def _has_font() -> bool:
    try:
        return bool(font_files())
    except NoFontError:
        return False


pytestmark = pytest.mark.skipif(not _has_font(), reason="no font of this machine holds Chinese: nothing can be drawn")


def frames(data: bytes) -> int:
    """Return how many pages a picture file has; each is decoded."""
    with Image.open(io.BytesIO(data)) as image:
        count = getattr(image, "n_frames", 1)
        for number in range(count):
            image.seek(number)
            image.load()
        return count


def pictures(pictured: Pictured) -> int:
    """Return how many pages of a file are pictures, each of them decoded."""
    name, data = pictured.main, pictured.files[pictured.main]
    if name.endswith(".pdf"):
        document = pypdfium2.PdfDocument(data)
        try:
            pages = [document[n] for n in range(len(document))]
            for page in pages:
                page.render(scale=0.2)
            return sum(not page.get_textpage().count_chars() for page in pages)
        finally:
            document.close()
    if name.endswith((".docx", ".zip")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(frames(archive.read(n)) for n in archive.namelist() if n.endswith((".jpg", ".png")))
    if name.endswith(".html"):
        held = [base64.b64decode(found) for found in _DATA.findall(data)]
        return sum(map(frames, [*held, *(other for beside, other in pictured.files.items() if beside != name)]))
    return frames(data)


@cache
def of(name: str) -> Pictured:
    return made(BY_NAME[name], "test")


@pytest.mark.parametrize("name", BY_NAME)
def test_each_case_makes_pictures_of_all_its_pages(name: str) -> None:
    pictured = of(name)
    assert pictured.pages >= 2
    assert pictures(pictured) == pictured.pages
    assert len(pictured.report.printout.truth) >= 190


@pytest.mark.parametrize(
    "name", ["skew", "photograph 2 %", "PDF text and scans", "fax fine", "stamp on cells", "ZIP of PNG"]
)
def test_the_same_seed_makes_the_same_bytes_and_another_one_others(name: str) -> None:
    again = made(BY_NAME[name], "test")
    assert again.files == of(name).files
    # What the pages of another seed say is decided before anything is done to their pictures.
    plain = replace(BY_NAME[name], effect=lambda _, drawing, *__: drawing.pages)
    assert made(plain, "test").columns == again.columns
    assert made(plain, "another").columns != again.columns


def test_cases_and_golden_pages_are_named_once_and_aims_are_shares() -> None:
    assert len(BY_NAME) == len(CASES)
    assert {name for name, _ in GOLDEN} <= {*BY_NAME}
    assert 8 <= len(GOLDEN) <= 12
    assert all(case.aim is None or 0 < case.aim <= 1 for case in CASES)
    assert all(0 <= case.floor <= 1 for case in CASES)


def test_a_case_has_as_many_pages_as_are_asked_for() -> None:
    files = list(files_of(BY_NAME["clean 150 dpi"], 5, 1))
    assert sum(each.pages for each in files) >= 5 > sum(each.pages for each in files[:-1])


@pytest.fixture(scope="module")
def pictured() -> Pictured:
    return of("two pages a sheet")


def read_rightly(pictured: Pictured) -> dict[tuple[str, str, str], CellReading]:
    """Return the cells of a report as they are read where nothing is wrong."""
    return {
        path: CellReading(truth.text, VALUE, truth.value, None, None, "label", None, None, None)
        for path, truth in pictured.report.printout.truth.items()
        if truth.value is not None
    }


def test_a_planted_wrong_cell_is_found(pictured: Pictured) -> None:
    cells = read_rightly(pictured)
    assert judge_cells(pictured.report.printout, cells).wrong == ()
    path = next(iter(cells))
    cells[path] = cells[path]._replace(value=Decimal(987_654), raw="987654")
    verdict = judge_cells(pictured.report.printout, cells)
    assert len(verdict.wrong) == 1
    assert "987654" in verdict.wrong[0]


@pytest.mark.parametrize("by", [{"matched_by": PROVED}, {"note": PROVED}], ids=["match", "note"])
def test_a_proved_cell_counts_apart_and_is_silently_wrong_where_it_is_wrong(
    pictured: Pictured, by: dict[str, str]
) -> None:
    def proved(cell: CellReading) -> CellReading:
        return cell._replace(matched_by=by.get("matched_by", cell.matched_by), note=by.get("note"))

    cells = read_rightly(pictured)
    right, doubtful, wrong = list(cells)[:3]
    cells[right] = proved(cells[right])
    cells[doubtful] = cells[doubtful]._replace(status=AMBIGUOUS, value=None)
    before = judge_cells(pictured.report.printout, cells)
    assert (before.proved, before.ambiguous, before.wrong) == (1, 1, ())
    cells[wrong] = proved(cells[wrong])._replace(value=Decimal(987_654))
    after = judge_cells(pictured.report.printout, cells)
    assert (after.proved, len(after.wrong), after.right) == (1, 1, before.right - 1)


def test_paragraphs_of_one_page_and_those_that_go_on_overleaf_are_not_joined(pictured: Pictured) -> None:
    left, right = pictured.columns[:2]
    misread = left[40:80].replace("件", "什").replace("，", "")
    assert joined_paragraphs([left[:60], right[:60], misread, left[-60:] + right[:60]], pictured.columns) == []


def test_a_planted_joined_paragraph_is_found(pictured: Pictured) -> None:
    left, right = pictured.columns[:2]
    planted = [left[n : n + 26] + " " + right[n : n + 26] for n in (52, 78)]
    woven = "".join(planted)
    assert joined_paragraphs([left[:60], woven], pictured.columns) == [woven]
    assert joined_paragraphs(planted, pictured.columns) == planted


def test_a_figure_a_date_and_a_year_that_are_not_told_are_silently_wrong(pictured: Pictured) -> None:
    report = pictured.report
    nothing = Verdict(0, 0, 0, (), None)
    prose = Section(1, None, pictured.columns[0])
    right = with_stated(Judged(nothing), report, Stated(report.year, report.published, [prose]))
    assert right.wrong == [] and right.dated and right.figures > 0
    assert with_stated(Judged(nothing), report, Stated(report.year, None, [])).dated is False
    later = report.published.replace(day=report.published.day % 28 + 1)
    told = Section(1, None, "全年共收到政府信息公开申请987654件。")
    wrong = with_stated(Judged(nothing), report, Stated(report.year - 1, later, [told])).wrong
    assert [each.split(":")[0] for each in wrong] == ["year", "date", "prose"]
    # A figure of a sentence that is printed so is read right, whatever paragraph it was taken for.
    printed = Stated(report.year, report.published, [told])
    assert not with_stated(Judged(nothing), report, printed, ["。" + told.text]).wrong
    assert with_stated(Judged(nothing), report, printed, [told.text.replace("987654", "987.654")]).wrong
    # Digits of it that were given up may be any, the others may not.
    part = printed._replace(sections=[Section(1, None, "全年共收到政府信息公开申请987654件，结转□□件。")])
    assert not with_stated(Judged(nothing), report, part, ["全年共收到政府信息公开申请987654件，结转17件。"]).wrong
    assert with_stated(Judged(nothing), report, part, ["全年共收到政府信息公开申请981654件，结转17件。"]).wrong


def test_what_is_refused_and_joined_is_told_in_the_tally(pictured: Pictured) -> None:
    tally = Tally()
    cells = len(pictured.report.printout.truth)
    tally.add(pictured, Judged(Verdict(0, 0, cells, (), "no_grid_in_picture"), 0, ["左右"], ["date: printed"]))
    assert tally.refused == {"no_grid_in_picture": 1}
    assert (tally.counts["absent"], tally.reached, len(tally.wrong), len(tally.joined)) == (cells, 0.0, 1, 1)

"""Articles of pictures, fetched as attachments of their page: one report with all cells, and a logo costs nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus import scan
from benchmarks.corpus.page_pictures import article, jpeg
from benchmarks.corpus.scan import CLEAN, NoFontError
from benchmarks.corpus.spans import report_blocks
from pipelines.collecting.crawl_run import crawl
from pipelines.collecting.crawler import run_source
from pipelines.collecting.fetched_locations import fetched_locations
from pipelines.collecting.ledger import Ledger, open_ledger
from pipelines.collecting.source import Source
from pipelines.contracts import CONTRACTS
from pipelines.raw.beside import content_at
from pipelines.raw.inventory import SCHEMA, Known, Location, table_of
from pipelines.raw.raw_store import RawStore
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.pages.bundle import Bundle, unpacked
from pipelines.reading.scan import available
from pipelines.warehouse.parquet import read_frame
from tests.collecting.portal import BUILDERS, Portal, Shelf
from tests.collecting.web import LIST, FakeClock, portal, report_url, source, title
from tests.projects import build_tables, make_project
from tests.reading.pages.drawn import png

YEAR = 2025
URL = report_url(YEAR)
BASE = URL.rpartition("/")[0]
NAMES = ("W2.png", "W10.png", "W1.png")


class Place:
    """A raw store, a ledger and a web with one report, whose article is pictures."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.root, self.ledger, self.clock = root, ledger, FakeClock()
        self.web = portal(YEAR)
        self.show(*NAMES)
        for width, name in enumerate(NAMES, start=701):
            self.web.pages[f"{BASE}/{name}"] = png(width)

    def show(self, *names: str) -> None:
        self.web.pages[URL] = article([f"./{name}" for name in names], title(YEAR), lazy=True).encode()

    def crawl(self, of: Source | None = None) -> Any:
        self.clock.at += timedelta(days=1)
        self.web.asked.clear()
        store = RawStore(self.root, owner="test-a")
        return crawl(
            of or source(), store, self.ledger, self.web, f"r{self.clock.at}", lambda _: None, clock=self.clock
        )

    def found(self, *known: Location) -> dict[str, Location]:
        last = Known(table_of(known) if known else SCHEMA.empty_table())
        found = list(fetched_locations(self.root, last, DEFAULT_LIMITS))
        kept = last.locations([row for row in found if isinstance(row, int)])
        read = [each for each in found if isinstance(each, Location)]
        assert len({each.location for each in (*kept, *read)}) == len(found)
        return {each.location: each for each in (*kept, *read)}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_ledger(tmp_path / "objects" / "ledger.sqlite") as ledger:
        yield Place(tmp_path, ledger)


def bundle(location: Location) -> Bundle:
    return unpacked(content_at(location.path, location.member, DEFAULT_LIMITS), DEFAULT_LIMITS)


def test_the_pictures_of_an_article_are_fetched_as_attachments_and_nothing_around_it(place: Place) -> None:
    summary = place.crawl()
    assert place.web.asked[:2] == [LIST, URL]
    assert sorted(place.web.asked[2:]) == sorted(f"{BASE}/{name}" for name in NAMES)
    assert summary.problems == ()
    rows = place.ledger.urls("test-a", kind="attachment", parent_url=URL)
    assert {row.url for row in rows} == {f"{BASE}/{name}" for name in NAMES}
    assert {row.media_type for row in rows} == {"image/png"}


def test_a_page_and_its_pictures_are_one_report_and_stay_it(place: Place) -> None:
    place.crawl()
    found = place.found()
    whole = found[f"{URL}..W1.png"]
    assert (whole.fetched_from, whole.source_id, whole.published_on) == (URL, "test-a", "2026-01-20")
    assert [name for name, _ in bundle(whole).pictures] == [f"{BASE}/{name}" for name in NAMES]
    assert {each.reason for name, each in found.items() if name != whole.location} == {"report_page"}
    assert len(found) == 5
    assert place.found(*found.values()) == found
    place.crawl()
    assert {name: each.file_sha256 for name, each in place.found(*found.values()).items()} == {
        name: each.file_sha256 for name, each in found.items()
    }


def test_a_picture_more_or_less_makes_the_report_anew(place: Place) -> None:
    place.crawl()
    before = place.found()
    place.show(*NAMES, "W11.png")
    place.web.pages[f"{BASE}/W11.png"] = png(711)
    place.crawl()
    found = place.found(*before.values())
    assert len(bundle(found[f"{URL}..W11.png"]).pictures) == 4
    assert f"{URL}..W1.png" not in found


def test_a_picture_that_cannot_be_had_is_missing_from_the_report(place: Place) -> None:
    del place.web.pages[f"{BASE}/W10.png"]
    place.crawl()
    found = bundle(place.found()[f"{URL}..W1.png"])
    assert ([name for name, _ in found.pictures], found.missing) == ([f"{BASE}/W2.png", f"{BASE}/W1.png"], ("2",))


def test_a_small_picture_is_none_of_the_report(place: Place) -> None:
    place.web.pages[f"{BASE}/W10.png"] = png(120, 90)
    summary = place.crawl()
    assert summary.refused == 1
    assert place.ledger.url("test-a", f"{BASE}/W10.png").file_sha256 is None  # type: ignore[union-attr]


def test_a_damaged_picture_is_told_and_the_rest_read_alone(place: Place) -> None:
    place.crawl()
    damaged = place.found()[f"{URL}..W1.png"]
    row = place.ledger.url("test-a", f"{BASE}/W2.png")
    assert row is not None and row.file_sha256 is not None
    path = place.root / "objects" / row.file_sha256[:2] / row.file_sha256
    path.chmod(0o644)
    path.write_bytes(png(555))
    found = place.found(damaged)
    assert found[f"{BASE}/W2.png"].reason == "damaged_in_store"
    assert found[URL].reason is None and f"{URL}..W1.png" not in found


def test_an_article_with_tables_fetches_no_picture_and_another_host_is_told(place: Place) -> None:
    page = place.web.pages[URL]
    table = "<table>" + "<tr><td>规章</td><td>1</td></tr>" * 20 + "</table>"
    place.web.pages[URL] = page.replace(b'<div id="zoom">', f'<div id="zoom">{table}'.encode())
    place.crawl()
    assert place.web.asked == [LIST, URL]
    place.web.pages[URL] = article(["http://img.b.gov.cn/1.png"], title(YEAR)).encode()
    (problem,) = place.crawl().problems
    assert "attachment_outside" in problem and "img.b.gov.cn" in problem


@pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
def test_every_cell_of_a_report_in_pictures_comes_through_the_portal(tmp_path: Path) -> None:
    try:
        font = scan.font_files()[0]
    except NoFontError as error:
        pytest.skip(str(error))
    layout = make_project(tmp_path / "project", seeds=False)
    with Portal() as site_of:
        site, shelf = site_of.site(), Shelf(1, seed=41)
        (report,) = shelf
        rng = random.Random(41)
        drawn = scan.drawn(rng, report_blocks(rng, report.printout, title=report.title), CLEAN, font)
        pictures = tuple((f"W{number}.jpg", jpeg(page)) for number, page in enumerate(drawn, start=1))
        shelf.reports[0] = replace(report, body="", pictures=pictures)
        values = BUILDERS["trs_static"](site, shelf) | {"id": "pictures"}
        summary = run_source(Source.model_validate(values), layout.raw, site_of.settings(tmp_path), lambda _: None)
    assert (summary.created, summary.problems) == (1 + len(pictures), ())
    build_tables(layout)
    cells = read_frame(layout.star, CONTRACTS["cell"])
    truth = {".".join(path): cell.value for path, cell in report.printout.truth.items()}
    read = dict(cells.select("cell_path", "value").iter_rows())
    right = sum(read[path] == value for path, value in truth.items())
    wrong = [path for path, value in truth.items() if read[path] not in (value, None)]
    assert wrong == [] and right >= 0.98 * len(truth)
    assert cells["report_key"].n_unique() == 1
    named = cells.filter(cells["page"].is_not_null())
    assert all(name.endswith(f"/W{page}.jpg") for page, name in named.select("page", "cell_reference").iter_rows())
    outcomes = read_frame(layout.star, CONTRACTS["raw_file_location"])
    assert sorted(outcomes["outcome"]) == ["not_a_report"] * (1 + len(pictures)) + ["parsed"]

"""Every list type of the portal, walked and fetched whole; what changes and what vanishes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from pipelines.collecting.crawler import LEDGER, run_source
from pipelines.collecting.fetching.settings import Settings
from pipelines.collecting.ledger import UrlRow, open_ledger
from pipelines.collecting.source import Source
from pipelines.collecting.summary import RunSummary
from pipelines.commands.sources import CollectingSetup, probe_address
from pipelines.raw.raw_store import RawStore
from tests.collecting.portal import BUILDERS, Portal, Shelf
from tests.collecting.portal.lists import trs_static


def crawled(values: dict[str, object], root: Path, settings: Settings) -> RunSummary:
    return run_source(Source.model_validate(values), root, settings, lambda _: None)


def rows(root: Path, source_id: str) -> list[UrlRow]:
    with open_ledger(root / LEDGER) as ledger:
        return list(ledger.urls(source_id))


@pytest.mark.parametrize("name", BUILDERS)
def test_a_list_yields_every_report_and_nothing_else(name: str, tmp_path: Path) -> None:
    with Portal() as portal:
        shelf = Shelf(20, files_every=7)
        values = BUILDERS[name](portal.site(), shelf)
        summary = crawled(values, tmp_path, portal.settings(tmp_path))
    assert (summary.list_state, summary.state, summary.problems) == ("complete", "done", ())
    bodies = {report.page() for report in shelf} | {body for report in shelf for _, body in report.files}
    known = rows(tmp_path, values["id"])
    assert {row.file_sha256 for row in known} == {sha256(body).hexdigest() for body in bodies}
    assert summary.created == len(bodies) == len(known)


@pytest.mark.parametrize("name", [name for name in BUILDERS if name != "year_tree"])
def test_a_probe_of_five_requests_drafts_a_source_that_yields_every_report(name: str, tmp_path: Path) -> None:
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(20)
        values = BUILDERS[name](site, shelf)
        setup = CollectingSetup(tmp_path, tmp_path, portal.configuration(tmp_path))
        probed = probe_address(setup, values["list"]["url"])
        asked = [hit.path for hit in site.hits if hit.path != "/robots.txt"]
        assert (probed.family, len(asked) <= 5) == (values["list"]["type"], True)
        assert probed.draft is not None
        summary = crawled(yaml.safe_load(probed.draft), tmp_path, portal.settings(tmp_path))
    assert (summary.list_state, summary.created) == ("complete", 20)


def test_what_changes_is_a_new_version_and_what_vanishes_is_kept(tmp_path: Path) -> None:
    with Portal() as portal:
        shelf = Shelf(14)
        values = trs_static(portal.site(), shelf)
        settings = portal.settings(tmp_path)
        crawled(values, tmp_path, settings)
        before = {report.number: sha256(report.page()).hexdigest() for report in shelf}
        changed, removed = shelf.change(0), shelf.remove(3)
        summary = crawled(values, tmp_path, settings)
    assert (summary.created, summary.updated, summary.gone) == (0, 1, 1)
    store = RawStore(tmp_path)
    assert store.read(before[changed.number])
    assert store.read(sha256(changed.page()).hexdigest()) == changed.page()
    assert store.read(before[removed.number])
    gone = [row for row in rows(tmp_path, values["id"]) if row.gone_at is not None]
    assert [row.file_sha256 for row in gone] == [before[removed.number]]


@pytest.mark.parametrize("by", ["etag", "last-modified", "nothing"])
def test_a_second_run_over_an_unchanged_portal_stores_nothing_new(by: str, tmp_path: Path) -> None:
    with Portal() as portal:
        site = portal.site()
        values = trs_static(site, Shelf(24, files_every=6), by=by)
        settings = portal.settings(tmp_path)
        first = crawled(values, tmp_path, settings)
        stored = sorted(RawStore(tmp_path).hashes())
        asked = len(site.hits)
        second = crawled(values, tmp_path, settings)
        again = [hit for hit in site.hits[asked:] if "/t2" in hit.path or hit.path.endswith(".docx")]
    assert (second.created, second.updated, second.failed, second.refused) == (0, 0, 0, 0)
    assert second.unchanged == len(again) >= 0.95 * first.created
    assert sorted(RawStore(tmp_path).hashes()) == stored
    if by != "nothing":
        assert sum(hit.status == 304 for hit in again) >= 0.95 * len(again)

"""A run of a source over a web without a network: what is kept, what is told, what is asked for again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.collecting.classify_body import classify_body
from pipelines.collecting.crawl_run import crawl
from pipelines.collecting.fetching.politeness import DailyLimitReached
from pipelines.collecting.ledger import Ledger, UrlRow, open_ledger
from pipelines.collecting.records import Failed, Refused, Request
from pipelines.collecting.source import Source
from pipelines.collecting.stored_files import StoredFile, stored_files
from pipelines.collecting.summary import RunSummary
from pipelines.raw.raw_store import RawStore
from tests.collecting.web import HOST, LIST, PDF, FakeClock, Web, list_page, page, portal, report_url, source, title


@dataclass
class Place:
    """A store, a ledger and a clock, and runs one after another."""

    root: Path
    ledger: Ledger
    clock: FakeClock = field(default_factory=FakeClock)
    runs: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def store(self) -> RawStore:
        return RawStore(self.root, owner="test-a")

    def crawl(self, web: Web, of: Source | None = None, **later: float) -> RunSummary:
        self.runs += 1
        self.clock.at += timedelta(**later or {"days": 1})
        web.asked.clear()
        of = of or source()
        summary = crawl(of, self.store, self.ledger, web, f"r{self.runs}", self.said.append, clock=self.clock)
        states = self.ledger.states("test-a")
        assert sum(states.values()) == len(self.ledger.urls("test-a"))
        assert "leased" not in states
        assert self.store.verify_all() == []
        assert RunSummary.from_json(summary.to_json()) == summary
        return summary

    def files(self) -> list[StoredFile]:
        return stored_files(self.root / "objects" / "ledger.sqlite")

    def row(self, url: str) -> UrlRow:
        row = self.ledger.url("test-a", url)
        assert row is not None
        return row


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_ledger(tmp_path / "objects" / "ledger.sqlite") as ledger:
        yield Place(tmp_path, ledger)


def counts(summary: RunSummary) -> dict[str, Any]:
    words = ("created", "updated", "unchanged", "gone", "refused", "failed", "pending")
    return {word: getattr(summary, word) for word in words if getattr(summary, word)}


def test_reports_and_their_attachments_are_stored_newest_first(place: Place) -> None:
    web = portal(2023, 2025, 2024, files={2025: "nb.pdf"})
    summary = place.crawl(web)
    assert counts(summary) == {"created": 4}
    assert (summary.state, summary.list_state, summary.problems, summary.exit_code) == ("done", "complete", (), 0)
    pdf = f"{LIST}202601/nb.pdf"
    assert web.asked == [LIST, report_url(2025), pdf, report_url(2024), report_url(2023)]
    (file,) = [file for file in place.files() if file.kind == "attachment"]
    assert (file.url, file.parent_url, file.report_year, file.published_on) == (
        pdf,
        report_url(2025),
        2025,
        "2026-01-20",
    )
    assert place.store.read(file.file_sha256) == PDF + b"nb.pdf"
    assert {file.title for file in place.files() if file.kind == "report"} == {
        title(year) for year in (2023, 2024, 2025)
    }


@pytest.mark.parametrize("knows_etags", [True, False])
def test_a_second_run_finds_all_unchanged(place: Place, knows_etags: bool) -> None:
    web = portal(2024, 2025, files={2025: "nb.pdf"})
    web.knows_etags = knows_etags
    place.crawl(web)
    before = place.files()
    assert counts(place.crawl(web)) == {"unchanged": 3}
    assert place.files() == before


def test_new_content_is_a_new_version_and_the_old_one_stays(place: Place) -> None:
    web = portal(2024, 2025)
    place.crawl(web)
    web.pages[report_url(2025)] = page(title(2025) + "（更正）")
    assert counts(place.crawl(web)) == {"updated": 1, "unchanged": 1}
    versions = [file for file in place.files() if file.url == report_url(2025)]
    assert [file.is_latest for file in versions] == [False, True]
    assert all(place.store.read(file.file_sha256) for file in versions)
    web.pages[report_url(2025)] = page(title(2025))
    assert counts(place.crawl(web)) == {"updated": 1, "unchanged": 1}
    versions = [file for file in place.files() if file.url == report_url(2025)]
    assert [file.is_latest for file in versions] == [True, False]


def test_a_report_that_vanishes_is_marked_kept_and_comes_back(place: Place) -> None:
    web = portal(2024, 2025, files={2025: "nb.pdf"})
    place.crawl(web)
    web.pages[LIST] = list_page(2024)
    summary = place.crawl(web)
    assert counts(summary) == {"gone": 1, "unchanged": 1}
    assert web.asked == [LIST, report_url(2024)]
    assert {file.url for file in place.files() if file.gone_at} == {report_url(2025), f"{LIST}202601/nb.pdf"}
    assert len(place.files()) == 3
    assert counts(place.crawl(web)) == {"unchanged": 1}
    web.pages[LIST] = list_page(2024, 2025)
    assert counts(place.crawl(web)) == {"unchanged": 3}
    assert [file.gone_at for file in place.files()] == [None] * 3


def test_many_that_vanish_at_once_turn_the_source_red_once(place: Place) -> None:
    web = portal(*range(2015, 2026))
    place.crawl(web)
    web.pages[LIST] = list_page(*range(2020, 2026))
    assert (place.crawl(web).state, place.runs) == ("done", 2)
    place.crawl(portal(*range(2015, 2026)))
    web.pages[LIST] = list_page(*range(2021, 2026))
    summary = place.crawl(web)
    assert (summary.gone, summary.state, summary.list_state) == (6, "red", "complete")
    assert any("many_gone" in problem and "6 of 11" in problem for problem in summary.problems)
    assert len({file.url for file in place.files()}) == 11
    assert place.crawl(web).state == "done"


def test_nothing_is_gone_for_an_incomplete_list(place: Place) -> None:
    web = portal(2023, 2024, 2025)
    place.crawl(web)
    web.pages[LIST] = list_page(2024, pages=2)
    web.outcomes[f"{LIST}index_1.html"] = Failed("timeout", "no answer")
    summary = place.crawl(web)
    assert (summary.list_state, summary.gone, summary.is_red, summary.exit_code) == ("list_incomplete", 0, True, 3)
    assert all(file.gone_at is None for file in place.files())


def test_an_empty_list_keeps_the_data_and_turns_red(place: Place) -> None:
    web = portal(2024, 2025)
    place.crawl(web)
    web.pages[LIST] = list_page()
    summary = place.crawl(web)
    assert (summary.list_state, summary.is_red, counts(summary)) == ("empty", True, {})
    assert any("list_empty" in problem and "2 reports" in problem for problem in summary.problems)
    assert [file.gone_at for file in place.files()] == [None, None]
    assert web.asked == [LIST]


def test_a_list_that_fails_leaves_all_as_it_is_and_tries_what_was_never_had(place: Place) -> None:
    web = portal(2024, 2025)
    web.outcomes[report_url(2025)] = Failed("timeout", "no answer")
    assert counts(place.crawl(web)) == {"created": 1, "failed": 1}
    del web.outcomes[report_url(2025)]
    web.outcomes[LIST] = Refused("challenge", "a page that wants a cookie")
    summary = place.crawl(web)
    assert (summary.state, summary.list_state, counts(summary)) == ("red", "failed", {"created": 1})
    assert any("challenge" in problem for problem in summary.problems)


def test_a_failure_of_one_url_does_not_stop_the_others(place: Place) -> None:
    web = portal(2023, 2024, 2025)
    web.outcomes[report_url(2025)] = Failed("slow_body", "30 s")
    web.outcomes[report_url(2024)] = Refused("robots_disallowed", "by robots.txt")
    summary = place.crawl(web)
    assert counts(summary) == {"created": 1, "refused": 1, "failed": 1}
    assert summary.states == {"stored": 1, "refused": 1, "failed": 1}
    assert (summary.state, summary.exit_code) == ("done", 3)
    assert (place.row(report_url(2024)).reason, place.row(report_url(2025)).attempts) == ("robots_disallowed", 1)
    web.outcomes.clear()
    assert counts(place.crawl(web)) == {"created": 1}
    assert counts(place.crawl(web, days=7)) == {"created": 1, "unchanged": 1}


def test_a_stored_report_that_answers_404_is_kept_and_reported(place: Place) -> None:
    web = portal(2024, 2025)
    place.crawl(web)
    body = web.pages.pop(report_url(2025))
    summary = place.crawl(web)
    assert counts(summary) == {"unchanged": 1, "refused": 1, "gone": 1}
    assert any(problem.startswith("not_found") and report_url(2025) in problem for problem in summary.problems)
    assert place.row(report_url(2025)).state == "stored"
    assert summary.states == {"stored": 1, "unchanged": 1}
    assert counts(place.crawl(web)) == {"unchanged": 1, "refused": 1}
    web.pages[report_url(2025)] = body
    assert counts(place.crawl(web)) == {"unchanged": 2}
    assert place.row(report_url(2025)).gone_at is None


def test_older_reports_are_asked_for_monthly_or_when_the_list_dates_them_anew(place: Place) -> None:
    web = portal(2019, 2025)
    place.crawl(web)
    place.crawl(web)
    assert web.asked == [LIST, report_url(2025)]
    web.pages[LIST] = list_page(2019, 2025).replace(b"2020-01-20", b"2020-03-03")
    place.crawl(web)
    assert web.asked == [LIST, report_url(2025), report_url(2019)]
    place.crawl(web)
    assert web.asked == [LIST, report_url(2025)]
    place.crawl(web, days=31)
    assert web.asked == [LIST, report_url(2025), report_url(2019)]


def test_a_file_that_is_no_report_is_refused_by_its_first_bytes(place: Place) -> None:
    web = portal(2024, 2025, files={2025: "nb.pdf", 2024: "nb.doc"})
    web.pages[f"{LIST}202601/nb.pdf"] = page("您访问的页面不存在")
    web.pages[f"{LIST}202501/nb.doc"] = b"\x00\x01\x02\x03" * 100
    assert counts(place.crawl(web)) == {"created": 2, "refused": 2}
    assert place.row(f"{LIST}202601/nb.pdf").reason == "soft_404"
    assert place.row(f"{LIST}202501/nb.doc").reason == "not_a_report_file"


def test_an_interstitial_page_is_followed_and_its_target_stored(place: Place) -> None:
    web = portal(2025)
    interstitial = f'<html><head><meta http-equiv="refresh" content="0;url={LIST}real.html"></head></html>'.encode()
    web.pages[f"{LIST}real.html"] = web.pages[report_url(2025)]
    web.pages[report_url(2025)] = interstitial
    assert counts(place.crawl(web)) == {"created": 1}
    (file,) = place.files()
    assert place.store.read(file.file_sha256) == web.pages[f"{LIST}real.html"]
    assert file.url == report_url(2025)
    assert counts(place.crawl(web)) == {"unchanged": 1}
    web.pages[f"{LIST}real.html"] = interstitial.replace(b"real.html", b"more.html")
    web.pages[f"{LIST}more.html"] = interstitial.replace(b"real.html", b"end.html")
    assert counts(place.crawl(web)) == {"refused": 1}
    assert len(place.files()) == 1


def test_an_attachment_that_its_page_drops_is_gone_and_kept(place: Place) -> None:
    web = portal(2025, files={2025: "old.pdf"})
    place.crawl(web)
    web.pages[report_url(2025)] = page(title(2025), "new.pdf")
    web.pages[f"{LIST}202601/new.pdf"] = PDF
    assert counts(place.crawl(web)) == {"created": 1, "updated": 1}
    assert [(file.url[-7:], file.gone_at is None) for file in place.files() if file.kind == "attachment"] == [
        ("new.pdf", True),
        ("old.pdf", False),
    ]


def test_the_days_requests_used_up_leaves_the_rest_pending_and_the_next_run_goes_on(place: Place) -> None:
    web = portal(2022, 2023, 2024, 2025)

    def limit(_: Request) -> None:
        if len(web.asked) == 3:
            raise DailyLimitReached("www.a.gov.cn")

    web.before = limit
    summary = place.crawl(web)
    assert counts(summary) == {"created": 2, "pending": 2}
    assert (summary.state, summary.states) == ("unfinished", {"discovered": 2, "stored": 2})
    assert sum("daily_limit" in problem for problem in summary.problems) == 1
    web.before = lambda _: None
    assert counts(place.crawl(web)) == {"created": 2}
    assert web.asked == [LIST, report_url(2023), report_url(2022)]
    assert counts(place.crawl(web, days=31)) == {"unchanged": 4}


def test_a_killed_run_is_taken_up_without_asking_again(place: Place) -> None:
    web = portal(2023, 2024, 2025, files={2025: "nb.pdf"})

    def kill(request: Request) -> None:
        if request.url == report_url(2024):
            raise KeyboardInterrupt

    web.before = kill
    with pytest.raises(KeyboardInterrupt):
        place.crawl(web)
    assert place.ledger.states("test-a") == {"discovered": 1, "leased": 1, "stored": 2}
    web.before = lambda _: None
    assert counts(place.crawl(web, minutes=5)) == {"created": 2}
    assert web.asked == [report_url(2024), report_url(2023)]
    assert not (place.root / "objects" / "lists" / "test-a").exists()


def test_a_page_stored_before_a_kill_has_its_attachments(place: Place) -> None:
    web = portal(2025, files={2025: "nb.pdf"})

    def kill(request: Request) -> None:
        if request.kind == "attachment":
            raise KeyboardInterrupt

    web.before = kill
    with pytest.raises(KeyboardInterrupt):
        place.crawl(web)
    web.before = lambda _: None
    assert counts(place.crawl(web, minutes=5)) == {"created": 1}
    assert web.asked == [f"{LIST}202601/nb.pdf"]


@pytest.mark.parametrize("nth", range(1, 14))
def test_a_full_disk_ends_the_run_and_corrupts_nothing(place: Place, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    web, fsync, left = portal(2024, 2025, files={2025: "nb.pdf"}), os.fsync, [nth]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        summary = place.crawl(web)
    assert (summary.state, summary.is_red, summary.exit_code) == ("failed", True, 1)
    assert any("disk_full" in problem and "make room" in problem for problem in summary.problems)
    place.crawl(web, minutes=1)
    assert {file.url for file in place.files()} == {report_url(2024), report_url(2025), f"{LIST}202601/nb.pdf"}


def test_a_damaged_file_is_reported_and_fetched_anew(place: Place) -> None:
    web = portal(2025)
    place.crawl(web)
    path = place.store.path(place.files()[0].file_sha256)
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    summary = place.crawl(web)
    assert counts(summary) == {"unchanged": 1}
    assert any("damaged_object" in problem for problem in summary.problems)


def test_years_outside_what_is_expected_are_reported_but_not_red(place: Place) -> None:
    expecting = source(expect={"reports_per_year": [1, 1], "years": [2023, 2026]})
    summary = place.crawl(portal(2023, 2025), expecting)
    assert [problem for problem in summary.problems if "unexpected_count" in problem] == [
        "unexpected_count: test-a: 0 reports of 2024, expected 1 to 1"
    ]
    assert not summary.is_red


def test_an_id_of_the_visit_is_not_a_new_report(place: Place) -> None:
    web = portal(2025)
    place.crawl(web)
    for visit in ("AAA", "BBB"):
        name = b"t20260120_2025.html"
        web.pages[LIST] = list_page(2025).replace(name, name + b";jsessionid=" + visit.encode())
        web.pages[f"{report_url(2025)};jsessionid={visit}"] = web.pages[report_url(2025)]
        assert place.crawl(web).created == 0
    assert len(place.files()) == 1


def test_a_title_that_no_file_can_hold_does_not_stop_the_run(place: Place) -> None:
    web = portal(2025)
    web.outcomes[report_url(2025)] = Failed("bad_response", "half a character: \ud800")
    assert counts(place.crawl(web)) == {"failed": 1}
    assert place.row(report_url(2025)).detail == "half a character: ?"


def test_headers_are_kept_but_no_cookies(place: Place) -> None:
    place.crawl(portal(2025))
    (headers,) = place.ledger._database.execute("SELECT headers FROM fetch WHERE outcome = 'created'").fetchone()
    assert "content-type" in headers and "cookie" not in headers
    assert HOST in place.row(report_url(2025)).request_url


@pytest.mark.parametrize(
    ("body", "kind", "name", "expected"),
    [
        (PDF, "attachment", "a.doc", "application/pdf"),
        (PDF, "report", "a.html", "application/pdf"),
        (page("年报"), "report", "a.html", "text/html"),
        (page("年报"), "report", "show.jsp", "text/html"),
        (page("年报"), "attachment", "a.html", "text/html"),
        (page("年报"), "report", "a.pdf", "soft_404"),
        (page("年报"), "attachment", "download.jsp", "soft_404"),
        ("一、总体情况".encode(), "attachment", "a.txt", "text/plain"),
        (b"<?xml version='1.0'?><Workbook><Table>", "attachment", "a.xls", "application/vnd.ms-spreadsheetml"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n", "attachment", "a.doc", "multipart/related"),
        (b'{"code": 500}', "report", "a.html", "not_a_report_file"),
        (b"  ", "report", "a.html", "not_a_report_file"),
        (b"\x7fELF" + bytes(100), "attachment", "a.pdf", "not_a_report_file"),
        (b"\x01\x02\x03" * 99, "attachment", "a.wps", "not_a_report_file"),
    ],
)
def test_first_bytes_tell_what_counts(body: bytes, kind: str, name: str, expected: str) -> None:
    verdict = classify_body(body, kind=kind, url=f"{LIST}{name}?a=b.pdf")
    assert (verdict.reason if isinstance(verdict, Refused) else verdict) == expected

"""Every fault of a portal in a whole crawl: its reason is noted, the rest goes on, nothing torn is ever stored."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pipelines.collecting.crawler import LEDGER, run_source
from pipelines.collecting.fetching.settings import Settings
from pipelines.collecting.ledger import UrlRow, open_ledger
from pipelines.collecting.source import Source
from pipelines.collecting.summary import RunSummary
from pipelines.raw.raw_store import RawStore
from tests.collecting.portal import Built, Hit, Portal, Shelf, Site, faults
from tests.collecting.portal.answers import html, redirect, reply
from tests.collecting.portal.lists import trs_static
from tests.collecting.portal.server import Answer, Reply, head

# Deadlines are seconds of the socket, which no clock scales.
QUICK = {
    "read_timeout": 1.0, "connect_timeout": 1.0, "total_deadline": 1.5, "tries": 2, "breaker_failures": 50,
    "wire_bytes": 2 << 20, "decoded_bytes": 2 << 20,
}  # fmt: skip
FAULTY = "/nb/202601/t20260101_0.html"
BIG = html("某市2025年政府信息公开工作年度报告", "<p>一、总体情况</p>" + "<p>公开信息。</p>" * 5000)


def crawled(values: Built, root: Path, settings: Settings) -> RunSummary:
    return run_source(Source.model_validate(values), root, settings, lambda _: None)


def rows(root: Path, source_id: str) -> dict[str, UrlRow]:
    with open_ledger(root / LEDGER) as ledger:
        return {row.url: row for row in ledger.urls(source_id)}


def check_whole(root: Path, source_id: str, summary: RunSummary, complete: set[bytes]) -> None:
    """Check the identity, every hash, and that nothing was stored but whole bodies of the portal."""
    known = rows(root, source_id)
    assert sum(summary.states.values()) == len(known)
    pending = summary.states.get("discovered", 0) + summary.states.get("leased", 0)
    assert pending == summary.pending
    store = RawStore(root)
    assert store.verify_all() == []
    assert set(store.hashes()) <= {sha256(body).hexdigest() for body in complete}
    assert {row.file_sha256 for row in known.values() if row.file_sha256} == set(store.hashes())


PAGE_FAULTS: dict[str, tuple[Answer, str, str]] = {
    "trickle": (faults.trickle(BIG), "failed", "slow_body"),
    "stall": (faults.stall(BIG), "failed", "timeout"),
    "shorter than stated": (faults.length(BIG, stated=50), "failed", "truncated"),
    "cut chunks": (faults.cut_chunks(BIG), "failed", "truncated"),
    "cut gzip": (faults.cut_gzip(BIG), "failed", "truncated"),
    "reset": (faults.RESET, "failed", "connection"),
    "no answer": (faults.EMPTY_ANSWER, "failed", "connection"),
    "no HTTP": (faults.BAD_RESPONSE, "failed", "bad_response"),
    "header bomb": (faults.header_bomb(), "failed", "bad_response"),
    "bomb": (faults.bomb(40 << 20), "refused", "bomb"),
    "huge": (faults.huge(8 << 20), "refused", "too_large"),
    "huge as stated": (lambda _: (head(200, 1 << 40),), "refused", "too_large"),
    "503 for ever": (faults.busy(503, 1, times=99, then=b""), "failed", "server_error"),
    "429 for ever": (faults.busy(429, 1, times=99, then=b""), "failed", "too_many_requests"),
    "500": (lambda _: reply("x", status=500), "failed", "server_error"),
    "404": (lambda _: reply("x", status=404), "refused", "not_found"),
    "410": (lambda _: reply("x", status=410), "refused", "not_found"),
    "403": (lambda _: reply("x", status=403), "refused", "forbidden"),
    "soft 404": (faults.SOFT_404, "refused", "soft_404"),
    "login": (faults.LOGIN, "refused", "login_page"),
    "maintenance": (faults.MAINTENANCE, "refused", "maintenance_page"),
    "challenge 521": (faults.CHALLENGES["521"], "refused", "challenge"),
    "challenge 412": (faults.CHALLENGES["412"], "refused", "challenge"),
    "slider": (faults.CHALLENGES["slider"], "refused", "challenge"),
    "scripted challenge": (faults.CHALLENGES["script"], "refused", "challenge"),
    "cookie loop": (faults.cookie_loop(FAULTY), "refused", "challenge"),
    "redirect loop": (redirect(FAULTY), "refused", "too_many_redirects"),
    "endless redirects": (redirect(lambda hit: f"{FAULTY}?hop={len(hit.target)}{hit.nth}{'x' * len(hit.target)}"),
                          "refused", "too_many_redirects"),
    "redirect home": (redirect("/"), "refused", "soft_404"),
    "redirect to a file": (redirect("file:///etc/passwd"), "refused", "redirect_refused"),
    "nothing in it": (lambda _: reply(b""), "refused", "not_a_report_file"),
    "bytes": (lambda _: reply(b"\x00\x01\x02\x03" * 200), "refused", "not_a_report_file"),
    "304 unasked": (lambda _: (head(304, None),), "failed", "bad_response"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGE_FAULTS)
def test_a_fault_of_one_page_has_its_reason_and_stops_nothing_else(name: str, tmp_path: Path) -> None:
    answer, outcome, reason = PAGE_FAULTS[name]
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(4)
        values = trs_static(site, shelf, wap_twins=False)
        site.add("/", html("某市人民政府", "<p>首页</p>")).add(f"{FAULTY}*", answer)
        summary = crawled(values, tmp_path, portal.settings(tmp_path, **QUICK))
    faulty = rows(tmp_path, values["id"])[site.url(FAULTY)]
    assert (faulty.state, faulty.reason, faulty.file_sha256) == (outcome, reason, None), faulty.detail
    assert faulty.detail
    assert (summary.created, summary.list_state) == (3, "complete")
    assert (summary.refused, summary.failed) == ((1, 0) if outcome == "refused" else (0, 1))
    check_whole(tmp_path, values["id"], summary, {report.page() for report in shelf})


@pytest.mark.parametrize("name", ["shorter than stated", "cut chunks", "reset", "503 for ever", "soft 404", "login"])
def test_a_fault_at_the_second_visit_loses_nothing(name: str, tmp_path: Path) -> None:
    answer, _, reason = PAGE_FAULTS[name]
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(4)
        values = trs_static(site, shelf)
        settings = portal.settings(tmp_path, **QUICK)
        crawled(values, tmp_path, settings)
        site.add(FAULTY, answer)
        crawled(values, tmp_path, settings)
        kept = rows(tmp_path, values["id"])[site.url(FAULTY)]
        # What is stored stays so; the reason tells what the last visit met.
        assert (kept.state, kept.reason) == ("stored", reason)
        assert kept.file_sha256 == sha256(shelf.reports[0].page()).hexdigest()
        del site.pages[FAULTY]
        summary = crawled(values, tmp_path, settings)
    assert summary.unchanged == 4
    check_whole(tmp_path, values["id"], summary, {report.page() for report in shelf})


@pytest.mark.parametrize("listed", [True, False])
def test_a_redirect_never_reaches_a_forbidden_address(listed: bool, tmp_path: Path) -> None:
    with Portal() as portal:
        site, forbidden, shelf = portal.site(), portal.site(allowed=False), Shelf(4)
        values = trs_static(site, shelf)
        if listed:
            values["hosts"] = [site.host, forbidden.host]
        forbidden.add("/*", BIG)
        site.add(FAULTY, redirect(forbidden.url("/secret.html")))
        summary = crawled(values, tmp_path, portal.settings(tmp_path, **QUICK))
    reason = rows(tmp_path, values["id"])[site.url(FAULTY)].reason
    assert reason == ("forbidden_address" if listed else "redirect_refused")
    assert forbidden.connections == []
    assert summary.created == 3


@pytest.mark.parametrize(
    ("tls", "reason"), [("valid", None), ("expired", "tls"), ("wrong_host", "tls"), ("self_signed", "tls")]
)
def test_certificates_are_verified(tls: Any, reason: str | None, tmp_path: Path) -> None:
    with Portal() as portal:
        site = portal.site(tls=tls)
        values = trs_static(site, Shelf(3))
        settings = portal.settings(tmp_path, **QUICK)
        summary = crawled(values, tmp_path, settings)
        if reason is None:
            assert (summary.created, summary.problems) == (3, ())
            return
        assert site.hits == []
        assert (summary.list_state, summary.state) == ("failed", "red")
        assert any(f"{reason}:" in problem for problem in summary.problems)
        until = {"host": site.host, "reason": "the certificate is known to be faulty", "until": "2099-01-01"}
        assert crawled(values | {"tls_exceptions": [until]}, tmp_path, settings).created == 3
        past = until | {"until": "2020-01-01"}
        assert crawled(values | {"id": "test-past", "tls_exceptions": [past]}, tmp_path, settings).created == 0


def endless_paging(site: Site) -> Built:
    """A list whose every page has the next, with items that never end."""

    def listed(hit: Hit) -> Reply:
        number = int(hit.path.rpartition("_")[2].removesuffix(".html")) if "_" in hit.path else 0
        name = f"./202601/t20260101_{number}.html"
        return reply(html("年报", f'<ul><li><a href="{name}">某局2025年政府信息公开工作年度报告</a></li></ul>'))

    site.add("/nb/", listed).add("/nb/index_*", listed).add("/nb/2*", lambda _: reply(BIG))
    listed_as = {"type": "trs_static", "url": site.url("/nb/")}
    return {
        "id": "test-endless", "agency": {"name": "某市某局"}, "hosts": [site.host], "scheme_http_allowed": True,
        "list": listed_as, "limits": {"list_pages": 8},
    }  # fmt: skip


def endless_calendar(site: Site) -> Built:
    """A year tree whose sub-columns are months, each of which has another below it."""

    def month(_hit: Hit) -> Reply:
        report = '<li><a href="./t20240101_1.html">某局2023年政府信息公开工作年度报告</a></li>'
        return reply(html("日历", f'<ul>{report}<li><a href="./next/">下月年度报告</a></li></ul>'))

    site.add("/cal/*", month)
    listed_as = {"type": "year_tree", "url": site.url("/cal/{Y}/"), "years": [2023, 2023], "follow": {"max_depth": 5}}
    return {
        "id": "test-calendar", "agency": {"name": "某市某局"}, "hosts": [site.host], "scheme_http_allowed": True,
        "list": listed_as, "limits": {"list_pages": 20, "depth": 3},
    }  # fmt: skip


@pytest.mark.parametrize(("endless", "most"), [(endless_paging, 8), (endless_calendar, 8)])
def test_endless_lists_end_and_are_called_incomplete(
    endless: Callable[[Site], Built], most: int, tmp_path: Path
) -> None:
    with Portal() as portal:
        site = portal.site()
        summary = crawled(endless(site), tmp_path, portal.settings(tmp_path, **QUICK))
    lists = [path for path in site.paths() if path.endswith("/") or "index_" in path]
    assert len(lists) <= most
    assert (summary.list_state, summary.state, summary.gone) == ("list_incomplete", "red", 0)
    assert any("cap " in problem for problem in summary.problems)


LIST_FAULTS: dict[str, Answer] = {
    "404": lambda _: reply("x", status=404),
    "truncated": faults.length(html("年报", "<ul></ul>"), stated=80),
    "challenge": faults.CHALLENGES["521"],
    "soft 404": faults.SOFT_404,
    "login": faults.LOGIN,
    "another page": lambda _: reply(html("某市人民政府", "<p>欢迎</p>")),
    "no items": lambda _: reply(html("年报", "<ul></ul>")),
}


LATER = "/nb/index_1.html"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        *(pytest.param("/nb/", name) for name in LIST_FAULTS),
        *(pytest.param(LATER, name) for name in LIST_FAULTS),
    ],
)
def test_nothing_is_gone_when_a_list_page_fails(name: str, page: str, tmp_path: Path) -> None:
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(14)
        values = trs_static(site, shelf)
        settings = portal.settings(tmp_path, **QUICK)
        assert crawled(values, tmp_path, settings).created == 14
        site.add(page, LIST_FAULTS[name])
        summary = crawled(values, tmp_path, settings)
        assert summary.is_red
        assert summary.list_state != "complete"
        assert (summary.gone, sum(summary.states.values())) == (0, 14)
        assert all(row.gone_at is None for row in rows(tmp_path, values["id"]).values())
        del site.pages[page]
        trs_static(site, shelf)
        assert not crawled(values, tmp_path, settings).is_red
    check_whole(tmp_path, values["id"], summary, {report.page() for report in shelf})


def test_addresses_with_ids_of_the_visit_are_one_report(tmp_path: Path) -> None:
    with Portal() as portal:
        site, visits = portal.site(), iter(range(10**6))

        def listed(_hit: Hit) -> Reply:
            one, two, three = f"{next(visits):032X}", f"{next(visits):032X}", 1_700_000_000_000 + next(visits)
            rows_ = (
                f'<li><a href="./a.html;jsessionid={one}">某局2025年政府信息公开工作年度报告</a></li>'
                f'<li><a href="./b.html?id=7&jsessionid={two}">某局2024年政府信息公开工作年度报告</a></li>'
                f'<li><a href="./b.html?id=8&_={three}">某局2023年政府信息公开工作年度报告</a></li>'
            )
            return reply(html("年报", f"<ul>{rows_}</ul><script>createPageHTML(1, 0, 'index', 'html');</script>"))

        site.add("/nb/", listed).add("/nb/*", BIG)
        values = endless_paging(portal.site()) | {
            "hosts": [site.host],
            "list": {"type": "trs_static", "url": site.url("/nb/")},
        }
        settings = portal.settings(tmp_path, **QUICK)
        first, second = crawled(values, tmp_path, settings), crawled(values, tmp_path, settings)
    assert (first.created, second.created, second.gone) == (3, 0, 0)
    assert len(rows(tmp_path, values["id"])) == 3


def test_a_page_in_the_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(6, files_every=2)
        values = trs_static(site, shelf)
        name, body = shelf.reports[0].files[0]
        path = f"{FAULTY.rpartition('/')[0]}/{name}"
        site.add(path, BIG)
        settings = portal.settings(tmp_path, **QUICK)
        summary = crawled(values, tmp_path, settings)
        refused = rows(tmp_path, values["id"])[site.url(path)]
        assert (refused.kind, refused.state, refused.reason) == ("attachment", "refused", "soft_404")
        assert summary.created == 6 + 2
        whole = {report.page() for report in shelf} | {body for report in shelf for _, body in report.files}
        check_whole(tmp_path, values["id"], summary, whole - {body})

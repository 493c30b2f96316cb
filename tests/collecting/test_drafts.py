"""Drafts of lists whose pages are queries: they load, pass the checks, and a crawl by them has every report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from pipelines.collecting.source import load_sources, parse_source
from pipelines.collecting.source_checks import lint
from pipelines.commands.sources import CollectingSetup, probe_address
from tests.collecting.portal import Hit, Portal, Published, Shelf, Site
from tests.collecting.portal.answers import html, reply
from tests.collecting.portal.lists import part_of, serve_reports
from tests.collecting.portal.server import Reply
from tests.collecting.test_portal import crawled

COUNT = 25


def address(report: Published) -> str:
    """Return an address of one of the forms in which one portal shows its reports."""
    forms = (
        f"/NewsView.aspx?id={report.number}",
        f"/Info/ShowDetail.ASPX?type=2&ArticleKey={report.number}",
        f"/newsview.aspx?n={report.number}",
    )
    return forms[report.number % len(forms)]


def serve(site: Site, shelf: Shelf, *, key: str, total: str, size: int = 7, case: bool = False) -> str:
    """Serve a list whose pages are called by a key; return the address of the first page."""

    def listed(hit: Hit) -> Reply:
        pages = -(-len(shelf) // size)
        page = min(int(hit.query.get(key, 1)), pages)
        rows = "".join(
            f'<tr><td><a href="{address(each)}" title="{each.title}">{each.title[:9]}…</a></td><td>{each.day}</td></tr>'
            for each in part_of(shelf, page, size)
        )
        name = "infopublic.aspx" if case else "InfoPublic.aspx"
        turn = " ".join(f'<a href="{name}?cid=10&pid=9&{key}={number}">{number}</a>' for number in range(1, pages + 1))
        pager = (
            f'{total.format(len(shelf))} {turn} <a href="{name}?cid=10&pid=9&{key}={min(page + 1, pages)}">下一页</a>'
        )
        menu = '<a href="/NewsList.aspx?cid=3">通知公告</a><a href="/InfoPublic.aspx?cid=11&pid=9">指南</a>'
        return reply(html("信息公开", f"{menu}<table>{rows}</table><div>{pager}</div>"))

    serve_reports(site, shelf, address)
    site.add("/InfoPublic.aspx", listed).add("/infopublic.aspx", listed)
    return site.url("/InfoPublic.aspx?cid=10&pid=9")


@pytest.mark.parametrize(
    ("key", "total", "case"),
    [
        ("page", "共 {} 条", False),
        ("pageNo", "共<b>{}</b>条记录", False),
        ("PageIndex", "", True),
        ("x", "总数：{} 条", False),
    ],
)
def test_a_draft_runs_as_it_is_and_yields_every_report(key: str, total: str, case: bool, tmp_path: Path) -> None:
    with Portal() as portal:
        site, shelf = portal.site(), Shelf(COUNT)
        url = serve(site, shelf, key=key, total=total, case=case)
        setup = CollectingSetup(tmp_path, tmp_path, portal.configuration(tmp_path))
        probed = probe_address(setup, url)
        assert probed.family == "aspnet_query" and probed.draft is not None, probed.seen
        values = yaml.safe_load(probed.draft)
        assert values["list"]["page_param"] == key
        assert ("total_regex" in values["list"]) == bool(total)
        source = parse_source(probed.draft, Path(f"{values['id']}.yml"))
        assert lint([source], date.today()) == ()
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources" / f"{values['id']}.yml").write_text(probed.draft, encoding="utf-8")
        assert list(load_sources(tmp_path / "sources")) == [values["id"]]
        summary = crawled(values, tmp_path, portal.settings(tmp_path))
    assert (summary.list_state, summary.state, summary.problems) == ("complete", "done", ())
    assert summary.created == COUNT

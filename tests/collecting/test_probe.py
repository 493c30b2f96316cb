from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from pipelines.collecting.probe import MAX_REQUESTS, Probe, probe
from pipelines.collecting.records import Received, Refused, Request
from pipelines.collecting.source import Source, load_sources
from tests.collecting.listing.portals import SHAPES, answer, portal

TODAY = date(2024, 5, 1)


def shape(name: str) -> str:
    return (SHAPES / name).read_text(encoding="utf-8")


def probed(url: str, pages: Callable[[Request], str | None]) -> Probe:
    log: list[Request] = []
    found = probe(url, portal(pages, log), TODAY)
    assert found.requests == len(log) <= MAX_REQUESTS
    return found


def loaded(found: Probe, folder: Path) -> Source:
    assert found.draft is not None, found.seen
    name = yaml.safe_load(found.draft)["id"]
    (folder / f"{name}.yml").write_text(found.draft, encoding="utf-8")
    source = load_sources(folder)[name]
    assert not source.confirmed and source.expect.years == (2008, 2023)
    return source


def test_hanweb_jpage(tmp_path: Path) -> None:
    found = probed("https://a.example.cn/col/col78503/index.html", lambda _: shape("jpage_column.html"))
    spec = loaded(found, tmp_path).list
    assert (found.family, found.items, found.requests) == ("hanweb_jpage", 2, 1)
    assert spec.type == "hanweb_jpage" and (spec.columnid, spec.unitid, spec.webid) == (78503, 4521, 23)


def test_hanweb_xxgk(tmp_path: Path) -> None:
    def pages(request: Request) -> str:
        return shape("xxgk_rows.html" if request.method == "POST" else "xxgk_column.html")

    found = probed("http://x.example.cn/col/col1545743/index.html", pages)
    source = loaded(found, tmp_path)
    assert source.list.type == "hanweb_xxgk" and source.list.jdid == "3096" and source.scheme_http_allowed
    assert (found.family, found.items, found.requests) == ("hanweb_xxgk", 1, 2)


def test_jpaas(tmp_path: Path) -> None:
    found = probed(
        "https://a.example.cn/nb/",
        lambda asked: shape("jpaas_unit.json" if "unit?" in asked.url else "jpaas_column.html"),
    )
    spec = loaded(found, tmp_path).list
    assert spec.type == "jpaas_unit" and (spec.pageId, spec.tagId, spec.parseType) == (
        "c52d",
        "当前栏目_list",
        "buildstatic",
    )
    assert (found.family, found.items) == ("jpaas_unit", 2)


def test_gkmlpt(tmp_path: Path) -> None:
    def pages(request: Request) -> str:
        return shape("gkmlpt_page.json" if "/api/" in request.url else "gkmlpt_entry.html")

    found = probed("http://w.example.cn/gkmlpt/annualreport#2629", pages)
    spec = loaded(found, tmp_path).list
    assert spec.type == "gkmlpt" and spec.sid == 175 and spec.url.endswith("#2629")
    assert (found.family, found.items, found.requests) == ("gkmlpt", 2, 2)


def test_trs_static(tmp_path: Path) -> None:
    found = probed("http://a.example.cn/va/ndbg/", lambda _: shape("trs_index.html"))
    assert loaded(found, tmp_path).list.type == "trs_static"
    assert (found.family, found.items, found.requests) == ("trs_static", 3, 1)


def test_year_tree_behind_an_interstitial_page(tmp_path: Path) -> None:
    site = {
        "/": "<script>location.href='/nb/'</script>",
        "/nb/": "<a href='gknb2021/'>2021年</a><a href='gknb2022/'>2022年</a>",
        "/nb/gknb2022/": "<a href='t1.html'>2022年政府信息公开工作年度报告</a>",
    }
    found = probed("https://a.example.cn/", lambda asked: site.get(urlsplit(asked.url).path))
    spec = loaded(found, tmp_path).list
    assert spec.type == "year_tree" and spec.url == "https://a.example.cn/nb/gknb{Y}/" and spec.years == (2021, 2022)
    assert (found.items, found.requests) == (1, 3)


def test_aspnet_and_sitemap(tmp_path: Path) -> None:
    found = probed("https://a.example.cn/InfoPublic.aspx?cid=1019&pid=971", lambda _: shape("aspnet.html"))
    spec = loaded(found, tmp_path).list
    assert spec.type == "aspnet_query" and spec.page_param == "page" and found.items == 1
    found = probed("https://a.example.cn/sitemap.xml", lambda _: shape("sitemap.xml"))
    assert (found.family, found.items) == ("sitemap", 1)


def test_a_page_of_no_family_is_listed_by_hand() -> None:
    found = probed("https://a.example.cn/", lambda _: "<p>你好</p>")
    assert (found.family, found.draft, found.items) == ("unknown", None, 0)
    assert "by hand" in found.seen[-1]


def test_truecms(tmp_path: Path) -> None:
    found = probed(
        "https://a.example.cn/nt/nb/nb.html",
        lambda asked: shape("truecms_answer.js" if "getMessage" in asked.url else "truecms_page.html"),
    )
    spec = loaded(found, tmp_path).list
    assert spec.type == "truecms" and spec.columnid == "82e1eed4-ef97-4ba8-b3da-2299d731060c"
    assert (found.items, found.requests) == (2, 2)


@pytest.mark.parametrize("script", ["webBuilderCommon.js", "ajaxReq.js"])
def test_ewb(tmp_path: Path, script: str) -> None:
    def pages(request: Request) -> str | None:
        if request.url.endswith(".js"):
            return 'x={"siteGuid":"7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"}' if script in request.url else None
        if request.method == "POST":
            return shape("ewb_answer.json")
        return "<script src='/js/webBuilderCommon.js'></script>"

    found = probed("https://a.example.cn/dynamic/zwgk/govInfoPub.html?categorynum=003010", pages)
    spec = loaded(found, tmp_path).list
    assert spec.type == "ewb" and spec.siteGuid is None, "what the script says goes together: it is read in every run"
    assert (spec.categorynum, found.items) == ("003010", 2)


def test_eportal(tmp_path: Path) -> None:
    found = probed("https://a.example.cn/zfxxgk/nb/index.html", lambda _: shape("eportal_page.html"))
    assert loaded(found, tmp_path).list.type == "eportal"
    assert (found.family, found.items, found.requests) == ("eportal", 2, 1)


def test_an_application_of_scripts_needs_a_browser(tmp_path: Path) -> None:
    found = probed("https://a.example.cn/", lambda _: "<div id='app'></div><script src='/main.js'></script>")
    assert found.family == "browser" and loaded(found, tmp_path).list.type == "browser"


def test_what_cannot_be_had_is_reported() -> None:
    found = probe("https://a.example.cn/", lambda _: Refused("challenge", "521 with a cookie script"), TODAY)
    assert (found.family, found.draft) == ("unreachable", None) and "challenge: 521" in found.seen[0]
    found = probe("https://a.example.cn/", lambda asked: Received(answer(asked, b"<div>" * 2000)), TODAY)
    assert found.family == "unknown" and "too_deep" in found.seen[-1]


def test_a_list_in_a_frame_is_found(tmp_path: Path) -> None:
    site = {"/": "<iframe src='/nb/'></iframe>", "/nb/": shape("trs_index.html")}
    found = probed("https://a.example.cn/", lambda asked: site.get(urlsplit(asked.url).path))
    assert (found.family, found.items, found.requests) == ("trs_static", 3, 2)
    spec = loaded(found, tmp_path).list
    assert spec.type == "trs_static" and spec.url == "https://a.example.cn/nb/"


def test_a_page_that_frames_itself_ends() -> None:
    found = probed("https://a.example.cn/nb/", lambda _: "<iframe src='./'></iframe><script>createPageHTML(1)</script>")
    assert (found.items, found.requests) == (0, 1) and "column of the reports" in found.seen[-1]

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.collecting.listing.walking import Listing, walk
from pipelines.collecting.records import Failed, Outcome, Received, Request
from tests.collecting.listing.portals import SHAPES, answer, names, source, walked
from tests.collecting.listing.test_listers import ASPNET, GKMLPT, JPAAS, JPAGE, SITEMAP, TREE, TRS, XXGK

TITLE = "某局{}年政府信息公开工作年度报告"


def asked(request: Request) -> dict[str, str]:
    pairs = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
    return {**pairs, **dict(request.form)}


def datastore(numbers: range, total: int) -> str:
    rows = "".join(
        f"<record><![CDATA[<a href='/art/art_78503_{n}.html'>{TITLE.format(n)}</a>]]></record>" for n in numbers
    )
    return f"<datastore><totalrecord>{total}</totalrecord><recordset>{rows}</recordset></datastore>"


def jpage(total: int, obeys: str, cap: int, embedded: int = 2) -> Callable[[Request], str | None]:
    """Return a column of `total` records, that obeys only `page` or only `startrecord` and gives `cap` at most."""

    def pages(request: Request) -> str | None:
        if request.url.endswith("index.html"):
            store = datastore(range(1, min(embedded, total) + 1), total)
            return f"<html><div id='4521'><script type='text/xml'>{store}</script></div></html>"
        if request.referer is None:
            return None
        said = asked(request)
        by_page = (int(said.get("page", "1")) - 1) * cap + 1
        start = by_page if obeys == "page" else int(said.get("startrecord", "1"))
        return datastore(range(start, min(start + cap, total + 1)), total)

    return pages


@pytest.mark.parametrize("obeys", ["page", "startrecord"])
@pytest.mark.parametrize(("total", "cap", "embedded"), [(5, 2, 2), (47, 15, 45), (7, 100, 1), (2, 5, 2), (30, 10, 0)])
def test_jpage_is_whole_whichever_paging_it_obeys(obeys: str, total: int, cap: int, embedded: int) -> None:
    _, listing, log = walked(source(JPAGE), jpage(total, obeys, cap, embedded))
    assert (listing.state, listing.records, listing.total, listing.problems) == ("complete", total, total, ())
    assert [link.position for link in listing.found] == list(range(1, total + 1))
    assert len(log) <= total // cap + 4


def test_a_portal_that_repeats_its_page_in_both_styles_is_incomplete_and_no_loop() -> None:
    def pages(request: Request) -> str:
        return jpage(9, "page", 3)(request) or "" if "index" in request.url else datastore(range(1, 4), 9)

    _, listing, log = walked(source(JPAGE), pages)
    assert listing.state == "list_incomplete" and len(log) <= 5
    assert "list_incomplete: 3 items seen, the portal states 9" in listing.problems


def test_xxgk_keeps_its_column_and_reconciles_all_rows() -> None:
    def pages(request: Request) -> str:
        name = "xxgk_rows.html" if request.method == "POST" else "xxgk_column.html"
        return (SHAPES / name).read_text(encoding="utf-8")

    _, listing, log = walked(source(XXGK), pages)
    assert (listing.state, listing.records, names(listing.found)) == ("complete", 2, ["art_1545743_5.html"])
    assert len(log) == 2


def test_jpaas_whose_page_size_is_cut_is_read_by_what_came() -> None:
    def pages(request: Request) -> str:
        if "build/unit" not in request.url:
            return (SHAPES / "jpaas_column.html").read_text(encoding="utf-8")
        page = json.loads(asked(request)["paramJson"])["pageNo"]
        rows = "".join(
            f"<li><a href='/art_{n}.html'>{TITLE.format(n)}</a></li>" for n in range(page * 2 - 1, min(page * 2, 5) + 1)
        )
        return json.dumps({"data": {"html": f"<ul>{rows}</ul><div class='pagination' count='5'></div>"}})

    _, listing, log = walked(source(JPAAS), pages)
    assert (listing.state, listing.records, len(listing.found), len(log)) == ("complete", 5, 5, 4)


def test_gkmlpt_that_states_more_than_it_gives_is_incomplete() -> None:
    def pages(request: Request) -> str:
        if "/api/" not in request.url:
            return (SHAPES / "gkmlpt_entry.html").read_text(encoding="utf-8")
        rows = [{"title": TITLE.format(2020), "url": "/gkmlpt/content/post_1.html"}] if "page=1" in request.url else []
        return json.dumps({"total": 2, "articles": rows})

    _, listing, _ = walked(source(GKMLPT), pages)
    assert (listing.state, listing.records, listing.total) == ("list_incomplete", 1, 2)


def test_trs_twins_are_one_item_and_the_menu_is_none() -> None:
    shape = (SHAPES / "trs_index.html").read_text(encoding="utf-8").replace("createPageHTML(3", "createPageHTML(1")
    _, listing, log = walked(source(TRS), lambda _: shape)
    assert names(listing.found) == ["t20240115_3271106.html", "P020230112345678.pdf"]
    assert (listing.state, len(log)) == ("complete", 1)


def test_trs_page_that_is_stated_but_missing_is_a_problem_and_a_guessed_one_is_the_end() -> None:
    item = f"<a href='t1.html'>{TITLE.format(2020)}</a>"

    def pages(request: Request) -> str | None:
        return item if request.url.endswith("/ndbg/") else None

    _, listing, log = walked(source(TRS), pages)
    assert (listing.state, len(log)) == ("complete", 2)
    item += "<script>createPageHTML(2,0,'index','html')</script>"
    _, listing, _ = walked(source(TRS), pages)
    assert listing.state == "list_incomplete" and "index_1.html: not_found" in listing.problems[0]


def test_endless_paging_meets_the_cap_and_says_so() -> None:
    of = source(TRS, limits={"list_pages": 7})
    _, listing, log = walked(of, lambda request: f"<a href='t{request.page}.html'>{TITLE.format(request.page)}</a>")
    assert (listing.state, len(log), len(listing.found)) == ("list_incomplete", 7, 7)
    assert listing.problems[0].startswith("cap list_pages")
    _, listing, log = walked(of, lambda _: f"<a href='t.html'>{TITLE.format(1)}</a>")
    assert (listing.state, len(log)) == ("complete", 2)


def test_cap_of_items() -> None:
    of = source(TRS, limits={"items": 3})
    _, listing, _ = walked(of, lambda request: f"<a href='t{request.page}.html'>{TITLE.format(request.page)}</a>")
    assert listing.state == "list_incomplete" and listing.problems[0].startswith("cap items")


def test_year_tree_finds_drifted_columns_again_and_enters_sub_columns() -> None:
    of = source({**TREE, "locate": {"url": "https://a.example.cn/nb/"}, "follow": {"link_text": "镇"}})
    site = {
        "/nb/gknb2023/": f"<a href='zjd/'>某镇</a><a href='t1.html'>{TITLE.format(2023)}</a>"
        "<a href='/x/9.html'>年报</a>",
        "/nb/gknb2023/zjd/": f"<a href='t2.html'>{TITLE.format(2023)}</a><a href='/nb/gknb2023/'>某镇</a>",
        "/nb/": "<a href='/nb/2022nb/'>2022年年度报告</a><a href='/nb/gknb2023/'>2023年报</a>",
        "/nb/2022nb/": "<script>window.location.href='/nb/2022nb/list/'</script>",
        "/nb/2022nb/list/": f"<a href='t3.html'>{TITLE.format(2022)}</a>",
    }
    _, listing, log = walked(of, lambda request: site.get(urlsplit(request.url).path))
    assert [(link.url.partition("cn")[2], link.year) for link in listing.found] == [
        ("/nb/gknb2023/t1.html", 2023), ("/nb/gknb2023/zjd/t2.html", 2023), ("/nb/2022nb/list/t3.html", 2022),
    ]  # fmt: skip
    assert listing.state == "complete", listing.problems
    assert len(log) == len({request.url for request in log})


def test_year_tree_without_a_year_says_which() -> None:
    page = f"<a href='t1.html'>{TITLE.format(2023)}</a>"
    _, listing, _ = walked(source(TREE), lambda request: page if request.url.endswith("gknb2023/") else None)
    assert listing.state == "list_incomplete" and "years 2022" in listing.problems[0]

    def home(request: Request) -> object:
        return answer(request, page, url="https://a.example.cn/") if "2022" in request.url else page

    _, listing, _ = walked(source(TREE), home)  # type: ignore[arg-type]
    assert "years 2022" in listing.problems[0]


def test_endless_calendar_of_sub_columns_stops_at_the_depth() -> None:
    of = source({**TREE, "years": (2023, 2023), "follow": {"link_text": "月", "max_depth": 5}}, limits={"depth": 2})
    _, listing, log = walked(of, lambda request: f"<a href='next/'>下月</a><a href='t{request.depth}.html'>年报</a>")
    assert listing.state == "list_incomplete" and any("cap depth" in problem for problem in listing.problems)
    assert len(log) < 10


def test_aspnet_and_sitemap_walk() -> None:
    shape = (SHAPES / "aspnet.html").read_text(encoding="utf-8")
    _, listing, log = walked(source(ASPNET), lambda _: shape)
    assert (listing.state, listing.records, len(log)) == ("complete", 1, 1)
    maps = {"/sitemap.xml": "sitemap_index.xml", "/map1.xml": "sitemap.xml"}
    _, listing, _ = walked(source(SITEMAP), lambda request: (SHAPES / maps[urlsplit(request.url).path]).read_text())
    assert (listing.state, len(listing.found)) == ("complete", 1)


def test_titles_choose_and_a_title_cut_off_is_kept() -> None:
    titles = ["2023年政府信息公开工作年度报告", "2023年部门决算报告", "网站工作年度报表", "某某局关于二〇二三…", "通知"]
    page = "".join(f"<a href='t{n}.html'>{title}</a>" for n, title in enumerate(titles))
    _, listing, _ = walked(source(TRS), lambda request: page if request.page == 1 else None)
    assert (names(listing.found), listing.records) == (["t0.html", "t3.html"], 5)
    assert [link.title for link in listing.left_out] == [titles[1], titles[2], titles[4]]
    of = source(TRS, publisher={"title_regex": "^(?P<agency>.{2,9}?)关于"})
    _, listing, _ = walked(of, lambda request: page if request.page == 1 else None)
    assert listing.found[1].agency == "某某局"


def test_first_page_that_fails_is_failed_and_nothing_is_empty() -> None:
    of = source(TRS)
    *_, listing = walk(of, lambda _: Failed("timeout", "10 s"))
    assert isinstance(listing, Listing)
    assert (listing.state, listing.pages) == ("failed", 0) and "timeout: 10 s" in listing.problems[0]
    _, listing, _ = walked(of, lambda _: "<html><body>暂无内容</body></html>")
    assert (listing.state, listing.pages, listing.records) == ("empty", 1, 0)
    _, listing, _ = walked(of, lambda request: "<a href='t1.html'>通知</a>" if request.page == 1 else None)
    assert (listing.state, listing.records, listing.found) == ("empty", 1, ())


def test_a_later_page_that_fails_makes_it_incomplete_and_the_others_are_read() -> None:
    def fetch(request: Request) -> Outcome:
        if request.page == 2:
            return Failed("server_error", "502 three times")
        stated = "<script>createPageHTML(3,0,'index','html')</script>"
        return Received(answer(request, f"<a href='t{request.page}.html'>年报</a>{stated}"))

    *_, listing = walk(source(TRS), fetch)
    assert isinstance(listing, Listing)
    assert (listing.state, names(listing.found)) == ("list_incomplete", ["t1.html", "t3.html"])
    assert "502 three times" in listing.problems[0]


def test_lists_that_need_no_request() -> None:
    rows = ({"url": "https://a.example.cn/1.pdf", "title": "", "year": 2020},)
    _, listing, log = walked(source({"type": "manual", "csv": "a.csv", "rows": rows}), lambda _: None)
    assert (listing.state, listing.found[0].year, log) == ("complete", 2020, [])
    browser = {"type": "browser", "url": "https://a.example.cn/", "why": "the list is drawn by scripts"}
    _, listing, log = walked(source(browser), lambda _: None)
    assert listing.state == "failed" and listing.problems[0].startswith("needs_browser") and not log


def test_reports_outside_of_the_folder_of_the_list_are_reported() -> None:
    page = f"<a href='/other/t1.html'>{TITLE.format(2023)}</a>"
    _, listing, _ = walked(source(TRS), lambda asked: page if asked.page == 1 else None)
    assert listing.state == "failed" and "same_prefix: false" in listing.problems[0]
    of = source({**TRS, "item": {"same_prefix": False}})
    _, listing, _ = walked(of, lambda asked: page if asked.page == 1 else None)
    assert (listing.state, names(listing.found)) == ("complete", ["t1.html"])


def test_a_year_whose_column_is_empty_or_interstitial_to_nowhere_is_reported() -> None:
    page = f"<a href='t1.html'>{TITLE.format(2023)}</a>"

    def pages(other: str) -> Callable[[Request], str | None]:
        site = {"/nb/gknb2023/": page, "/nb/gknb2022/": other}
        return lambda asked: site.get(urlsplit(asked.url).path)

    _, listing, _ = walked(source(TREE), pages("<p>暂无内容</p>"))
    assert listing.problems == ("no items found for the years 2022: correct list.years, url or locate",)
    _, listing, _ = walked(source(TREE), pages("<script>location.href='/gone/'</script>"))
    assert listing.problems[0].startswith("list page https://a.example.cn/gone/: not_found")

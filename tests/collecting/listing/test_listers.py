from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.collecting.listing import LISTERS, Guess, ListError
from pipelines.collecting.listing.gkmlpt import day_of
from pipelines.collecting.records import Request
from tests.collecting.listing.portals import answer, names, shape, source

JPAGE = {"type": "hanweb_jpage", "url": "https://a.example.cn/col/col78503/index.html"}
XXGK = {"type": "hanweb_xxgk", "url": "http://x.example.cn/col/col1545743/index.html"}
JPAAS = {"type": "jpaas_unit", "url": "https://a.example.cn/zwgk/nb/index.html"}
GKMLPT = {"type": "gkmlpt", "url": "http://w.example.cn/gkmlpt/annualreport#2629"}
TRS = {"type": "trs_static", "url": "http://a.example.cn/va/ndbg/"}
TREE = {"type": "year_tree", "url": "https://a.example.cn/nb/gknb{Y}/", "years": (2022, 2023)}
ASPNET = {
    "type": "aspnet_query", "url": "https://a.example.cn/InfoPublic.aspx?cid=1019&pid=971",
    "item": {"url_regex": r"NewsView\.aspx\?id=\d+"}, "total_regex": r"共 (\d+) 条",
}  # fmt: skip
SITEMAP = {"type": "sitemap", "url": "https://a.example.cn/sitemap.xml", "item": {"url_regex": "/nb/"}}


def query(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query, keep_blank_values=True).items()}


def test_jpage_column_holds_the_first_records_and_the_parameters() -> None:
    of = source(JPAGE)
    (first,) = LISTERS["hanweb_jpage"].first(of)
    page = LISTERS["hanweb_jpage"].read(of, shape(first, "jpage_column.html"))
    assert names(page.found) == ["art_78503_11.html", "art_78503_10.html"]
    assert page.found[0].title == "2023年政府信息公开工作年度报告"
    assert page.found[0].published_on == "2024-01-29"
    (proxy,) = page.following
    assert proxy.referer == first.url
    asked = query(proxy)
    assert (asked["columnid"], asked["unitid"], asked["webid"], asked["page"]) == ("78503", "4521", "23", "1")
    assert "startrecord" not in asked


def test_jpage_records_in_cdata_and_escaped() -> None:
    of = source(JPAGE)
    request = Request("https://a.example.cn/module/web/jpage/dataproxy.jsp?page=1&columnid=78503", kind="list")
    page = LISTERS["hanweb_jpage"].read(of, shape(request, "jpage_proxy.xml"))
    assert names(page.found) == ["art_78503_11.html", "art_78503_9.html"]
    assert (page.total, page.records, page.found[1].published_on) == (5, 2, "2022-01-18")
    assert query(page.following[0])["page"] == "2"


def test_jpage_by_post_states_paging_in_the_query_and_the_rest_in_the_form() -> None:
    of = source({**JPAGE, "method": "POST", "style": "startrecord", "perpage": 15})
    (first,) = LISTERS["hanweb_jpage"].first(of)
    (proxy,) = LISTERS["hanweb_jpage"].read(of, shape(first, "jpage_column.html")).following
    assert (proxy.method, query(proxy)) == ("POST", {"startrecord": "1", "endrecord": "15", "perpage": "15"})
    assert dict(proxy.form)["unitid"] == "4521"
    (then,) = LISTERS["hanweb_jpage"].read(of, shape(proxy, "jpage_proxy.xml")).following
    assert query(then)["startrecord"] == "3"


def test_jpage_with_several_lists_asks_which() -> None:
    of, body = source(JPAGE), "<div id='7'><script><datastore></datastore></script></div>"
    (first,) = LISTERS["hanweb_jpage"].first(of)
    with pytest.raises(ListError, match=r"several_lists.*unitid.*7, 8"):
        LISTERS["hanweb_jpage"].read(of, answer(first, body + body.replace("7", "8")))
    of = source({**JPAGE, "unitid": 8})
    page = LISTERS["hanweb_jpage"].read(of, answer(first, body + body.replace("7", "8")))
    assert query(page.following[0])["unitid"] == "8"


@pytest.mark.parametrize("body", ["<html><body>403</body></html>", "{}", "<datastore><record><![CDATA[<li>"])
def test_jpage_answers_that_are_no_records(body: str) -> None:
    with pytest.raises(ListError, match=r"not_a_datastore|truncated"):
        LISTERS["hanweb_jpage"].read(source(JPAGE), answer(Request("https://a.example.cn/d?page=1"), body))


def test_jpage_record_without_a_link_is_reported() -> None:
    body = "<datastore><totalrecord>1</totalrecord><record><![CDATA[<li>2023年报</li>]]></record></datastore>"
    page = LISTERS["hanweb_jpage"].read(source(JPAGE), answer(Request("https://a.example.cn/d?page=1"), body))
    assert page.records == 1 and not page.found and "hold no link" in (page.problem or "")


def test_xxgk_reads_the_form_from_the_page_and_rows_of_all_columns() -> None:
    of, lister = source(XXGK), LISTERS["hanweb_xxgk"]
    (first,) = lister.first(of)
    (asked,) = lister.read(of, shape(first, "xxgk_column.html")).following
    form = dict(asked.form)
    assert asked.method == "POST" and asked.referer == first.url
    assert (form["infotypeId"], form["jdid"], form["currpage"]) == ("C0202", "3096", "1")
    assert form["divid"] == "div1545743" and form["area"] == "11330000002482373Q"
    page = lister.read(of, shape(asked, "xxgk_rows.html"))
    assert (page.records, page.total, len(page.found)) == (2, 2, 2)
    assert page.found[0].title == "某局2023年政府信息公开工作年度报告"
    assert dict(page.following[0].form)["currpage"] == "2"


def test_jpaas_reads_the_unit_from_the_page_and_pages_by_param_json() -> None:
    of, lister = source(JPAAS), LISTERS["jpaas_unit"]
    (first,) = lister.first(of)
    (asked,) = lister.read(of, shape(first, "jpaas_column.html")).following
    said = query(asked)
    assert (said["pageId"], said["tagId"], said["parseType"]) == ("c52d", "当前栏目_list", "buildstatic")
    assert json.loads(said["paramJson"]) == {"pageNo": 1, "pageSize": 15}
    page = lister.read(of, shape(asked, "jpaas_unit.json"))
    assert (page.records, page.total, names(page.found)) == (2, 2, ["art_0a1b.html", "art_0c2d.html"])
    assert page.found[0].title.endswith("年度报告") and page.found[0].published_on == "2024-01-31"
    assert json.loads(query(page.following[0])["paramJson"])["pageNo"] == 2


def test_jpaas_with_several_units_names_their_tags() -> None:
    unit = "<script queryData=\"{'pageId':'1','tagId':'%s'}\"></script>"
    request = Request("https://a.example.cn/nb/", page=0)
    with pytest.raises(ListError, match=r"several_lists.*甲, 乙"):
        LISTERS["jpaas_unit"].read(source(JPAAS), answer(request, unit % "甲" + unit % "乙"))
    (asked,) = (
        LISTERS["jpaas_unit"]
        .read(source({**JPAAS, "tagId": "乙"}), answer(request, unit % "甲" + unit % "乙"))
        .following
    )
    assert query(asked)["tagId"] == "乙"


def test_gkmlpt_takes_sid_from_the_page_and_days_of_china() -> None:
    of, lister = source(GKMLPT), LISTERS["gkmlpt"]
    (first,) = lister.first(of)
    assert first.url == "http://w.example.cn/gkmlpt/annualreport"
    (asked,) = lister.read(of, shape(first, "gkmlpt_entry.html")).following
    assert asked.url == "http://w.example.cn/gkmlpt/api/all/2629?page=1&sid=175"
    page = lister.read(of, shape(asked, "gkmlpt_page.json"))
    assert (page.total, page.records) == (2, 2)
    assert page.found[0].url == "http://w.example.cn/zwgk/xxgkndbg/content/post_4352700.html"
    assert [link.published_on for link in page.found] == ["2024-01-31", "2023-01-31"]
    assert [link.agency for link in page.found] == ["广东省某厅", None]
    assert page.following[0].url.endswith("?page=2&sid=175")


def test_gkmlpt_with_another_sid_than_the_source_is_an_error() -> None:
    of = source({**GKMLPT, "sid": 176})
    with pytest.raises(ListError, match="sid_differs"):
        LISTERS["gkmlpt"].read(
            of, shape(Request("http://w.example.cn/gkmlpt/annualreport", page=0), "gkmlpt_entry.html")
        )


@pytest.mark.parametrize(
    ("value", "day"),
    [(1706630400, "2024-01-31"), (1706630400000, "2024-01-31"), ("1706630400", "2024-01-31"),
     (1706716799, "2024-01-31"), (1706716800, "2024-02-01"),
     ("2024-1-3 08:00", "2024-01-03"), (0, None), (-5, None), (True, None), (10**30, None), (None, None), ("", None)],
)  # fmt: skip
def test_days(value: object, day: str | None) -> None:
    assert day_of(value) == day


def test_trs_pages_stated_and_only_items_below_the_list() -> None:
    of, lister = source(TRS), LISTERS["trs_static"]
    (first,) = lister.first(of)
    page = lister.read(of, shape(first, "trs_index.html"))
    assert names(page.found) == ["t20240115_3271106.html", "t20240115_3271106_wap.html", "P020230112345678.pdf"]
    assert page.found[0].title == "某局2023年度政府信息公开工作年度报告"
    assert page.found[2].published_on == "2023-01-12"
    assert [asked.url.rpartition("/")[2] for asked in page.following] == ["index_1.html", "index_2.html"]
    assert not any(isinstance(asked, Guess) for asked in page.following)


def test_trs_without_a_number_of_pages_guesses_the_next() -> None:
    of = source(TRS)
    (first,) = LISTERS["trs_static"].first(of)
    page = LISTERS["trs_static"].read(of, answer(first, "<a href='t1.html'>2023年报</a>"))
    assert isinstance(page.following[0], Guess) and page.following[0].url.endswith("/ndbg/index_1.html")
    empty = LISTERS["trs_static"].read(
        of, answer(first, "<iframe src='list/'></iframe><iframe src='//o.cn/'></iframe>")
    )
    assert [asked.url for asked in empty.following] == ["http://a.example.cn/va/ndbg/list/"]


def test_year_tree_follows_sub_columns_of_the_same_prefix() -> None:
    of, lister = source(TREE), LISTERS["year_tree"]
    first = lister.first(of)
    assert [asked.url for asked in first] == [f"https://a.example.cn/nb/gknb{year}/" for year in (2023, 2022)]
    page = lister.read(of, shape(first[0], "year_column.html"))
    assert [(link.url, link.year) for link in page.found] == [
        ("https://a.example.cn/nb/gknb2023/t20240120_1.html", 2023)
    ]
    deeper = [asked for asked in page.following if asked.depth == 1]
    assert [(asked.url, asked.year) for asked in deeper] == [("https://a.example.cn/nb/gknb2023/zjd/", 2023)]


def test_aspnet_and_sitemaps() -> None:
    of = source(ASPNET)
    (first,) = LISTERS["aspnet_query"].first(of)
    assert first.url.endswith("cid=1019&pid=971&page=1")
    page = LISTERS["aspnet_query"].read(of, shape(first, "aspnet.html"))
    assert (names(page.found), page.total) == (["NewsView.aspx?id=45012&cid=1019"], 1)
    assert page.following[0].url.endswith("&page=2")
    of = source(SITEMAP)
    (first,) = LISTERS["sitemap"].first(of)
    (nested,) = LISTERS["sitemap"].read(of, shape(first, "sitemap_index.xml")).following
    page = LISTERS["sitemap"].read(of, shape(nested, "sitemap.xml"))
    assert [(link.url, link.published_on) for link in page.found] == [
        ("https://a.example.cn/nb/1.html?a=1&b=2", "2024-01-31")
    ]

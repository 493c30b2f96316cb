"""Lists that an interface gives: TrueCMS, Epoint's web builder, eportal, each from the form it answers in."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.collecting.listing import LISTERS, Guess, ListError
from pipelines.collecting.records import Request
from tests.collecting.listing.portals import answer, names, shape, source, walked

TRUECMS = {"type": "truecms", "url": "https://a.example.cn/nt/nb/nb.html"}
EWB = {"type": "ewb", "url": "https://a.example.cn/dynamic/zwgk/govInfoPub.html?categorynum=003010&deptcode=001001"}
EPORTAL = {"type": "eportal", "url": "https://a.example.cn/zfxxgk/nb/index.html"}
SCRIPT = 'var siteInfo = {"siteGuid":"7eb5f7f1-9041-43ad-8e13-8fcb82ea831a","projectName":"/EWB_YK_Mid"}'


def query(request: Request) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}


def test_truecms_is_asked_for_as_many_as_its_page_says_and_by_the_record() -> None:
    of, lister = source(TRUECMS), LISTERS["truecms"]
    (first,) = lister.first(of)
    (asked,) = lister.read(of, shape(first, "truecms_page.html")).following
    assert asked.url.startswith("https://a.example.cn/TrueCMS/messageController/getMessage.do?")
    assert (query(asked)["startrecord"], query(asked)["endrecord"], query(asked)["perpage"]) == ("1", "2", "2")
    assert asked.referer == first.url
    page = lister.read(of, shape(asked, "truecms_answer.js"))
    assert names(page.found) == ["1f.html", "2e.html"] and page.total == 3
    assert [link.published_on for link in page.found] == ["2024-01-29", "2023-01-18"]
    assert page.found[0].title == "某局2023年政府信息公开工作年度报告"
    (then,) = page.following
    assert (query(then)["startrecord"], query(then)["endrecord"], then.page, then.referer) == ("3", "4", 2, first.url)
    assert lister.read(of, answer(then, 'cb({"result":""})')).following == ()
    plain = json.dumps({"result": "<record><![CDATA[<li><a href='/nt/nb/content/3.html'>年报</a></li>]]></record>"})
    assert names(lister.read(of, answer(then, plain)).found) == ["3.html"]


def test_truecms_of_a_source_that_names_all_needs_no_page() -> None:
    more = {"columnid": "82e1", "proxy": "/truecms/messageController/getMessage.do", "perpage": 50}
    (first,) = LISTERS["truecms"].first(source(TRUECMS | more))
    assert (query(first)["columnId"], query(first)["endrecord"], first.referer) == ("82e1", "50", TRUECMS["url"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>404</html>", "not_json"),
        ('cb({"success":false})', "not_a_datastore"),
        ('{"result":"<record><![CDATA["}', "truncated"),
    ],
)
def test_what_is_no_answer_of_truecms_is_told(body: str, reason: str) -> None:
    with pytest.raises(ListError) as told:
        LISTERS["truecms"].read(source(TRUECMS), answer(Request("https://a.example.cn/x?startrecord=1", page=1), body))
    assert told.value.reason == reason
    with pytest.raises(ListError, match="columnid and proxy stand neither"):
        LISTERS["truecms"].read(source(TRUECMS), answer(Request(TRUECMS["url"], page=0), "<p>x</p>"))


def test_ewb_is_asked_by_a_post_of_json_from_page_0() -> None:
    of, lister = source(EWB), LISTERS["ewb"]
    (script,) = lister.first(of)
    assert isinstance(script, Guess) and script.url == "https://a.example.cn/js/webBuilderCommon.js"
    (older,) = lister.absent(of, script)
    assert older.url == "https://a.example.cn/js/ajaxReq.js" and lister.absent(of, older) == ()
    (asked,) = lister.read(of, answer(script, SCRIPT)).following
    assert (asked.method, asked.url) == ("POST", "https://a.example.cn/EWB_YK_Mid/rest/lightfrontaction/getgovinfolist")
    body = json.loads(asked.json or "")
    assert (body["pageIndex"], body["categorynum"], body["deptcode"]) == (0, "003010", "001001")
    page = lister.read(of, shape(asked, "ewb_answer.json"))
    assert names(page.found) == ["1f2e.html", "2e3f.html"] and (page.total, page.records) == (3, 3)
    assert [link.published_on for link in page.found] == ["2024-01-29", "2023-01-18"]
    assert {link.title[-11:] for link in page.found} == {"政府信息公开工作年度报告"[-11:]}
    assert page.problem is not None and "1 of 3 records hold no address" in page.problem
    (then,) = page.following
    assert json.loads(then.json or "")["pageIndex"] == 1 and then.page == 2
    wrapped = LISTERS["ewb"].read(source(EWB | {"wrapped": True}), answer(script, SCRIPT)).following[0]
    assert json.loads(wrapped.json or "")["params"]["categorynum"] == "003010"


def test_ewb_says_what_is_missing() -> None:
    with pytest.raises(ListError, match=r"set list\.siteGuid"):
        LISTERS["ewb"].read(source(EWB), answer(Request("https://a.example.cn/js/x.js", page=0), "var a=1"))
    unnamed = source({"type": "ewb", "url": "https://a.example.cn/zwgk/", "siteGuid": "7eb5f7f1"})
    with pytest.raises(ListError, match=r"set list\.categorynum"):
        LISTERS["ewb"].first(unnamed)
    with pytest.raises(ListError, match="no_articles"):
        LISTERS["ewb"].read(source(EWB), answer(Request("https://a.example.cn/x"), '{"custom":{}}'))


def test_eportal_reads_the_names_of_its_pages_from_the_pager() -> None:
    of, lister = source(EPORTAL), LISTERS["eportal"]
    (first,) = lister.first(of)
    page = lister.read(of, shape(first, "eportal_page.html"))
    assert [urlsplit(link.url).path for link in page.found] == [
        "/zfxxgk/nb/202301/t1.html",
        "/zfxxgk/nb/2024012914163359926/index.html",
    ]
    assert [urlsplit(each.url).path for each in page.following] == [
        "/zfxxgk/nb/21892-2.html",
        "/zfxxgk/nb/21892-3.html",
    ]
    text = (shape(first, "eportal_page.html").body).decode().replace('tagname="/zfxxgk/nb/21892-2.html"', "")
    by_interface = lister.read(of, answer(first, text)).following
    assert query(by_interface[1]) == {
        "pageId": "302266", "currentPage": "3", "moduleId": "3b3662a6db7145c0", "staticRequest": "yes",
    }  # fmt: skip
    second = "<input name='article_paging_list_hidden' moduleid='9' totalpage='2'>"
    with pytest.raises(ListError, match=r"several_lists.*3b3662a6db7145c0, 9"):
        lister.read(of, answer(first, text + second))
    assert len(lister.read(source(EPORTAL | {"moduleid": "9"}), answer(first, text + second)).following) == 1
    with pytest.raises(ListError, match="parameter_missing"):
        lister.read(of, answer(first, text.replace("eprotalCurrentPageId", "x")))


def test_an_eportal_page_that_is_stated_and_empty_is_a_problem() -> None:
    body = shape(Request(""), "eportal_page.html").body.decode()
    _, listing, _ = walked(source(EPORTAL), lambda asked: body if asked.page == 1 else "<p>维护</p>")
    assert listing.state == "list_incomplete" and "holds no items" in listing.problems[0]

from __future__ import annotations

import pytest

from pipelines.collecting.item_page import ItemDetail, canonical, read_detail
from pipelines.collecting.records import Request
from tests.collecting.listing.portals import answer, source
from tests.collecting.listing.test_listers import TRS

URL = "https://a.example.cn/nb/202401/t20240115_1.html"
REPORT = """<html><head><title>某局</title><meta name="ArticleTitle" content="某局2023年政府信息公开工作年度报告">
<meta name="PubDate" content="2024-01-15 10:30"></head><body><ul><li>导航</li></ul><h1>年度报告</h1><div id="zoom">
<p>一、总体情况</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>
<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p><p>六、其他需要报告的事项</p></div>
<a href="./P020240115.docx">附件</a><a href="/upload/a.PDF?x=1">年报.pdf</a><a href="/downfile.jsp?id=7">下载</a>
<a href="/get?filename=b.xls">表</a><a href="https://other.example.cn/c.pdf">外</a><a href="./P020240115.docx#x">再</a>
<iframe src="/viewer.html?file=%2Fupload%2Fd.pdf"></iframe><a href="/next.html">下一篇</a></body></html>"""


def read(body: str, **fields: object) -> ItemDetail:
    return read_detail(source(TRS, **fields), answer(Request(URL), body))


def test_a_report_page() -> None:
    found = read(REPORT)
    assert (found.title, found.published_on, found.markers) == ("某局2023年政府信息公开工作年度报告", "2024-01-15", 6)
    assert found.next_url is None and found.body_length > 60
    assert [attachment.url.partition("cn/")[2] for attachment in found.attachments] == [
        "nb/202401/P020240115.docx", "upload/a.PDF?x=1", "downfile.jsp?id=7", "get?filename=b.xls", "upload/d.pdf",
    ]  # fmt: skip
    assert found.outside == ("https://other.example.cn/c.pdf",)


def test_other_hosts_by_the_source() -> None:
    assert read(REPORT, attachments={"cross_hosts": ("other.example.cn",)}).outside == ()
    assert len(read(REPORT, attachments={"same_site_only": False}).attachments) == 6
    assert [a.title for a in read(REPORT, attachments={"extensions": ("docx",)}).attachments] == ["附件", "下载"]
    assert read(REPORT, detail={"body": ("#zoom",)}).attachments == ()


def test_a_page_without_metadata() -> None:
    found = read("<html><head><title>题</title></head><body><p>发布时间：2023年1月5日</p>正文</body></html>")
    assert (found.title, found.published_on, found.markers) == ("题", "2023-01-05", 0)
    assert read("<p>无</p>").published_on is None


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><meta http-equiv='Refresh' content='0; URL=../x.html'></head></html>",
        "<script>location.replace('../x.html')</script>",
        '<script type="text/javascript">window.location.href = "../x.html";</script>',
        "<script>top.location='../x.html'</script>",
        "<body onload=\"location.href='../x.html'\"></body>",
    ],
)
def test_interstitial_pages_say_where_they_lead(body: str) -> None:
    assert read(body).next_url == "https://a.example.cn/nb/x.html"


def test_a_page_with_links_is_not_interstitial() -> None:
    assert read("<a href='1.html'>x</a><script>if(x){location.href='/m/'}</script>").next_url is None
    assert read("<script>location.href='javascript:1'</script>").next_url is None


@pytest.mark.parametrize(
    ("url", "one"),
    [
        ("https://A.example.cn:443/a.html#top", "https://a.example.cn/a.html"),
        ("https://a.example.cn", "https://a.example.cn/"),
        ("https://a.example.cn/a;jsessionid=9F?id=1", "https://a.example.cn/a?id=1"),
        ("https://a.example.cn/a?id=1&jsessionid=9F&_=1706630400123", "https://a.example.cn/a?id=1"),
        ("https://a.example.cn/a?r=0.8817263&id=1", "https://a.example.cn/a?id=1"),
        ("https://a.example.cn/a?sid=175&t=2", "https://a.example.cn/a?sid=175&t=2"),
        ("https://a.example.cn/a?sid=9f8e7d6c5b4a39281706", "https://a.example.cn/a"),
        ("https://a.example.cn/a?token=abc", "https://a.example.cn/a?token=abc"),
        ("https://a.example.cn/t1_wap.html", "https://a.example.cn/t1.html"),
        ("https://a.example.cn/#/detail/7", "https://a.example.cn/#/detail/7"),
        ("https://[bad", "https://[bad"),
    ],
)
def test_canonical(url: str, one: str) -> None:
    assert canonical(url, source(TRS)) == one


def test_canonical_by_the_source() -> None:
    of = source(TRS, canonical={"drop_params": ("token",), "keep_params": ("jsessionid",), "wap_twins": False})
    assert canonical("https://a.cn/t_wap.html?token=a&jsessionid=1", of) == "https://a.cn/t_wap.html?jsessionid=1"

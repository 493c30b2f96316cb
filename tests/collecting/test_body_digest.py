"""One version for what says the same: counters, clocks and tokens do not count; every sign of a report does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from benchmarks.samples import sample
from pipelines.collecting.body_digest import body_digest, says_the_same
from pipelines.collecting.ledger import open_ledger
from tests.collecting.test_crawl_run import Place, counts
from tests.collecting.web import HOST, LIST, portal, report_url, source
from tests.projects import SEEDS

URL = f"{HOST}/nb/202601/t20260120_1.html"
SOURCE = source()
HEAD = """<meta charset="utf-8"><meta name="ArticleTitle" content="某局2025年年报">
<meta name="PubDate" content="2026-01-20 09:30">
<meta name="csrf-token" content="{token}"><title>某局2025年年报</title>
<script nonce="{token}">var t={clock};hm('{token}')</script>"""
TOP = """<form><input type="hidden" name="__VIEWSTATE" value="{token}"><input type=hidden id=csrf value="{token}">
<div class="top">今天是：{day} 星期{weekday} {time}</div><a href="/index.html;jsessionid={token}">首页</a>
<div id="ad_{count}"><a href="/ad.html?_={clock}"><img src="/ad.png?t={clock}"></a></div>
<h1>某局2025年年报</h1><p class="info">发布时间：2026-01-20 09:30 来源：办公室
<span>浏览次数：<i id="hits">{count}</i>次</span> 字体：大 中</p>"""
FOOT = """<p>附件：<a href="/f/nb.pdf?token={token}">2025年年报.pdf</a></p>
<div class="foot">您是第{count}位访问者 当前在线人数：{count} 访问量：{count} 页面执行时间：0.{ms}秒</div>
<!-- generated {day} {time} --></form>"""
ONE = {
    "token": "a1b2c3d4e5f6a7b8c9",
    "clock": "1764500000123",
    "day": "2026年11月29日",
    "weekday": "日",
    "time": "08:01:02",
}
TWO = {
    "token": "9f8e7d6c5b4a3f2e1d",
    "clock": "1764599999999",
    "day": "2026年12月1日",
    "weekday": "二",
    "time": "23:59:59",
}
ONE |= {"count": "17", "ms": "031"}
TWO |= {"count": "1,238", "ms": "12"}
BODIES = {
    "zoom": '<div id="zoom">{}</div>',
    "xxgk": '<div class="xxgk_content">{}</div>',
    "bare": "<div class=own>{}</div>",
}


def body_of(seed: Path) -> str:
    """Return a seed as a page: lines are paragraphs, cells between tabs or pipes are cells."""
    rows = []
    for line in seed.read_text(encoding="utf-8").splitlines():
        cells = re.split(r"[\t|]", line)
        if len(cells) > 1:
            rows.append("<table><tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr></table>")
        else:
            rows.append(f"<p>{escape(line)}</p>")
    return "\n".join(rows)


def page(visit: dict[str, str], body: str, *, within: str = "zoom") -> bytes:
    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: visit[found[1]], text)

    head, top, foot = filled(HEAD), filled(TOP), filled(FOOT)
    return (
        f"<!DOCTYPE html><html><head>{head}</head><body>{top}{BODIES[within].format(body)}{foot}</body></html>".encode()
    )


def digest(body: bytes) -> str | None:
    return body_digest(SOURCE, URL, body)


SEED_PAGES = sorted(SEEDS.glob("*.txt"))
REPORT = """<p>一、总体情况</p><p>网站浏览量：5120次。全年主动公开12条，访问量：33次。</p>
<table><tr><td>访问量：7</td></tr></table>"""


@pytest.mark.parametrize("within", ["zoom", "xxgk"])
def test_a_visit_makes_no_difference(within: str) -> None:
    assert page(ONE, REPORT, within=within) != page(TWO, REPORT, within=within)
    assert digest(page(ONE, REPORT, within=within)) == digest(page(TWO, REPORT, within=within)) is not None


def test_a_counter_before_the_first_section_makes_none_where_no_container_is_known() -> None:
    one, two = (page(visit, REPORT, within="bare").partition(b"<div class=own>") for visit in (ONE, TWO))
    assert digest(one[0] + one[1] + one[2]) == digest(two[0] + one[1] + one[2]) is not None
    assert digest(one[0] + one[1] + one[2]) != digest(one[0] + two[1] + two[2])  # in doubt it counts


@pytest.mark.parametrize("seed", SEED_PAGES, ids=lambda path: path.stem[:3])
def test_every_digit_of_a_report_counts(seed: Path) -> None:
    whole = page(ONE, body_of(seed)).decode()
    before, digits = digest(whole.encode()), 0
    start, end = whole.index('<div id="zoom">'), whole.index("<p>附件：")
    for found in re.finditer(r"\d", whole[start:end]):
        at = start + found.start()
        other = f"{whole[:at]}{(int(found[0]) + 1) % 10}{whole[at + 1 :]}"
        assert digest(other.encode()) != before, whole[at - 40 : at + 40]
        digits += 1
    assert digits > 100


@pytest.mark.parametrize("number", range(3))
def test_every_digit_of_a_portals_page_counts_or_is_in_no_text(number: int) -> None:
    """Pages of the corpus, with their own scripts and layouts, in GBK and UTF-8; every seventh digit of a text."""
    body = sample("html", 5, number).data
    before = digest(body)
    assert before is not None
    places = [found.start(1) for found in re.finditer(rb">[^<]{0,80}?(\d)", body)][::7]
    word = "浏览次数".encode("gb18030" if b"gb2312" in body[:200] else "utf-8")
    counters = [found.span() for found in re.finditer(word + rb".{0,20}?\d+|count\(\d+\)", body)]
    places = [at for at in places if not any(start <= at < end for start, end in counters)]
    assert len(places) > 20
    for at in places:
        digit = b"%d" % ((body[at] - 47) % 10)
        assert digest(body[:at] + digit + body[at + 1 :]) != before, body[at - 40 : at + 40]


CHANGES: dict[str, Callable[[str], str]] = {
    "a figure beside the word for visits": lambda text: text.replace("5120", "5121"),
    "a figure in a table beside that word": lambda text: text.replace("访问量：7", "访问量：8"),
    "the day of publication": lambda text: text.replace("发布时间：2026-01-20", "发布时间：2026-01-21"),
    "the day in the head": lambda text: text.replace('PubDate" content="2026-01-20', 'PubDate" content="2026-01-21'),
    "the file": lambda text: text.replace("/f/nb.pdf", "/f/nb2.pdf"),
    "a raised digit moved": lambda text: text.replace("33次", "3<b>3</b>次"),
    "the name of the file": lambda text: text.replace("2025年年报.pdf", "2025年年报（更正）.pdf"),
    "a hidden text": lambda text: text.replace("<p>一、", '<p style="display:none">全年9件</p><p>一、'),
    "what hides a text": lambda text: text.replace("<p>全年", "<p style='display:none'>全年").replace(
        "<p>网", "<p hidden>网"
    ),
    "a style sheet": lambda text: text.replace("</head>", "<style>td{display:none}</style></head>"),
    "a script that holds a text": lambda text: text.replace("</head>", "<script>var a='全年12件'</script></head>"),
    "a script that spells one": lambda text: text.replace("</head>", r"<script>var a='\u516812'</script></head>"),
    "a figure of a script": lambda text: text.replace("</head>", "<script>var rows=[1,2,3]</script></head>"),
    "a text in a form": lambda text: text.replace("</form>", "<textarea>全年12件</textarea></form>"),
    "a value in a form": lambda text: text.replace("</form>", '<input type="text" value="12"></form>'),
    "a hidden field that holds a text": lambda text: text.replace(
        "</form>", '<input type="hidden" name="content" value="全年12件"></form>'
    ),
    "a picture": lambda text: text.replace("<p>一、", '<img src="1.png"><p>一、'),
    "a space between digits": lambda text: text.replace("5120", "51 20"),
    "a cell more": lambda text: text.replace("</td></tr>", "</td><td></td></tr>"),
    "a raised digit": lambda text: text.replace("5120", "512<sup>0</sup>"),
    "a sentence at the foot": lambda text: text.replace("</form>", "<p>全年网站访问量：5120次。</p></form>"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_of_the_report_counts(change: str) -> None:
    text = page(ONE, REPORT).decode()
    assert CHANGES[change](text) != text
    assert digest(CHANGES[change](text).encode()) != digest(text.encode())


@pytest.mark.parametrize(
    ("script", "other"),
    [
        ("var rows=[1,2,3]", "var rows=[1,2,4]"),
        (r"var a='\u516812'", r"var a='\u516813'"),
        ("var a='全年12件 2026-01-02'", "var a='全年12件 2026-01-03'"),
        ("document.write('<td>0123456789</td>')", "document.write('<td>0123456788</td>')"),
    ],
)
def test_a_figure_in_a_script_counts(script: str, other: str) -> None:
    text = page(ONE, REPORT).decode()
    one, two = (text.replace("</form>", f"<script>{each}</script></form>").encode() for each in (script, other))
    assert digest(one) != digest(two)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<p>\xff\xfe no text",
        b"<div>" * 2000,
        "<p>这是一个没有章节也没有容器的页面 浏览次数：3</p>".encode(),
        page(ONE, REPORT).replace(b"</form>", b"<template>12</template></form>"),
    ],
)
def test_what_cannot_be_told_is_no_digest(body: bytes) -> None:
    assert digest(body) is None
    assert not says_the_same(SOURCE, URL, body, body)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_ledger(tmp_path / "objects" / "ledger.sqlite") as ledger:
        yield Place(tmp_path, ledger)


def test_a_crawl_keeps_one_version_of_a_page_that_counts_its_visits(place: Place) -> None:
    web, url = portal(2025), report_url(2025)
    web.pages[f"{HOST}/f/nb.pdf?token={ONE['token']}"] = web.pages[f"{HOST}/f/nb.pdf?token={TWO['token']}"] = (
        b"%PDF-1.4"
    )
    web.pages[url] = page(ONE, REPORT)
    assert place.crawl(web).created == 2
    kept = place.row(url).file_sha256
    web.pages[url] = page(TWO, REPORT)
    assert place.crawl(web).updated == 0
    row = place.row(url)
    assert (row.state, row.file_sha256, row.reason) == ("unchanged", kept, None)
    assert [file.file_sha256 for file in place.files() if file.url == url] == [kept]
    query = "SELECT outcome, reason, detail FROM fetch WHERE url = ? ORDER BY id"
    (first, second) = place.ledger._database.execute(query, (url,)).fetchall()
    assert first == ("created", None, None)
    assert second[:2] == ("unchanged", "same_body") and "other bytes" in second[2]
    assert place.store.read(kept or "") == page(ONE, REPORT)

    web.pages[url] = page(TWO, REPORT.replace("12条", "13条"))
    assert place.crawl(web).updated == 1
    web.pages[url] = page(ONE, REPORT)
    assert place.crawl(web).updated == 1, "against the last version, not against any"
    assert place.row(url).file_sha256 == kept
    assert counts(place.crawl(web, days=0)).get("created") is None and web.asked[0] == LIST

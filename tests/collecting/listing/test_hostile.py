from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.collecting import item_page, probe
from pipelines.collecting.listing import LISTERS, ListError
from pipelines.collecting.listing.elements import between, plain
from pipelines.collecting.listing.walking import Listing, walk
from pipelines.collecting.records import Received, Request
from tests.collecting.listing.portals import SHAPES, answer, source
from tests.collecting.listing.test_listers import ASPNET, GKMLPT, JPAAS, JPAGE, SITEMAP, TREE, TRS, XXGK
from tests.cpu import at_most

LOCATED = {**TREE, "locate": {"url": "https://a.example.cn/nb/"}}
KINDS: list[dict[str, Any]] = [JPAGE, XXGK, JPAAS, GKMLPT, TRS, TREE, LOCATED, ASPNET, SITEMAP]
_BODIES = [path.read_bytes() for path in sorted(SHAPES.glob("*.*")) if path.suffix != ".md"]
_WORDS = [
    b"<datastore>", b"<record>", b"</record>", b"<![CDATA[", b"]]>", b"<totalrecord>9</totalrecord>", b"<li><a href='",
    b"//[::1", b"http://a:99999999/", b"'>x</a>", b'{"articles":[', b'{"total":-1,"url":5}', b"]}",
    b'{"data":{"html":"', b"createPageHTML(9999999,0,'a','b')", b"<loc>", b"</loc>", b"<urlset>",
    b"<url>", b"</url>",
    b"\xff\xfe", b"\x00",
    b"<iframe src='http://[", b"SID: '1'", b"queryData=\"{'pageId':'1'}\"",
    b"<meta http-equiv=refresh content='0;url=http://['>",
]  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    body = draw(st.sampled_from([*_BODIES, b""]))
    for _ in range(draw(st.integers(0, 6))):
        start, size = draw(st.integers(0, len(body))), draw(st.integers(0, 40))
        body = body[:start] + draw(st.sampled_from([*_WORDS, b""]) | st.binary(max_size=8)) + body[start + size :]
    return body


@settings(max_examples=150, deadline=None)
@given(body=bodies(), kind=st.sampled_from(KINDS), page=st.integers(0, 2), data=st.data())
def test_no_answer_raises_but_list_error(body: bytes, kind: dict[str, Any], page: int, data: st.DataObject) -> None:
    of = source(kind)
    url = data.draw(st.sampled_from(["https://a.example.cn/d?page=1&startrecord=x", "http://w.example.cn/nb/a;b"]))
    response = answer(Request(url, kind="list", page=page), body)
    try:
        found = LISTERS[of.list.type].read(of, response)
        assert found.records >= 0 and all(link.url.startswith("http") for link in found.found)
    except ListError as error:
        assert error.reason and error.detail
    try:
        read = item_page.read_detail(of, response)
        assert read.body_length <= len(body)
    except ListError as error:
        assert error.detail


@settings(max_examples=60, deadline=None)
@given(body=bodies(), kind=st.sampled_from(KINDS))
def test_every_walk_ends_and_says_how(body: bytes, kind: dict[str, Any]) -> None:
    of = source(kind, limits={"list_pages": 12})
    log: list[Request] = []

    def fetch(request: Request) -> Received:
        log.append(request)
        return Received(answer(request, body))

    *_, listing = walk(of, fetch)
    assert isinstance(listing, Listing) and len(log) <= 12
    assert listing.state in {"complete", "list_incomplete", "empty", "failed"}
    assert listing.state != "complete" or (listing.found and not listing.problems)


@settings(max_examples=60, deadline=None)
@given(body=bodies())
def test_probing_asks_five_times_at_most(body: bytes) -> None:
    found = probe.probe("https://a.example.cn/nb/", lambda asked: Received(answer(asked, body)), date(2024, 5, 1))
    assert found.requests <= probe.MAX_REQUESTS and found.seen


@example("A://::")
@example("http://:80:80/")
@example("http://a::80/")
@given(url=st.text(max_size=60) | st.from_regex(r"https?://[a-z.:\[\]0-9]{1,20}/[^ ]{0,40}"))
def test_canonical_is_stable(url: str) -> None:
    of = source(TRS)
    once = item_page.canonical(url, of)
    assert item_page.canonical(once, of) == once


@given(text=st.text(alphabet="<>/ra![CDAT]&lt;x", max_size=80))
def test_between_never_overlaps(text: str) -> None:
    found = between(text, "r")
    assert sum(map(len, found)) <= len(text) and all("</r>" not in part for part in found)
    plain(text)


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000,
        b"<record>" * 300_000,
        b"<datastore>" + b"<record><![CDATA[" * 200_000,
        b"[" * 300_000,
        b'{"articles":' * 100_000,
        b"<a href='x.html'>" * 100_000,
        b"location.href=" * 200_000,
        b"createPageHTML(" + b" " * 500_000,
        b"<url>" * 300_000,
        b"search.jsp?" * 100_000,
        b"\xe5\x85\xb1" * 300_000,
        b"'pageId'" * 200_000,
        b"count=" * 300_000,
    ],
    ids=lambda body: body[:12].decode(),
)
def test_huge_and_deep_pages_are_bounded(body: bytes) -> None:
    with at_most(60):
        for kind in KINDS:
            of = source(kind)
            for page in (0, 1):
                response = answer(Request("https://a.example.cn/nb/x?page=1", kind="list", page=page), body)
                try:
                    LISTERS[of.list.type].read(of, response)
                except ListError as error:
                    assert error.detail


def test_a_page_over_the_budget_is_not_parsed() -> None:
    response = answer(Request("https://a.example.cn/nb/"), b"x" * (17 * 1024 * 1024))
    with pytest.raises(ListError, match="too_large"):
        LISTERS["trs_static"].read(source(TRS), response)

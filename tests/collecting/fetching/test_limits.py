from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from pipelines.collecting.fetching.bodies import read_whole
from pipelines.collecting.fetching.faults import Failure, Refusal
from pipelines.collecting.records import Failed, Outcome, Received, Refused, Request, Unchanged
from tests.collecting.fetching.fetchers import fetcher, test_settings
from tests.collecting.fetching.server import Answer, Seen, Server, Step, page

TEXT = "一、总体情况 " * 400


def fetch(answer: bytes | Answer, **settings: object) -> Outcome:
    settings = {"tries": 1, **settings}
    with (
        Server({"/x": answer}) as server,
        fetcher(server, settings=test_settings(**settings)) as client,
    ):
        return client.fetch(Request(server.url("/x")))


def refused(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


def failed(outcome: Outcome) -> str:
    assert isinstance(outcome, Failed), outcome
    return outcome.reason


def encoded(body: bytes, coding: str) -> bytes:
    return page(body, headers=[f"Content-Encoding: {coding}"])


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def raw_deflate(data: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(data) + deflate.flush()


@pytest.mark.parametrize(
    "answer",
    [
        page(TEXT),
        chunked(TEXT.encode()[:1000], TEXT.encode()[1000:]),
        encoded(gzip.compress(TEXT.encode()), "gzip"),
        encoded(gzip.compress(TEXT.encode()) + b"\x00" * 7, "x-gzip"),
        encoded(gzip.compress(TEXT.encode()[:900]) + gzip.compress(TEXT.encode()[900:]), "gzip"),
        encoded(zlib.compress(TEXT.encode()), "deflate"),
        encoded(raw_deflate(TEXT.encode()), "Deflate"),
        encoded(TEXT.encode(), "identity"),
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + TEXT.encode(),
        b"HTTP/1.0 200 OK\r\n\r\n<table>" + TEXT.encode() + b"</table>",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + page(TEXT),
    ],
    ids=[
        "plain",
        "chunked",
        "gzip",
        "padded",
        "members",
        "zlib",
        "deflate",
        "identity",
        "until close",
        "part",
        "interim",
    ],
)
def test_a_whole_body_is_received_decoded(answer: bytes) -> None:
    outcome = fetch(answer)
    assert isinstance(outcome, Received), outcome
    assert outcome.response.body.decode().removeprefix("<table>").removesuffix("</table>") == TEXT
    assert outcome.response.status == 200


@pytest.mark.parametrize(
    "answer",
    [
        page(TEXT, length=len(TEXT.encode()) + 1),
        page(TEXT, length=len(TEXT.encode()) - 1),
        chunked(TEXT.encode(), end=b""),
        chunked(TEXT.encode(), end=b"ff\r\nshort"),
        encoded(gzip.compress(TEXT.encode())[:-9], "gzip"),
        encoded(zlib.compress(TEXT.encode())[:-9], "deflate"),
        b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(TEXT.encode())[:-20],
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><HTML><body><table>" + TEXT.encode(),
    ],
    ids=["too short", "too long", "no last chunk", "cut chunk", "gzip", "zlib", "until close", "page until close"],
)
def test_a_truncated_body_is_never_received(answer: bytes) -> None:
    assert failed(fetch(answer)) == "truncated"


def test_a_body_longer_than_stated_is_found_when_the_rest_comes_late() -> None:
    assert failed(fetch(lambda _: [page("abc"), 0.01, b"def"])) == "truncated"


def test_a_connection_cut_in_the_body_is_truncated_and_tried_again() -> None:
    def answer(seen: Seen) -> list[Step]:
        return [page(TEXT)] if seen.nth == 3 else [page(TEXT)[:500], 0.05, "reset"]

    assert isinstance(fetch(answer, tries=3), Received)
    assert failed(fetch(answer, tries=2)) == "truncated"


@pytest.mark.parametrize(
    "answer",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000 + b"\r\n",
        encoded(TEXT.encode(), "gzip"),
        encoded(gzip.compress(TEXT.encode()) + b"more", "gzip"),
        encoded(TEXT.encode(), "br"),
        encoded(gzip.compress(gzip.compress(TEXT.encode())), "gzip, gzip"),
        page("", status="304 Not Modified"),
    ],
    ids=["no http", "lengths", "chunk size", "long header", "headers", "no gzip", "trailing", "br", "twice", "304"],
)
def test_a_bad_response_is_named(answer: bytes) -> None:
    assert failed(fetch(answer)) == "bad_response"


def test_a_body_above_the_limit_is_refused_before_and_while_it_comes() -> None:
    big = b"x" * 300_000
    assert refused(fetch(page(b"", length=10**12), decoded_bytes=100_000)) == "too_large"
    assert refused(fetch(chunked(big), decoded_bytes=100_000)) == "too_large"
    assert refused(fetch(b"HTTP/1.0 200 OK\r\n\r\n" + big, decoded_bytes=100_000)) == "too_large"
    assert refused(fetch(chunked(big), wire_bytes=100_000)) == "too_large"


def test_endless_interim_answers_are_stopped() -> None:
    assert refused(fetch(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, wire_bytes=100_000)) == "too_large"


def test_a_bomb_is_stopped_while_it_grows() -> None:
    deflate = zlib.compressobj(9, wbits=31)
    bomb = b"".join(deflate.compress(b"\x00" * (1 << 20)) for _ in range(200)) + deflate.flush()
    assert len(bomb) < 300_000
    assert refused(fetch(encoded(bomb, "gzip"), decoded_bytes=2 << 20)) == "bomb"


def test_a_bomb_in_one_piece_costs_no_more_than_a_step() -> None:
    fed = zlib.compress(b"\x00" * (64 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(Refusal, match="bomb"):
            read_whole({"content-encoding": "deflate"}, [fed], limit=1 << 20)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_pieces_of_any_size_give_the_same_body() -> None:
    packed = gzip.compress(TEXT.encode())
    for size in (1, 2, 7, 4096):
        pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
        assert read_whole({"content-encoding": "gzip"}, pieces, limit=1 << 20).decode() == TEXT
    with pytest.raises(Failure, match="truncated"):
        read_whole({"content-encoding": "gzip"}, [packed[:-1]], limit=1 << 20)


def test_a_trickling_body_is_slow_and_a_silent_one_times_out() -> None:
    pieces: list[Step] = [b"x", 0.02] * 100_000  # more than the test's own time

    def trickle(_: Seen) -> list[Step]:
        return [page(b"", length=1_000_000), *pieces, b"x"]

    assert failed(fetch(trickle, read_timeout=0.3, total_deadline=0.4)) == "slow_body"
    assert failed(fetch(lambda _: [page(b"abc", length=9), 1.0, b""], read_timeout=0.2)) == "timeout"


def test_a_trickling_head_meets_the_deadline_too() -> None:
    head = page(b"abc")
    steps: list[Step] = [step for at in range(len(head)) for step in (head[at : at + 1], 0.02)]
    outcome = fetch(lambda _: [*steps, b""], read_timeout=0.3, total_deadline=0.3)
    assert failed(outcome) == "slow_body"


def test_no_answer_is_a_timeout_and_no_listener_a_failed_connection() -> None:
    assert failed(fetch(lambda _: [1.0, b""], read_timeout=0.15)) == "timeout"
    assert failed(fetch(lambda _: ["reset"])) == "connection"
    assert failed(fetch(lambda _: [b""])) == "connection"
    with Server() as server:
        pass
    with fetcher(server, settings=test_settings(tries=2)) as client:
        outcome = client.fetch(Request(server.url("/x")))
    assert failed(outcome) == "robots_unreachable"
    assert "connection" in str(outcome)


@pytest.mark.parametrize(
    ("status", "reason"),
    [("404 NF", "not_found"), ("410 Gone", "not_found"), ("401 A", "forbidden"), ("403 F", "forbidden")]
    + [(f"{status} S", "unexpected_status") for status in (204, 206, 300, 400, 405, 412)],
)
def test_a_status_is_a_refusal(status: str, reason: str) -> None:
    body = "" if status.startswith("204") else "<p>nothing</p>"
    assert refused(fetch(page(body, status=status))) == reason


def test_a_cut_or_endless_error_page_is_still_that_error() -> None:
    assert refused(fetch(page("<p>no</p>", status="404 N", length=10_000))) == "not_found"
    assert refused(fetch(page(b"x" * 5_000_000, status="403 N"))) == "forbidden"
    assert refused(fetch(page(b"no gzip", status="404 N", headers=["Content-Encoding: gzip"]))) == "not_found"


def test_a_condition_that_holds_is_unchanged() -> None:
    def answer(seen: Seen) -> list[Step]:
        same = seen.headers.get("if-none-match") == '"v1"' and "if-modified-since" in seen.headers
        return [page("", status="304 Not Modified") if same else page(TEXT)]

    with Server({"/x": answer}) as server, fetcher(server) as client:
        first = client.fetch(Request(server.url("/x")), etag='"v1"', last_modified="Mon, 23 Nov 2026 00:00:00 GMT")
        second = client.fetch(Request(server.url("/x")), etag='"v2"')
        third = client.fetch(Request(server.url("/x")), etag='"v1\r\nX-Injected: 1"')
    assert first == Unchanged(server.url("/x"))
    assert isinstance(second, Received)
    assert isinstance(third, Received)
    assert all("x-injected" not in seen.headers for seen in server.seen)


def test_a_form_is_posted_and_the_headers_say_who_asks() -> None:
    with Server({"/x": page(TEXT)}) as server, fetcher(server) as client:
        request = Request(
            server.url("/x"), method="POST", form=(("divid", "div1"), ("k", "年报")), referer=server.url()
        )
        assert isinstance(client.fetch(request), Received)
    seen = server.seen[-1]
    assert seen.method == "POST"
    assert seen.body == b"divid=div1&k=%E5%B9%B4%E6%8A%A5"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.headers["referer"] == server.url()
    assert seen.headers["user-agent"].startswith("gongkai/")
    assert seen.headers["accept-encoding"] == "gzip, deflate"
    assert seen.headers["host"] == server.host

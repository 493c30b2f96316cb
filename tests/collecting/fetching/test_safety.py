from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import pytest
import trustme

from pipelines.collecting.fetching import SystemClock
from pipelines.collecting.records import Outcome, Received, Refused, Request
from tests.collecting.fetching.fetchers import SCALE, fetcher, test_settings
from tests.collecting.fetching.server import Seen, Server, page, redirect

TEXT = page("一、总体情况 " * 400)


@dataclass(frozen=True)
class Exempt:
    host: str
    until: date


def reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Refused), outcome
    return outcome.reason


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_only_http_and_only_the_hosts_of_the_source() -> None:
    with Server({"/x": TEXT}) as server, Server({"/x": TEXT}, address="127.0.0.3") as other, fetcher(server) as client:
        for url in ("ftp://127.0.0.2/x", "file:///etc/passwd", "javascript:void(0)", "/x", "http://", "http://[::", ""):
            assert reason(client.fetch(Request(url))) == "scheme"
        for url in (other.url("/x"), "http://127.0.0.2/x", f"http://127.0.0.2@{other.host}/x", "http://2130706434/x"):
            assert reason(client.fetch(Request(url))) == "host_not_of_source"
        assert reason(client.fetch(Request(f"http://name:word@{server.host}/x"))) == "host_not_of_source"
    assert server.seen == [] and other.connections == 0


def test_an_address_that_is_not_listed_is_never_connected_to() -> None:
    with Server({"/x": TEXT}, address="127.0.0.3") as hidden, fetcher(hidden) as client:
        assert reason(client.fetch(Request(hidden.url("/x")))) == "forbidden_address"
    assert hidden.connections == 0


def test_a_name_is_resolved_once_per_connection_and_rebinding_is_refused() -> None:
    answers: list[list[str]] = []

    def resolve(host: str, _port: int) -> list[str]:
        assert host == "portal.example"
        return answers.pop(0)

    with Server({"/x": TEXT, "/y": TEXT}) as server, Server(address="127.0.0.3") as hidden:
        named = f"portal.example:{server.port}"
        with fetcher(hosts=frozenset({named}), resolve=resolve) as client:
            answers[:] = [["127.0.0.2"], ["127.0.0.2"]]
            assert isinstance(client.fetch(Request(f"http://{named}/x")), Received)
            assert answers == []
            answers[:] = [["127.0.0.3"]]
            assert reason(client.fetch(Request(f"http://{named}/y"))) == "forbidden_address"
            answers[:] = [["127.0.0.2", "127.0.0.3"]]
            assert reason(client.fetch(Request(f"http://{named}/y"))) == "forbidden_address"
        assert server.paths() == ["/robots.txt", "/x"]
        assert server.seen[-1].headers["host"] == named
        assert hidden.connections == 0


def test_proxies_and_the_environment_are_not_asked() -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), "http://127.0.0.9:9")
    with mock.patch.dict(os.environ, proxies), Server({"/x": TEXT}) as server, fetcher(server) as client:
        assert isinstance(client.fetch(Request(server.url("/x"))), Received)


def test_redirects_are_followed_five_times_and_no_more() -> None:
    pages = {f"/{n}": redirect(f"/{n + 1}") for n in range(7)}
    with Server({**pages, "/7": TEXT}) as server, fetcher(server) as client:
        outcome = client.fetch(Request(server.url("/2")))
        assert isinstance(outcome, Received)
        assert outcome.response.url == server.url("/7")
        assert reason(client.fetch(Request(server.url("/1")))) == "too_many_redirects"
    assert server.paths().count("/7") == 1


def test_a_redirect_in_a_circle_ends_where_it_began() -> None:
    with Server({"/x": redirect("/y"), "/y": redirect("/x#again")}) as server, fetcher(server) as client:
        assert reason(client.fetch(Request(server.url("/x")))) == "too_many_redirects"
    assert server.paths() == ["/robots.txt", "/x", "/y"]


def test_a_circle_that_sets_a_cookie_is_a_challenge_and_cookies_are_never_sent() -> None:
    looping = redirect("/x", "Set-Cookie: acw_tc=1; path=/")
    kept = page("一、总体情况 " * 400, headers=["Set-Cookie: JSESSIONID=2; path=/"])
    with Server({"/x": looping, "/y": kept}) as server, fetcher(server) as client:
        assert reason(client.fetch(Request(server.url("/x")))) == "challenge"
        outcome = client.fetch(Request(server.url("/y")))
        assert isinstance(outcome, Received)
        assert "set-cookie" not in outcome.response.headers
        client.fetch(Request(server.url("/y")))
    assert server.paths().count("/x") == 1
    assert all("cookie" not in seen.headers for seen in server.seen)


@pytest.mark.parametrize("target", ["http://127.0.0.3:1/x", "ftp://127.0.0.2/x", "//evil.example/x", "http://a:b@h/"])
def test_a_redirect_out_of_the_source_is_refused(target: str) -> None:
    with Server({"/x": redirect(target)}) as server, fetcher(server) as client:
        assert reason(client.fetch(Request(server.url("/x")))) == "redirect_refused"


def test_a_redirect_to_a_forbidden_address_of_the_source_is_refused() -> None:
    with Server({"/x": TEXT}, address="127.0.0.3") as hidden, Server({"/x": redirect(hidden.url("/x"))}) as server:
        with fetcher(server, hidden) as client:
            assert reason(client.fetch(Request(server.url("/x")))) == "forbidden_address"
        assert hidden.connections == 0


def test_a_redirect_to_another_host_of_the_source_meets_its_robots() -> None:
    disallowing = b"User-agent: *\nDisallow: /no\n"
    settings = test_settings(allowed_loopback=("127.0.0.2", "127.0.0.3"))
    with Server({"/yes": TEXT, "/no": TEXT}, robots=page(disallowing), address="127.0.0.3") as other:
        pages = {"/x": redirect(other.url("/yes")), "/y": redirect(other.url("/no"))}
        with Server(pages) as server, fetcher(server, other, settings=settings) as client:
            assert isinstance(client.fetch(Request(server.url("/x"))), Received)
            assert reason(client.fetch(Request(server.url("/y")))) == "robots_disallowed"
    assert other.paths() == ["/robots.txt", "/yes"]


def test_a_condition_is_not_carried_to_where_a_redirect_leads() -> None:
    def answer(seen: Seen) -> list[bytes]:
        return [page("", status="304 Not Modified") if "if-none-match" in seen.headers else TEXT]

    with Server({"/x": redirect("/y"), "/y": answer}) as server, fetcher(server) as client:
        assert isinstance(client.fetch(Request(server.url("/x")), etag='"v1"'), Received)
    assert server.seen[1].headers["if-none-match"] == '"v1"'


def test_a_redirected_form_is_asked_for_without_the_form_unless_told_so() -> None:
    pages = {"/a": redirect("/x", status="303 S"), "/b": redirect("/x", status="307 T"), "/x": TEXT}
    with Server(pages) as server, fetcher(server) as client:
        for path in ("/a", "/b"):
            client.fetch(Request(server.url(path), method="POST", form=(("k", "v"),)))
    assert [(seen.method, seen.body) for seen in server.seen if seen.path == "/x"] == [("GET", b""), ("POST", b"k=v")]


def test_tls_is_verified_with_the_name_of_the_host(authority: trustme.CA, ca_file: Path) -> None:
    names: list[object] = []
    context = server_context(authority, "portal.example")
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    settings = test_settings(ca_file=ca_file)
    with Server({"/x": TEXT}, context=context) as server:
        for host, good in (("portal.example", True), ("other.example", False)):
            named = f"{host}:{server.port}"
            with fetcher(hosts=frozenset({named}), settings=settings, resolve=lambda _h, _p: ["127.0.0.2"]) as client:
                outcome = client.fetch(Request(f"https://{named}/x"))
                assert isinstance(outcome, Received) if good else reason(outcome) == "tls", outcome
    assert names == ["portal.example", "portal.example", "other.example"]


def test_an_unknown_authority_is_refused_unless_an_exception_of_the_host_holds(authority: trustme.CA) -> None:
    context = server_context(authority, "127.0.0.2")
    today = SystemClock(SCALE).now().date()
    cases = [
        ((), "tls"),
        ((Exempt("127.0.0.2", today),), None),
        ((Exempt("127.0.0.2", today - timedelta(days=1)),), "tls"),
        ((Exempt("127.0.0.3", today),), "tls"),
    ]
    with Server({"/x": TEXT}, context=context) as server:
        for exceptions, expected in cases:
            with fetcher(server, tls_exceptions=exceptions) as client:
                outcome = client.fetch(Request(server.url("/x")))
            assert (reason(outcome) if isinstance(outcome, Refused) else None) == expected
    assert server.paths() == ["/robots.txt", "/x"]


def test_an_exception_is_for_certificates_not_for_other_faults_of_tls() -> None:
    today = SystemClock(SCALE).now().date()
    with Server({"/x": TEXT}) as plain:
        host = frozenset({plain.host})
        with fetcher(hosts=host, tls_exceptions=(Exempt("127.0.0.2", today),)) as client:
            outcome = client.fetch(Request(f"https://{plain.host}/x"))
    assert reason(outcome) == "tls"
    assert plain.seen == []


def test_no_redirect_leads_from_https_to_http_unless_the_source_allows_it(authority: trustme.CA, ca_file: Path) -> None:
    settings = test_settings(ca_file=ca_file)
    context = server_context(authority, "127.0.0.2")
    with (
        Server({"/x": TEXT}) as plain,
        Server({"/x": redirect(plain.url("/x"))}, context=context) as secure,
    ):
        with fetcher(plain, secure, settings=settings) as client:
            assert reason(client.fetch(Request(secure.url("/x")))) == "redirect_refused"
        with fetcher(plain, secure, settings=settings, http_allowed=True) as client:
            assert isinstance(client.fetch(Request(secure.url("/x"))), Received)

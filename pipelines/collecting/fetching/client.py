"""The fetcher: from a request to its outcome, with every rule on the way.

Belongs here: the order of the rules - scheme and host, robots, waiting, sending, redirects, verdicts - and retries.
Keep out: the rules themselves, which are the other files of this folder.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Literal, Protocol
from urllib.parse import urlencode

import httpx

from pipelines.collecting.fetching.addresses import Resolve, system_resolve
from pipelines.collecting.fetching.bodies import ACCEPT_ENCODING, read_start, read_whole
from pipelines.collecting.fetching.clock import Clock, SystemClock
from pipelines.collecting.fetching.faults import Failure, Refusal
from pipelines.collecting.fetching.politeness import DailyCounts, HostHolds, Politeness, retry_after_seconds
from pipelines.collecting.fetching.recognising import recognise, recognise_challenge
from pipelines.collecting.fetching.robots import RobotsCache, RobotsRules, parse_rules
from pipelines.collecting.fetching.settings import Settings
from pipelines.collecting.fetching.transport import CheckedTransport, Wire
from pipelines.collecting.records import Failed, Outcome, Received, Refused, Request, Response, Unchanged

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_RETRIED = frozenset({"timeout", "connection", "truncated", "server_error", "too_many_requests", "name_unresolved"})
# As much of an error page as its recognition looks at, and what a head may add to a body on the wire.
_ERROR_PAGE, _HEAD_ROOM = 512 * 1024, 128 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}


class TlsException(Protocol):
    """A host whose certificate is known to be faulty: accepted as it is until a date, for a reason."""

    @property
    def host(self) -> str:
        """Return the host's name."""

    @property
    def until(self) -> date:
        """Return the last day on which it holds."""


@dataclass(frozen=True)
class _Ask:
    """What to send: one step of a request and its redirects."""

    url: httpx.URL
    method: Literal["GET", "POST"]
    body: bytes | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    sets_cookie: bool


class Fetcher:
    """Fetches the pages of one source in one thread; a context manager. No cookies, no proxies, no environment.

    Whatever the network is waited for stands in a `waiting` context, which may end it by an exception of its own.
    """

    def __init__(
        self,
        settings: Settings,
        source_hosts: frozenset[str],
        *,
        counts: DailyCounts,
        tls_exceptions: Iterable[TlsException] = (),
        clock: Clock | None = None,
        http_allowed: bool = False,
        min_delay_s: float = 0.0,
        holds: HostHolds | None = None,
        resolve: Resolve = system_resolve,
        waiting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        clock = SystemClock(settings.clock_scale) if clock is None else clock
        if isinstance(clock, SystemClock) and clock.scale != settings.clock_scale:
            raise ValueError(f"the clock's scale is {clock.scale}, the settings say {settings.clock_scale}")
        self._settings = settings
        self._user_agent = settings.user_agent
        self._hosts = frozenset(_named_host(host) for host in source_hosts)
        self._http_allowed = http_allowed
        self._clock = clock
        self._waiting = waiting
        self._tls_exceptions = tuple(tls_exceptions)
        self._politeness = Politeness(settings, clock, counts, min_delay_s=min_delay_s, holds=holds)
        self._robots = RobotsCache(self._ask_for_rules, clock, settings.robots_kept_seconds)
        transport = CheckedTransport(
            context_for=self._tls_context,
            resolve=resolve,
            allowed=settings.allowed_loopback if settings.test else None,
            new_wire=lambda: Wire(limit=settings.wire_bytes + _HEAD_ROOM, deadline=settings.total_deadline),
        )
        self._client = httpx.Client(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
        )

    def __enter__(self) -> Fetcher:
        """Return this fetcher."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connection that may be open."""
        self.close()

    def close(self) -> None:
        """Close the connection that may be open."""
        self._client.close()

    def fetch(self, request: Request, *, etag: str | None = None, last_modified: str | None = None) -> Outcome:
        """Ask for a page and say what came of it.

        `etag` and `last_modified` are those of the stored answer to this very URL. Raises DailyLimitReached.
        """
        conditions = {
            name: value
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value and value.isprintable() and value.isascii()
        }
        try:
            return self._follow(request, conditions)
        except Refusal as fault:
            return Refused(fault.reason, fault.detail)
        except Failure as fault:
            return Failed(fault.reason, fault.detail)

    def _follow(self, request: Request, conditions: Mapping[str, str]) -> Outcome:
        """Ask, and go along with redirects; each step is checked as if it were the first."""
        body = _body_of(request) if request.method == "POST" else None
        ask = _Ask(_parsed(request.url), request.method, body, self._headers(request, conditions))
        self._check_target(ask.url)
        requested: set[tuple[str, str]] = set()
        cookies = False
        for _ in range(self._settings.redirects + 1):
            requested.add((ask.method, str(ask.url)))
            self._check_robots(ask.url)
            answer = self._exchange(ask)
            if answer.status not in _REDIRECTS:
                return self._outcome(request, ask, answer)
            cookies = cookies or answer.sets_cookie
            ask = self._redirected(ask, answer)
            if (ask.method, str(ask.url)) in requested:
                reason = "challenge" if cookies else "too_many_redirects"
                raise Refusal(reason, f"{ask.url} leads back to itself{' and wants a cookie kept' if cookies else ''}")
        raise Refusal("too_many_redirects", f"more than {self._settings.redirects} redirects, the last to {ask.url}")

    def _headers(self, request: Request, conditions: Mapping[str, str]) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": "*/*",
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
            **conditions,
        }
        if request.referer is not None:
            headers["Referer"] = str(_parsed(request.referer))
        if request.method == "POST":
            kind = "x-www-form-urlencoded" if request.json is None else "json"
            headers["Content-Type"] = f"application/{kind}"
        return headers

    def _check_target(self, url: httpx.URL) -> None:
        """Raise Refusal unless the URL is http(s) and its host is one of the source's."""
        if url.scheme not in _DEFAULT_PORTS or not url.host:
            raise Refusal("scheme", f"{url}: expected http or https and a host")
        if url.userinfo:
            raise Refusal("host_not_of_source", f"a URL of {url.host} carries a name or a password")
        if _host_of(url) not in self._hosts:
            raise Refusal(
                "host_not_of_source", f"{_host_of(url)}: not a host of the source ({', '.join(sorted(self._hosts))})"
            )

    def _check_robots(self, url: httpx.URL) -> None:
        self._politeness.check_circuit(_host_of(url))
        rules = self._robots.rules(_origin_of(url))
        self._politeness.set_crawl_delay(_host_of(url), rules.delay())
        if not rules.allows(str(url)):
            raise Refusal("robots_disallowed", f"{url}: disallowed by the host's robots.txt")

    def _ask_for_rules(self, url: str) -> RobotsRules:
        """Ask for a robots.txt, under all rules but its own. Redirects end at the source's hosts."""
        request = Request(url=url, kind="probe")
        ask = _Ask(_parsed(url), "GET", None, self._headers(request, {}))
        for _ in range(self._settings.redirects + 1):
            answer = self._exchange(ask, cut_at=self._settings.robots_bytes)
            if answer.status in _REDIRECTS:
                ask = self._redirected(ask, answer)
                continue
            verdict = recognise_challenge(status=answer.status, headers=answer.headers, body=answer.body)
            if verdict is not None:
                raise Refusal(verdict.reason, verdict.detail)
            if 400 <= answer.status < 500:
                return RobotsRules()
            if answer.status != 200:
                raise Refusal("unexpected_status", f"status {answer.status}")
            return parse_rules(answer.body)
        raise Refusal("too_many_redirects", f"more than {self._settings.redirects} redirects")

    def _redirected(self, ask: _Ask, answer: _Answer) -> _Ask:
        """Return the next step. Raises Refusal for a target that may not be asked, Failure for none."""
        location = answer.headers.get("location", "").strip()
        try:
            target = ask.url.join(location).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            raise Failure("bad_response", f"{ask.url} redirects to {location[:200]!r}: {error}") from error
        if not location:
            raise Failure("bad_response", f"{ask.url}: status {answer.status} without a Location")
        try:
            self._check_target(target)
        except Refusal as fault:
            raise Refusal("redirect_refused", f"{ask.url} redirects: {fault.detail}") from fault
        if ask.url.scheme == "https" and target.scheme == "http" and not self._http_allowed:
            raise Refusal("redirect_refused", f"{ask.url} redirects from https to {target}")
        # What is stored belongs to the first URL: a condition could be met by a quite different page.
        kept = {name: value for name, value in ask.headers.items() if not name.startswith("If-")}
        if answer.status in (307, 308) or ask.method == "GET":
            return _Ask(target, ask.method, ask.body, kept)
        kept.pop("Content-Type", None)
        return _Ask(target, "GET", None, kept)

    def _exchange(self, ask: _Ask, *, cut_at: int | None = None) -> _Answer:
        """Send a step, politely, up to the number of tries. Raises Refusal and Failure."""
        host = _host_of(ask.url)
        tries = self._politeness.tries(host)
        for attempt in range(tries):
            self._politeness.before(host)
            started = self._clock.monotonic()
            retry_after: float | None = None
            try:
                with self._waiting():
                    answer = self._send(ask, cut_at)
            except Failure as fault:
                retry_after = fault.retry_after
                last = fault
            except Refusal as fault:
                self._politeness.succeeded(host)
                raise fault
            else:
                self._politeness.succeeded(host)
                return answer
            finally:
                self._politeness.after(host, started, retry_after=retry_after)
            too_long = retry_after is not None and retry_after > self._settings.retry_after_cap
            if attempt + 1 == tries or last.reason not in _RETRIED or too_long:
                self._politeness.failed(host)
                raise last
            self._politeness.back_off(host, attempt)
        raise AssertionError("unreachable: tries is at least 1")

    def _send(self, ask: _Ask, cut_at: int | None) -> _Answer:
        """Send once and read the answer. Raises Failure for the statuses that ask for another try."""
        request = self._client.build_request(ask.method, ask.url, content=ask.body, headers=dict(ask.headers))
        received = self._client.send(request, stream=True)
        try:
            headers = {name.lower(): value for name, value in received.headers.items()}
            if received.status_code == 200:
                body = read_whole(headers, received.iter_raw(), limit=self._settings.decoded_bytes, cut_at=cut_at)
            else:
                body = read_start(headers, received.iter_raw(), limit=_ERROR_PAGE)
        finally:
            received.close()
        sets_cookie = headers.pop("set-cookie", None) is not None
        if received.status_code == 429 or received.status_code >= 500:
            verdict = recognise_challenge(status=received.status_code, headers=headers, body=body)
            if verdict is not None:
                raise Refusal(verdict.reason, f"{ask.url}: {verdict.detail}")
            self._raise_for(received.status_code, headers, ask)
        return _Answer(received.status_code, headers, body, sets_cookie)

    def _raise_for(self, status: int, headers: Mapping[str, str], ask: _Ask) -> None:
        wait = None
        if status in (429, 503):
            wait = retry_after_seconds(headers.get("retry-after"), headers.get("date"), self._clock.now())
        reason = "too_many_requests" if status == 429 else "server_error"
        raise Failure(reason, f"{ask.url}: status {status}", retry_after=wait)

    def _outcome(self, request: Request, ask: _Ask, answer: _Answer) -> Outcome:
        """Return what a last answer comes to."""
        url = str(ask.url)
        if answer.status == 304:
            if any(name.startswith("If-") for name in ask.headers):
                return Unchanged(url)
            return Failed("bad_response", f"{url}: status 304 to a request without a condition")
        verdict = recognise(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            requested_url=str(_parsed(request.url)),
            url=url,
            kind=request.kind,
        )
        if verdict is not None:
            return Refused(verdict.reason, f"{url}: {verdict.detail}")
        if answer.status == 200:
            return Received(Response(request, url, answer.status, answer.headers, answer.body))
        reasons = {404: "not_found", 410: "not_found", 401: "forbidden", 403: "forbidden"}
        return Refused(reasons.get(answer.status, "unexpected_status"), f"{url}: status {answer.status}")

    def _tls_context(self, host: str) -> ssl.SSLContext:
        """Return the TLS context of a host: verifying, unless an exception of this host holds today."""
        if self._settings.ca_file is not None:
            context = ssl.create_default_context(cafile=str(self._settings.ca_file))
        else:
            context = httpx.create_ssl_context(trust_env=False)
        today = self._clock.now().date()
        if any(_bare_host(item.host) == host and today <= item.until for item in self._tls_exceptions):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _body_of(request: Request) -> bytes:
    return urlencode(request.form).encode() if request.json is None else request.json.encode()


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refusal("scheme", f"{url[:200]!r} is not a URL: {error}") from error


def _host_of(url: httpx.URL) -> str:
    """Return the name that politeness and sources know a host by: with its port where that is not the usual one."""
    host = url.raw_host.decode("ascii").lower()
    host = f"[{host}]" if ":" in host else host
    return host if url.port in (None, _DEFAULT_PORTS.get(url.scheme)) else f"{host}:{url.port}"


def _origin_of(url: httpx.URL) -> str:
    return f"{url.scheme}://{_host_of(url)}"


def _bare_host(host: str) -> str:
    return httpx.URL(f"http://{host.strip()}").raw_host.decode("ascii")


def _named_host(host: str) -> str:
    """Return a host of a source as `_host_of` would name it."""
    return _host_of(httpx.URL(f"http://{host.strip()}"))

"""Manners towards a host: gaps between requests, the server's own wishes, the circuit breaker, the daily number.

Belongs here: when the next request to a host may start. Keep out: sending it (`client`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from pipelines.collecting.fetching.clock import Clock
from pipelines.collecting.fetching.faults import Failure
from pipelines.collecting.fetching.settings import Settings


class DailyLimitReached(Exception):
    """A host had its number of requests for today; what is left stays pending."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host}: the requests of this day are used up; another day goes on")
        self.host = host


class DailyCounts(Protocol):
    """How many requests a host was sent on a day (`YYYY-MM-DD`, UTC); it outlives the process."""

    def used(self, host: str, day: str) -> int:
        """Return the number of requests so far."""

    def add(self, host: str, day: str, n: int) -> None:
        """Count n more."""


class HostHolds(Protocol):
    """Until when no request may go to a host (UTC); kept beyond the process, a restart heeds the server's word."""

    def held_until(self, host: str) -> datetime | None:
        """Return the moment before which nothing is sent, if there is one."""

    def hold(self, host: str, until: datetime) -> None:
        """Remember it."""


class MemoryCounts:
    """Daily counts and holds that last as long as the process: for tests and for probing."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._holds: dict[str, datetime] = {}

    def used(self, host: str, day: str) -> int:
        """Return the number of requests so far."""
        return self._counts[host, day]

    def add(self, host: str, day: str, n: int) -> None:
        """Count n more."""
        self._counts[host, day] += n

    def held_until(self, host: str) -> datetime | None:
        """Return the moment before which nothing is sent, if there is one."""
        return self._holds.get(host)

    def hold(self, host: str, until: datetime) -> None:
        """Remember it."""
        self._holds[host] = until


@dataclass
class _Host:
    """What is known of a host; times are seconds of the clock."""

    due: float
    crawl_delay: float = 0.0
    failures: int = 0
    open_until: float | None = None
    rest: float = 0.0


class Politeness:
    """Knows when the next request may go to a host, and waits for it."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        counts: DailyCounts,
        *,
        min_delay_s: float = 0.0,
        holds: HostHolds | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._counts = counts
        self._holds = holds
        self._least = max(settings.min_gap_seconds, min_delay_s)
        self._hosts: dict[str, _Host] = {}
        # A process that ended just now may have sent requests until then: the first gap runs from here.
        self._began = clock.monotonic()

    def set_crawl_delay(self, host: str, seconds: float) -> None:
        """Widen the gap of a host to what its robots.txt asks for, from the answer before on."""
        state = self._host(host)
        capped = min(max(seconds, 0.0), self._settings.crawl_delay_cap)
        state.due += max(0.0, self._gap(capped) - self._gap(state.crawl_delay))
        state.crawl_delay = capped

    def tries(self, host: str) -> int:
        """Return how often a request may be tried: once while it is unknown whether the host is well again."""
        return 1 if self._host(host).open_until is not None else self._settings.tries

    def before(self, host: str) -> None:
        """Wait until a request may start, and count it.

        Raises Failure (circuit_open), and DailyLimitReached before any waiting.
        """
        self.check_circuit(host)
        if self._counts.used(host, self._day()) >= self._settings.requests_per_host_and_day:
            raise DailyLimitReached(host)
        state = self._host(host)
        while (wait := state.due - self._clock.monotonic()) > 0:
            self._clock.sleep(wait)
        self._counts.add(host, self._day(), 1)
        self._remember(host, self._gap(state.crawl_delay))

    def after(self, host: str, started: float, *, retry_after: float | None = None) -> None:
        """Note that an answer ended now, and what the server asked for with it."""
        state = self._host(host)
        ended = self._clock.monotonic()
        latency = self._settings.latency_factor * (ended - started)
        wait = max(self._gap(state.crawl_delay), min(latency, self._settings.latency_gap_cap))
        if retry_after is not None:
            wait = max(wait, retry_after)
            if retry_after > self._settings.retry_after_cap:
                state.open_until, state.rest = ended + retry_after, retry_after
        state.due = ended + wait
        self._remember(host, wait)

    def back_off(self, host: str, attempt: int) -> None:
        """Put the next try off, twice as long each time (`attempt` counts from 0)."""
        state = self._host(host)
        state.due = max(state.due, self._clock.monotonic() + self._settings.backoff_seconds * 2**attempt)

    def check_circuit(self, host: str) -> None:
        """Raise Failure while a host is left alone."""
        state = self._host(host)
        if state.open_until is not None and self._clock.monotonic() < state.open_until:
            left = state.open_until - self._clock.monotonic()
            raise Failure("circuit_open", f"{host} is left alone for {left:.0f} more seconds after its last answers")

    def succeeded(self, host: str) -> None:
        """Note that the host answered: the circuit is closed."""
        state = self._host(host)
        state.failures, state.open_until, state.rest = 0, None, 0.0

    def failed(self, host: str) -> None:
        """Note a page that failed after all its tries; enough of them in a row open the circuit."""
        state = self._host(host)
        state.failures += 1
        was_open = state.open_until is not None
        if was_open and self._clock.monotonic() < (state.open_until or 0.0):
            return  # the server said itself until when
        if was_open or state.failures >= self._settings.breaker_failures:
            state.rest = max(2 * state.rest, self._settings.breaker_rest_seconds)
            state.open_until = self._clock.monotonic() + state.rest

    def _gap(self, crawl_delay: float) -> float:
        return max(self._least, crawl_delay)

    def _day(self) -> str:
        return self._clock.now().astimezone(UTC).date().isoformat()

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            due = self._began + self._least
            until = self._holds.held_until(host) if self._holds is not None else None
            if until is not None:
                left = (until - self._clock.now()).total_seconds() / self._settings.clock_scale
                due = max(due, self._clock.monotonic() + left)
            self._hosts[host] = _Host(due=due)
            if due - self._clock.monotonic() > self._settings.retry_after_cap:
                self._hosts[host].open_until = due
        return self._hosts[host]

    def _remember(self, host: str, wait: float) -> None:
        if self._holds is not None:
            self._holds.hold(host, self._clock.now() + timedelta(seconds=wait * self._settings.clock_scale))


def retry_after_seconds(value: str | None, date: str | None, now: datetime) -> float | None:
    """Return how long a Retry-After header asks to wait, or None if it says nothing that can be read.

    A moment is held against the server's own `Date` too, whichever wait is longer: its clock may be wrong.
    """
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    until = _moment(value)
    if until is None:
        return None
    sent = _moment(date) if date is not None else None
    waits = [(until - start).total_seconds() for start in (now, sent) if start is not None]
    return max(0.0, *waits)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

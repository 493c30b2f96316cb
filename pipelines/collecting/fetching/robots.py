"""What the robots.txt of a host allows, kept for the run.

Belongs here: reading and keeping the rules. Keep out: asking for the file (`client`), waiting (`politeness`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from pipelines.collecting.fetching.clock import Clock
from pipelines.collecting.fetching.faults import Failure, Fault, Refusal
from pipelines.collecting.fetching.settings import ROBOTS_TOKEN

# Faults in getting the file that say nothing of the rules: the host is asked again in another run.
_UNKNOWN_RULES = frozenset({"too_many_redirects", "redirect_refused", "unexpected_status", "bomb", "too_large"})
# Faults that say nothing of the file: they are those of any page of the host.
_OF_THE_HOST = frozenset({"circuit_open", "name_unknown", "name_unresolved"})


@dataclass(frozen=True)
class RobotsRules:
    """The rules of one host; without a file everything is allowed (RFC 9309, 2.3.1.3)."""

    parsed: Protego | None = None

    def allows(self, url: str) -> bool:
        """Return whether this crawler may ask for the URL."""
        return self.parsed is None or self.parsed.can_fetch(url, ROBOTS_TOKEN)

    def delay(self) -> float:
        """Return the gap the host asks for, in seconds: Crawl-delay, or what Request-rate comes to."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(ROBOTS_TOKEN)
        spacing = rate.seconds / rate.requests if rate is not None and rate.requests > 0 else 0.0
        return max(self.parsed.crawl_delay(ROBOTS_TOKEN) or 0.0, spacing)


def parse_rules(body: bytes) -> RobotsRules:
    """Read a robots.txt, whatever it holds: lines that are no rules are none."""
    return RobotsRules(Protego.parse(body.decode("utf-8-sig", errors="replace")))


class RobotsCache:
    """The rules by origin (`scheme://host[:port]`); what could not be had is remembered as well."""

    def __init__(self, ask: Callable[[str], RobotsRules], clock: Clock, kept_seconds: float) -> None:
        self._ask = ask
        self._clock = clock
        self._kept_seconds = kept_seconds
        self._known: dict[str, tuple[float, RobotsRules | Fault]] = {}

    def rules(self, origin: str) -> RobotsRules:
        """Return the rules of an origin.

        Raises Failure (robots_unreachable; circuit_open and what is wrong with the name, which are not remembered: the
        name may be there a minute later), or the Refusal that the host answers everything with.
        """
        known = self._known.get(origin)
        if known is None or self._clock.monotonic() - known[0] > self._kept_seconds:
            known = (self._clock.monotonic(), self._answer(origin))
            self._known[origin] = known
        if isinstance(known[1], Fault):
            raise type(known[1])(known[1].reason, known[1].detail)  # its own traceback each time
        return known[1]

    def _answer(self, origin: str) -> RobotsRules | Fault:
        url = f"{origin}/robots.txt"
        try:
            return self._ask(url)
        except Failure as fault:
            if fault.reason in _OF_THE_HOST:
                raise
            return Failure("robots_unreachable", f"{url}: {fault}")
        except Refusal as fault:
            if fault.reason in _UNKNOWN_RULES:
                return Failure("robots_unreachable", f"{url}: {fault}")
            return Refusal(fault.reason, f"{url}: {fault.detail}")

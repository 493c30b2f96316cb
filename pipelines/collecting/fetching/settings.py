"""What a run of the collector may do: its limits, its manners, its name; and the test configuration.

Belongs here: numbers that hold for every source. Keep out: what holds for one source (`collecting.source`).
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict

from pipelines import Told
from pipelines.declarations import RootDeclaration, Wrong, load

# The name that robots.txt files know this crawler by.
ROBOTS_TOKEN = "gongkai"
# Where the operator says how the people behind a portal reach them.
CONTACT_VARIABLE = "GONGKAI_CONTACT"
_MIB = 1 << 20


class NoContact(Told, ValueError):
    """Nobody could be reached about this crawler; the message says how to name somebody."""


@dataclass(frozen=True)
class Settings:
    """Limits and manners. Gaps and rests are seconds of the clock, timeouts and the deadline seconds of the socket.

    Values that are less polite or less safe than the defaults are refused unless `test` is set; with `test` nothing
    but the loopback addresses in `allowed_loopback` is ever connected to, so a scaled clock never meets a real host.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    contact: str = ""
    min_gap_seconds: float = 3.0
    latency_factor: float = 5.0
    latency_gap_cap: float = 30.0
    crawl_delay_cap: float = 300.0
    retry_after_cap: float = 3600.0
    tries: int = 3
    backoff_seconds: float = 5.0
    breaker_failures: int = 5
    breaker_rest_seconds: float = 600.0
    requests_per_host_and_day: int = 5000
    wire_bytes: int = 64 * _MIB
    decoded_bytes: int = 64 * _MIB
    redirects: int = 5
    connect_timeout: float = 15.0
    read_timeout: float = 30.0
    total_deadline: float = 300.0
    robots_bytes: int = 500 * 1024
    robots_kept_seconds: float = 24 * 3600.0
    clock_scale: float = 1.0
    allowed_loopback: tuple[str, ...] = ()
    ca_file: Path | None = None
    test: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for values that only a test may have, or none at all."""
        for address in self.allowed_loopback:
            if not ipaddress.ip_address(address).is_loopback:
                raise ValueError(f"allowed_loopback: {address} is no loopback address; a test meets no other")
        for name, default in _DEFAULTS.items():
            if isinstance(default, int | float) and getattr(self, name) < 0:
                raise ValueError(f"{name}: expected 0 or more, found {getattr(self, name)}")
        if self.tries < 1:
            raise ValueError(f"tries: expected 1 or more, found {self.tries}")
        if not self.test:
            self._check_production()

    def _check_production(self) -> None:
        for name in ("clock_scale", "allowed_loopback", "ca_file"):
            if getattr(self, name) != _DEFAULTS[name]:
                raise ValueError(f"{name}: only a test configuration (test: true) may set it")
        for name in _AT_LEAST:
            if getattr(self, name) < _DEFAULTS[name]:
                raise ValueError(f"{name}: {getattr(self, name)} is less polite than {_DEFAULTS[name]}")
        for name in _AT_MOST:
            if getattr(self, name) > _DEFAULTS[name]:
                raise ValueError(f"{name}: {getattr(self, name)} is above the limit of {_DEFAULTS[name]}")
        if "@" not in self.contact and "://" not in self.contact:
            raise NoContact.of("collecting.no_contact", found=repr(self.contact), switch=CONTACT_VARIABLE)

    @property
    def user_agent(self) -> str:
        """Return the name, version and contact that every request carries."""
        return f"{ROBOTS_TOKEN}/{version('gongkai')} ({self.contact or 'test'})"


_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Settings)}
_AT_LEAST = ("min_gap_seconds", "latency_factor", "latency_gap_cap", "crawl_delay_cap", "backoff_seconds")
_AT_MOST = ("tries", "requests_per_host_and_day", "wire_bytes", "decoded_bytes", "redirects", "breaker_failures")


class _TestConfiguration(RootDeclaration[Settings]):
    """A file of settings."""


def load_settings(path: Path | None = None) -> Settings:
    """Return the production settings, or those of a test configuration (YAML, marked `test: true`).

    Relative paths in a file start at its folder. Raises ValueError: no contact in the environment; DeclarationError for
    a file that is not marked, or holds unknown or wrong values.
    """
    if path is None:
        return Settings(contact=os.environ.get(CONTACT_VARIABLE, ""))
    settings = load(path, _TestConfiguration, also=_unmarked).root
    return settings if settings.ca_file is None else replace(settings, ca_file=path.parent / settings.ca_file)


def _unmarked(file: _TestConfiguration) -> Iterator[Wrong]:
    if not file.root.test:
        yield Wrong((), "not marked as a test configuration; expected `test: true`")

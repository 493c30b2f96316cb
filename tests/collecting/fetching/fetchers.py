"""Fetchers for tests: scaled clocks, loopback only."""

from __future__ import annotations

from typing import Any

from pipelines.collecting.fetching import Fetcher, MemoryCounts, Settings
from tests.collecting.fetching.server import Server

SCALE = 0.002


def test_settings(**values: Any) -> Settings:
    timeouts = {"connect_timeout": 2.0, "read_timeout": 2.0, "total_deadline": 5.0}
    return Settings(**{"test": True, "clock_scale": SCALE, "allowed_loopback": ("127.0.0.2",), **timeouts, **values})


test_settings.__test__ = False  # type: ignore[attr-defined]


def fetcher(*servers: Server, settings: Settings | None = None, **values: Any) -> Fetcher:
    hosts = frozenset(server.host for server in servers)
    return Fetcher(settings or test_settings(), values.pop("hosts", hosts), **{"counts": MemoryCounts(), **values})

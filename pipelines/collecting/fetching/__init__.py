"""How a page is fetched: politely, safely, within limits, and never past a challenge.

Belongs here: everything between a `Request` and its `Outcome`. Keep out: what a page means, and where it is kept.
"""

from pipelines.collecting.fetching.client import Fetcher
from pipelines.collecting.fetching.clock import Clock, SystemClock
from pipelines.collecting.fetching.politeness import DailyCounts, DailyLimitReached, MemoryCounts
from pipelines.collecting.fetching.settings import Settings, load_settings

__all__ = [
    "Clock",
    "DailyCounts",
    "DailyLimitReached",
    "Fetcher",
    "MemoryCounts",
    "Settings",
    "SystemClock",
    "load_settings",
]

"""Where a report was published: host and path of the places it was found in.

Belongs here: taking addresses and folders apart. Keep out: whose an address is (`stated_places`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipelines.agencies.stated_places import is_official

_HOST = re.compile(
    r"(?:^|/)((?:[a-z0-9-]+\.)+(?:gov|edu|org|com|net)\.cn|(?:[a-z0-9-]+\.)+cn)(?::\d+)?(/.*|$)", re.IGNORECASE
)


def host_and_path(locations: Sequence[str]) -> tuple[str | None, str | None]:
    """Return host and path of where a report was published: of a URL, or of a folder that is called like a host.

    Of several, an official host comes before those where copies lie.
    """
    found = [place for location in locations if (place := _place(location)) is not None]
    official = (place for place in found if place[0] and is_official(place[0]))
    return next(official, found[0] if found else (None, None))


def _place(location: str) -> tuple[str | None, str | None] | None:
    if "://" in location:
        parts = urlsplit(location)
        return parts.hostname, f"{parts.path}?{parts.query}" if parts.query else parts.path
    return (found[1].lower(), found[2]) if (found := _HOST.search(location)) else None

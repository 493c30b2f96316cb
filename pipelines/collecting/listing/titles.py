"""What a source says of titles: which name a report."""

from __future__ import annotations

import re

from pipelines.collecting.source import Source


def selects_title(source: Source, title: str) -> bool:
    """Return whether a whole title names a report by the source's rule."""
    return bool(re.search(source.title.include, title)) and not re.search(source.title.exclude, title)

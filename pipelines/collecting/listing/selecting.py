"""Which items of a list are reports, and whose.

Belongs here: the source's rules on titles and addresses. Keep out: reading pages. A title that is missing or cut off
decides nothing: the item is kept, and its own page decides.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.collecting.list_types import HanwebXxgk, Manual
from pipelines.collecting.listing.hanweb_xxgk import column_of
from pipelines.collecting.listing.markup import is_cut
from pipelines.collecting.listing.titles import selects_title
from pipelines.collecting.records import FoundLink
from pipelines.collecting.source import Source


def selects(source: Source, link: FoundLink) -> bool:
    """Return whether a link is wanted: of the source's column, and a report by its title as far as that is known."""
    spec = source.list
    if isinstance(spec, Manual):
        return True
    if isinstance(spec, HanwebXxgk) and (column := column_of(spec)) and f"/art_{column}_" not in link.url:
        return False
    if (pattern := getattr(getattr(spec, "item", None), "url_regex", None)) and not re.search(pattern, link.url):
        return False
    return not link.title.strip() or selects_title(source, link.title) or _undecided(source, link.title)


def _undecided(source: Source, title: str) -> bool:
    return is_cut(title) and not re.search(source.title.exclude, title)


def attributed(source: Source, link: FoundLink) -> FoundLink:
    """Return the link with the agency that its title names by the source's rule."""
    if source.publisher is None or link.agency is not None:
        return link
    found = re.search(source.publisher.title_regex, link.title)
    return replace(link, agency=found["agency"] or None) if found else link

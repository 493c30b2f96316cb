"""Which files the ledger says are stored, for whoever reads them. Works while crawlers write.

Belongs here: the one query that the warehouse needs. Keep out: writing of any kind (`ledger`).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from pipelines.collecting.ledger_reading import reading

_QUERY = """
SELECT u.url, u.kind, u.parent_url, f.file_sha256, f.first_at, f.file_sha256 = u.file_sha256, u.title,
  coalesce(u.published_on, parent.published_on), coalesce(u.agency, parent.agency), u.source_id,
  coalesce(u.gone_at, parent.gone_at), coalesce(u.report_year, parent.report_year), u.media_type
FROM (
  SELECT source_id, url, file_sha256, min(at) AS first_at, min(id) AS first_id
  FROM "fetch"
  WHERE outcome IN ('created', 'updated', 'unchanged') AND file_sha256 IS NOT NULL
  GROUP BY source_id, url, file_sha256
) AS f
JOIN url AS u ON u.source_id = f.source_id AND u.url = f.url
LEFT JOIN url AS parent ON parent.source_id = u.source_id AND parent.url = u.parent_url
ORDER BY u.source_id, u.url, f.first_at, f.first_id
"""


class StoredFile(NamedTuple):
    """A version of a URL: its content and when that was first had there (UTC). The latest fetched is the latest.

    An attachment without a date, agency or year of its own has those of its page, and is gone with it.
    """

    url: str
    kind: str
    parent_url: str | None
    file_sha256: str
    fetched_at: str
    is_latest: bool
    title: str | None
    published_on: str | None
    agency: str | None
    source_id: str
    gone_at: str | None
    report_year: int | None
    media_type: str | None


def stored_files(ledger: Path) -> list[StoredFile]:
    """Return every version of every stored URL; a ledger that is not there yet, or only just begun, has none.

    The ledger is the file, or that of the server which is set. Raises LedgerError for one of another version, and for
    one that was moved.
    """
    with reading(ledger) as query:
        rows = query(_QUERY)
    return [StoredFile._make((*row[:5], bool(row[5]), *row[6:])) for row in rows]

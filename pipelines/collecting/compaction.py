"""Compacting the journal: in the place of everything that happened, the rows that it made.

A list that names the same reports every night fills the journal with lines that later ones say again. What is kept is
every row of every table: each fetch with its time, headers and content, each run, each URL. What is given up is which
night listed what, and when in a day each request was counted. Belongs here: the lines of a compacted journal and the
proof that they make the same ledger. Keep out: how a place changes its journal (`sqlite_ledger`, `postgres_ledger`).
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines import said
from pipelines.collecting.database import database_address
from pipelines.collecting.events import COLUMNS
from pipelines.collecting.journal import line_of
from pipelines.collecting.ledger import JOURNAL, open_ledger
from pipelines.collecting.ledger_database import TABLES, LedgerDatabase, LedgerError
from pipelines.collecting.moving_ledger import rows_digest
from pipelines.collecting.sqlite_ledger import SqliteLedger

_VALUES = {"state": "coalesce(leased_from, state)"}


class _Compactable(LedgerDatabase, Protocol):
    """A ledger that is opened alone."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the journal, without their ends, in order."""

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a query, however many there are, within a transaction."""

    def replace_journal(self, lines: list[str]) -> None:
        """Put another journal in the place of this one, within a transaction."""


@dataclass(frozen=True)
class Compacted:
    """What a compaction did: lines and bytes before and after; the same where there was nothing to gain."""

    where: str
    lines: tuple[int, int]
    bytes: tuple[int, int]


def compact(path: Path) -> Compacted:
    """Compact the journal of the ledger at `path`, or of the server that is set, while nobody has the ledger open.

    Raises Locked while a crawler has it open, LedgerError, LedgerFailed, JournalDamaged; nothing is changed then.
    """
    open_ledger(path).close()  # what was moved elsewhere, or never moved, is refused as a crawler refuses it
    address, by = database_address(), said("locks.compacting")
    if address is None:
        with contextlib.closing(SqliteLedger(path, path.with_name(JOURNAL), alone=by)) as file:
            return _compact(file)
    from pipelines.collecting.postgres_ledger import PostgresLedger  # noqa: PLC0415  # only where a server is named

    with contextlib.closing(PostgresLedger(address, alone=by)) as server:
        return _compact(server)


def _compact(ledger: _Compactable) -> Compacted:
    with ledger.writing():
        before = list(ledger.lines())
        after = compacted_lines(ledger, generation=_generation(before) + 1)
        sizes = _bytes(before), _bytes(after)
        if sizes[1] >= sizes[0]:
            return Compacted(ledger.name, (len(before), len(before)), (sizes[0], sizes[0]))
        _check(ledger, after)
        ledger.replace_journal(after)
    return Compacted(ledger.name, (len(before), len(after)), sizes)


def compacted_lines(ledger: _Compactable, *, generation: int) -> list[str]:
    """Return the lines of a journal that makes the rows which a ledger has, within a transaction."""
    lines = [line_of({"event": "compacted", "generation": generation})]
    for table, names in COLUMNS.items():
        values = [_VALUES.get(name, name) if table == "url" else name for name in names]
        query = f'SELECT {", ".join(values)} FROM "{table}" ORDER BY {TABLES[table][1]}'  # noqa: S608  # own names
        lines.extend(line_of({"event": "row", "table": table, "values": list(row)}) for row in ledger.rows(query))
    return lines


def _generation(lines: list[str]) -> int:
    first = json.loads(lines[0]) if lines else {}
    return int(first["generation"]) if first.get("event") == "compacted" else 0


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _check(ledger: _Compactable, lines: list[str]) -> None:
    """Build a ledger from the lines and compare every row. Raises LedgerError where one is another."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / JOURNAL
        journal.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        with contextlib.closing(SqliteLedger(Path(folder) / "ledger.sqlite", journal)) as built:
            for table, (columns, order) in TABLES.items():
                query = f'SELECT {columns} FROM "{table}" ORDER BY {order}'  # noqa: S608  # names of columns
                ours, theirs = (rows_digest(each.rows(query), ledger, built) for each in (ledger, built))
                if ours != theirs:
                    counted = {"table": table, "rows": theirs[0], "expected": ours[0]}
                    detail = said("collecting.other_rows_compacted", **counted)
                    raise LedgerError.of("collecting.not_compacted", ledger=ledger.name, detail=detail)

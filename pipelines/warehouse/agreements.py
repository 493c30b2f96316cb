"""Whether two sources say the same: each pair of companions is held against each other once, also in later runs.

Belongs here: comparing what two files print. Keep out: which files are companions (`report_sources`), which of several
reports counts (`standing`), which are compared in yuan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.warehouse.kept_rows import KeptRows

Cells = Callable[[list[int]], pl.DataFrame]
# Cells of two formats agree when none contradicts and this share of numbers is the same in both.
MIN_SHARED = 0.8
# What a reading could not tell: in another reading the cell may hold a number.
UNREAD = code_list("cell_status").named("ambiguous", "absent")
# Pairs whose cells are in memory at once.
_PAIRS_AT_ONCE = 1_000
PAIRS: dict[str, Any] = {"one": pl.Int64, "other": pl.Int64, "agree": pl.Boolean}
_PATH = ("table_id", "row_id", "column_id")


class Agreements:
    """What is known of pairs of sources, by their keys; cells are read for those alone that are not known yet."""

    def __init__(self, cells: Cells, kept: KeptRows | None = None) -> None:
        self._cells, self._kept = cells, kept
        found = kept.read() if kept is not None else None
        known = pl.DataFrame(schema=PAIRS) if found is None else found
        self._known: dict[tuple[int, int], bool] = {(one, other): agree for one, other, agree in known.iter_rows()}
        self._asked: set[tuple[int, int]] = set()

    def ready(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Hold against each other the sources of each pair, as far as it is not known whether they agree."""
        ordered = dict.fromkeys((min(pair), max(pair)) for pair in pairs)
        self._asked.update(ordered)
        unknown = [pair for pair in ordered if pair not in self._known]
        for start in range(0, len(unknown), _PAIRS_AT_ONCE):
            self._compare(unknown[start : start + _PAIRS_AT_ONCE])

    def _compare(self, pairs: list[tuple[int, int]]) -> None:
        read = self._cells(sorted({key for pair in pairs for key in pair}))
        by_key = read.select("report_key", *_PATH, "value", "status").partition_by(
            "report_key", as_dict=True, include_key=False
        )
        none = pl.DataFrame(schema={**dict.fromkeys(_PATH, pl.String), "value": pl.Decimal(18, 6), "status": pl.String})
        for one, other in pairs:
            self._known[one, other] = _agree(by_key.get((one,), none), by_key.get((other,), none))

    def __call__(self, one: int, other: int) -> bool:
        """Return whether two sources agree that were asked for as a pair."""
        return self._known[min(one, other), max(one, other)]

    def keep(self) -> None:
        """Keep what this run asked for."""
        if self._kept is not None:
            rows = [(*pair, self._known[pair]) for pair in sorted(self._asked)]
            self._kept.write(pl.DataFrame(rows, schema=PAIRS, orient="row"))


def is_emptied(status: str = "status") -> pl.Expr:
    """Tell whether a cell was printed without a number, as a blank, a dash or words: no number of another is its."""
    return ~pl.col(status).is_in(UNREAD)


def _agree(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Return whether two readings of a report agree: no two numbers differ, and most stand in both.

    A cell that one prints without a number, and the other with one, differs.
    """
    both = left.join(right, on=list(_PATH), how="full", coalesce=True)
    numbers = both.filter(pl.col("value").is_not_null() | pl.col("value_right").is_not_null())
    shared = numbers.filter(pl.col("value").is_not_null() & pl.col("value_right").is_not_null())
    emptied = numbers.filter(
        (pl.col("value").is_null() & is_emptied("status").fill_null(False))
        | (pl.col("value_right").is_null() & is_emptied("status_right").fill_null(False))
    )
    if shared.filter(pl.col("value") != pl.col("value_right")).height > 0 or emptied.height > 0:
        return False
    enough = shared.height >= numbers.height * MIN_SHARED
    return numbers.height > 0 and enough

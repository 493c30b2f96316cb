"""Rows that contradict each other: a subtotal where a row of its group is missing may be that row under a wrong label.

A label that the source moved, cut or glued to another makes a row of a group look like the group's subtotal. Belongs
here: which rows are then in doubt. Keep out: how a label is recognised (`forms.lexicon`) and placed (`collector`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.forms import Table
from pipelines.forms.labels import parse_label


def doubtful_subtotals(table: Table, labels: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the subtotals of a table that may be rows of their group, each with the rows of it that are missing.

    `labels` are the printed labels of the rows that were found. A subtotal stands beside all rows of its group, or
    beside none of them; with the number of a row (2.) it is one of them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in table.extra_rows:
        if row.group_label is None or row.id not in labels:
            continue
        children = [child.id for child in table.rows if child.group == row.group_label]
        missing = tuple(child for child in children if child not in labels)
        number = parse_label(labels[row.id]).number or ""
        if missing and (len(missing) < len(children) or (number.isascii() and number.isdigit())):
            found[row.id] = missing
    return found

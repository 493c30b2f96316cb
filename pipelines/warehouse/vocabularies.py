"""Frame of the table code_list: the vocabularies that the contracts declare.

Keep out: codes themselves (`contracts/codes`), and dimensions, whose rows come from forms, calendar and gazetteer.
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.codes import LISTS, code_list


def code_lists() -> pl.DataFrame:
    """Return code_list: every code of every vocabulary, with labels and advice in both languages."""
    rows = [
        (name, entry.code, order, entry.label_zh, entry.label_en, entry.advice_zh, entry.advice_en)
        for name in LISTS
        for order, entry in enumerate(code_list(name).entries.values(), start=1)
    ]
    table = contract("code_list")
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)

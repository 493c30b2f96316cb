"""The table code_list holds every code of every column that has a code list."""

from __future__ import annotations

import polars as pl

from pipelines.contracts import CONTRACTS, contract
from pipelines.contracts.codes import LISTS
from pipelines.warehouse.vocabularies import code_lists


def test_the_table_keeps_its_contract_and_holds_all_lists() -> None:
    frame = contract("code_list").validate(code_lists())
    assert set(frame["code_list"]) == set(LISTS)
    assert {name for table in CONTRACTS.values() for name in table.code_lists.values()} <= set(LISTS)
    severities = frame.filter(pl.col("code_list") == "severity")
    assert severities.select("code", "code_order", "label_zh").rows() == [
        ("error", 1, "错误"),
        ("warning", 2, "警告"),
        ("info", 3, "提示"),
    ]
    struck = frame.filter((pl.col("code_list") == "cell_note") & (pl.col("code") == "struck_text"))
    assert struck["advice_zh"].item() == "划掉的数字不采用，请对照原件。"

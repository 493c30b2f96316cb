"""A number too large for sums costs no run: it stands as it is printed, and what would add it up tells nothing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.warehouse.parquet import read_frame
from tests.projects import build_tables, make_project

_PROSE = "2020年共受理依申请公开3件,予以公开3件"
_MANY = "999999999999件"


@pytest.mark.parametrize(
    ("printed", "instead"),
    [
        ("28204万元", "200000000万元"),
        ("28204万元", "999999999999亿元"),
        (_PROSE, "2020年政府集中采购59个项目，采购总金额20000亿元"),
        (_PROSE, f"新收政府信息公开申请{_MANY}，上年结转政府信息公开申请{_MANY}，办理答复3件，结转下年度继续办理5件"),
    ],
)
def test_amounts_and_counts_beyond_what_is_added_up_are_published(tmp_path: Path, printed: str, instead: str) -> None:
    layout = make_project(tmp_path)
    file = next((layout.raw / "2020").glob("002_*"))
    text = file.read_text(encoding="utf-8")
    assert printed in text
    file.write_text(text.replace(printed, instead), encoding="utf-8")
    build_tables(layout)
    reports = read_frame(layout.star, CONTRACTS["dim_report"])
    assert reports.height == 5
    if instead.startswith("999999999999亿"):
        (beyond,) = read_frame(layout.star, CONTRACTS["cell"]).filter(pl.col("raw_text") == instead).to_dicts()
        assert (beyond["status"], beyond["value"], beyond["yuan"]) == ("text", None, None)
    elif "万元" in printed:
        yuan = read_frame(layout.star, CONTRACTS["cell"]).filter(pl.col("yuan") > 10**12)["yuan"].to_list()
        assert yuan == [Decimal(2_000_000_000_000)]

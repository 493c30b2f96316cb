"""Corrections on a release: they stand beside the published number and change none; trace tells them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.corrections.cells import CellCorrection
from pipelines.declarations import DeclarationError
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE
from pipelines.releases.trace import trace_cell
from pipelines.warehouse import star
from pipelines.warehouse.builder import Whole
from pipelines.warehouse.corrections import cell_correction
from pipelines.warehouse.parquet import read_frame
from pipelines.warehouse.release import build_candidate
from pipelines.warehouse.run_inputs import RunInputs
from tests.projects import LAST_YEAR, build_tables, make_project

AMOUNT = "procurement.centralized_procurement.total_amount"
ENTRY = CellCorrection(
    location="2020/000_*",
    cell=AMOUNT,
    printed="55613033.29",
    value=Decimal("5561.3"),
    unit="万元",
    reason="the tender list adds up to it",
    evidence="https://www.example.gov.cn/1.html",
)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = make_project(tmp_path_factory.mktemp("corrected"))
    stale = ENTRY.model_copy(update={"printed": "1"})
    with pytest.MonkeyPatch.context() as patch:
        declared = star.BUILDERS["cell_correction"]
        corrections = Whole(
            declared.table, declared.inputs_read, lambda inputs: cell_correction(inputs, (ENTRY, stale))
        )
        patch.setitem(star.BUILDERS, "cell_correction", corrections)
        build_tables(layout)
    build_candidate(layout)
    return layout


def test_published_numbers_stay(corrected: Layout) -> None:
    rows = read_frame(corrected.star, CONTRACTS["cell_correction"])
    assert rows.select("correction", "state", "published_value", "corrected_yuan").rows() == [
        (1, "applied", Decimal("55613033.29"), Decimal("55613000.00")),
        (2, "expired", Decimal("55613033.29"), Decimal("55613000.00")),
    ]
    fact = read_frame(corrected.star, CONTRACTS["fact_item_9_procurement"])
    assert Decimal("55613033.29") in fact["total_amount_yuan"].to_list()
    assert rows.filter(pl.col("state") == "expired")["detail"].item().startswith("the cell prints '55613033.29' now")


def test_views_and_trace_tell_of_it(corrected: Layout) -> None:
    database = corrected.candidate / DATABASE
    with duckdb.connect(str(database), read_only=True) as connection:
        marked = connection.execute("SELECT corrected_cells FROM report_overview ORDER BY 1 DESC").fetchall()
        assert [row[0] for row in marked] == [1, 0, 0, 0, 0]
        shown = connection.execute("SELECT raw_text, corrected_yuan, report_status FROM cell_corrected").fetchall()
        assert shown == [("55613033.29", Decimal("55613000.00"), "current")]
        traced = trace_cell(connection, "000_", AMOUNT)
    assert traced["correction"] == "更正 55613000 元: the tender list adds up to it (https://www.example.gov.cn/1.html)"


def test_entries_that_name_one_file_in_two_ways_and_hold_for_one_cell_are_refused(corrected: Layout) -> None:
    declared = star.BUILDERS["cell_correction"]
    assert isinstance(declared, Whole)
    inputs = RunInputs(corrected, LAST_YEAR).declared_by("cell_correction", declared.inputs_read)
    made_of = read_frame(corrected.star, CONTRACTS["raw_file_location"])
    (sha256,) = made_of.filter(pl.col("location").str.starts_with("2020/000_"))["file_sha256"]
    other = ENTRY.model_copy(update={"location": None, "sha256": sha256, "value": Decimal(7)})
    with pytest.raises(DeclarationError) as failure:
        cell_correction(inputs, (ENTRY, other))
    (fault,) = failure.value.faults
    assert fault.file == "pipelines/corrections/cells.yml" and fault.place == "corrections[1]"
    assert AMOUNT in fault.message and "corrections[0] corrects it to 5561.3, this one to 7" in fault.message


def test_without_entries_the_table_is_empty(corrected: Layout, tmp_path: Path) -> None:
    assert read_frame(build_tables(make_project(tmp_path)).layout.star, CONTRACTS["cell_correction"]).is_empty()
    assert corrected.candidate.exists()

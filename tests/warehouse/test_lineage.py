"""What tables are made from: what each builder declares is what it reads, and dagster's dependencies follow from it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.warehouse.builder import Built, ByPart, Whole
from pipelines.warehouse.dimensions import years
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.run_inputs import INVENTORY, DeclaredInputs, RunInputs, UndeclaredInput
from pipelines.warehouse.slices import UndeclaredSlice
from pipelines.warehouse.star import BUILDERS, build_all
from tests.projects import LAST_YEAR, make_project


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunInputs:
    layout = make_project(tmp_path_factory.mktemp("lineage"))
    refresh_inventory(layout)
    extract_new(layout, workers=1)
    return RunInputs(layout, LAST_YEAR)


@pytest.fixture(scope="module")
def built(run: RunInputs) -> dict[str, Built]:
    return build_all(run, years(LAST_YEAR))


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_is_declared_is_what_is_read(name: str, built: dict[str, Built]) -> None:
    assert built[name].opened == set(BUILDERS[name].inputs_read)
    assert len(BUILDERS[name].inputs_read) == len(built[name].opened), "an input is declared twice"


@pytest.mark.parametrize(
    "builder", [each for each in BUILDERS.values() if isinstance(each, ByPart)], ids=lambda each: each.table
)
def test_the_slices_that_are_declared_are_those_a_part_is_made_of(builder: ByPart, built: dict[str, Built]) -> None:
    assert built[builder.table].used == set(builder.slices)


def test_what_is_read_does_not_hang_on_what_was_built_before(run: RunInputs, built: dict[str, Built]) -> None:
    again = build_all(run, [2020])
    assert {name: each.opened for name, each in again.items()} == {name: each.opened for name, each in built.items()}


def test_rows_are_counted_by_year(built: dict[str, Built]) -> None:
    assert built["dim_report"].rows == {0: 5}
    assert {year: rows for year, rows in built["fact_reviews"].rows.items() if rows} == {2020: 75}


def _frame(inputs: DeclaredInputs, name: str) -> pl.DataFrame:
    return inputs.table(name)


def test_an_undeclared_input_cannot_be_opened(run: RunInputs) -> None:
    with pytest.raises(UndeclaredInput, match=r"dim_year opens 'dim_agency' but declares dim_report: add it"):
        Whole("dim_year", ("dim_report",), lambda inputs: _frame(inputs, "dim_agency")).build(run, [])
    inputs = run.declared_by("a builder of nothing", ())
    with pytest.raises(UndeclaredInput, match="opens 'inventory' but declares nothing"):
        inputs.locations()
    with pytest.raises(UndeclaredInput, match="opens 'work:cells'"):
        inputs.extracted_rows("cells", [])
    with pytest.raises(UndeclaredInput, match="opens 'work:reports'"):
        inputs.extracted_of_run("reports")
    with pytest.raises(UndeclaredInput, match="opens 'cell'"):
        inputs.scan("cell")
    assert inputs.opened == set()


def test_a_table_of_documents_needs_the_inventory(run: RunInputs) -> None:
    with pytest.raises(UndeclaredInput, match="opens 'inventory' but declares work:documents"):
        run.declared_by("a builder", ("work:documents",)).extracted_of_run("documents")


def test_a_part_is_made_of_the_slices_that_are_declared(run: RunInputs, built: dict[str, Built]) -> None:
    assert built["cell"].rows[2020]
    with pytest.raises(UndeclaredSlice, match="cell reads the slice 'reports' but declares work:cells: add it"):
        ByPart("cell", ("work:cells",), lambda slices: slices.frame("reports")).build(
            replace(run, rebuild=True), [2020]
        )
    with pytest.raises(ValueError, match="cell is made of work:cell, which is no slice; there are: reports, counted"):
        ByPart("cell", ("work:cell",), lambda slices: slices.frame("work:cell"))


def test_unknown_inputs_name_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"dim_year reads dim_reprot, which is no input; there are: inventory, work:"):
        Whole("dim_year", ("dim_reprot",), lambda inputs: _frame(inputs, "dim_report"))


def test_a_builder_is_of_the_kind_its_contract_is() -> None:
    with pytest.raises(ValueError, match="cell is built by Whole, its contract needs ByPart"):
        Whole("cell", (), lambda inputs: _frame(inputs, "dim_report"))
    with pytest.raises(ValueError, match="dim_year is built by ByPart, its contract needs Whole"):
        ByPart("dim_year", (), lambda slices: slices.frame("reports"))


def test_every_contract_has_a_builder_under_its_name() -> None:
    assert {name: builder.table for name, builder in BUILDERS.items()} == {name: name for name in CONTRACTS}


def test_tables_are_built_after_those_they_read(built: dict[str, Built]) -> None:
    order = list(built)
    assert sorted(order) == sorted(CONTRACTS)
    for name in order:
        tables = [read for read in BUILDERS[name].inputs_read if read in CONTRACTS]
        assert all(order.index(read) < order.index(name) for read in tables), name


def test_facts_are_made_of_published_cells_alone() -> None:
    reads = {name: builder.inputs_read for name, builder in BUILDERS.items() if name.startswith("fact_")}
    assert set(reads.values()) == {("dim_report", "cell")}
    assert INVENTORY not in BUILDERS["cell"].inputs_read and "work:cells" in BUILDERS["cell"].inputs_read

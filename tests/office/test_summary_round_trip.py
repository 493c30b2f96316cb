"""A summary filled into the official form is read back by the project's own reader, cell for cell."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.audit import sound_report
from benchmarks.corpus.figures import Figure
from pipelines.forms import FORMS
from pipelines.office.form_file import FORMATS, file_name, written_form
from pipelines.office.printed_form import Values
from pipelines.office.summary import COMPLETE, Part, Summary, summary_values
from pipelines.office.summary_comparison import compared
from tests.office.filled import CELLS, YEARS
from tests.office.summed import COUNTY, Figures, county, figures_of_county, part_of, read_parts, summed, with_cell

GOVERNMENT = "莒县人民政府"


def filled(summary: Summary, folder: Path) -> dict[str, Part]:
    """Return what is read of the form that a summary fills, by format."""
    values: Values = summary_values(summary)
    files = {}
    for kind in FORMATS:
        files[kind] = folder / file_name(GOVERNMENT, summary.year, kind)
        files[kind].write_bytes(
            written_form(summary.form, unit=GOVERNMENT, year=summary.year, file_format=kind, values=values)
        )
    return {part.unit: part for part in read_parts(files)}


def sound_county(form: str) -> list[Part]:
    """Return sound reports of a form in which every cell has a number."""
    rng = random.Random(11)
    parts: list[Part] = []
    while len(parts) < len(COUNTY):
        figures: Figures = sound_report(rng, FORMS[form])
        if all(figure.value is not None for figure in figures.values()):
            parts.append(part_of(COUNTY[len(parts)], figures, FORMS[form]))
    return parts


@pytest.mark.parametrize("form", YEARS)
def test_all_cells_of_a_whole_summary_are_read_back(form: str, tmp_path: Path) -> None:
    summary = summed(sound_county(form), form=form, year=YEARS[form])
    assert len(summary.of_state(COMPLETE)) == CELLS[form]
    for kind, part in filled(summary, tmp_path).items():
        assert part.form == form
        equal = [name for name, cell in summary.cells.items() if Decimal(str(part.cells[name]["value"])) == cell.value]
        assert len(equal) == CELLS[form], kind
        assert {part.cells[name]["status"] for name in summary.cells} == {"value"}
        assert {part.cells[name]["matched_by"] for name in summary.cells} == {"label"}


def test_a_summary_that_is_published_is_equal_to_itself_in_every_cell(tmp_path: Path) -> None:
    summary = county()
    for part in filled(summary, tmp_path).values():
        comparison = compared(summary, part.cells, government_form=part.form)
        assert len(comparison.of_state("equal")) == 200


def test_amounts_keep_all_their_decimals(tmp_path: Path) -> None:
    name = "fees.administrative_fees.amount_collected"
    parts = [part_of(unit, each) for unit, each in figures_of_county().items()]
    cents = [with_cell(part, name, value=0.000001, yuan="0.01", unit_source="header") for part in parts[1:]]
    summary = summed([with_cell(parts[0], name, value=98765432, yuan="987654320000.00", unit_source="header"), *cents])
    assert summary.cells[name].value == Decimal("98765432.000007")
    for kind, part in filled(summary, tmp_path).items():
        assert part.cells[name]["raw"] == "98765432.000007", kind
        assert part.cells[name]["yuan"] == "987654320000.07", kind


def test_cells_that_lack_a_unit_stay_blank_and_move_no_other(tmp_path: Path) -> None:
    figures = figures_of_county()
    lacking = {path for n, path in enumerate(FORMS["2021"].cell_paths) if n % 3 == 0}
    for path in lacking:
        figures[COUNTY[1]][path] = Figure("", None)
    summary = summed(part_of(unit, each) for unit, each in figures.items())
    for kind, part in filled(summary, tmp_path).items():
        for name, cell in summary.cells.items():
            read = part.cells[name]
            if cell.path in lacking:
                assert (read["status"], read["value"], cell.known) == ("blank", None, 7), (kind, name)
            else:
                assert Decimal(str(read["value"])) == cell.value, (kind, name)


def test_a_summary_that_lacks_a_whole_unit_fills_nothing(tmp_path: Path) -> None:
    figures = figures_of_county(COUNTY[:7])
    summary = summed(part_of(unit, each) for unit, each in figures.items())
    for part in filled(summary, tmp_path).values():
        assert {cell["status"] for cell in part.cells.values()} == {"blank"}

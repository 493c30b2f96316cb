"""Reports of a county that are added up: as files that the project's own reader reads, and as cells set by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.corpus.figures import Figure
from pipelines.forms import FORMS, CellPath, Form
from pipelines.office.read_files import read_files
from pipelines.office.summary import Part, Summary, computed_summary
from tests.office.county_office import FORM, UNITS, YEAR, sound_figures

Figures = Mapping[CellPath, Figure]
COUNTY = UNITS[:8]


def read_parts(files: Mapping[str, Path]) -> list[Part]:
    """Return the report of each unit as it is read from its file."""
    found = {each.path: each for each in read_files(list(files.values()), lambda: nullcontext(lambda *_: None))}
    parts = []
    for unit, path in files.items():
        (report,) = found[path].reports_of(found[path].files[0])
        parts.append(Part(unit, path.name, report["form"], report["cells"]))
    return parts


def cell_of(path: CellPath, form: Form, text: str, value: Decimal | None) -> dict[str, Any]:
    """Return a cell as `Judged` has it, read from a file where it stands alone; amounts are printed in 万元."""
    status = "value" if value is not None else "nil_mark" if text else "blank"
    printed = None if value is None else int(value) if value == int(value) else float(value)
    cell: dict[str, Any] = {"value": printed, "status": status, "raw": text, "matched_by": "label"}
    if form.table_by_id[path[0]].kind_of(path[1], path[2]) == "amount":
        cell |= {"yuan": None if value is None else str(value * 10_000), "unit_source": "header"}
    return cell | {"place": {"grid": 0, "grid_row": 1, "grid_col": form.cell_paths.index(path)}}


def part_of(unit: str, figures: Figures, form: Form = FORM) -> Part:
    """Return a report with figures as if it had been read."""
    cells = {".".join(path): cell_of(path, form, figure.text, figure.value) for path, figure in figures.items()}
    return Part(unit, f"{unit}.docx", form.id, cells)


def figures_of_county(units: Iterable[str] = COUNTY) -> dict[str, dict[CellPath, Figure]]:
    """Return sound figures of units."""
    return {unit: sound_figures(unit) for unit in units}


def with_cell(part: Part, name: str, **changes: Any) -> Part:
    """Return a part in which a cell says something else."""
    return Part(part.unit, part.file, part.form, {**part.cells, name: {**part.cells[name], **changes}})


def summed(parts: Iterable[Part], units: Iterable[str] = COUNTY, form: str = FORM.id, year: int = YEAR) -> Summary:
    """Return the sum of parts."""
    return computed_summary(list(parts), FORMS[form], year, tuple(units))


def county(units: Iterable[str] = COUNTY) -> Summary:
    """Return the sum of sound reports in which every cell has a number."""
    units = tuple(units)
    return summed([part_of(unit, figures) for unit, figures in figures_of_county(units).items()], units)

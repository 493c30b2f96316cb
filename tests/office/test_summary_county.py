"""A county from its files to the sum: a town is missing, units have slips, and the government's report is off by 5."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

from benchmarks.corpus.figures import Figure
from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.forms import CellPath, path_name
from pipelines.office.summary import COMPLETE
from pipelines.office.summary_comparison import compared
from pipelines.office.summary_findings import findings_of
from pipelines.office.summary_sheets import summary_trace
from tests.office.county_office import FAULTS, FORM, PLACE, PLANTED, UNITS, YEAR, sound_figures, write_office
from tests.office.summed import read_parts, summed

MISSING = UNITS[-1]
GOVERNMENT = f"{PLACE}人民政府"
TYPED_WRONG: tuple[CellPath, CellPath] = (
    ("applications", "granted", "natural_person"),
    ("applications", "granted", "total"),
)


def by_hand() -> dict[CellPath, Decimal]:
    """Return the sums over the units that sent a report, their slips included."""
    sums = dict.fromkeys(FORM.cell_paths, Decimal(0))
    for unit in UNITS:
        slips = FAULTS[PLANTED[unit]][0] if unit in PLANTED else ()
        for path, figure in sound_figures(unit).items():
            if unit != MISSING:
                sums[path] += (figure.value or 0) + (path in slips)
    return sums


def test_a_county_from_its_files_to_the_differences(tmp_path: Path) -> None:
    write_office(tmp_path)
    files = {path.stem: path for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    files.pop(MISSING)
    sums = by_hand()
    figures = {path: Figure(f"{n:f}", n) for path, n in sums.items()}
    for path in TYPED_WRONG:
        figures[path] = Figure(f"{sums[path] + 5:f}", sums[path] + 5)
    truth = {path: Truth(figure.text, figure.value) for path, figure in figures.items()}
    title = f"{GOVERNMENT}{YEAR}年政府信息公开工作年度报告"
    files[GOVERNMENT] = tmp_path / "汇总.docx"
    files[GOVERNMENT].write_bytes(
        written(random.Random(2), "docx", printout_of(FORM, truth), title=title, prose="本报告汇总了各部门的情况。")
    )
    *units, government = read_parts(files)
    summary = summed(units, UNITS)

    assert {name: Decimal(cell.value or 0) for name, cell in summary.cells.items()} == {
        path_name(path): number for path, number in sums.items()
    }
    assert summary.missing == (MISSING,) and summary.of_state(COMPLETE) == []
    comparison = compared(summary, government.cells, government_form=government.form)
    assert [(cell.sum.path, cell.difference) for cell in comparison.differing] == [(path, 5) for path in TYPED_WRONG]
    trace = summary_trace(summary, "zh", unit=PLACE, comparison=comparison, audit=findings_of(summary))
    told = {sheet.id: sheet.rows for sheet in trace.sheets}
    assert {row[1:3] for row in told["differences"]} == {("予以公开", "自然人"), ("予以公开", "总计")}
    assert [(row[1], row[3]) for row in told["unknown"]] == [("全部项目", MISSING)]

    # Without the missing one all is known, and each slip is named with its unit.
    known = summed(units, [unit for unit in UNITS if unit != MISSING])
    assert len(known.of_state(COMPLETE)) == 200
    audit = findings_of(known)
    errors = [found for found in audit.findings if found.severity == "error"]
    blamed = [each.unit for found in errors for each in found.units]
    blamed += [each.unit for found in audit.cancelled for each in found.units]
    assert {*blamed} == {*PLANTED} and all(found.units for found in errors)

"""The sum of reports is the one made by hand, and tells of every unit whether it is in it, and where its number is."""

from __future__ import annotations

import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpus.figures import random_figures
from benchmarks.corpus.formats import written
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.forms import FORMS, CellPath, path_name
from pipelines.office.summary import COMPLETE, PARTIAL, UNKNOWN, Part, summary_values
from tests.office.county_office import FORM, YEAR, report_file, sound_figures
from tests.office.summed import COUNTY, county, figures_of_county, part_of, read_parts, summed, with_cell
from tests.projects import ROOT, SEEDS

RECEIVED = "applications.received.total"
FEES = "fees.administrative_fees.amount_collected"
KINDS = ("docx", "xlsx", "odt", "docx", "xlsx", "rtf", "docx", "pdf")


def by_hand(numbers: list[Any]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total += Decimal(str(number))
    return total


def test_the_sum_of_files_is_that_of_their_figures_added_by_hand(tmp_path: Path) -> None:
    files = {}
    for unit, kind in zip(COUNTY, KINDS, strict=True):
        files[unit] = tmp_path / f"{unit}.{kind}"
        files[unit].write_bytes(report_file(unit, kind))
    summary = summed(read_parts(files))
    figures = [sound_figures(unit) for unit in COUNTY]
    assert [path_name(path) for path in FORM.cell_paths] == [*summary.cells] and len(summary.cells) == 200
    for path in FORM.cell_paths:
        cell = summary.cells[path_name(path)]
        assert cell.value == by_hand([each[path].value for each in figures]), path
        assert (cell.state, cell.known, cell.expected, cell.gaps) == (COMPLETE, 8, 8, ())
        assert [(each.unit, each.file) for each in cell.contributions] == [(u, files[u].name) for u in COUNTY]
        printed = [each.raw for each in cell.contributions]
        assert printed == [each[path].text for each in figures], path
        assert all(each.place for each in cell.contributions)
    assert type(summary.cells[RECEIVED].value) is int
    assert len(summary_values(summary)) == 200


def test_blanks_marks_and_lost_cells_of_files_are_told_and_never_0(tmp_path: Path) -> None:
    rng, form = random.Random(7), FORMS["2021"]
    files, truths = {}, {}
    for unit in COUNTY[:4]:
        figures = random_figures(rng, form)
        truths[unit] = {
            path: Truth("", None)
            if rng.random() < 0.2
            else Truth("—", None)
            if rng.random() < 0.1
            else Truth(str(figure.value or 0), figure.value or Decimal(0))
            for path, figure in figures.items()
        }
        files[unit] = tmp_path / f"{unit}.docx"
        title = f"{unit}2021年政府信息公开工作年度报告"
        files[unit].write_bytes(written(rng, "docx", printout_of(form, truths[unit]), title=title, prose="概述。"))
    summary = summed(read_parts(files), COUNTY[:4])
    states = set()
    for path in form.cell_paths:
        cell, known = summary.cells[path_name(path)], {u: t[path].value for u, t in truths.items()}
        numbers = [value for value in known.values() if value is not None]
        assert cell.value == (by_hand(numbers) if numbers else None), path
        assert cell.by_unit == {unit: value for unit, value in known.items() if value is not None}
        for gap in cell.gaps:
            assert gap.reason == ("nil_mark" if truths[gap.unit][path].text else "blank")
            assert gap.file == f"{gap.unit}.docx"
        assert {gap.unit for gap in cell.gaps} | {*cell.by_unit} == {*COUNTY[:4]}
        assert cell.state == (COMPLETE if len(numbers) == 4 else PARTIAL if numbers else UNKNOWN)
        states.add(cell.state)
    assert {COMPLETE, PARTIAL} <= states
    filled = summary_values(summary)
    assert {path_name(path) for path in filled} == {cell.name for cell in summary.of_state(COMPLETE)}


def test_the_seeds_add_up_to_their_cells_and_not_one_blank_is_0() -> None:
    files = {path.stem: path for path in sorted(SEEDS.glob("*.txt"))}
    parts = read_parts(files)
    summary = summed(parts, files, form="2019", year=2020)
    # Cells that 大陆街道 (001) left blank.
    for name in ("documents.normative_documents.newly_made", "licensing.administrative_licensing.items_change"):
        cell = summary.cells[name]
        assert cell.state == PARTIAL and [(gap.unit[:3], gap.reason) for gap in cell.gaps] == [("001", "blank")]
        assert cell.value == by_hand([part.cells[name]["value"] for part in parts if part.unit[:3] != "001"])
    amounts = summary.cells["procurement.centralized_procurement.total_amount"]
    # 东山区 (000) prints 55613033.29 and no unit: what is only inferred from digits is not added.
    assert ("000", "unit_unknown", "55613033.29") in [(g.unit[:3], g.reason, g.raw) for g in amounts.gaps]
    printed = {part.unit: part.cells[amounts.name] for part in parts}
    assert printed[[*files][3]]["raw"] == "359.3万元" and amounts.by_unit[[*files][3]] == 3_593_000
    assert amounts.unit == "元"


def test_a_unit_without_a_report_is_missing_and_the_sum_is_of_the_others() -> None:
    figures = figures_of_county()
    absent = COUNTY[3]
    summary = summed(part_of(unit, each) for unit, each in figures.items() if unit != absent)
    assert summary.missing == (absent,)
    for cell in summary.cells.values():
        assert (cell.state, cell.known, cell.expected) == (PARTIAL, 7, 8)
        assert [(gap.unit, gap.reason, gap.file) for gap in cell.gaps] == [(absent, "missing", None)]
        assert cell.value == by_hand([f[cell.path].value for unit, f in figures.items() if unit != absent])
    assert summary_values(summary) == {}


def test_no_unit_known_is_no_number_and_not_0() -> None:
    summary = summed([])
    assert {(cell.value, cell.state, cell.known) for cell in summary.cells.values()} == {(None, UNKNOWN, 0)}


@pytest.mark.parametrize("status", ["ambiguous", "text", "absent", "blank", "nil_mark"])
def test_a_cell_without_a_number_is_left_out_with_its_reason(status: str) -> None:
    figures = figures_of_county()
    parts = [part_of(unit, each) for unit, each in figures.items()]
    parts[2] = with_cell(parts[2], RECEIVED, status=status, value=None, raw="约5")
    cell = summed(parts).cells[RECEIVED]
    assert cell.state == PARTIAL and [(gap.unit, gap.reason, gap.raw) for gap in cell.gaps] == [
        (COUNTY[2], status, "约5")
    ]
    path: CellPath = ("applications", "received", "total")
    assert cell.value == by_hand([f[path].value for unit, f in figures.items() if unit != COUNTY[2]])


def test_money_is_added_in_one_unit_and_never_where_its_unit_is_not_printed() -> None:
    parts = [part_of(unit, each) for unit, each in figures_of_county(COUNTY[:5]).items()]
    told: list[dict[str, Any]] = [
        {"value": 38.441094, "raw": "38.441094", "yuan": "384410.94", "unit_source": "header"},
        {"value": 12000, "raw": "12000元", "yuan": "12000.00", "unit_source": "cell"},
        {"value": 0.01, "raw": "0.01万元", "yuan": "100.00", "unit_source": "cell"},
        {"value": 0, "raw": "0", "yuan": "0.00", "unit_source": "none"},
        {"value": 119253.55, "raw": "119253.55", "yuan": "119253.55", "unit_source": "inferred"},
    ]
    cell = summed([with_cell(part, FEES, **each) for part, each in zip(parts, told, strict=True)], COUNTY[:5]).cells[
        FEES
    ]
    assert cell.unit == "万元"
    assert cell.value == Decimal("38.441094") + Decimal("1.2") + Decimal("0.01")
    assert [gap.reason for gap in cell.gaps] == ["unit_unknown"] and cell.known == 4
    unknown = with_cell(parts[0], FEES, value=5, raw="5", yuan=None, unit_source="none")
    assert summed([unknown], COUNTY[:1]).cells[FEES].state == UNKNOWN


def test_a_report_on_the_older_form_adds_only_what_means_the_same() -> None:
    figures = figures_of_county(COUNTY[:2])
    old = random_figures(random.Random(3), FORMS["2019"])
    parts = [part_of(unit, each) for unit, each in figures.items()]
    parts.append(part_of(COUNTY[2], old, FORMS["2019"]))
    summary = summed(parts, COUNTY[:3])
    assert summary.other_forms == {COUNTY[2]: "2019"}
    shared = FORMS["2019"].path_names
    for cell in summary.cells.values():
        if cell.name in shared and old[cell.path].value is not None:
            assert cell.by_unit[COUNTY[2]] == old[cell.path].value
        elif cell.name not in shared:
            assert [(gap.unit, gap.reason) for gap in cell.gaps] == [(COUNTY[2], "other_form")]
    lacking = {cell.path[:2] for cell in summary.cells.values() if cell.name not in shared}
    assert ("applications", "other_processing.overdue_fee") in lacking and ("documents", "rules") in lacking


def test_a_report_on_the_newer_form_adds_the_cells_that_are_declared_to_add_up() -> None:
    new = sound_figures(COUNTY[0])
    summary = summed([part_of(COUNTY[0], new)], COUNTY[:1], form="2019", year=2020)
    rows = ("other_processing.overdue_correction", "other_processing.overdue_fee", "other_processing.other")
    cell = summary.cells["applications.other_processing.total"]
    assert cell.value == by_hand([new["applications", row, "total"].value for row in rows])
    assert [each.cell for each in cell.contributions] == [f"applications.{row}.total" for row in rows]
    assert (cell.known, cell.state) == (1, COMPLETE)
    blank = with_cell(part_of(COUNTY[0], new), f"applications.{rows[1]}.total", status="blank", value=None, raw="")
    cell = summed([blank], COUNTY[:1], form="2019", year=2020).cells["applications.other_processing.total"]
    assert (cell.value, cell.known, cell.state) == (None, 0, UNKNOWN)
    assert [(gap.cell, gap.reason) for gap in cell.gaps] == [(f"applications.{rows[1]}.total", "blank")]


def test_reports_that_cannot_be_told_apart_are_refused() -> None:
    parts = [part_of(unit, each) for unit, each in figures_of_county(COUNTY[:2]).items()]
    with pytest.raises(ValueError, match=f"several reports.*{COUNTY[0]}"):
        summed([*parts, parts[0]])
    with pytest.raises(ValueError, match=f"not expected: {COUNTY[1]}"):
        summed(parts, COUNTY[:1])
    with pytest.raises(ValueError, match=f"expected twice: {COUNTY[0]}"):
        summed(parts, [*COUNTY, COUNTY[0]])


def test_cells_that_may_count_twice_carry_their_note() -> None:
    cells = county(COUNTY[:1]).cells
    assert cells["documents.normative_documents.in_force"].notes == ("joint_documents",)
    assert cells["reviews.litigation_after_reconsideration.upheld"].notes == ("codefendant",)
    assert cells["applications.carried_out.total"].notes == ("units_changed",)
    assert cells[RECEIVED].notes == ("one_application_several_answers",)
    assert cells["applications.granted.natural_person"].notes == ()


def test_adding_loads_no_polars_before_workers_begin() -> None:
    code = "import sys, pipelines.office.summary; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_part_is_what_the_reader_gives() -> None:
    part = Part("甲", "甲.docx", FORM.id, {})
    cell = summed([part], ["甲"], year=YEAR).cells[RECEIVED]
    assert [(gap.unit, gap.reason, gap.file) for gap in cell.gaps] == [("甲", "absent", "甲.docx")]

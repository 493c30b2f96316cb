"""A summary is held against the same rules as a report, and a finding names the units that it comes from."""

from __future__ import annotations

from decimal import Decimal

from benchmarks.corpus.figures import Figure
from pipelines.office.summary_findings import findings_of
from tests.office.summed import COUNTY, county, figures_of_county, part_of, summed, with_cell

RECEIVED = ("applications", "received", "total")
UPHELD = ("reviews", "litigation_direct", "total")


def raised(figures: dict[tuple[str, str, str], Figure], path: tuple[str, str, str], by: int) -> None:
    number = (figures[path].value or Decimal(0)) + by
    figures[path] = Figure(str(number), number)


def test_the_sum_of_sound_reports_has_no_error_and_every_relation_is_decided() -> None:
    audit = findings_of(county())
    assert [each for each in audit.findings if each.severity == "error"] == []
    assert audit.relations >= 40 and audit.undecided == 0


def test_an_error_names_the_units_whose_errors_make_it() -> None:
    figures = figures_of_county()
    raised(figures[COUNTY[1]], UPHELD, 3)
    raised(figures[COUNTY[5]], UPHELD, -1)
    raised(figures[COUNTY[2]], RECEIVED, 2)
    audit = findings_of(summed(part_of(unit, each) for unit, each in figures.items()))
    told = {
        (each.rule, each.scope): (each.difference, {unit.unit: unit.difference for unit in each.units})
        for each in audit.findings
        if each.severity == "error"
    }
    assert told == {
        ("reviews.channel_sum", "litigation_direct"): (-2, {COUNTY[1]: -3, COUNTY[5]: 1}),
        ("applications.row_total", "received"): (-2, {COUNTY[2]: -2}),
        ("applications.balance", "total"): (2, {COUNTY[2]: 2}),
    }
    (found,) = [each for each in audit.findings if each.rule == "reviews.channel_sum"]
    assert "差 -2" in str(found.message["zh"]) and "-2" in str(found.message["en"])


def test_errors_that_cancel_out_in_the_sum_are_told_with_their_units() -> None:
    figures = figures_of_county()
    raised(figures[COUNTY[1]], UPHELD, 3)
    raised(figures[COUNTY[5]], UPHELD, -3)
    audit = findings_of(summed(part_of(unit, each) for unit, each in figures.items()))
    assert [each for each in audit.findings if each.severity == "error"] == []
    (found,) = audit.cancelled
    assert (found.rule, found.scope) == ("reviews.channel_sum", "litigation_direct")
    assert {each.unit: each.difference for each in found.units} == {COUNTY[1]: -3, COUNTY[5]: 3}
    assert "未经复议直接起诉" in str(found.relation["zh"])
    assert findings_of(county()).cancelled == ()


def test_a_partial_sum_accuses_nobody() -> None:
    figures = figures_of_county()
    parts = [part_of(unit, each) for unit, each in figures.items()]
    parts[0] = with_cell(parts[0], ".".join(RECEIVED), status="ambiguous", value=None)
    audit = findings_of(summed(parts))
    assert [each for each in audit.findings if each.severity == "error"] == []
    # Both relations of the cell.
    assert audit.undecided == 2
    missing = findings_of(summed(parts[1:]))
    assert missing.findings == () and missing.undecided == missing.relations


def test_a_unit_that_left_a_total_blank_breaks_nothing_in_the_sum() -> None:
    figures = figures_of_county()
    for path, figure in figures[COUNTY[0]].items():
        if path[2] == "total":
            figures[COUNTY[0]][path] = figure._replace(text="", value=None)
    audit = findings_of(summed(part_of(unit, each) for unit, each in figures.items()))
    assert [each for each in audit.findings if each.severity == "error"] == []
    assert audit.undecided > 20

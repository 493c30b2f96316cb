"""Counties whose units each did something in January, and what must come of it: `-m tests.office.random_counties 20`.

A county is made from a seed: units in all formats, some with a planted slip, one that sent nothing, one with last
year's report, one whose two reports differ, one that was revised, one in two formats, one with a cell left blank; and
the government's own report, the sums by hand with 5 too many in two cells. `faults_of` holds all that an office is
given against it. Belongs here: making and judging one county. Keep out: units and figures (`county_office`).
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks.corpus.figures import Figure
from benchmarks.corpus.formats import TEXT_BEARING, written
from benchmarks.corpus.printing import Path as Cell
from benchmarks.corpus.printing import Truth, printout_of
from pipelines.office.county_sum import county_sum
from pipelines.office.coverage import MISSING, OTHER_YEAR, RECEIVED, TWICE, UNDECIDED, Coverage, coverage
from pipelines.office.given_files import given_files
from pipelines.office.outputs import Results, write_results
from pipelines.office.overview import Words
from pipelines.office.overview_rows import Overview
from pipelines.office.received import receive
from pipelines.office.roster import county_named, roster_of
from pipelines.office.roster_file import RosterRow
from pipelines.office.rounds import Earlier, arrivals, round_of
from tests.office.county_office import FAULTS, FORM, PLACE, UNITS, YEAR, sound_figures

_NOW = datetime(YEAR + 1, 1, 20, 8, tzinfo=UTC)
_GOVERNMENT = f"{PLACE}人民政府"
# A cell that is in no sum within a report.
_BLANK: Cell = ("licensing", "administrative_licensing", "decisions")
_FOUND = re.compile(r"经审核，发现问题 \d+ 条：错误 (\d+)，警告")


@dataclass
class County:
    """What was made: the state of each unit, the slip in its report, the numbers that count, and where 5 was added."""

    states: dict[str, str] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)
    counting: dict[str, dict[Cell, Decimal | None]] = field(default_factory=dict)
    typed_wrong: list[Cell] = field(default_factory=list)

    def sums(self) -> dict[Cell, Decimal]:
        """Return the sums by hand over what is known."""
        found = dict.fromkeys(FORM.cell_paths, Decimal(0))
        for numbers in self.counting.values():
            for path, number in numbers.items():
                found[path] += number or 0
        return found


def _figures(unit: str, slip: str | None, *, is_blank: bool = False) -> dict[Cell, Figure]:
    figures = sound_figures(unit)
    for path in FAULTS[slip][0] if slip else ():
        number = (figures[path].value or Decimal(0)) + 1
        figures[path] = Figure(f"{number:f}", number)
    if is_blank:
        figures[_BLANK] = Figure("", None)
    return figures


def _file(unit: str, kind: str, figures: dict[Cell, Figure], year: int = YEAR, prose: str = "") -> bytes:
    truth = {path: Truth(figure.text, figure.value) for path, figure in figures.items()}
    title = f"{unit}{year}年政府信息公开工作年度报告"
    return written(random.Random(unit), kind, printout_of(FORM, truth), title=title, prose=prose or "本机关依法公开。")


def make_county(folder: Path, seed: int) -> County:
    """Write what came into a folder; returns what must come of it."""
    rng = random.Random(seed)
    units = rng.sample(UNITS, rng.randint(10, len(UNITS)))
    special = dict(zip(units, ("missing", "last year", "unlike", "revised", "two formats", "blank"), strict=False))
    county = County()
    for unit in units:
        kind, slip = rng.choice(TEXT_BEARING), rng.choice([*FAULTS]) if rng.random() < 0.4 else None
        what = special.get(unit, "")
        if what == "missing":
            county.states[unit] = MISSING
            continue
        if what == "last year":
            county.states[unit] = OTHER_YEAR
            (folder / f"{unit}.{kind}").write_bytes(_file(unit, kind, _figures(unit, None), YEAR - 1))
            continue
        own = _figures(unit, slip, is_blank=what == "blank")
        (folder / f"{unit}.{kind}").write_bytes(_file(unit, kind, own))
        county.states[unit] = RECEIVED
        if what == "unlike":
            county.states[unit] = UNDECIDED
            (folder / f"{unit}_.docx").write_bytes(
                _file(unit, "docx", _figures(unit, "carried out" if slip is None else None))
            )
            continue
        if what == "revised":
            own, county.states[unit] = _figures(unit, "a review"), TWICE
            (folder / f"{unit}（修改稿）.docx").write_bytes(_file(unit, "docx", own))
            slip = "a review"
        if what == "two formats":
            county.states[unit] = TWICE
            other = "xlsx" if kind != "xlsx" else "docx"
            (folder / f"{unit}2.{other}").write_bytes(_file(unit, other, own))
        if slip:
            county.slips[unit] = slip
        county.counting[unit] = {path: figure.value for path, figure in own.items()}
    sums = county.sums()
    county.typed_wrong = sorted(rng.sample([path for path in FORM.cell_paths if path != _BLANK], 2))
    figures = {path: Figure(f"{n:f}", n) for path in sums for n in [sums[path] + 5 * (path in county.typed_wrong)]}
    (folder / f"{_GOVERNMENT}.docx").write_bytes(
        _file(_GOVERNMENT, "docx", figures, prose="本报告汇总了各部门的情况。")
    )
    return county


def faults_of(folder: Path, seed: int) -> tuple[list[str], int, int]:
    """Make a county below a folder; return what of the results is not as it must be, and its units and files."""
    inbox, out = folder / "报送", folder / "结果"
    inbox.mkdir()
    county = make_county(inbox, seed)
    reception = receive(given_files([inbox]), lambda: nullcontext(lambda *_: None))
    rows = [RosterRow(n, unit.removeprefix(PLACE), None, None) for n, unit in enumerate(county.states, start=2)]
    place = county_named(PLACE, YEAR)
    covered = coverage(reception, roster_of(rows, "x", YEAR, place), YEAR, place)
    words = Words(covered, "zh")
    earlier = Earlier(None)
    made = round_of(covered, 1, _NOW, arrivals(earlier, reception, _NOW))
    added = county_sum(words)
    write_results(out, Results(Overview(words, added=added), made))
    wrong = [*_wrong_states(covered, county), *_wrong_sheets(out / "退改单", covered, county)]
    if added is None or added.comparison is None:
        return [*wrong, "there is no sum, or nothing to compare it with"], len(rows), len(covered.checked.files)
    sums = county.sums()
    for name, cell in added.summary.cells.items():
        if cell.value != sums[cell.path]:
            wrong.append(f"{name}: {cell.value}, by hand {sums[cell.path]}")
        lacking = {unit for unit, state in county.states.items() if state in (MISSING, OTHER_YEAR, UNDECIDED)}
        lacking |= {unit for unit, numbers in county.counting.items() if numbers[cell.path] is None}
        if {*cell.lacking} != {unit.removeprefix(PLACE) for unit in lacking}:
            wrong.append(f"{name}: lacks {[*cell.lacking]}, and not {sorted(lacking)}")
    differing = sorted(cell.sum.path for cell in added.comparison.differing)
    if differing != county.typed_wrong:
        wrong.append(f"differing: {differing}, planted {county.typed_wrong}")
    return wrong, len(rows), len(covered.checked.files)


def _wrong_states(covered: Coverage, county: County) -> Iterator[str]:
    for row, (unit, state) in zip(covered.rows, county.states.items(), strict=True):
        if row.state != state:
            yield f"{unit}: {row.state}, and not {state}"
        found = frozenset() if row.counts is None else frozenset(_errors(row.counts.report.findings))
        planted = FAULTS[county.slips[unit]][1] if unit in county.slips else frozenset()
        if row.counts is not None and found != planted:
            yield f"{unit}: errors {sorted(found)}, planted {sorted(planted)}"


def _errors(findings: tuple) -> Iterator[tuple[str, str]]:  # type: ignore[type-arg]
    return ((each.rule, each.scope) for each in findings if each.severity == "error")


def _wrong_sheets(folder: Path, covered: Coverage, county: County) -> Iterator[str]:
    """Yield what the sheets have too many or too few: of each unit that counts as many errors as were planted."""
    for row in covered.rows:
        page, unit = folder / f"{row.unit.name}.html", f"{PLACE}{row.unit.name}"
        planted = len(FAULTS[county.slips[unit]][1]) if unit in county.slips else 0
        told = _FOUND.search(page.read_text(encoding="utf-8")) if page.is_file() else None
        if row.counts is not None and (int(told[1]) if told else 0) != planted:
            yield f"{unit}: its sheet has {told and told[1]} errors, planted {planted}"
        if row.counts is not None and page.is_file() != page.with_suffix(".docx").is_file():
            yield f"{unit}: a page without a document, or the other way round"
        if row.state in (MISSING, OTHER_YEAR) and page.is_file():
            yield f"{unit}: a sheet for a report that never came"


def main() -> int:
    """Judge as many counties as are asked for, and print what of them is wrong."""
    units = files = 0
    wrong: list[str] = []
    for seed in range(1, int(sys.argv[1]) + 1):
        with tempfile.TemporaryDirectory() as folder:
            found, of_units, of_files = faults_of(Path(folder), seed)
        wrong += [f"county {seed}: {each}" for each in found]
        units, files = units + of_units, files + of_files
        print(f"county {seed}: {of_units} units, {of_files} files, {len(found)} wrong", flush=True)
    print("\n".join(wrong))
    print(f"{units} units, {files} files, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Doubtful readings of recognised pages that sums prove: the only number with which a row and a column add up.

An equality of the form (forms/equalities.yml) confirms a doubtful reading where it gives exactly that number from cells
that are sure, or doubtful and confirmed by another equality; where what is left over for several doubtful counts is 0,
it gives 0 for each, since no count is below 0. A reading is proved that two equalities confirm which have no other cell
in common, neither of them by way of the reading itself. An equality that gives another number speaks against a reading,
which then confirms nothing either. One in which a cell is blank, a nil mark, words or not printed proves nothing: blank
is not zero. Nor is a dash, which sums cannot tell from 0: a 0 is proved only where its table surely prints zeros.

So all that proves goes back to sure cells. Of four misread cells in a rectangle the sums hold, as they do of a digit
that is misread alike wherever it stands, and none of these cells is proved: each sum has two of them. While all sure
cells are right, every number that an equality gives is right, and no wrong reading can be proved. Where a digit is
misread alike everywhere and one of its cells counts as sure, that one would carry the others: what rests on a single
sure cell whose error it would share is not proved.

What can still go wrong, by the measured shares: none of 12,362 sure cells was wrong (so that at most 1 in 4,000 is, at
95 %), and 1 in 25 doubtful readings. A misread cell is proved where two sure cells are wrong by its very error, one of
the 6 others of its row and one of the some 23 of its column (1/25 * 6/4000 * 23/4000: 1 in 3 million doubtful cells),
or one sure cell and two more misread ones, as corners of a rectangle (1/25^3 * 6 * 23/4000: 1 in 450,000); and all
these errors are the same number, some added and some taken away, for each 1 in 9 at most: together below 1 in 100
million. Or the report contradicts itself in this very cell, in row and column alike, and is misread as what it ought to
print: were 1 printed number in 1,000 such, and 1 misreading in 9 that one, 4 in a million.

Belongs here: which readings are proved, by what. Keep out: the equalities (`forms.equalities`), which doubts sums may
settle (`scan_doubts`), what the audit makes of it (`auditing.proved`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import AMBIGUOUS, BLANK, NIL_MARK, TEXT, VALUE, parse_value
from pipelines.extracting.scan_doubts import SCAN_DOUBTS
from pipelines.extracting.tables.cells import CellReading, FormReading
from pipelines.forms import CellPath, Form, path_name
from pipelines.forms.equalities import BoundEquality, equalities_of

(PROVED,) = code_list("cell_note").named("proved_by_sum")
_COUNT, _UNIT = "count", "件"
_NO_NUMBER = (BLANK, NIL_MARK, TEXT)
# How many zeros a table prints surely before one more of it can be proved.
_LEAST_ZEROS = 10
_NOTHING = Decimal(0)

Numbers = dict[CellPath, Decimal]


class _Placed(NamedTuple):
    """An equality: the sum of its cells, each with its sign, is 0. `doubtful` are those that are not sure."""

    equality: BoundEquality
    signs: dict[CellPath, int]
    doubtful: tuple[CellPath, ...]


class _Confirmed(NamedTuple):
    """An equality that gives the reading of a cell, and the doubtful cells by way of which it does.

    `alike` are the sure cells that put it off by their own error, each cell between by the same.
    """

    by: _Placed
    through: frozenset[CellPath]
    alike: frozenset[CellPath]


@dataclass
class _Search:
    """What is known so far of doubtful cells: `readings` in doubt, what confirms them, and those spoken against."""

    sure: Numbers
    readings: Numbers
    confirmed: defaultdict[CellPath, list[_Confirmed]] = field(default_factory=lambda: defaultdict(list))
    refuted: set[CellPath] = field(default_factory=set)


def prove(reading: FormReading) -> FormReading:
    """Return a reading in which every doubtful number that sums prove is a value; all else stays as it is."""
    proved = proofs(reading)
    if not proved:
        return reading
    cells = {path: _proved(reading, path, cell) if path in proved else cell for path, cell in reading.cells.items()}
    return replace(reading, cells=cells)


def proofs(reading: FormReading) -> dict[CellPath, tuple[BoundEquality, ...]]:
    """Return the cells whose readings are proved, each with the equalities that confirm it."""
    readings = _candidates(reading)
    if not readings:
        return {}
    sure = {path: cell.value for path, cell in reading.cells.items() if _is_sure(cell) and cell.value is not None}
    equalities = _equalities(reading, sure, readings)
    search = _Search(sure, readings)
    # What confirmed others before something spoke against it is taken back: all is sought anew without it.
    while _search(search, equalities):
        search = _Search(sure, {path: n for path, n in search.readings.items() if path not in search.refuted})
    found = {path: search.confirmed[path] for path in readings if _is_proved(path, search.confirmed[path])}
    return {path: tuple(each.by.equality for each in confirmed) for path, confirmed in found.items()}


def _is_proved(path: CellPath, confirmed: list[_Confirmed]) -> bool:
    """Tell whether two equalities without another common cell confirm a reading, which share no sure cell `alike`."""
    pairs = combinations((each.by.signs.keys() for each in confirmed), 2)
    apart = any(one & other == {path} for one, other in pairs)
    return apart and not frozenset.intersection(*(each.alike for each in confirmed))


def _search(search: _Search, equalities: list[_Placed]) -> bool:
    """Confirm readings until no equality confirms one more; tell whether something spoke against any."""
    going = True
    while going:
        going = False
        for equality in equalities:
            for path in equality.doubtful:
                new = path in search.readings and all(each.by is not equality for each in search.confirmed[path])
                if new and path not in search.refuted and (found := _confirmed(search, equality, path)) is not None:
                    search.confirmed[path].append(found)
                    going = True
    return bool(search.refuted)


def _confirmed(search: _Search, equality: _Placed, path: CellPath) -> _Confirmed | None:
    """Return what confirms a reading by one equality; a reading that it speaks against is refuted."""
    own, through, left_open = equality.signs[path], frozenset[CellPath](), list[CellPath]()
    sure = equality.signs.keys() - equality.doubtful
    rest = -sum((equality.signs[cell] * search.sure[cell] for cell in sure), _NOTHING)
    alike = frozenset(cell for cell in sure if equality.signs[cell] != own)
    for other in equality.doubtful:
        if other == path:
            continue
        ways = [w for w in search.confirmed[other] if w.by is not equality and path not in w.through]
        if ways:
            way = min(ways, key=lambda way: len(way.alike))
            through |= {other} | way.through
            alike |= way.alike if equality.signs[other] != own else frozenset()
            rest -= equality.signs[other] * search.readings[other]
        else:
            left_open.append(other)
    # What is left for this cell and those that stay open, as this cell counts it.
    rest, number = rest * own, search.readings[path]
    if any(equality.signs[other] != own for other in left_open):
        return None
    if rest == number and (not left_open or not rest):
        return _Confirmed(equality, through, alike)
    if not left_open or number > rest:
        search.refuted.add(path)
    return None


def _proved(reading: FormReading, path: CellPath, cell: CellReading) -> CellReading:
    table = _form_of(reading, path).table_by_id[path[0]]
    return cell._replace(status=VALUE, value=_number(cell), unit=table.unit_of(*path[1:]), note=PROVED)


def _is_sure(cell: CellReading) -> bool:
    """Tell whether a cell is a number with nothing to know beside it: a note in brackets may change what it means."""
    return cell.status == VALUE and cell.note is None


def _candidates(reading: FormReading) -> Numbers:
    """Return the doubtful readings that can be proved."""
    doubtful = {path: cell for path, cell in reading.cells.items() if cell.status == AMBIGUOUS}
    about_digits = {path: cell for path, cell in doubtful.items() if cell.note in SCAN_DOUBTS.digits}
    if not about_digits:
        return {}
    harmless = {*SCAN_DOUBTS.digits, *SCAN_DOUBTS.no_number, *SCAN_DOUBTS.sign}
    misplaced = {path[:2] for path, cell in doubtful.items() if cell.note not in harmless}
    found = {
        path: number
        for path, cell in about_digits.items()
        if path[:2] not in misplaced and (number := _number(cell)) is not None
    }
    zeros = {table for table in {path[0] for path in found} if _prints_zeros(reading, table)}
    return {path: number for path, number in found.items() if number or path[0] in zeros}


def _number(cell: CellReading) -> Decimal | None:
    """Return the count that a cell prints, None where its text is another: with a sign, a point or a note in it."""
    text = (cell.raw or "").strip()
    parsed = parse_value(text, _COUNT)
    plain = text.removesuffix(_UNIT).replace(",", "").isdecimal()
    return parsed.value if plain and parsed.status == VALUE and parsed.note is None else None


def _prints_zeros(reading: FormReading, table: str) -> bool:
    """Tell whether a table prints 0 where there is nothing: sums cannot tell 0 from a dash, nor from a speck.

    It does where no cell is surely blank, a nil mark or words, and sure zeros outnumber what was read as no number.
    """
    cells = [cell for path, cell in reading.cells.items() if path[0] == table]
    if any(cell.status in _NO_NUMBER for cell in cells):
        return False
    zeros = sum(_is_sure(cell) and cell.value == 0 for cell in cells)
    unread = sum(cell.status == AMBIGUOUS and _number(cell) is None for cell in cells)
    return zeros >= _LEAST_ZEROS and zeros > unread


def _form_of(reading: FormReading, path: CellPath) -> Form:
    return reading.borrowed.get(path[0], reading.form)


def _equalities(reading: FormReading, sure: Numbers, readings: Numbers) -> list[_Placed]:
    """Return the equalities that can say something of a reading in doubt: each cell is sure, or a number in doubt."""
    return [
        each
        for each in _of_report(reading, sure)
        if not readings.keys().isdisjoint(each.doubtful)
        and all(reading.cells[path].status == AMBIGUOUS for path in each.doubtful)
    ]


def _of_report(reading: FormReading, sure: Mapping[CellPath, Decimal]) -> Iterator[_Placed]:
    """Yield the equalities whose cells all are there, those of the form that their table is printed as."""
    paths = {path_name(path): path for path in reading.cells}
    for form in {form.id: form for form in (reading.form, *reading.borrowed.values())}.values():
        for equality in equalities_of(form.id):
            signs = {paths[name]: sign for name, sign in equality.cells if name in paths}
            if len(signs) == len(equality.cells) and all(_form_of(reading, path) is form for path in signs):
                yield _Placed(equality, signs, tuple(path for path in signs if path not in sure))

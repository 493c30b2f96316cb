"""Which column is which: header texts of a raw table -> the columns of a form in printed order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from rapidfuzz import fuzz

from pipelines.contracts.codes import code_list
from pipelines.extracting.tables.beside import HeaderCell, cells_beside, dated, is_added, is_of_another_year
from pipelines.extracting.tables.rows import Slot
from pipelines.extracting.tables.units_beside import HeaderText, units_of_columns
from pipelines.forms import FORMS, Form, Table
from pipelines.forms.labels import clean, parse_label
from pipelines.forms.lexicon import COLUMN, MARK, SPANNING, match, time_above_columns
from pipelines.forms.periods import (
    names_another_figure,
    names_another_time,
    notes_another_period,
    period_alone,
    years_named,
)
from pipelines.forms.units import NO_UNITS, PrintedUnits

_MAX_JOIN = 4
_CUT_SIMILARITY = 50.0
# Header cells that name no column of the form.
_NOISE = frozenset(
    ("信息内容", "单位", "序号", "行次", "备注", "项目", "类别", "名称", "内容", "事项", "数量", "指标", "")
)
# What some print in place of 总计.
_TOTALS = frozenset(("合计", "共计", "总数", "总件数"))
# A column of the form, or None, with how its label was matched and the header cells that make it.
_Segment = tuple[str | None, str, list[Slot]]
LABEL, VARIANT, POSITION = code_list("matched_by").named("label", "variant", "position")


class Columns(NamedTuple):
    """Columns in printed order as (row, column) ids; row is None except where rows run across (reviews).

    `canonical` tells that all columns of the form stand in the form's order. `starts` are the grid columns of the
    header cells where they are known. `units` are units named in headers, by column id (`units_beside`). `aside` are
    header cells that name no column of the form; `by_place` tells that only grid columns can then tell which cell is
    which.
    """

    ids: tuple[tuple[str | None, str], ...]
    matched_by: str
    canonical: bool
    starts: tuple[tuple[int, int], ...]
    units: dict[str, str]
    aside: tuple[HeaderCell, ...] = ()
    by_place: bool = False


def canonical_columns(table: Table) -> tuple[tuple[str | None, str], ...]:
    """Return the columns of a table in the form's order."""
    if table.rows_across:
        return tuple((row.id, column.id) for row in table.rows for column in table.columns)
    return tuple((None, column.id) for column in table.columns)


def resolve_columns(
    form: Form, table: Table, header: list[Slot], above: PrintedUnits = NO_UNITS, year: int = 0
) -> Columns | None:
    """Resolve the header of a raw table against a form. None: there is a header and it cannot be read.

    `above` are units printed above the table; `year` is the report year, 0 where unknown: of columns that name years
    only those of that year are the form's.
    """
    cells = tuple([(slot.text, slot.col, slot.right, slot.doubt is not None) for slot in header])
    return _resolve(form.id, table.id, cells, above, year if names_years(header) else 0)


def names_years(header: list[Slot]) -> bool:
    """Tell whether a header names a year, so that the report year decides how it is read."""
    return any(years_named(slot.text) for slot in header)


def named_columns(form: Form, table: Table, header: list[Slot]) -> frozenset[str]:
    """Return the columns of a form that a header names, whether or not it can be resolved as a whole."""
    return _named(form.id, table.id, tuple([slot.text for slot in header]))


@lru_cache(maxsize=4096)
def _named(form_id: str, table_id: str, texts: tuple[str, ...]) -> frozenset[str]:
    form = FORMS[form_id]
    table = form.table_by_id[table_id]
    slots = [Slot(text, 0, 0, 0, 0, 0) for text in texts if not _is_noise(text) and not _is_year(text)]
    return frozenset(column for column, _, _ in _segments(form, table, slots) if column)


def _is_noise(text: str) -> bool:
    return parse_label(text).body in _NOISE


def _is_year(text: str) -> bool:
    return bool(years_named(text)) and period_alone(text, 0) is not None


@lru_cache(maxsize=4096)
def _resolve(
    form_id: str, table_id: str, cells: tuple[tuple[str, int, int, bool], ...], above: PrintedUnits, year: int
) -> Columns | None:
    """Resolve a header by what decides it; the same headers stand in thousands of reports."""
    form = FORMS[form_id]
    table = form.table_by_id[table_id]
    header = [Slot(text, 0, 0, col, right, 0) for text, col, right, _ in cells]
    doubted = {slot for slot, cell in zip(header, cells, strict=True) if cell[3]}
    canonical = canonical_columns(table)
    named = [slot for slot in header if not _is_year(slot.text) and not _opens_header(table, slot)]
    slots = [slot for slot in named if not _is_noise(slot.text)]
    if any(names_another_time(time_above_columns(slot.text), year) for slot in header):
        return None
    units = _units(form, table, header, doubted, above)  # 单位：万元 in a cell of its own names no column, but the unit
    if not slots:
        return Columns(canonical, POSITION, True, (), units) if not any(_is_year(s.text) for s in header) else None
    if table.rows_across:
        across = _across(table, header, slots, year)
        return across and across._replace(units=units)
    segments = _segments(form, table, [slot for slot in slots if not match(slot.text).of(SPANNING)])
    if any(table.spanning):
        segments = _with_total(table, slots, segments)
    others = _others(table, header, segments)
    known = [(column, part) for column, _, part in segments if column]
    if known and len({column for column, _ in known}) == len(known):
        of_year = dated(table, known, others, year)
        if of_year.places != {column: _place(part) for column, part in known}:
            own = [slot for _, part in known for slot in part]
            beside = cells_beside(header, [*own, *_passed(table, header)], [_place(part) for _, part in known])
            by = VARIANT if any(how == VARIANT for _, how, _ in segments) else LABEL
            return _by_place(of_year.places, by, units, (*of_year.beside, *beside))
    if any(table.spanning):
        two_level = _two_level(table, header, slots, segments, others)
        return two_level and two_level._replace(units=units)
    dates = [column is None and is_of_another_year("", part[0].text, year) for column, _, part in segments]
    return _flat(table, header, segments, units, may_be_cut=not any(dates))


def _chosen(header: Sequence[Slot], chosen: Sequence[Slot]) -> list[Slot]:
    """Return header cells in printed order."""
    return [slot for slot in header if slot in chosen]


def _place(part: Sequence[Slot]) -> tuple[int, int]:
    return part[0].col, part[-1].right


def _passed(table: Table, header: Sequence[Slot]) -> list[Slot]:
    """Return the header cells that stand above or beside all columns: 信息内容, 申请人情况, 法人或其他组织."""
    return [slot for slot in header if _opens_header(table, slot) or match(slot.text).of(SPANNING)]


def _others(table: Table, header: Sequence[Slot], segments: Sequence[_Segment]) -> list[Slot]:
    """Return the header cells that name no column of the form."""
    own = [slot for column, _, part in segments if column for slot in part]
    passed = _passed(table, header)
    return [slot for slot in header if slot.text and slot not in own and slot not in passed]


def _by_place(
    places: dict[str, tuple[int, int]], by: str, units: dict[str, str], aside: tuple[HeaderCell, ...]
) -> Columns | None:
    """Return the columns whose grid columns are known, from the left, where only these can tell which is which."""
    order = sorted(places, key=lambda column: places[column])
    starts = _in_order(tuple(places[column] for column in order))
    return Columns(tuple((None, column) for column in order), by, False, starts, units, aside, True) if starts else None


def _opens_header(table: Table, slot: Slot) -> bool:
    """Tell whether a header cell is 信息内容 and no more: a longer text hides columns, but for two-level headers."""
    found = match(slot.text)
    return bool(found.of(MARK)) and (found.matched_by == LABEL or bool(table.spanning))


def _units(form: Form, table: Table, header: list[Slot], doubted: set[Slot], above: PrintedUnits) -> dict[str, str]:
    texts = [
        HeaderText(column, "".join(slot.text for slot in part), not doubted.isdisjoint(part))
        for column, _, part in _segments(form, table, header)
    ]
    return units_of_columns(table, texts, above)


def _column(form: Form, table: Table, text: str) -> tuple[str, str] | None:
    found = match(text)
    ids = [t.id for t in found.of(COLUMN, table.id) if t.form == form.id]
    return (ids[0], found.matched_by) if len(ids) == 1 else None


def _segments(form: Form, table: Table, slots: list[Slot]) -> list[_Segment]:
    """Cut header cells into columns, joining cells that are parts of one label; unknown cells stand alone."""
    segments: list[_Segment] = []
    position = 0
    while position < len(slots):
        for size in range(min(_MAX_JOIN, len(slots) - position), 0, -1):
            part = slots[position : position + size]
            found = _column(form, table, "".join(slot.text for slot in part))
            if found and (size == 1 or found[1] == LABEL):
                segments.append((*found, part))
                break
        else:
            size = 1
            segments.append((None, "", slots[position : position + 1]))
        position += size
    return segments


def _flat(
    table: Table, header: Sequence[Slot], segments: list[_Segment], units: dict[str, str], *, may_be_cut: bool
) -> Columns | None:
    canonical = canonical_columns(table)
    others = _others(table, header, segments)
    ids = [column for column, _, _ in segments]
    places = tuple(_place(part) for _, _, part in segments)
    starts = _in_order(places)
    own = [slot for _, _, part in segments for slot in part]
    aside = cells_beside([s for s in header if s in own or s in others or _opens_header(table, s)], own, places)
    if all(ids) and len(set(ids)) == len(ids):
        by = VARIANT if any(how == VARIANT for _, how, _ in segments) else LABEL
        known = tuple((None, column) for column in ids if column)
        if len(known) < len(canonical) and any(cell.is_certain for cell in aside):
            return _by_place({column: _place(part) for column, _, part in segments if column}, by, units, aside)
        return Columns(known, by, known == canonical, starts, units, aside)
    if (
        may_be_cut
        and len(segments) == len(canonical)
        and all(
            column == wanted.id or (column is None and _cut(part[0].text, wanted.label))
            for (column, _, part), wanted in zip(segments, table.columns, strict=True)
        )
    ):
        return Columns(canonical, VARIANT, True, starts, units, aside)
    found = _beside(segments, units)
    return found._replace(aside=(*found.aside, *aside)) if found is not None else None


def _beside(segments: list[_Segment], units: dict[str, str]) -> Columns | None:
    """Set columns aside that the form does not have, where all others bear its labels and each has a place."""
    known = [(column, part) for column, _, part in segments if column]
    aside = _aside(segments)
    places = sorted([(part[0].col, part[-1].right) for _, part in known] + [(cell.col, cell.right) for cell in aside])
    if not known or not aside or len({column for column, _ in known}) < len(known):
        return None
    if any(how == VARIANT for _, how, _ in segments) or any(a[1] > b[0] for a, b in pairwise(places)):
        return None
    starts = tuple((part[0].col, part[-1].right) for _, part in known)
    return Columns(tuple((None, column) for column, _ in known), LABEL, False, starts, units, aside, True)


def _aside(segments: list[_Segment]) -> tuple[HeaderCell, ...]:
    return tuple(
        HeaderCell(slot.text, slot.col, slot.right) for column, _, part in segments if not column for slot in part
    )


def _cut(text: str, label: str) -> bool:
    """Tell whether a header cell can be a cut or damaged print of a label."""
    (_, body, note), whole = parse_label(text), parse_label(label).body
    if names_another_figure(body, whole) or notes_another_period(note, whole) or is_added(text):
        return False
    return bool(body) and (whole.startswith(body) or fuzz.ratio(body, whole) >= _CUT_SIMILARITY)


def _with_total(table: Table, slots: list[Slot], segments: list[_Segment]) -> list[_Segment]:
    """Take 合计 for 总计 where that is not printed, but below a spanning label, where it can be a subtotal."""
    total = next((column.id for column in table.columns if column.role == "total"), None)
    instead = [n for n, (_, _, part) in enumerate(segments) if parse_label(part[0].text).body in _TOTALS]
    if total is None or len(instead) != 1 or any(column == total for column, _, _ in segments):
        return segments
    children = {column.id for column in table.columns if column.parent}
    position = instead[0]
    if any(match(s.text).of(SPANNING) for s in slots) and any(c in children for c, _, _ in segments[:position]):
        return segments
    return [*segments[:position], (total, VARIANT, segments[position][2]), *segments[position + 1 :]]


def _two_level(
    table: Table, header: Sequence[Slot], slots: list[Slot], segments: list[_Segment], others: Sequence[Slot]
) -> Columns | None:
    """Read 自然人 | 法人或其他组织 | 总计 over 商业企业 ...: the lower row takes the place of its spanning label."""
    found = [column for column, _, _ in segments if column]
    spans = any(match(s.text).of(SPANNING) for s in slots)
    children = {c.id for c in table.columns if c.parent}
    upper = [c for c in found if c not in children]
    lower = [c for c in found if c in children]
    by = VARIANT if any(how == VARIANT for _, how, _ in segments) or len(found) < len(segments) else LABEL
    canonical = [c.id for c in table.columns]
    if len(set(found)) != len(found):
        return None
    place_of = {column: _place(part) for column, _, part in segments if column}
    own = [slot for column, _, part in segments if column for slot in part]
    if set(found) != set(canonical):
        missing = [column.label for column in table.columns if column.id not in found]
        pieces = [slot for slot in others if _may_be_piece(slot.text, missing)]
        beside = cells_beside(
            _chosen(header, [*own, *(s for s in others if s not in pieces)]), own, tuple(place_of.values())
        )
        if any(cell.is_certain for cell in beside):
            return _by_place(place_of, by, {}, beside)
        in_order = [c for c in canonical if c in upper] == upper and [c for c in canonical if c in lower] == lower
        return Columns(canonical_columns(table), POSITION, True, (), {}) if in_order and len(found) >= 3 else None
    place = _place_of_spanned(table, slots, [(c, part[0]) for c, _, part in segments if c in upper])
    if spans and place == 0 and table.columns[0].parent is None:
        return None  # no agency begins with it: the label beside it, in the middle of two rows, came after it
    order = [*upper[:place], *lower, *upper[place:]] if spans or found == [*upper, *lower] else found
    starts = _in_order(tuple(place_of[column] for column in order))
    beside = cells_beside(_chosen(header, [*own, *others]), own, tuple(place_of.values()) if starts else ())
    return Columns(tuple((None, c) for c in order), by, order == canonical, starts, {}, beside)


def _may_be_piece(text: str, labels: Sequence[str]) -> bool:
    """Tell whether a header cell can be what is left of one of these labels, and is no column of its own."""
    body = parse_label(text).body
    return not is_added(text) and any(_cut(text, label) or set(body) <= set(label) for label in labels)


def _place_of_spanned(table: Table, slots: list[Slot], upper: list[tuple[str | None, Slot]]) -> int:
    """Return how many columns of the upper row stand before the spanning label; without one, where the form has it."""
    spanning = next((position for position, slot in enumerate(slots) if match(slot.text).of(SPANNING)), None)
    if spanning is not None:
        return sum(slots.index(slot) < spanning for _, slot in upper)
    before = {column.id for column in takewhile(lambda column: column.parent is None, table.columns)}
    return max((place for place, (column, _) in enumerate(upper, start=1) if column in before), default=0)


def _across(table: Table, header: list[Slot], slots: list[Slot], year: int) -> Columns | None:
    by = _reviews(table, slots)
    if by is None or any(period_alone(slot.text, year) not in (None, 0) for slot in header):
        return None
    results = [column.label for column in table.columns]
    own = [slot for slot in slots if parse_label(slot.text).body in results]
    named = [slot for slot in header if slot not in own and not match(slot.text).targets]
    missing = results if by != LABEL else []
    others = [slot for slot in named if not _may_be_piece(slot.text, missing)]
    starts = _starts_across(table, slots)
    aside = cells_beside(_chosen(header, [*own, *others]), own, starts)
    if by == POSITION and any(cell.is_certain for cell in aside):
        return None  # it may stand in the place of what is missing
    return Columns(canonical_columns(table), by, True, starts, {}, aside)


def _reviews(table: Table, slots: list[Slot]) -> str | None:
    """Check the reviews header: three channels in the form's order, each with its five results in order."""
    results = [c.label for c in table.columns]
    texts = [parse_label(slot.text).body for slot in slots]
    seen = [t for t in texts if t in results]
    rows = [r.label for r in table.rows]
    channels = [t for t in texts if t in rows]
    if channels != [r for r in rows if r in channels]:
        return None
    if seen == results * len(rows):
        return LABEL
    joined = clean("".join(slot.text for slot in slots))
    if re.findall("|".join(results), joined) == results * len(rows):
        return VARIANT
    return POSITION if len(seen) < len(results) * len(rows) and channels else None


def _starts_across(table: Table, slots: list[Slot]) -> tuple[tuple[int, int], ...]:
    """Return the grid columns of all results of a table across, where each has some of its own."""
    results = [column.label for column in table.columns]
    found = tuple((slot.col, slot.right) for slot in slots if parse_label(slot.text).body in results)
    return _in_order(found) if len(found) == len(results) * len(table.rows) else ()


def _in_order(places: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the places of columns, none where they contradict the order: cells of the header then stand elsewhere."""
    return places if all(left[1] <= right[0] for left, right in pairwise(places)) else ()

"""Which column is which: header texts of a raw table -> the columns of a form in printed order."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from rapidfuzz import fuzz

from pipelines.contracts.codes import code_list
from pipelines.extracting.tables.rows import Slot
from pipelines.extracting.tables.units_beside import HeaderText, units_of_columns
from pipelines.forms import FORMS, Form, Table
from pipelines.forms.labels import clean, parse_label
from pipelines.forms.lexicon import COLUMN, MARK, SPANNING, match
from pipelines.forms.units import NO_UNITS, PrintedUnits

_MAX_JOIN = 4
_CUT_SIMILARITY = 50.0
# Header cells that name no column of the form.
_NOISE = frozenset(("信息内容", "单位", "序号", "备注", "项目", "类别", "名称", "内容", "事项", "数量", "指标", ""))
LABEL, VARIANT, POSITION = code_list("matched_by").named("label", "variant", "position")


class HeaderCell(NamedTuple):
    """A header cell with its grid columns."""

    text: str
    col: int
    right: int


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


def resolve_columns(form: Form, table: Table, header: list[Slot], above: PrintedUnits = NO_UNITS) -> Columns | None:
    """Resolve the header of a raw table against a form. None: there is a header and it cannot be read.

    `above` are units printed above the table.
    """
    cells = tuple([(slot.text, slot.col, slot.right, slot.doubt is not None) for slot in header])
    return _resolve(form.id, table.id, cells, above)


def named_columns(form: Form, table: Table, header: list[Slot]) -> frozenset[str]:
    """Return the columns of a form that a header names, whether or not it can be resolved as a whole."""
    return _named(form.id, table.id, tuple([slot.text for slot in header]))


@lru_cache(maxsize=4096)
def _named(form_id: str, table_id: str, texts: tuple[str, ...]) -> frozenset[str]:
    form = FORMS[form_id]
    table = form.table_by_id[table_id]
    slots = [Slot(text, 0, 0, 0, 0, 0) for text in texts if not _is_noise(text)]
    return frozenset(column for column, _, _ in _segments(form, table, slots) if column)


def _is_noise(text: str) -> bool:
    return parse_label(text).body in _NOISE


@lru_cache(maxsize=4096)
def _resolve(
    form_id: str, table_id: str, cells: tuple[tuple[str, int, int, bool], ...], above: PrintedUnits
) -> Columns | None:
    """Resolve a header by what decides it; the same headers stand in thousands of reports."""
    form = FORMS[form_id]
    table = form.table_by_id[table_id]
    header = [Slot(text, 0, 0, col, right, 0) for text, col, right, _ in cells]
    doubted = {slot for slot, cell in zip(header, cells, strict=True) if cell[3]}
    canonical = canonical_columns(table)
    slots = [slot for slot in header if not _is_noise(slot.text) and not _opens_header(table, slot)]
    units = _units(form, table, header, doubted, above)  # 单位：万元 in a cell of its own names no column, but the unit
    if not slots:
        return Columns(canonical, POSITION, True, (), units)
    if table.rows_across:
        by = _reviews(table, slots)
        return Columns(canonical, by, True, _starts_across(table, slots), units) if by else None
    if any(table.spanning):
        two_level = _two_level(form, table, slots)
        return two_level._replace(units=units) if two_level else None
    return _flat(form, table, slots, units)


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


def _segments(form: Form, table: Table, slots: list[Slot]) -> list[tuple[str | None, str, list[Slot]]]:
    """Cut header cells into columns, joining cells that are parts of one label; unknown cells stand alone."""
    segments: list[tuple[str | None, str, list[Slot]]] = []
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


def _flat(form: Form, table: Table, slots: list[Slot], units: dict[str, str]) -> Columns | None:
    canonical = canonical_columns(table)
    segments = _segments(form, table, slots)
    ids = [column for column, _, _ in segments]
    starts = _in_order(tuple((part[0].col, part[-1].right) for _, _, part in segments))
    if all(ids) and len(set(ids)) == len(ids):
        by = VARIANT if any(how == VARIANT for _, how, _ in segments) else LABEL
        known = tuple((None, column) for column in ids if column)
        return Columns(known, by, known == canonical, starts, units)
    if len(segments) == len(canonical) and all(
        column == wanted.id or (column is None and _cut(part[0].text, wanted.label))
        for (column, _, part), wanted in zip(segments, table.columns, strict=True)
    ):
        return Columns(canonical, VARIANT, True, starts, units)
    return _beside(segments, units)


def _beside(segments: list[tuple[str | None, str, list[Slot]]], units: dict[str, str]) -> Columns | None:
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


def _aside(segments: list[tuple[str | None, str, list[Slot]]]) -> tuple[HeaderCell, ...]:
    return tuple(
        HeaderCell(slot.text, slot.col, slot.right) for column, _, part in segments if not column for slot in part
    )


def _cut(text: str, label: str) -> bool:
    """Tell whether a header cell can be a cut or damaged print of a label."""
    body, whole = parse_label(text).body, parse_label(label).body
    return bool(body) and (whole.startswith(body) or fuzz.ratio(body, whole) >= _CUT_SIMILARITY)


def _two_level(form: Form, table: Table, slots: list[Slot]) -> Columns | None:
    """Read 自然人 | 法人或其他组织 | 总计 over 商业企业 ...: the lower row takes the place of its spanning label."""
    segments = _segments(form, table, [s for s in slots if not match(s.text).of(SPANNING)])
    found = [column for column, _, _ in segments if column]
    spans = any(match(s.text).of(SPANNING) for s in slots)
    children = {c.id for c in table.columns if c.parent}
    upper = [c for c in found if c not in children]
    lower = [c for c in found if c in children]
    by = VARIANT if any(how == VARIANT for _, how, _ in segments) or len(found) < len(segments) else LABEL
    canonical = [c.id for c in table.columns]
    if len(set(found)) != len(found):
        return None
    if set(found) != set(canonical):
        in_order = [c for c in canonical if c in upper] == upper and [c for c in canonical if c in lower] == lower
        return Columns(canonical_columns(table), POSITION, True, (), {}) if in_order and len(found) >= 3 else None
    place = _place_of_spanned(table, slots, [(c, part[0]) for c, _, part in segments if c in upper])
    if spans and place == 0 and table.columns[0].parent is None:
        return None  # no agency begins with it: the label beside it, in the middle of two rows, came after it
    order = [*upper[:place], *lower, *upper[place:]] if spans or found == [*upper, *lower] else found
    place_of = {column: (part[0].col, part[-1].right) for column, _, part in segments if column}
    starts = _in_order(tuple(place_of[column] for column in order))
    return Columns(tuple((None, c) for c in order), by, order == canonical, starts, {}, _aside(segments))


def _place_of_spanned(table: Table, slots: list[Slot], upper: list[tuple[str | None, Slot]]) -> int:
    """Return how many columns of the upper row stand before the spanning label; without one, where the form has it."""
    spanning = next((position for position, slot in enumerate(slots) if match(slot.text).of(SPANNING)), None)
    if spanning is not None:
        return sum(slots.index(slot) < spanning for _, slot in upper)
    before = {column.id for column in takewhile(lambda column: column.parent is None, table.columns)}
    return max((place for place, (column, _) in enumerate(upper, start=1) if column in before), default=0)


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

"""Header cells that are no column of the form: columns beside it, sub-columns below one of its own, years.

Belongs here: which header cells stand beside the form's columns, and which of several years under one header is the
report's. Keep out: which label names which column (`header`), which cell stands where (`placing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.extracting.tables.rows import Slot
from pipelines.forms import Table
from pipelines.forms.labels import clean, parse_label
from pipelines.forms.lexicon import match
from pipelines.forms.periods import period_alone, years_named

Part = tuple[str, list[Slot]]
# Words above the labels of rows: a header has no column of figures of that name.
_ABOVE_LABELS = frozenset(("信息内容", "序号", "编号", "项目", "类别", "名称", "内容", "事项", "数量", "指标"))
_NUMBERS = frozenset(("序号", "编号", "行次", "行号"))
_NOT_REPORTED = _NUMBERS | {"单位", "计量单位"}
_ADDED = re.compile(
    "^(?:单位$|备注|说明|附注|行次|行号|计量单位|小计|合计|同比|环比|增减|占比|比例|比重|上年|上一年|去年|往年|历年|累计|其中)"
)
_CORNER, _SEVERAL = "信息内容", 3
_NAME = re.compile(r"^[\u4e00-\u9fff]{2,10}$")
# The date up to which something is counted can be the first day of the next year.
_UP_TO = re.compile("截[至止]")


class HeaderCell(NamedTuple):
    """A header cell with its grid columns.

    `is_certain`: it is a column of its own wherever it stands; else only its grid columns tell whether it is one.
    """

    text: str
    col: int
    right: int
    is_certain: bool = True

    @property
    def is_reported(self) -> bool:
        """Tell whether its cells say more than the number of a row or a unit."""
        return parse_label(self.text).body not in _NOT_REPORTED and clean(self.text).strip(":") not in _NOT_REPORTED


def numbers_rows(text: str) -> bool:
    """Tell whether a header cell stands above numbers that count the rows."""
    return clean(text) in _NUMBERS


def cells_beside(
    header: Sequence[Slot], own: Sequence[Slot], places: Sequence[tuple[int, int]]
) -> tuple[HeaderCell, ...]:
    """Return the header cells that are no part of the form's columns (`own`), nor above or below one.

    `places` are the grid columns of the form's columns, none where they are not known.
    """
    begin = (n for n, slot in enumerate(header) if slot in own or parse_label(slot.text).body == _CORNER)
    first = next(begin, len(header))
    found = [HeaderCell(s.text, s.col, s.right) for s in header if s.text and _holds_another(s.text)]
    for position, slot in enumerate(header):
        if slot in own or not slot.text or any(slot.col < right and slot.right > left for left, right in places):
            continue
        text = clean(slot.text)
        if parse_label(slot.text).body == _CORNER:
            continue
        follows = position > first and _NAME.match(parse_label(slot.text).body) is not None
        certain = text not in _ABOVE_LABELS and (_ADDED.match(text) is not None or follows)
        found.append(HeaderCell(slot.text, slot.col, slot.right, certain))
    return tuple(found)


def _holds_another(text: str) -> bool:
    """Tell whether a header cell of text holds several columns, and one among them that is none of the form's."""
    pieces = text.split()
    known = sum(bool(match(piece).targets) for piece in pieces)
    if len(pieces) < 2 or not known or match(text).matched_by == "label":
        return False
    strange = [piece for piece in pieces if _NAME.match(piece) and len(piece) > 2 and not match(piece).targets]
    return any(map(is_added, pieces)) or (bool(strange) and known >= _SEVERAL)


def is_added(text: str) -> bool:
    """Tell whether a header cell names what agencies add to a form: remarks, subtotals, another year, a share."""
    return _ADDED.match(clean(text)) is not None


class Dated(NamedTuple):
    """Columns of the form with the grid columns of their figures, and the header cells that are another's.

    Columns of which nobody can tell where this year's figure stands, or whether it is there, have no place.
    """

    places: dict[str, tuple[int, int]]
    beside: tuple[HeaderCell, ...]


def dated(table: Table, known: Iterable[Part], others: Sequence[Slot], year: int) -> Dated:
    """Return where the figures of the report year stand among columns that are divided, by years or otherwise.

    `others` are the header cells that name no column of the form; `year` is 0 where the report year is not known.
    """
    places: dict[str, tuple[int, int]] = {}
    beside: list[HeaderCell] = []
    for column, part in known:
        label = table.column_by_id[column].label
        left, right = part[0].col, part[-1].right
        parts = [s for s in others if left <= s.col and s.right <= right and s.right - s.col < right - left]
        place = None
        if not is_of_another_year(label, "".join(s.text for s in part), year):
            place = _place_of_year(label, (left, right), parts, others, year)
        if place is not None:
            places[column] = place
        if place != (left, right):
            divided = parts if len(parts) > 1 else part
            beside.extend(HeaderCell(s.text, s.col, s.right) for s in divided if (s.col, s.right) != place)
    return Dated(places, tuple(beside))


def _place_of_year(
    label: str, place: tuple[int, int], parts: Sequence[Slot], others: Sequence[Slot], year: int
) -> tuple[int, int] | None:
    """Return the grid columns of this year's figure under a header cell; None where no part is it for certain."""
    left, right = place
    near = [(slot, period_alone(slot.text, year)) for slot in others if slot.col < right and slot.right > left]
    periods = [(slot, period) for slot, period in near if period is not None]
    fitting = [slot for slot, period in periods if period == _expected(label)]
    if not any(slot in parts for slot, _ in periods):
        return place if len(fitting) == len(periods) and len(parts) < 2 else None
    if len(fitting) != 1 or len(parts) < len(periods):
        return None
    return fitting[0].col, fitting[0].right


def _expected(label: str) -> int:
    """Return how many years after the report year the figures of a column are: 上一年项目数量 is of the year before."""
    return -1 if label.startswith("上") else 0


def is_of_another_year(label: str, text: str, year: int) -> bool:
    """Tell whether the words of a header cell name years, and not the one whose figures its column holds."""
    expected = year + _expected(label)
    named = years_named(text)
    if not year or not named:
        return False
    return expected not in named and not (_UP_TO.search(text) and expected + 1 in named)

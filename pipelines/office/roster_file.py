"""The roster (花名册) that an office keeps: a CSV or XLSX file -> its rows, each with the row that it stands in.

Belongs here: encodings, headings, rows. Keep out: whose names they are (`roster`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from pipelines import Told

_NAME = ("单位名称", "单位", "名称", "报送单位", "机构名称", "name", "unit")
_TYPE = ("类型", "单位类型", "类别", "type")
_CONTACT = ("联系人", "联系电话", "联系方式", "电话", "contact", "phone")
# The heading stands among the first rows: above it a title, a date.
_HEADING_ROWS = 20
# A roster has some dozens of units: what is longer is another file.
_MOST_ROWS, _MOST_BYTES, _MOST_CHARACTERS, _MOST_FIELD = 5_000, 20_000_000, 100, 2**17
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BESIDE_HEADING = re.compile(r"\s|\([^)]*\)|[*:]")
_NUMBER = re.compile(r"\d+(?:\.0)?")
_SUMMED = ("合计", "总计", "小计")


class CannotReadRoster(Told, ValueError):
    """A roster that cannot be used: which file and row, and what was expected there."""


class RosterRow(NamedTuple):
    """A unit as its row (counted from 1) names it."""

    row: int
    name: str
    type: str | None
    contact: str | None


def read_rows(path: Path) -> list[RosterRow]:
    """Return the rows of a roster, its columns found by their headings; rows without anything are left out.

    Raises CannotReadRoster for a file that cannot be read, without a heading or a unit, and for a row without a name.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CannotReadRoster.of("roster.not_opened", file=path, error=error.strerror) from error
    if len(data) > _MOST_BYTES:
        raise CannotReadRoster.of("roster.too_large", file=path, most=_MOST_BYTES)
    table = _sheet(path, data) if data.startswith((_ZIP, _OLE)) else _text(path, data)
    found = list(_units(path, table))
    if not found:
        raise CannotReadRoster.of("roster.no_unit", file=path)
    if len(found) > _MOST_ROWS:
        raise CannotReadRoster.of("roster.too_many", file=path, n=len(found), most=_MOST_ROWS)
    return found


def _sheet(path: Path, data: bytes) -> list[list[str]]:
    """Return the first sheet that has a heading, else the first."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  # only a workbook needs it

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            [
                [_printed(value) for value in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        ]
    except Exception as error:  # whatever the library raises of a damaged workbook
        raise CannotReadRoster.of("roster.not_a_workbook", file=path, error=str(error)) from error
    with_heading = (sheet for sheet in sheets if _heading(sheet) is not None)
    return next(with_heading, sheets[0] if sheets else [])


def _printed(value: object) -> str:
    """Return a cell as it is shown: a telephone number is no 13800000000.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text(path: Path, data: bytes) -> list[list[str]]:
    if b"\0" in data:
        raise CannotReadRoster.of("roster.not_a_table", file=path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text[:2000]
        delimiter = max((",", "\t", ";", "，"), key=first.count)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise CannotReadRoster.of("roster.not_a_csv", file=path, error=str(error)) from error
        # The limit of `csv` is one of the process, and libraries raise it: a quote that never ends is no name.
        if any(len(cell) > _MOST_FIELD for row in rows for cell in row):
            raise CannotReadRoster.of("roster.not_a_csv", file=path, error=f"> {_MOST_FIELD:,}")
        return rows
    raise CannotReadRoster.of("roster.encoding", file=path)


def _heading(table: Sequence[Sequence[str]]) -> int | None:
    return next((n for n, row in enumerate(table[:_HEADING_ROWS]) if _place(row, _NAME) is not None), None)


def _place(row: Sequence[str], headings: Sequence[str]) -> int | None:
    """Return the column of the first heading that stands in a row, in the order of the headings.

    What stands in brackets, and a star for what must be filled in, says nothing: *单位名称（全称）.
    """
    plain = [_BESIDE_HEADING.sub("", normalize("NFKC", cell)).lower() for cell in row]
    return next((plain.index(heading) for heading in headings if heading in plain), None)


def _units(path: Path, table: list[list[str]]) -> Iterator[RosterRow]:
    at = _heading(table)
    if at is None:
        first = next((row for row in table if any(cell.strip() for cell in row)), [])
        found = "、".join(cell.strip()[:20] for cell in first[:8] if cell.strip())
        raise CannotReadRoster.of("roster.no_heading", file=path, found=found, expected="、".join(_NAME))
    name, kind, contact = (_place(table[at], headings) for headings in (_NAME, _TYPE, _CONTACT))
    for number, row in enumerate(table[at + 1 :], start=at + 2):
        cells = [" ".join(cell.split()) for cell in row]
        own = _cell(cells, name) or ""
        others = [cell for n, cell in enumerate(cells) if n != name and cell and not _NUMBER.fullmatch(cell)]
        if own in _SUMMED or (not own and (not others or any(word in cell for cell in others for word in _SUMMED))):
            continue
        if not own or _NUMBER.fullmatch(own) or len(own) > _MOST_CHARACTERS:
            raise CannotReadRoster.of("roster.no_name", file=path, row=number, found=own[:40] or "、".join(others)[:40])
        yield RosterRow(number, own, _cell(cells, kind), _cell(cells, contact))


def _cell(cells: Sequence[str], place: int | None) -> str | None:
    return (cells[place] or None) if place is not None and place < len(cells) else None

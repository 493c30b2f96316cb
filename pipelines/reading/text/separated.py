"""Comma-separated exports of a form -> the tab-separated lines that they say; any other text stays as it is.

A comma is a mark of prose and of thousands, too: it parts cells only where several lines read as rows of numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import NamedTuple

Line = tuple[int, str]

_DELIMITERS = ",;"
_NUMBER = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?%?")
# 1,113 alone on its line is a number: a figure of a report has at most twelve digits.
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}(?:,\d{3}){1,3}(?:\.\d+)?\s*")
# Behind a label to which its numbers stuck (其他5,1470163,898000) a comma is one of thousands.
_ENDS_IN_DIGIT, _THREE_DIGITS = re.compile(r"\d$"), re.compile(r"\d{3}")
_SENTENCE = re.compile(r"[。；]")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
# So many rows must hold a number or a blank cell beside their label, and so large a share of the rows together.
_LEAST_ROWS, _LEAST_SHARE = 3, 0.5
_MOST_LINES_OF_A_CELL = 30


class _Row(NamedTuple):
    """Lines that are one record: their number, how many they are, and their cells."""

    number: int
    lines: int
    cells: list[str]
    quoted: bool

    @property
    def is_evidence(self) -> bool:
        """Tell whether a number or a blank cell stands after the first cell, as in no prose."""
        return any(not cell or _NUMBER.fullmatch(cell) for cell in self.cells[1:])


def tabbed(lines: list[Line], most_columns: int) -> list[Line]:
    """Return lines with tabs in the place of the commas that part cells; all as they are where the text is none."""
    best: list[list[_Row] | Line] = []
    most = _LEAST_ROWS - 1
    for delimiter in _DELIMITERS:
        if sum(delimiter in text for _, text in lines) < _LEAST_ROWS:
            continue
        parts = _regions(lines, delimiter, most_columns)
        found = sum(row.is_evidence for part in parts if isinstance(part, list) for row in part)
        if found > most:
            best, most = parts, found
    if not best:
        return lines
    written: list[Line] = []
    for part in best:
        written.extend(_as_tabs(part) if isinstance(part, list) else [part])
    return written


def _as_tabs(rows: list[_Row]) -> list[Line]:
    written: list[Line] = []
    for row in rows:
        if any(row.cells[1:]):
            written.append((row.number, "\t".join(row.cells)))
        else:
            ends = "\t" * (len(row.cells) - 1)
            written.extend((row.number + n, text + ends) for n, text in enumerate(row.cells[0].split("\n")))
    return written


def _regions(lines: list[Line], delimiter: str, most_columns: int) -> list[list[_Row] | Line]:
    """Return lines as they stand, and in the place of those that are the rows of a table these rows."""
    parts: list[list[_Row] | Line] = []
    region: list[_Row] = []
    blank: list[Line] = []
    begin = position = 0

    def close(end: int) -> None:
        rows = [row for row in region if any(row.cells)]
        least = max(1.0, sum(len(row.cells) > 1 for row in rows) * _LEAST_SHARE)
        if sum(row.is_evidence for row in rows) >= least:
            parts.append(rows)
        elif len(region) == 1 and region[0].quoted and sum(map(bool, region[0].cells)) == 1:
            parts.append(rows)  # a paragraph that is quoted for its commas
        else:
            parts.extend(lines[begin:end])
            blank.clear()
        parts.extend(blank)
        region.clear()
        blank.clear()

    while position < len(lines):
        if not region:
            begin = position
        if region and not lines[position][1].strip():
            blank.append(lines[position])
            position += 1
            continue
        row = _row(lines, position, delimiter, most_columns)
        if row is not None and _is_row(row, lines[position][1], region):
            blank.clear()
            region.append(row)
            position += row.lines
            continue
        if region:
            close(position)
        else:
            parts.append(lines[position])
            position += 1
    if region:
        close(position)
    return parts


def _row(lines: Sequence[Line], position: int, delimiter: str, most_columns: int) -> _Row | None:
    """Return the record that begins at a line, or None where it is none: a quoted cell may go on below."""
    number, text = lines[position]
    if (delimiter not in text and not text.startswith('"')) or "\t" in text or "|" in text:
        return None
    count = 1
    while text.count('"') % 2 and count < _MOST_LINES_OF_A_CELL and position + count < len(lines):
        text += "\n" + lines[position + count][1]
        count += 1
    if text.count(delimiter) >= most_columns * 2 or "\t" in text:
        return None
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        return None
    if len(records) != 1 or len(records[0]) > most_columns:
        return None
    cells = [_FORMULA_TEXT.sub(r"\1", cell).strip() for cell in records[0]]
    return _Row(number, count, cells, '"' in text)


def _is_row(row: _Row, text: str, above: list[_Row]) -> bool:
    """Tell whether a record can be a row of a table: no prose, and no number with its thousands parted."""
    filled = [cell for cell in row.cells if cell]
    if row.quoted:
        return True
    if len(filled) > 1 and any(
        _SENTENCE.search(cell) and not _NUMBER.fullmatch(cell.rstrip("。；")) for cell in filled
    ):
        return False
    if _THOUSANDS.fullmatch(text):
        return bool(above) and len(above[-1].cells) == len(row.cells) > 2
    return not any(
        _ENDS_IN_DIGIT.search(left) and not _NUMBER.fullmatch(left) and _THREE_DIGITS.match(right)
        for left, right in zip(row.cells, row.cells[1:], strict=False)
    )

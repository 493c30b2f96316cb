"""A workbook taken apart: its sheets, what stands in their cells, and which of it is a formula."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Book(NamedTuple):
    """A workbook taken apart: its sheets by name, and its shared texts."""

    sheets: dict[str, ET.Element]
    texts: list[str]

    def cells(self, sheet: str) -> dict[str, tuple[str | None, str]]:
        """Return (formula, shown text) of the cells of a sheet that have any."""
        found = {}
        for cell in self.sheets[sheet].iter(f"{MAIN}c"):
            formula, value = cell.findtext(f"{MAIN}f"), cell.findtext(f"{MAIN}v")
            text = self.texts[int(value or 0)] if cell.get("t") == "s" else value or ""
            if formula is not None or value is not None:
                found[cell.get("r", "")] = (formula, text)
        return found


def opened(content: bytes) -> Book:
    """Return a workbook taken apart."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = [sheet.get("name", "") for sheet in ET.fromstring(parts.read("xl/workbook.xml")).iter(f"{MAIN}sheet")]
        sheets = [ET.fromstring(parts.read(f"xl/worksheets/sheet{n}.xml")) for n in range(1, len(names) + 1)]
        texts = ET.fromstring(parts.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")
        return Book(dict(zip(names, sheets, strict=True)), ["".join(text.itertext()) for text in texts])

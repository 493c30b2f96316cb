"""Workbooks of every kind (XLSX, XLS, XLSB, ET): what a cell shows on the screen, not what is stored in it.

Belongs here: sheets -> grids, number formats applied, hidden cells marked. Keep out: which sheet is which table.
"""

from pipelines.reading.spreadsheet.workbook import read_document, read_parts

__all__ = ["read_document", "read_parts"]

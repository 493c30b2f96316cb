"""Workbooks of every kind (XLSX, XLS, XLSB, ET): what a cell shows on the screen, not what is stored in it."""

from pipelines.reading.spreadsheet.workbook import read_document

__all__ = ["read_document"]

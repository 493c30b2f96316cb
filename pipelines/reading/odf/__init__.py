"""OpenDocument files (.odt, .ods, and .fodt, .fods in one XML): text documents and spreadsheets.

Belongs here: elements of OpenDocument -> paragraphs, grids and sheets. Keep out: the archive around them
(`reading.container`), and the way from a sheet to grids (`reading.spreadsheet`).
"""

from pipelines.reading.odf.document import read_document

__all__ = ["read_document"]

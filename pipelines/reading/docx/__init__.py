"""Word documents since 2007: ZIP and XML read directly, so that content controls and tracked changes move no cell.

Belongs here: elements of WordprocessingML -> paragraphs and grids. Keep out: binary DOC
(`reading.doc`), the archive around it (`reading.container`).
"""

from pipelines.reading.docx.document import pictures, read_document, read_parts

__all__ = ["pictures", "read_document", "read_parts"]

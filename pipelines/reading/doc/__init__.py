"""Word documents of 1997 to 2003, and WPS: their own binary structures, read directly.

Belongs here: records of the binary format -> paragraphs and grids. Keep out: DOCX, the container (`reading.compound`).
"""

from pipelines.reading.doc.document import read_document

__all__ = ["read_document"]

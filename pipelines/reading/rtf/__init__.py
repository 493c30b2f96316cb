"""Rich Text Format (.rtf) as Word, WPS and LibreOffice write it: groups and control words, read directly.

Belongs here: control words -> paragraphs and rows. Keep out: the way from rows with edges to grids, which binary Word
files need alike (`reading.doc`).
"""

from pipelines.reading.rtf.document import read_document

__all__ = ["read_document"]

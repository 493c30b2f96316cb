"""Web archives (MHTML): what Word, Excel and browsers save as one file, and often name .doc or .xls.

Belongs here: which parts of the archive are pages, in which order they are seen, and their bytes. Keep out: markup
(`reading.html`).
"""

from pipelines.reading.mhtml.document import read_document

__all__ = ["read_document"]

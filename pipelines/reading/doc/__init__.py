"""Word documents of 1997 to 2003, and WPS: their own binary structures, read directly."""

from pipelines.reading.doc.document import read_document

__all__ = ["read_document"]

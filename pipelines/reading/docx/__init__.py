"""Word documents since 2007: ZIP and XML read directly, so that content controls and tracked changes move no cell."""

from pipelines.reading.docx.document import pictures, read_document

__all__ = ["pictures", "read_document"]

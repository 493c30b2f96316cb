"""PDF that holds text: pages, ruling lines, columns, and tables that go on over page breaks."""

from pipelines.reading.pdf.document import read_document

__all__ = ["read_document"]

"""PDF that holds text: pages, ruling lines, columns, and tables that go on over page breaks.

Belongs here: text and lines with their places -> paragraphs and grids. Keep out: pages that are images
(`reading.scan`).
"""

from pipelines.reading.pdf.document import read_document

__all__ = ["read_document"]

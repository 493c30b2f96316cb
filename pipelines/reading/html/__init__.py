"""HTML -> blocks: pages of portals, tables saved from Word, layout tables.

Belongs here: markup. Keep out: plain text (`reading.text`), what a table means (`extracting`).
"""

from pipelines.reading.html.document import html_blocks

__all__ = ["html_blocks"]

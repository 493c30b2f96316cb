"""Plain text -> blocks: tab-led cells, separated rows, cells between pipes, or lines as they stand.

Belongs here: how text marks its cells. Keep out: markup, labels of forms.
"""

from pipelines.reading.text.document import numbered_lines, text_blocks

__all__ = ["numbered_lines", "text_blocks"]

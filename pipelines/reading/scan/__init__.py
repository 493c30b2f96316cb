"""Images of pages, and their recognition where the extra `ocr` is installed.

Belongs here: pixels -> grids and text with a confidence, digits verified by their ink. Keep out: PDF that holds text.
"""

from pipelines.reading.scan.pages import (
    available,
    read_document,
    read_pictures,
    read_scanned,
    recognise_pages,
)
from pipelines.reading.scan.size import MOST_PIXELS

__all__ = ["MOST_PIXELS", "available", "read_document", "read_pictures", "read_scanned", "recognise_pages"]

"""Pictures of pages, and their recognition where the extra `ocr` is installed."""

from pipelines.reading.scan.pages import (
    available,
    read_document,
    read_pictures,
    read_scanned,
    recognise_pages,
)
from pipelines.reading.scan.size import MOST_PIXELS

__all__ = ["MOST_PIXELS", "available", "read_document", "read_pictures", "read_scanned", "recognise_pages"]

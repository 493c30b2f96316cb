"""Pictures of pages, and their recognition where the extra `ocr` is installed."""

from pipelines.reading.picture.pages import (
    MOST_PIXELS,
    available,
    read_document,
    read_pictures,
    read_scanned,
    recognise_pages,
)

__all__ = ["MOST_PIXELS", "available", "read_document", "read_pictures", "read_scanned", "recognise_pages"]

"""Read an archived file again, as it was read for the release, in a worker with a time limit and no way out.

Belongs here: the printed table around a cell, lines around a line, a page as a picture. Keep out: their display.
Nothing here imports polars: workers are forked.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.engine.one_worker import Lost, in_worker
from pipelines.messages import retold
from pipelines.raw.beside import content_at
from pipelines.reading import Grid, Paragraph, ReadError, read
from pipelines.reading.decoding import decode
from pipelines.reading.document import Cell, Run
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.pages.bundle import unpacked
from pipelines.reading.scan.size import MOST_PIXELS, pixel_size, points_to_pixels
from pipelines.reading.sniffing import HTML, IMAGES, PAGES, PDF, TEXT, sniff
from pipelines.releases.layout import Layout

SECONDS = 20.0
LINES_AROUND = 18
_MOST_GRID_ROWS = 400
_MOST_TEXT = 2_000
_PICTURE_SIDE = 1_600
_FRAME = (178, 34, 34)


class NotShown(Exception):
    """A file cannot be shown: `reason` is missing, changed, timeout, or the reason of the reader."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Archived(NamedTuple):
    """Where a file lies: its path as bytes, and its place in the archive there, if it is in one."""

    path: bytes
    member: str | None


class Marked(NamedTuple):
    """The place of a cell as the release states it."""

    grid: int | None
    row: int | None
    col: int | None
    line: int | None
    page: int | None
    box: tuple[float, float, float, float] | None


class Printed(NamedTuple):
    """What stands around a cell in its file: a table, or lines; `marked` is its place in them."""

    grid: tuple[tuple[Cell, ...], ...]
    spanned: bool
    marked: tuple[int, int] | None
    lines: tuple[tuple[int, str], ...]
    marked_line: int | None


def archived(layout: Layout, sha256: str, locations: list[str]) -> Archived:
    """Return where the file with a content lies now. Raises NotShown where it is gone."""
    asked = {"columns": ["path", "member"], "filters": pc.field("file_sha256") == sha256}
    try:
        # A pipe would be waited for.
        table = pq.read_table(layout.inventory, **asked) if layout.inventory.is_file() else None
    except (OSError, pa.ArrowInvalid):
        table = None
    for row in table.to_pylist() if table is not None else ():
        if os.path.isfile(row["path"]):  # noqa: PTH113  # a name of any bytes
            return Archived(row["path"], row["member"])
    for location in locations:
        path = layout.raw / location
        if path.resolve().is_relative_to(layout.raw.resolve()) and path.is_file():
            return Archived(os.fsencode(path), None)
    raise NotShown("missing", f"no file with sha256 {sha256} is left in {layout.raw}")


def content(place: Archived, sha256: str) -> bytes:
    """Return the bytes of an archived file. Raises NotShown where they are not those of the release any more."""
    try:
        if os.stat(place.path).st_size > DEFAULT_LIMITS.input_bytes:  # noqa: PTH116  # a name of any bytes
            raise NotShown("too_large")
        data = content_at(place.path, place.member, DEFAULT_LIMITS)
    except OSError as error:
        raise NotShown("missing", str(error.strerror)) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise NotShown("changed", "the file is not the one that was read for this release")
    return data


def printed(place: Archived, sha256: str, marked: Marked) -> Printed:
    """Return the table or the lines around a cell. Raises NotShown."""
    found: Printed = _in_worker(_printed, place, sha256, marked)
    return found


def picture(place: Archived, sha256: str, marked: Marked) -> bytes:
    """Return a page of a PDF or of pictures as PNG with the cell framed. Raises NotShown."""
    found: bytes = _in_worker(_picture, place, sha256, marked)
    return found


def original(place: Archived, sha256: str) -> bytes:
    """Return the archived file itself, to be saved. Raises NotShown."""
    found: bytes = _in_worker(content, place, sha256)
    return found


def warm() -> None:
    """Start the worker, which takes seconds the first time."""
    _in_worker(box_of, None)


def _in_worker(work: Callable[..., Any], *args: object) -> Any:
    try:
        return in_worker(work, *args, seconds=SECONDS)
    except Lost as error:
        raise NotShown(error.reason, str(error)) from error
    except ReadError as error:
        raise NotShown(error.reason, retold(error.detail)) from error
    except (MemoryError, RuntimeError, OSError, ValueError) as error:
        raise NotShown("unreadable", f"{type(error).__name__}: {error}") from error


def _printed(place: Archived, sha256: str, marked: Marked) -> Printed:
    data = content(place, sha256)
    document = read(data)
    for block in document.blocks:
        if isinstance(block, Grid) and block.index == marked.grid:
            at = _place_in(block, marked)
            if at is not None:
                rows = _rows_around(block, at[0])
                return Printed(rows, block.spanned, at, (), None)
    if document.media_type in (TEXT, HTML) and marked.line:
        text, _ = decode(data)
        return Printed((), False, None, _lines(text.splitlines(), marked.line), marked.line)
    texts = [text for block in document.blocks for text in _texts(block)]
    return Printed((), False, None, tuple(enumerate(texts[: 4 * LINES_AROUND], start=1)), None)


def _place_in(grid: Grid, marked: Marked) -> tuple[int, int] | None:
    """Return the place of the marked cell in a grid; where the file has lines, the line decides."""
    cells = [cell for row in grid.rows for cell in row]
    by_line = [cell for cell in cells if marked.line and cell.line == marked.line]
    if len(by_line) == 1:
        return by_line[0].row, by_line[0].col
    for cell in by_line or cells:
        if (cell.row, cell.col) == (marked.row, marked.col):
            return cell.row, cell.col
    return None


def _rows_around(grid: Grid, row: int) -> tuple[tuple[Cell, ...], ...]:
    place = next((i for i, cells in enumerate(grid.rows) if any(cell.row == row for cell in cells)), 0)
    start = max(0, min(place - _MOST_GRID_ROWS // 2, len(grid.rows) - _MOST_GRID_ROWS))
    kept = grid.rows[start : start + _MOST_GRID_ROWS]
    return tuple(tuple(cell._replace(text=cell.text[:_MOST_TEXT], place=None) for cell in cells) for cells in kept)


def _lines(lines: list[str], line: int) -> tuple[tuple[int, str], ...]:
    """Return the lines around a line that are not blank, with their numbers."""
    full = [(number, text[:_MOST_TEXT]) for number, text in enumerate(lines, start=1) if text.strip()]
    at = next((i for i, (number, _) in enumerate(full) if number >= line), len(full))
    return tuple(full[max(0, at - LINES_AROUND) : at + LINES_AROUND + 1])


def _texts(block: Paragraph | Run | Grid) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text[:_MOST_TEXT]]
    if isinstance(block, Run):
        return [" | ".join(piece.text for piece in block.pieces)[:_MOST_TEXT]]
    return [" | ".join(cell.text for cell in row)[:_MOST_TEXT] for row in block.rows]


def _picture(place: Archived, sha256: str, marked: Marked) -> bytes:
    from PIL import ImageDraw  # noqa: PLC0415  # it comes with streamlit

    data = content(place, sha256)
    media_type = sniff(data)
    if not marked.page or (media_type not in (PDF, PAGES) and media_type not in IMAGES):
        raise NotShown("no_pages")
    image, scale = _drawn(data, marked.page) if media_type == PDF else _shown(_pictures(data, media_type), marked.page)
    if marked.box is not None:
        left, top, right, bottom = (edge * scale for edge in marked.box)
        frame = (min(left, right) - 4, min(top, bottom) - 4, max(left, right) + 4, max(top, bottom) + 4)
        ImageDraw.Draw(image).rectangle(frame, outline=_FRAME, width=3)
    saved = io.BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


def _drawn(data: bytes, number: int) -> tuple[Any, float]:
    """Return a page of a PDF as a picture, and how many pixels a point has."""
    import pypdfium2  # noqa: PLC0415  # only PDF files need it

    document = pypdfium2.PdfDocument(data)
    try:
        if number > len(document):
            raise NotShown("no_pages", f"page {number} of {len(document)}")
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(2.0, _PICTURE_SIDE / max(width, height, 1.0))
        return page.render(scale=scale).to_pil().convert("RGB"), scale
    finally:
        document.close()


def _pictures(data: bytes, media_type: str) -> list[bytes]:
    """Return the picture files of a content in the order of their pages."""
    return [each for _, each in unpacked(data, DEFAULT_LIMITS).pictures] if media_type == PAGES else [data]


def _shown(pictures: list[bytes], number: int) -> tuple[Any, float]:
    """Return a page of picture files as it was read, and how many of its pixels a point has."""
    from PIL import Image, ImageOps  # noqa: PLC0415  # it comes with streamlit

    left = number
    for data in pictures:
        width, height = pixel_size(data) or (0, 0)
        if width * height > MOST_PIXELS:
            raise NotShown("too_large")
        with Image.open(io.BytesIO(data)) as image:
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if left > count:
                left -= count
                continue
            image.seek(left - 1)
            page = ImageOps.exif_transpose(image).convert("RGB")
            stated = image.info.get("dpi")
        dpi = float(stated[0]) if isinstance(stated, tuple) and stated else 0.0
        side = max(page.size)
        page.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
        return page, points_to_pixels(dpi) * max(page.size) / side
    raise NotShown("no_pages", f"page {number} of {number - left}")


def box_of(text: str | None) -> tuple[float, float, float, float] | None:
    """Return the box of a locator (left top right bottom), or None."""
    if not text:
        return None
    left, top, right, bottom = (float(edge) for edge in text.split())
    return left, top, right, bottom

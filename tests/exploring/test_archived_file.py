"""Files read again for a page: in a worker, within its time, and only as they were read for the release."""

from __future__ import annotations

import hashlib
import io
import os
import random
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.corpus import pdf
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import report_blocks
from pipelines.engine import one_worker
from pipelines.engine.one_worker import Lost, in_worker
from pipelines.exploring import archived_file
from pipelines.exploring.archived_file import Archived, Marked, NotShown
from pipelines.extracting.report import extract
from pipelines.raw.beside import Beside, content_at, place_of
from pipelines.reading import read
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout

_NOWHERE = Marked(None, None, None, None, None, None)


def _kept(folder: Path, data: bytes) -> tuple[Archived, str]:
    path = folder / "file"
    path.write_bytes(data)
    return Archived(os.fsencode(path), None), hashlib.sha256(data).hexdigest()


def _html(body: str) -> bytes:
    return f"<html><body>{body}</body></html>".encode()


def test_marks_a_cell_of_a_table_with_spans(tmp_path: Path) -> None:
    rows = "<tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>&lt;script&gt;</td></tr>"
    place, sha = _kept(tmp_path, _html(f"<table>{rows}</table>"))
    found = archived_file.printed(place, sha, _NOWHERE._replace(grid=0, row=1, col=2))
    assert found.spanned
    assert found.marked == (1, 2)
    assert found.grid[1][-1].text == "<script>"


def test_lines_around_a_line(tmp_path: Path) -> None:
    place, sha = _kept(tmp_path, "\n\n".join(f"第{n}行" for n in range(200)).encode())
    found = archived_file.printed(place, sha, _NOWHERE._replace(line=101))
    assert found.marked_line == 101
    assert dict(found.lines)[101] == "第50行"
    assert len(found.lines) == 2 * archived_file.LINES_AROUND + 1


def test_a_page_of_a_pdf_with_the_cell_framed(tmp_path: Path) -> None:
    rng = random.Random(3)
    printout = random_printout(rng, "2021")
    data = pdf.write_pdf(rng, report_blocks(rng, printout))
    reading = extract(read(data), 2026).reading
    assert reading is not None
    slot = reading.cells[("applications", "received", "total")].slot
    assert slot is not None and slot.place is not None and slot.place.box is not None
    place, sha = _kept(tmp_path, data)
    marked = Marked(slot.grid, slot.row, slot.col, None, slot.place.page, slot.place.box)
    framed, plain = (
        archived_file.picture(place, sha, marked),
        archived_file.picture(place, sha, marked._replace(box=None)),
    )
    assert framed.startswith(b"\x89PNG")
    assert framed != plain
    assert archived_file.printed(place, sha, marked).marked == (slot.row, slot.col)


def test_says_why_a_file_is_not_shown(tmp_path: Path) -> None:
    place, sha = _kept(tmp_path, b"hello")
    with pytest.raises(NotShown, match="changed"):
        archived_file.printed(place, "0" * 64, _NOWHERE)
    with pytest.raises(NotShown, match="no_pages"):
        archived_file.picture(place, sha, _NOWHERE._replace(page=1))
    with pytest.raises(NotShown, match="missing"):
        archived_file.printed(Archived(os.fsencode(tmp_path / "gone"), None), sha, _NOWHERE)
    broken, broken_sha = _kept(tmp_path, b"%PDF-1.7\nbroken")
    with pytest.raises(NotShown, match="truncated"):
        archived_file.printed(broken, broken_sha, _NOWHERE)
    # And the next file is shown as if nothing had been.
    assert archived_file.printed(*_kept(tmp_path, b"hello"), _NOWHERE).lines == ((1, "hello"),)


def test_finds_the_archived_file_and_nothing_outside(explored: Layout, tmp_path: Path) -> None:
    sha = hashlib.sha256((explored.raw / "2020" / "002_e29df57cb4037e37.txt").read_bytes()).hexdigest()
    assert archived_file.archived(explored, sha, []).path.endswith(b"002_e29df57cb4037e37.txt")
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    for location in ("../../secret", str(tmp_path / "secret"), "https://example.org/x"):
        with pytest.raises(NotShown, match="missing"):
            archived_file.archived(Layout(tmp_path), sha, [location])


def test_a_pipe_in_the_place_of_the_inventory_is_not_waited_for(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.inventory.parent.mkdir(parents=True)
    os.mkfifo(layout.inventory)
    with pytest.raises(NotShown, match="missing"):
        archived_file.archived(layout, "0" * 64, [])


def test_a_worker_that_hangs_or_dies_is_ended() -> None:
    with pytest.raises(Lost) as hung:
        in_worker(_hang, seconds=0.5)
    assert hung.value.reason == "timeout"
    with pytest.raises(Lost) as died:
        in_worker(os._exit, 3, seconds=20)
    assert died.value.reason == "worker_died"
    assert in_worker(len, "ab", seconds=20) == 2


def test_an_error_that_cannot_be_carried_breaks_nothing() -> None:
    with pytest.raises(RuntimeError, match="_Uncarried: three words here"):
        in_worker(_raise, seconds=20)
    assert in_worker(len, "ab", seconds=20) == 2


def test_a_broken_pool_is_replaced() -> None:
    assert in_worker(len, "ab", seconds=20) == 2
    one_worker._POOLS._open["files"].stop()  # type: ignore[no-untyped-call]
    assert in_worker(len, "abc", seconds=20) == 3


class _Uncarried(Exception):
    def __init__(self, *, words: str) -> None:
        super().__init__(words)


def _raise() -> None:
    raise _Uncarried(words="three words here")


def _hang() -> None:
    while True:
        pass


def test_boxes() -> None:
    assert archived_file.box_of("1.0 2.0 3.0 4.5") == (1.0, 2.0, 3.0, 4.5)
    assert archived_file.box_of(None) is None


def test_the_picture_of_a_page_that_is_a_file_of_its_own_is_shown_with_the_cell_framed(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        Image.new("RGB", (500 + number, 400), "white").save(tmp_path / f"{number}.png", dpi=(72, 72))
    place = place_of([Beside(f"{number}.png") for number in (1, 2, 3)])
    data = content_at(os.fsencode(tmp_path / "1.png"), place, DEFAULT_LIMITS)
    archived, sha = Archived(os.fsencode(tmp_path / "1.png"), place), hashlib.sha256(data).hexdigest()
    assert archived_file.content(archived, sha) == data
    marked = _NOWHERE._replace(page=2, box=(100.0, 100.0, 200.0, 150.0))
    with Image.open(io.BytesIO(archived_file.picture(archived, sha, marked))) as shown:
        assert shown.size == (502, 400)
        assert (shown.getpixel((96, 120)), shown.getpixel((150, 120))) == ((178, 34, 34), (255, 255, 255))
    with pytest.raises(NotShown, match="no_pages"):
        archived_file.picture(archived, sha, marked._replace(page=4))


def test_each_page_of_a_tiff_is_shown(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (500 + number, 400), "white") for number in (1, 2)]
    pages[0].save(written := io.BytesIO(), "TIFF", save_all=True, append_images=pages[1:], dpi=(72, 72))
    place, sha = _kept(tmp_path, written.getvalue())
    with Image.open(io.BytesIO(archived_file.picture(place, sha, _NOWHERE._replace(page=2)))) as shown:
        assert shown.size == (502, 400)

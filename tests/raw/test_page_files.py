"""Files that are one report, found in archives and folders: each report once, each file accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.corpus.page_pictures import article, zipped
from pipelines.messages import retold
from pipelines.raw.beside import content_at, is_beside
from pipelines.raw.given_locations import locations_of_each
from pipelines.raw.inventory import Location
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.pages.bundle import Bundle, unpacked
from pipelines.reading.sniffing import PAGES
from tests.raw.test_inventory import by_location, locations_below
from tests.reading.pages.drawn import png


def pages(count: int, start: int = 1) -> dict[int, bytes]:
    return {n: png(700 + n) for n in range(start, start + count)}


def wholes(found: dict[str, Location]) -> dict[str, Bundle]:
    """Return what the locations of several files hold."""
    return {
        name: unpacked(content_at(each.path, each.member, DEFAULT_LIMITS), DEFAULT_LIMITS)
        for name, each in found.items()
        if each.media_type == PAGES and each.reason is None
    }


def write(root: Path, **files: bytes) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_numbered_pictures_of_an_archive_are_one_report_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = sorted(f"{n}.png" for n in range(1, 13))  # 10 comes before 2
    own = pages(12)
    write(tmp_path, **{"a.zip": zipped({name: own[int(name[:-4])] for name in names})})
    found = by_location(tmp_path)
    (bundle,) = wholes(found).values()
    assert list(wholes(found)) == ["a.zip!/1.png..12.png"]
    assert bundle.pictures == tuple((f"{n}.png", data) for n, data in own.items())
    parts = [each for each in found.values() if each.reason == "report_page"]
    assert len(parts) == 12 and {each.file_sha256 for each in parts} == {None}
    assert retold(found["a.zip!/10.png"].detail or "", "en") == "page 10 of the report a.zip!/1.png..12.png"
    assert by_location(tmp_path, found) == found


def test_two_reports_in_folders_of_an_archive_stay_two_beside_documents_and_logos(tmp_path: Path) -> None:
    files = {f"{bureau}/{n}.png": png(width + n) for bureau, width in (("甲局", 700), ("乙局", 800)) for n in (1, 2)}
    others = {"丙局.txt": b"text", "logo.png": png(60, 60), "甲局/二维码.png": png(430, 430)}
    write(tmp_path, **{"a.zip": zipped({**files, **others})})
    found = by_location(tmp_path)
    assert {name.removeprefix("a.zip!/") for name in wholes(found)} == {"甲局/1.png..2.png", "乙局/1.png..2.png"}
    alone = {name for name, each in found.items() if each.file_sha256 and each.media_type != PAGES}
    assert alone == {"a.zip", *(f"a.zip!/{name}" for name in others)}


def test_pictures_of_an_archive_in_an_archive_are_found(tmp_path: Path) -> None:
    inner = zipped({"1.png": png(701), "2.png": png(702)})
    write(tmp_path, **{"a.zip": zipped({"x.txt": b"x", "年报.zip": inner})})
    ((name, bundle),) = wholes(by_location(tmp_path)).items()
    assert name == "a.zip!/年报.zip!/1.png..2.png"
    assert [called for called, _ in bundle.pictures] == ["年报.zip!/1.png", "年报.zip!/2.png"]


def test_numbered_pictures_of_a_folder_are_one_report_and_more_of_them_make_it_anew(tmp_path: Path) -> None:
    write(tmp_path, **{f"2024/某局/第{n}页.png": data for n, data in pages(3).items()})
    write(tmp_path, **{"2024/某局/合影.png": png(900), "2024/另局/1.png": png(710)})
    found = by_location(tmp_path)
    ((name, bundle),) = wholes(found).items()
    assert name == "2024/某局/第1页.png..第3页.png"
    assert [len(bundle.pictures), found[name].folder_year, is_beside(found[name].member)] == [3, 2024, True]
    assert found["2024/某局/合影.png"].reason is None and found["2024/另局/1.png"].reason is None
    assert by_location(tmp_path, found) == found
    (tmp_path / "2024/某局/第4页.png").write_bytes(png(704))
    more = by_location(tmp_path, found)
    assert list(wholes(more)) == ["2024/某局/第1页.png..第4页.png"]
    assert len(locations_below(tmp_path, *more.values())) == len(more) == 7


def test_a_picture_taken_away_leaves_the_rest_as_it_then_is(tmp_path: Path) -> None:
    write(tmp_path, **{f"{n}.png": data for n, data in pages(4).items()})
    known = by_location(tmp_path)
    (tmp_path / "3.png").unlink()
    found = by_location(tmp_path, known)
    ((name, bundle),) = wholes(found).items()
    assert (name, bundle.missing) == ("1.png..4.png", ("3",))
    for number in (2, 4):
        (tmp_path / f"{number}.png").unlink()
    (left,) = by_location(tmp_path, found).values()
    assert (left.location, left.reason, left.media_type) == ("1.png", None, "image/png")


def test_a_page_saved_with_its_pictures_is_one_report(tmp_path: Path) -> None:
    own = pages(2)
    page = article([f"./年报_files/{n}.png" for n in own] + ["https://a.example.cn/upload/3.png"]).encode()
    write(tmp_path, **{"年报.html": page, **{f"年报_files/{n}.png": data for n, data in own.items()}})
    write(tmp_path, **{"年报_files/logo.png": png(60, 40), "年报_files/style.css": b"p {}"})
    found = by_location(tmp_path)
    ((name, bundle),) = wholes(found).items()
    assert name == "年报.html..2.png"
    assert (bundle.page, bundle.missing) == (page, ("3",))
    assert [called for called, _ in bundle.pictures] == ["年报_files/1.png", "年报_files/2.png"]
    assert {found[f"年报{rest}"].reason for rest in (".html", "_files/1.png", "_files/2.png")} == {"report_page"}
    assert found["年报_files/logo.png"].reason is None
    assert by_location(tmp_path, found) == found
    archived = tmp_path / "a.zip"
    archived.write_bytes(zipped({"年报.html": page, **{f"年报_files/{n}.png": data for n, data in own.items()}}))
    assert wholes(by_location(tmp_path))["a.zip!/年报.html..2.png"] == bundle


@pytest.mark.parametrize(
    "page", ["<p>text</p>", article(["x/1.png"]), "<table>" + "<tr><td>1" * 50 + "<img src=7.png>"]
)
def test_a_page_that_shows_none_of_the_pictures_beside_it_is_read_alone(tmp_path: Path, page: str) -> None:
    write(tmp_path, **{"年报.html": page.encode(), "7.png": png(707)})
    assert {each.reason for each in by_location(tmp_path).values()} == {None}


def test_pictures_that_are_too_large_together_are_refused_as_one(tmp_path: Path) -> None:
    own = pages(3)
    limits = Limits(input_bytes=len(own[1]) * 2)
    write(tmp_path, **{f"{n}.png": data for n, data in own.items()})
    found = {each.location: each.reason for each in locations_below(tmp_path, limits=limits)}
    assert found == {"1.png..3.png": "too_large", **dict.fromkeys(("1.png", "2.png", "3.png"), "report_page")}


def test_files_that_somebody_names_are_put_together_alike(tmp_path: Path) -> None:
    write(tmp_path, **{f"某局/{n}.png": data for n, data in pages(3).items()})
    write(tmp_path, **{"某局/说明.txt": b"text", "a.txt": b"other"})
    given = [tmp_path / "a.txt", *sorted((tmp_path / "某局").iterdir()), tmp_path / "gone.txt"]
    found = {path.name: locations for path, locations in locations_of_each(given)}
    assert list(found) == ["a.txt", "1.png", "说明.txt", "gone.txt"]
    assert [each.location for each in found["1.png"]] == ["1.png..3.png", "1.png", "2.png", "3.png"]
    assert found["gone.txt"][0].reason == "unreadable"
    (alone,) = (locations for _, locations in locations_of_each([tmp_path / "某局" / "2.png"]))
    assert [(each.location, each.reason) for each in alone] == [("2.png", None)]

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from pipelines.messages import retold
from pipelines.raw.inventory import (
    Known,
    Location,
    locations_of,
    read_inventory,
    table_of,
    take_inventory,
    write_inventory,
)
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS


def packed(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def by_location(raw: Path, known: dict[str, Location] | None = None) -> dict[str, Location]:
    return {found.location: found for found in locations_below(raw, *(known or {}).values())}


def locations_below(raw: Path, *known: Location, limits: Limits = DEFAULT_LIMITS) -> list[Location]:
    last = Known(table_of(known))
    found = list(take_inventory(raw, last, limits))
    kept = last.locations([row for row in found if isinstance(row, int)])
    read = [location for location in found if isinstance(location, Location)]
    return sorted([*kept, *read], key=lambda location: location.location)


def test_files_are_hashed_and_folder_years_noted(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020" / "a.txt").write_bytes(b"abc")
    (tmp_path / "b.txt").write_bytes(b"")
    found = by_location(tmp_path)
    assert found["2020/a.txt"].file_sha256 == hashlib.sha256(b"abc").hexdigest()
    assert found["2020/a.txt"].folder_year == 2020
    assert found["b.txt"].folder_year is None and found["b.txt"].reason is None


def test_what_is_no_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "report.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.txt").symlink_to("report.txt")
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"x")
    reasons = {name: found.reason for name, found in by_location(tmp_path).items()}
    assert reasons == {
        "report.txt": "is_a_directory",
        "pipe.txt": "not_a_file",
        "dangling.txt": "unreadable",
        "loop.txt": "not_a_file",
        "%FF%FE.txt": "name_not_utf8",
    }


def test_a_name_that_spells_bytes_and_a_file_of_just_that_name_are_two_locations(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"%FF.txt", b"%FF.txt#2", b"\xfe.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    found = by_location(tmp_path)
    paths = {location: Path(os.fsdecode(each.path)).name for location, each in found.items()}
    assert paths == {
        "%FE.txt": os.fsdecode(b"\xfe.txt"),
        "%FF.txt": "%FF.txt",
        "%FF.txt#2": "%FF.txt#2",
        "%FF.txt#3": os.fsdecode(b"\xff.txt"),
    }
    assert by_location(tmp_path, found) == found


def test_a_folder_named_as_the_inside_of_an_archive_beside_it_is_numbered(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for folder in ("in/a.zip!", "in/a.zip!#2", "in/b!"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r.txt").write_text(folder, encoding="utf-8")
    alone = by_location(tmp_path)
    assert sorted(alone) == ["in/a.zip!#2/r.txt", "in/a.zip!/r.txt", "in/b!/r.txt"]
    (tmp_path / "in" / "a.zip").write_bytes(packed({"r.txt": b"packed"}))
    both = by_location(tmp_path, alone)
    assert sorted(both) == ["in/a.zip", "in/a.zip!#2/r.txt", "in/a.zip!#3/r.txt", "in/a.zip!/r.txt", "in/b!/r.txt"]
    assert both["in/a.zip!/r.txt"].member == "0" and both["in/a.zip!#3/r.txt"].path.endswith(b"in/a.zip!/r.txt")
    assert by_location(tmp_path, both) == both
    (tmp_path / "in" / "a.zip").unlink()
    assert by_location(tmp_path, both) == alone


def nested(raw: Path, name: str, levels: int) -> None:
    """Make folders in each other, from within: their path may be longer than the system takes."""
    folder = os.open(raw, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=folder)
        folder = moved(folder, name)
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)


def unnested(raw: Path, name: str, levels: int) -> None:
    """Remove them: what removes folders by calling itself ends at some depth."""
    folder = os.open(raw, os.O_RDONLY)
    for _ in range(levels):
        folder = moved(folder, name)
    os.unlink("deep.txt", dir_fd=folder)
    for _ in range(levels):
        folder = moved(folder, "..")
        os.rmdir(name, dir_fd=folder)
    os.close(folder)


def moved(folder: int, name: str) -> int:
    """Return the folder of a name in an open one, which is closed."""
    inner = os.open(name, os.O_RDONLY, dir_fd=folder)
    os.close(folder)
    return inner


def test_folders_nest_as_deep_as_the_system_lets_them(tmp_path: Path) -> None:
    nested(tmp_path, "d", 1_200)
    nested(tmp_path, "e" * 30, 300)
    (tmp_path / "f.txt").touch()
    try:
        found = by_location(tmp_path)
    finally:
        unnested(tmp_path, "d", 1_200)
        unnested(tmp_path, "e" * 30, 300)
    assert sorted(found) == ["d/" * 1_200 + "deep.txt", "e" * 30, "f.txt"]
    too_long = found["e" * 30]
    assert too_long.reason == "unreadable" and too_long.path == os.fsencode(tmp_path / ("e" * 30))
    assert "longer than the system takes" in retold(too_long.detail or "", "en")


def test_a_folder_named_as_a_file_says_what_to_name(tmp_path: Path) -> None:
    (found,) = locations_of(tmp_path)
    assert found.reason == "is_a_directory" and f"{tmp_path.name}/*" in retold(found.detail or "")


def test_unchanged_files_and_archives_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    (tmp_path / "b.zip").write_bytes(packed({"c.txt": b"abc", "link.txt": b"x"}))
    known = by_location(tmp_path)
    monkeypatch.setattr("pipelines.raw.inventory._read", lambda *_: pytest.fail("read again"))
    assert by_location(tmp_path, known) == known
    monkeypatch.undo()
    (tmp_path / "a.txt").write_bytes(b"abcd")
    assert by_location(tmp_path, known)["a.txt"].file_sha256 == hashlib.sha256(b"abcd").hexdigest()


def test_members_of_archives_are_locations_with_a_content_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "2021").mkdir()
    inner = packed({"报告.html": b"<html><p>1"})
    (tmp_path / "2021" / "x.zip").write_bytes(packed({"附件/a.txt": b"abc", "in.zip": inner, "d/": b""}))
    (tmp_path / "a.txt").write_bytes(b"abc")
    found = by_location(tmp_path)
    assert sorted(found) == [
        "2021/x.zip",
        "2021/x.zip!/in.zip",
        "2021/x.zip!/in.zip!/报告.html",
        "2021/x.zip!/附件/a.txt",
        "a.txt",
    ]
    member = found["2021/x.zip!/附件/a.txt"]
    assert (member.file_sha256, member.member, member.folder_year) == (found["a.txt"].file_sha256, "0", 2021)
    assert [found[name].is_archive for name in sorted(found)] == [True, True, False, False, False]
    assert found["2021/x.zip!/in.zip!/报告.html"].member == "1/0"


def test_a_broken_archive_is_refused_and_a_large_file_never_loaded(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(packed({"a.txt": b"abc" * 50})[:60])
    (tmp_path / "large.txt").write_bytes(b"x" * 2_000)
    found = {f.location: f for f in locations_below(tmp_path, limits=Limits(input_bytes=1_000))}
    assert (found["cut.zip"].reason, found["cut.zip"].is_archive) == ("truncated", True)
    assert (found["large.txt"].reason, found["large.txt"].file_sha256) == ("too_large", None)


def test_a_terabyte_of_nothing_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "sparse.docx").open("wb") as file:
        file.truncate(2**40)
    (found,) = locations_below(tmp_path)
    assert found.reason == "too_large" and found.detail is not None and str(2**40) in found.detail
    monkeypatch.setattr("pipelines.raw.inventory._read", lambda *_: pytest.fail("looked at again"))
    assert locations_below(tmp_path, found) == [found]


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    raw, secret = tmp_path / "raw", tmp_path / "secret.txt"
    (raw / "2020").mkdir(parents=True)
    secret.write_text("told to nobody", encoding="utf-8")
    (raw / "2020" / "a.txt").write_text("a", encoding="utf-8")
    (raw / "out.txt").symlink_to(secret)
    (raw / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (raw / "up.txt").symlink_to("../secret.txt")
    (raw / "folder").symlink_to(tmp_path)
    (raw / "2020" / "far.txt").symlink_to("/etc/passwd")
    (raw / "twice.txt").symlink_to("out.txt")
    (raw / "beside").symlink_to(f"{raw}-other")
    (raw / "in.txt").symlink_to("2020/a.txt")
    found = by_location(raw)
    led_out = {name for name, each in found.items() if each.reason == "link_leads_out"}
    assert led_out == {"out.txt", "dangling.txt", "up.txt", "folder", "2020/far.txt", "twice.txt", "beside"}
    assert all(found[name].file_sha256 is None for name in led_out)
    assert str(secret) in (found["out.txt"].detail or "")
    assert found["in.txt"].file_sha256 == found["2020/a.txt"].file_sha256 is not None
    (tmp_path / "inbox").symlink_to(raw)
    assert by_location(tmp_path / "inbox")["2020/a.txt"].reason is None


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "desktop.ini", "Desktop.ini", "2020/ehthumbs.db", "~$报告.docx", "2020/~$a.xlsx"]
)
def test_what_systems_leave_is_named_as_such(tmp_path: Path, name: str) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / name).write_bytes(b"x" * 162)
    (found,) = locations_below(tmp_path)
    assert (found.location, found.reason, found.file_sha256) == (name, "system_file", None)


def test_a_report_that_is_named_nearly_so_is_read(tmp_path: Path) -> None:
    (tmp_path / "~$报告.docx").write_bytes(b"x" * 5_000)
    (tmp_path / "thumbs.db.txt").write_bytes(b"x")
    (tmp_path / "my desktop.ini").write_bytes(b"x")
    assert {each.reason for each in locations_below(tmp_path)} == {None}


def test_what_systems_leave_in_archives_is_named_as_such(tmp_path: Path) -> None:
    names = ("报告.txt", "__MACOSX/._报告.txt", "a/.DS_Store", "a/._b", "a/Thumbs.db", "~$报告.docx")
    (tmp_path / "x.zip").write_bytes(packed(dict.fromkeys(names, b"abc")))
    reasons = {each.location.partition("!/")[2]: each.reason for each in locations_below(tmp_path)}
    assert reasons == {"": None, **dict.fromkeys(names, "system_file"), "报告.txt": None}


def test_inventory_survives_a_round_trip_and_damage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    found = locations_below(tmp_path)
    path = tmp_path / "inventory.parquet"
    write_inventory(table_of(found), path)
    assert read_inventory(path) == found
    path.write_bytes(path.read_bytes()[:40])
    assert read_inventory(path) == []

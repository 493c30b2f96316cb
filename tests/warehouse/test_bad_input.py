"""Bad input in data/raw: each location is quarantined with its reason, the others load."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import duckdb

from pipelines.releases.layout import Layout
from pipelines.releases.open_release import connect
from pipelines.releases.trace import report_key
from tests.projects import SEEDS, build_release, make_project


def add_bad_files(layout: Layout) -> None:
    """Put everything that is no report file into the inbox."""
    inbox = layout.raw / "2020"
    seed = next(SEEDS.glob("000*")).read_bytes()
    (inbox / "empty.txt").write_bytes(b"")
    (inbox / "spaces.txt").write_bytes(b" \n\t\n")
    (inbox / "cut_inside_label.txt").write_bytes(seed[:2000])
    (inbox / "cut_inside_character.txt").write_bytes(seed[:2001])
    (inbox / "cut_inside_row.txt").write_bytes(seed[:2300])
    (inbox / "cut_early.txt").write_bytes(seed[:600])
    (inbox / "cut_page.html").write_text("<html><body><table><tr><td>规章</td><td", encoding="utf-8")
    (inbox / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (inbox / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    (inbox / "dangling.txt").symlink_to(inbox / "nowhere")
    (inbox / "folder.txt").mkdir()
    (inbox / "elsewhere.txt").symlink_to("/etc/passwd")
    with (inbox / "sparse.docx").open("wb") as file:
        file.truncate(2**40)
    (inbox / "Thumbs.db").write_bytes(seed)
    (inbox / "~$报告.docx").write_bytes(b"x" * 162)
    (inbox / os.fsdecode(b"\xb1\xa8\xb8\xe6.txt")).write_bytes(seed)


def outcomes(database: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str | None]]:
    rows = database.execute("SELECT location, outcome, reason FROM raw_file_location").fetchall()
    return {str(name).removeprefix("2020/"): (outcome, reason) for name, outcome, reason in rows}


def test_bad_input_is_quarantined_and_the_rest_loads(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    add_bad_files(layout)
    release = build_release(layout).path
    with connect(release) as database:
        found = outcomes(database)
        reports = database.execute("SELECT count(*) FROM dim_report").fetchone()
    assert reports == (5,)
    assert {name: reason for name, (outcome, reason) in found.items() if outcome == "quarantined"} == {
        "empty.txt": "empty",
        "spaces.txt": "empty",
        "cut_inside_label.txt": "truncated",
        "cut_inside_character.txt": "truncated",
        "cut_inside_row.txt": "truncated",
        "cut_early.txt": "truncated",
        "cut_page.html": "truncated",
        "binary.txt": "binary",
        "picture.txt": "damaged",
        "dangling.txt": "unreadable",
        "folder.txt": "is_a_directory",
        "elsewhere.txt": "link_leads_out",
        "sparse.docx": "too_large",
        "%B1%A8%B8%E6.txt": "name_not_utf8",
    }
    assert {name: reason for name, (outcome, reason) in found.items() if outcome == "not_a_report"} == {
        "Thumbs.db": "system_file",
        "~$报告.docx": "system_file",
    }
    assert sum(outcome == "parsed" for outcome, _ in found.values()) == 5
    assert len(found) == 21


def test_names_that_would_be_one_location_stop_no_run_and_each_report_can_be_traced(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    first, second, third = (path.read_bytes() for path in sorted(SEEDS.glob("*.txt"))[:3])
    inbox = layout.raw / "2020"
    (inbox / os.fsdecode(b"\xff.txt")).write_bytes(first)
    (inbox / "%FF.txt").write_bytes(first)
    (inbox / "a.zip!").mkdir()
    (inbox / "a.zip!" / "r.txt").write_bytes(second)
    with zipfile.ZipFile(inbox / "a.zip", "w") as archive:
        archive.writestr("r.txt", third)
    release = build_release(layout).path
    with connect(release) as database:
        places = database.execute("SELECT location FROM raw_file_location ORDER BY ALL").fetchall()
        traced = [report_key(database, f"2020/a.zip!{mark}/r.txt") for mark in ("", "#2")]
    names = ["%FF.txt", "%FF.txt#2", "a.zip", "a.zip!#2/r.txt", "a.zip!/r.txt"]
    assert [name for (name,) in places] == [f"2020/{name}" for name in names]
    assert traced[0] != traced[1]

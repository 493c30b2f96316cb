"""Files that are one report, in a release: each location ends in one outcome, and nothing is counted twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.corpus.page_pictures import article, zipped
from pipelines.releases.open_release import connect
from tests.projects import SEEDS, build_release, make_project
from tests.reading.pages.drawn import png


def test_pages_are_no_reports_and_their_report_has_the_outcome(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    inbox = layout.raw / "2020"
    text = next(iter(SEEDS.glob("*.txt"))).read_bytes()
    (inbox / "乡镇.zip").write_bytes(zipped({"1.png": png(710), "3.png": png(730), "说明.txt": text}))
    (inbox / "某局").mkdir()
    for number in (1, 2):
        (inbox / "某局" / f"第{number}页.png").write_bytes(png(800 + number))
    (inbox / "网页.html").write_bytes(article(["./1.jpg", "./2.jpg"]).encode())
    release = build_release(layout).path
    with connect(release) as database:
        rows = database.execute("SELECT location, outcome, reason FROM raw_file_location").fetchall()
        contents = database.execute("SELECT count(*), count(DISTINCT file_sha256) FROM raw_file").fetchone()
        reports = database.execute("SELECT count(*) FROM dim_report").fetchone()
    found = {str(name).removeprefix("2020/"): (outcome, reason) for name, outcome, reason in rows}
    page = ("not_a_report", "report_page")
    names = ("乡镇.zip!/1.png", "乡镇.zip!/3.png", "某局/第1页.png", "某局/第2页.png")
    assert {name: found[name] for name in names} == dict.fromkeys(names, page)
    # White pages: whether the extra is there or not, nothing can be read in them.
    wholes = ("乡镇.zip!/1.png..3.png", "某局/第1页.png..第2页.png")
    assert {found[name][0] for name in wholes} == {"quarantined"}
    assert {found[name][1] for name in wholes} <= {"needs_ocr", "empty"}
    assert found["网页.html"] == ("quarantined", "pictures_missing")
    assert found["乡镇.zip"][0] == "parsed"
    assert reports == (5,) and contents is not None and contents[0] == contents[1]
    assert len(found) == len(rows) == 5 + 5 + 3 + 1
    assert build_release(layout).path == release

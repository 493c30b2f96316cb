"""From a portal to a release in one command: the same cells as when the files lie in the inbox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from benchmarks.samples import sample
from pipelines.cli import app
from pipelines.commands.publish_after import worse
from pipelines.contracts import CONTRACTS
from pipelines.releases.layout import Layout, current_release
from pipelines.warehouse.parquet import read_frame
from tests.collecting.fetching.server import Answer, Seen, Server, page
from tests.projects import ROOT, build_release, build_tables, make_project

CONFIGURATION = {"test": True, "clock_scale": 0.001, "allowed_loopback": ["127.0.0.2"], "latency_gap_cap": 4.0}
REPORTS = {f"/nb/202{n}01/t202{n}0120_{n}.html": sample("html", 5, n).data for n in range(1, 6)}
WORD = sample("docx", 5, 7).data
COVER = "/nb/202401/t20240120_9.html"


def listed(*paths: str) -> bytes:
    rows = "".join(
        f'<li><a href="{path}" title="某局202{n}年政府信息公开工作年度报告">某局…</a><span>2022-01-{n:02}</span></li>'
        for n, path in enumerate(paths, start=1)
    )
    script = '<script>createPageHTML(1, 0, "index", "html");</script>'
    return page(f"<html><body><ul>{rows}</ul>{script}</body></html>")


def tagged(body: bytes) -> Answer:
    tag = f'ETag: "{sha256(body).hexdigest()[:8]}"'

    def answered(seen: Seen) -> Sequence[bytes]:
        if seen.headers.get("if-none-match") == tag.removeprefix("ETag: "):
            return [page(b"", status="304 Not Modified", headers=[tag])]
        return [page(body, headers=[tag, "Content-Type: text/html"])]

    return answered


def site() -> dict[str, bytes | Answer]:
    cover = (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>年度报告</title></head>"
        "<body><h1>白水市西河区教育局2023年政府信息公开工作年度报告</h1><div id=zoom><p>一、总体情况</p>"
        '<p>详见附件。</p><p><a href="P020240120.docx">附件：年度报告</a></p></div></body></html>'
    ).encode()
    pages: dict[str, bytes | Answer] = {path: tagged(body) for path, body in REPORTS.items()}
    return pages | {"/nb/": listed(*REPORTS, COVER), COVER: tagged(cover), "/nb/202401/P020240120.docx": tagged(WORD)}


class Project:
    """A project with one source, whose portal is on a loopback address."""

    def __init__(self, root: Path, server: Server) -> None:
        self.layout = make_project(root / "project", seeds=False)
        shutil.rmtree(self.layout.raw / "2020")
        self.sources, self.configuration = root / "sources", root / "test.yml"
        self.sources.mkdir()
        source = {
            "id": "test-a",
            "agency": {"name": "白水市西河区人民政府"},
            "hosts": [server.host],
            "scheme_http_allowed": True,
            "list": {"type": "trs_static", "url": server.url("/nb/")},
        }
        (self.sources / "test-a.yml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
        self.configuration.write_text(yaml.safe_dump(CONFIGURATION), encoding="utf-8")

    @property
    def options(self) -> list[str]:
        return ["--sources", str(self.sources), "--test-configuration", str(self.configuration)]

    def collect(self, *more: str, first: str = "") -> subprocess.CompletedProcess[str]:
        """Crawl in a process of its own, which does something `first`."""
        code = f"{first}\nfrom pipelines.cli import app; app()"
        command = [sys.executable, "-c", code, "collect", "test-a", *more, *self.options]
        environment = {**os.environ, "GONGKAI_ROOT": str(self.layout.root), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, check=False, env=environment, cwd=self.layout.root, capture_output=True, text=True, timeout=240
        )

    def cells(self) -> pl.DataFrame:
        return cells_of(current_release(self.layout) / "parquet")


def cells_of(star: Path) -> pl.DataFrame:
    own = read_frame(star, CONTRACTS["cell"])
    columns = ["report_key", "cell_path", "status", "value", "raw_text", "file_sha256", "grid", "grid_row", "grid_col"]
    return own.select(columns).sort("report_key", "cell_path")


def test_from_the_portal_to_a_release_and_what_changes_there(tmp_path: Path) -> None:
    with Server(site()) as server:
        project = Project(tmp_path, server)
        first = project.collect("--publish")
        assert first.returncode == 0, first.stderr + first.stdout
        assert first.stdout.count("published ") == 1

        _same_cells_as_from_the_inbox(project, tmp_path / "inbox")
        _check_places(project.layout, server)

        before = len(server.seen)
        again = project.collect()
        assert again.returncode == 0
        asked = [seen for seen in server.seen[before:] if seen.path not in ("/robots.txt", "/nb/")]
        # Reports of long ago are asked for once a month; of the others the portal has nothing new to say.
        assert 2 <= len(asked) <= len(REPORTS) + 2 and all("if-none-match" in seen.headers for seen in asked)

        _a_changed_report_wins_and_a_vanished_one_stays(project, server)


def _same_cells_as_from_the_inbox(project: Project, root: Path) -> None:
    inbox = make_project(root, seeds=False)
    for path, body in REPORTS.items():
        (inbox.raw / "2020" / Path(path).name).write_bytes(body)
    (inbox.raw / "2020" / "attached.docx").write_bytes(WORD)
    build_tables(inbox)
    theirs = cells_of(inbox.star)
    ours = project.cells()
    columns = [name for name in ours.columns if name != "report_key"]
    by = ["file_sha256", "cell_path"]
    assert ours.select(columns).sort(by).equals(theirs.select(columns).sort(by))
    assert ours.height > len(REPORTS) * 190


def _check_places(layout: Layout, server: Server) -> None:
    star = current_release(layout) / "parquet"
    places = read_frame(star, CONTRACTS["raw_file_location"])
    assert set(places["location"]) == {server.url(path) for path in (*REPORTS, COVER, "/nb/202401/P020240120.docx")}
    assert (
        places["fetched_at"].null_count() == 0 and places["is_latest"].all() and set(places["source_id"]) == {"test-a"}
    )
    cover = places.filter(pl.col("location") == server.url(COVER)).select("outcome", "reason").row(0)
    assert cover == ("not_a_report", "cover_page")


def _a_changed_report_wins_and_a_vanished_one_stays(project: Project, server: Server) -> None:
    *others, vanished, changed = REPORTS
    pages = dict(server.pages)
    pages[changed] = tagged(REPORTS[changed].replace(b"</html>", "<p>更正</p></html>".encode()))
    pages["/nb/"] = listed(*others, "/nb/none.html", changed, COVER)
    del pages[vanished]
    server.pages = pages
    done = project.collect()
    assert done.returncode == 0, done.stderr
    # As the run does that the first crawl was published by.
    build_release(project.layout)
    star = current_release(project.layout) / "parquet"
    reports = read_frame(star, CONTRACTS["dim_report"])
    assert reports.group_by("status").len().sort("status").rows() == [("current", 6), ("superseded_by", 1)]
    places = read_frame(star, CONTRACTS["raw_file_location"])
    gone = places.filter(pl.col("gone_at").is_not_null())
    assert gone["location"].to_list() == [server.url(vanished)]
    older = places.filter(~pl.col("is_latest"))["location"].to_list()
    assert len(older) == 1 and older[0].startswith(server.url(changed) + "#version=")


# What a run does is tested with the run (tests/assets), and from a portal above: here, what becomes of its word.
RUN_INSTEAD = """
import sys
from pipelines.commands import publish_after
assert publish_after._RUN[-1] == "run"
publish_after._RUN = (sys.executable, "-c", "print('published %s'); raise SystemExit(%d)")
"""


def test_publishing_after_a_red_crawl_does_not_hide_it(tmp_path: Path) -> None:
    pages = site()
    del pages[COVER]  # listed, and not there: refused, which is no failure
    pages["/nb/"] = listed(*REPORTS).replace(
        b"createPageHTML(1,", b"createPageHTML(2,"
    )  # states a page that is missing
    with Server(pages) as server:
        project = Project(tmp_path, server)
        done = project.collect("--publish", first=RUN_INSTEAD % ("all of it", 0))
    assert "published all of it" in done.stdout, done.stderr
    assert done.returncode == 3


def test_quarantined_input_is_told_after_a_whole_crawl(tmp_path: Path) -> None:
    with Server(site()) as server:
        project = Project(tmp_path, server)
        done = project.collect("--publish", first=RUN_INSTEAD % ("with a file in quarantine", 3))
        assert (done.returncode, "published with a file in quarantine" in done.stdout) == (3, True), done.stderr
        assert project.collect().returncode == 0


def test_a_run_that_fails_is_worse_than_a_red_crawl(tmp_path: Path) -> None:
    with Server(site() | {"/nb/": listed(*REPORTS).replace(b"HTML(1,", b"HTML(2,")}) as server:
        project = Project(tmp_path, server)
        project.layout.root.joinpath("dagster.yaml").unlink()
        done = project.collect("--publish")
    assert (done.returncode, "is no project" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("crawled", "run", "both"),
    [(0, 0, 0), (0, 3, 3), (3, 0, 3), (3, 1, 1), (0, 1, 1), (3, 2, 2), (2, 1, 1), (0, -9, 1), (3, 137, 1)],
)
def test_the_worse_of_two_exit_codes(crawled: int, run: int, both: int) -> None:
    assert worse(crawled, run) == worse(run, crawled) == both


def test_a_run_after_a_crawl_ends_with_the_command(tmp_path: Path) -> None:
    """A command that is killed leaves no run behind that would hold the lock of the warehouse."""
    said = tmp_path / "pid"
    waiting = f"import os, pathlib, time; pathlib.Path({str(said)!r}).write_text(str(os.getpid())); time.sleep(60)"
    starting = (
        "from pipelines.commands import publish_after as p; "
        f"p._RUN = ({sys.executable!r}, '-c', {waiting!r}); p.publish_after(0)"
    )
    command = subprocess.Popen([sys.executable, "-c", starting], env={**os.environ, "PYTHONPATH": str(ROOT)})
    deadline = time.monotonic() + 30
    while not (said.exists() and said.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    command.kill()
    command.wait()
    run = Path(f"/proc/{said.read_text()}/stat")
    while _lives(run) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(run)


def _lives(stat: Path) -> bool:
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    with Server(site()) as server:
        project = Project(tmp_path, server)
    monkeypatch.setenv("GONGKAI_ROOT", str(project.layout.root))
    monkeypatch.delenv("GONGKAI_CONTACT", raising=False)
    return project


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["collect"], 2, "name sources, or give --all"),
        (["collect", "nowhere", "+"], 2, "no source nowhere: known: test-a"),
        (["collect", "nowhere"], 2, "no source nowhere: known: bj-miyun"),
        (["collect", "--all", "+"], 2, "no source is confirmed yet"),
        (["collect", "cn-miit"], 2, "GONGKAI_CONTACT"),
        (["source", "probe", "ftp://www.example.gov.cn/"], 2, "beginning with http"),
        (["source", "health", "nowhere", "+"], 2, "no source nowhere: known: test-a"),
    ],
)
def test_wrong_usage_is_reported(portal: Project, arguments: list[str], code: int, message: str) -> None:
    given = [part for word in arguments for part in (portal.options if word == "+" else [word])]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == code, result.output
    assert message in result.stderr


def test_a_portal_that_is_not_there_is_red_and_reported(portal: Project) -> None:
    result = CliRunner().invoke(app, ["source", "health", "test-a", *portal.options])
    assert result.exit_code == 3 and "connection" in result.stdout
    result = CliRunner().invoke(app, ["collect", "test-a", *portal.options])
    assert result.exit_code in (1, 3), result.output
    assert "failed" in result.stdout


def test_sources_are_listed_and_linted(portal: Project) -> None:
    sources = portal.options[:2]
    listing = CliRunner().invoke(app, ["source", "list", *sources])
    assert "test-a" in listing.stdout and "trs_static" in listing.stdout
    assert CliRunner().invoke(app, ["source", "lint", *sources]).stdout == "1 sources, nothing wrong\n"
    source = portal.sources / "test-a.yml"
    values = yaml.safe_load(source.read_text(encoding="utf-8"))
    values["agency"] |= {"region": "330199"}
    source.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    nowhere = CliRunner().invoke(app, ["source", "lint", *sources])
    assert nowhere.exit_code == 1 and "test-a: agency.region: no division '330199'; did you mean" in nowhere.output
    (portal.sources / "test-b.yml").write_text("id: other", encoding="utf-8")
    broken = CliRunner().invoke(app, ["source", "lint", *sources])
    assert broken.exit_code == 1 and "test-b.yml:1: agency: this key is missing" in broken.stderr


def test_health_and_probe_of_a_portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(site()) as server:
        project = Project(tmp_path, server)
        monkeypatch.setenv("GONGKAI_ROOT", str(project.layout.root))
        well = CliRunner().invoke(app, ["source", "health", "test-a", *project.options])
        assert well.exit_code == 0 and "6 items" in well.stdout
        probed = CliRunner().invoke(app, ["source", "probe", server.url("/nb/"), *project.options[2:]])
        assert probed.exit_code == 0, probed.output
        assert "family: trs_static" in probed.stderr
        assert yaml.safe_load(probed.stdout)["list"]["type"] == "trs_static"

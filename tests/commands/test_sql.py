"""`gongkai sql`: bounded, ended by Ctrl-C at once, and nothing of it is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.durable import sha256_of
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, MANIFEST, read_manifest
from tests.commands.typed import one_line, typed
from tests.projects import copy_project

Run = Callable[..., Result]
_READING = [["sql", "SELECT 1"], ["audit"], ["trace", "x", "y"], ["export", "out"], ["decide", "x"]]
_ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7"
# One call of one function, which DuckDB cannot interrupt.
_ONE_CALL = "SELECT length(regexp_replace(repeat('a', 400000), '(a|aa)+$', 'b', 'g') || repeat('x', 2000000000))"


@pytest.fixture
def gongkai(seed_layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GONGKAI_ROOT", str(seed_layout.root))
    return lambda *arguments: CliRunner().invoke(app, ["sql", *arguments])


def started(layout: Layout, tmp_path: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "GONGKAI_ROOT": str(layout.root), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "sql", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_no_more_rows_than_asked_for_and_that_is_told(gongkai: Run) -> None:
    cut = gongkai("SELECT * FROM range(10)", "--rows", "3", "--format", "csv")
    assert cut.exit_code == 1 and cut.stdout.split() == ["range", "0", "1", "2"]
    assert "first 3 rows" in cut.stderr and "--rows" in cut.stderr
    whole = gongkai("SELECT * FROM range(10)", "--rows", "10", "--format", "json")
    assert whole.exit_code == 0 and len(whole.stdout.splitlines()) == 10 and whole.stderr == ""


def test_null_and_an_empty_text_differ_in_csv_as_in_exports(gongkai: Run) -> None:
    query = "SELECT NULL AS a, '' AS b, 1 AS c, ' x' AS d, 'a,\"b' AS e, -1.5 AS f, 'NULL' AS g"
    asked = gongkai(query, "--format", "csv")
    assert asked.stdout == 'a,b,c,d,e,f,g\n,"",1," x","a,""b",-1.5,NULL\n'
    of_one = gongkai("SELECT * FROM (VALUES (1, NULL), (2, ''), (3, 'x')) AS t(n, a) ORDER BY n", "--format", "csv")
    assert of_one.stdout == 'n,a\n1,\n2,""\n3,x\n'


def test_csv_holds_no_formula_and_numbers_and_truth_as_sql_writes_them(gongkai: Run) -> None:
    query = "SELECT '=1+1' AS a, '＋1' AS b, '-1' AS c, '''=1' AS d, 0.0000001::DECIMAL(18, 7) AS e, true AS f, -1 AS g"
    asked = gongkai(query, "--format", "csv")
    assert asked.stdout == "a,b,c,d,e,f,g\n'=1+1,'＋1,-1,''=1,0.0000001,true,-1\n"
    assert json.loads(gongkai(query, "--format", "json").stdout) == {
        "a": "=1+1", "b": "＋1", "c": "-1", "d": "'=1", "e": "0.0000001", "f": True, "g": -1,
    }  # fmt: skip
    table = gongkai(query).stdout
    assert " 0.0000001 " in table and " true " in table and " =1+1 " in table


def test_one_row_more_than_asked_for_is_told_too(gongkai: Run) -> None:
    cut = gongkai("SELECT * FROM range(4)", "--rows", "3", "--format", "csv")
    assert cut.exit_code == 1 and cut.stdout.split() == ["range", "0", "1", "2"] and "first 3 rows" in cut.stderr


def test_a_table_says_how_much_of_the_bound_it_shows(gongkai: Run) -> None:
    cut = gongkai("SELECT * FROM range(1000)", "--rows", "500")
    assert cut.exit_code == 1 and "more than 500 rows, and a table shows the first 200" in cut.stderr
    short = gongkai("SELECT * FROM range(1000)", "--rows", "50")
    assert short.exit_code == 1 and "only the first 50 rows" in short.stderr


@pytest.mark.parametrize("memory", ["abc", "", "1KB", "0GB", "-1GB", "100TB", "80%", "5", "31MB", "nanGB", "1e3GB"])
def test_an_amount_of_memory_that_cannot_be_is_told_in_one_line(gongkai: Run, memory: str) -> None:
    refused = gongkai("SELECT 1", "--memory", memory)
    assert refused.exit_code == 2 and refused.stdout == "" and len(refused.stderr.splitlines()) == 1
    assert "such as 2GB, at least 32 MB" in refused.stderr


@pytest.mark.parametrize("memory", ["32MB", "1.5gb", "2 GiB"])
def test_an_amount_of_memory_is_written_in_any_of_its_ways(gongkai: Run, memory: str) -> None:
    assert gongkai("SELECT count(*) AS n FROM dim_report", "--memory", memory, "--format", "csv").stdout == "n\n5\n"


@pytest.mark.parametrize("query", ["UPDATE EXTENSIONS", "\udcff SELECT 1", ""])
def test_what_is_no_query_is_told_in_one_line(gongkai: Run, tmp_path: Path, query: str) -> None:
    (tmp_path / "empty.sql").touch()
    refused = gongkai(query) if query else gongkai("--file", str(tmp_path / "empty.sql"))
    assert refused.exit_code == 1 and refused.stdout == "" and len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "query", ["COPY cell TO 'x'", "SELECT 1; SELECT 2", "FROM read_text('/etc/passwd')", "EXPORT DATABASE 'x'"]
)
def test_only_one_statement_that_reads(gongkai: Run, query: str) -> None:
    result = gongkai(query)
    assert result.exit_code == 1 and "expected one SELECT" in result.stderr and result.stdout == ""


def test_memory_is_bounded_and_more_can_be_given(gongkai: Run) -> None:
    query = "SELECT length(string_agg(repeat('x', 1000), '')) AS n FROM range(100000)"
    short = gongkai(query, "--memory", "50MB")
    assert short.exit_code == 1 and "--memory" in short.stderr and len(short.stderr.splitlines()) == 1
    assert "100000000" in gongkai(query, "--memory", "2GB").stdout


def test_one_enormous_value_is_bounded_too(seed_layout: Layout, tmp_path: Path) -> None:
    # DuckDB counts its pages, and not the texts that its functions make.
    with started(seed_layout, tmp_path, "SELECT repeat('x', 1600000000)", "--memory", "50MB") as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 1 and out == b"" and b"--memory" in err and b"Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_spilled_is_no_damage_of_the_release(seed_layout: Layout, tmp_path: Path) -> None:
    texts = "SELECT repeat('x', 200) || range AS s FROM range(2000000) ORDER BY hash(range) LIMIT 900000"
    query, shell = f"SELECT max(s) FROM ({texts})", 'ulimit -f 64; exec "$@"'
    environment = {"GONGKAI_ROOT": str(seed_layout.root), "TMPDIR": str(tmp_path)}
    told = one_line(typed("sql", "--memory", "60MB", query, shell=shell, environment=environment))
    assert str(tmp_path) in told and "File too large" in told and "TMPDIR" in told and "rebuild" not in told
    assert not list(tmp_path.iterdir())


def test_too_long_a_query_ends_in_words(seed_layout: Layout, tmp_path: Path) -> None:
    with started(seed_layout, tmp_path, _ENDLESS, "--seconds", "0.5") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == b"" and b"no answer within 0.5 s" in err and b"Traceback" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("output", ["csv", "table"])
def test_what_was_printed_of_an_answer_that_did_not_end_is_told_to_be_a_part(gongkai: Run, output: str) -> None:
    # One row after the other, as LIMIT has them made: threads that run ahead come to the end before a row is printed.
    numbers = "range(1000000) AS t(i) LIMIT 1000000"
    query = f"SELECT CASE WHEN i < 900000 THEN i ELSE error('the end') END AS n FROM {numbers}"
    broken = gongkai(query, "--rows", "1000000", "--format", output)
    assert broken.exit_code == 1 and 0 < broken.stdout.count("\n") < 900_002
    told, why = broken.stderr.splitlines()
    assert "is not the whole answer" in told and "the end" in why
    unbegun = gongkai("SELECT error('the end') AS n", "--format", output)
    assert unbegun.exit_code == 1 and len(unbegun.stderr.splitlines()) == 1


@pytest.mark.parametrize("query", [_ENDLESS, _ONE_CALL])
def test_ctrl_c_is_heard_at_once(seed_layout: Layout, tmp_path: Path, query: str) -> None:
    with started(seed_layout, tmp_path, query, "--memory", "6GB") as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("gongkai-sql-*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and time.monotonic() - begun < 10
    assert err.decode().strip() == "gongkai: interrupted" and not list(tmp_path.iterdir())


def test_terminated_it_leaves_nothing_of_what_it_spilled(seed_layout: Layout, tmp_path: Path) -> None:
    query = "SELECT count(*) FROM (SELECT hash(range) AS h, repeat('x', 200) FROM range(20000000) ORDER BY h)"
    with started(seed_layout, tmp_path, query, "--memory", "100MB") as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("gongkai-sql-*/*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list(tmp_path.glob("gongkai-sql-*/*")), "it did not spill"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and err.decode().strip() == "gongkai: interrupted"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage",
    [
        lambda release: (release / f"{DATABASE}.wal").touch(),
        lambda release: (release / "manifest.json").unlink(),
        lambda release: shutil.copyfile(release / "manifest.json", release / "other.json"),
    ],
)
@pytest.mark.parametrize("command", _READING)
def test_a_damaged_release_is_told_in_one_line(
    seed_layout: Layout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    damage: Callable[[Path], object],
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    layout.current.resolve().chmod(0o755)
    damage(layout.current.resolve())
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1 and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1 and "gongkai run --rebuild" in result.stderr


def test_columns_that_share_names_are_no_json(gongkai: Run) -> None:
    refused = gongkai("SELECT 1 AS a, 2 AS b, 3 AS a, 4 AS b, 5 AS c", "--format", "json")
    assert refused.exit_code == 2 and refused.stdout == "" and len(refused.stderr.splitlines()) == 1
    assert "a, b;" in refused.stderr and "AS" in refused.stderr
    assert gongkai("SELECT 1 AS a, 3 AS a", "--format", "csv").stdout == "a,a\n1,3\n"
    # DuckDB takes them for two names.
    assert json.loads(gongkai('SELECT 1 AS a, 2 AS "A"', "--format", "json").stdout) == {"a": 1, "A": 2}


def _of_a_newer_duckdb(content: bytes) -> bytes:
    # The version of the storage stands after the checksum and "DUCK".
    assert content[8:12] == b"DUCK"
    return content[:12] + b"\xff" + content[13:]


def damaged(layout: Layout, folder: Path, damage: Callable[[bytes], bytes]) -> Path:
    """Return a project with a release whose database is another, as its manifest states."""
    release = copy_project(layout, folder).current.resolve()
    for path in (release, release / DATABASE, release / MANIFEST):
        path.chmod(0o755)
    database = release / DATABASE
    database.write_bytes(damage(database.read_bytes()))
    manifest = read_manifest(release)
    manifest["files"][DATABASE] = {"sha256": sha256_of(database), "bytes": database.stat().st_size}
    (release / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "damage", [lambda _: b"rubbish" * 3000, lambda content: content[:20_000], lambda _: b"", _of_a_newer_duckdb]
)
@pytest.mark.parametrize("command", _READING)
def test_a_database_that_fits_its_manifest_and_cannot_be_opened_is_told_in_one_line(
    seed_layout: Layout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    damage: Callable[[bytes], bytes],
) -> None:
    damaged(seed_layout, tmp_path / "own", damage)
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path / "own"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1 and result.stdout == "" and isinstance(result.exception, SystemExit)
    assert len(result.stderr.splitlines()) == 1 and "gongkai run --rebuild" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["sql", "SELECT sum(hash(COLUMNS(*))) FROM cell"],
        ["audit"],
        ["trace", "000_d1119", "x"],
        ["decide", "000_d1119"],
    ],
)
def test_a_database_that_is_damaged_within_is_told_in_one_line(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    # Its beginning and its end are whole, so it may be opened.
    project = damaged(
        seed_layout,
        tmp_path / "own",
        lambda content: content[:12_288] + bytes(len(content) - 24_576) + content[-12_288:],
    )
    monkeypatch.setenv("GONGKAI_ROOT", str(project))
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1 and result.stdout == "" and isinstance(result.exception, SystemExit)
    assert len(result.stderr.splitlines()) == 1 and "gongkai run --rebuild" in result.stderr


@pytest.mark.parametrize("output", ["table", "csv", "json"])
def test_no_value_is_another_than_that_of_the_database(gongkai: Run, output: str) -> None:
    query = "SELECT 'infinity'::date AS a, interval '1 month' AS b, timestamp_ns '2020-01-01 00:00:00.123456789' AS c"
    printed = gongkai(query, "--format", output).stdout
    assert all(text in printed for text in ("infinity", "1 month", "2020-01-01 00:00:00.123456789"))
    assert "9999" not in printed and "30 days" not in printed


def test_json_is_json_whatever_the_number(gongkai: Run) -> None:
    def refused(name: str) -> None:
        raise AssertionError(name)

    query = "SELECT 'nan'::double AS a, ['inf'::double, 1.5] AS b, '-inf'::float AS c, NULL AS d"
    printed = gongkai(query, "--format", "json").stdout
    assert json.loads(printed, parse_constant=refused) == {
        "a": "NaN",
        "b": ["Infinity", 1.5],
        "c": "-Infinity",
        "d": None,
    }


def test_the_text_of_a_file_is_asked_as_it_is(gongkai: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_bytes(b"SELECT length('a\r\nb') AS n,\r\n'a\rb' = 'a\nb' AS same")
    assert gongkai("--file", str(tmp_path / "q.sql"), "--format", "csv").stdout.split() == ["n,same", "4,false"]

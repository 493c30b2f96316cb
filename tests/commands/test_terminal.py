"""Whatever is in a file name, a cell or a message, nothing of it acts on the screen of whoever runs a command."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.collecting.health import Health
from pipelines.commands.failures import fail
from pipelines.commands.run_report import print_release
from pipelines.commands.sources import print_health
from pipelines.commands.terminal import (
    Guarded,
    console_for_people,
    console_on,
    line,
    say,
    say_csv,
    say_json,
    show_table,
    warn,
)
from pipelines.durable import sha256_of
from pipelines.messages import message
from pipelines.releases.manifest import DATABASE, MANIFEST, read_manifest
from tests.commands.screen import harmful, on_terminal
from tests.exploring.hostile import hostile_strings
from tests.projects import ROOT

_CLEAR = "\x1b[2J\x1b[H"
_CLIPBOARD = "\x1b]52;c;cm0gLXJmIH4=\x07"
_TITLE = "\x1b]0;owned\x1b\\"
_C1 = "\x9b2J\x9d0;owned\x9c"
_MARKUP = "[red]x[/] [link=http://e]y[/] :smile:"
HOSTILE = [_CLEAR, _CLIPBOARD, _TITLE, _C1, "\u202e\u2066x", "a\r\nb\tc\x00\x7f", _MARKUP]
_ANY = st.text(st.one_of(st.sampled_from("".join(HOSTILE)), st.characters(exclude_categories=[])), max_size=30)
# Modules that print: what is not in them is no way to the terminal.
_WAYS = {"pipelines/commands/terminal.py"}
_FOLDERS = (ROOT / "pipelines" / "commands", ROOT / "assets")
_PRINTING = [ROOT / "pipelines" / "cli.py", *sorted(path for folder in _FOLDERS for path in folder.glob("*.py"))]


@pytest.fixture(scope="module")
def hostile(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the release of the seeds in which every text that people are shown is hostile."""
    release = tmp_path_factory.mktemp("hostile") / seed_release.name
    shutil.copytree(seed_release, release)
    release.chmod(0o755)
    (release / DATABASE).chmod(0o644)
    everything = "".join(HOSTILE)
    with duckdb.connect(str(release / DATABASE)) as connection:
        for table, column in (
            *(("audit_finding", "message"), ("audit_rule", "description_zh"), ("raw_file_location", "location")),
            *(("audit_finding", "message_en"), ("audit_rule", "description_en")),
            *(("dim_report", "title"), ("cell", "raw_text"), ("raw_file_location", "detail")),
        ):
            connection.execute(f"UPDATE {table} SET {column} = concat($text, {column})", {"text": everything})
        connection.execute("UPDATE raw_file_location SET outcome = 'quarantined', reason = 'truncated'")
    database = {"sha256": sha256_of(release / DATABASE), "bytes": (release / DATABASE).stat().st_size}
    manifest = read_manifest(release)
    manifest["files"][DATABASE] = database
    (release / MANIFEST).chmod(0o644)
    (release / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return release


@pytest.mark.parametrize(
    "words",
    [
        ("sql", 'SELECT location, detail AS "\x1b[2J" FROM raw_file_location'),
        ("sql", "SELECT location FROM raw_file_location", "--format", "csv"),
        ("sql", "SELECT location FROM raw_file_location", "--format", "json"),
        ("sql", 'SELECT * FROM "\x1b[2J"'),
        ("audit",),
        ("trace", "000_d1119", "documents.rules.newly_made"),
        ("trace", "000_d1119", "documents.rules.newly_made", "--json"),
        ("trace", "\x1b[2J", "documents.rules.newly_made"),
        ("agency", "\x1b[2J鼓楼区\u202e教育局2019年报", "--year", "2019"),
        ("agency", "\x1b[2J鼓楼区\u202e教育局2019年报", "--year", "2019", "--json"),
        ("diff", "\x1b[2J", "current"),
        ("sql", "--file", "\x1b[2J"),
        ("sql", "SELECT 1", "--format", "\x1b[2J"),
    ],
)
def test_no_command_sends_what_a_release_or_an_argument_holds(
    hostile: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GONGKAI_RELEASE", str(hostile))
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for text in (result.stdout, result.stderr):
        assert harmful(text, on_terminal=False) == []
    if words[0] in ("audit", "trace") or "location" in words[1]:
        assert "owned" in result.output or words[1] == "\x1b[2J"


def test_the_end_of_a_run_names_hostile_files_harmlessly(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert print_release(hostile, console_for_people()) == 3
    told = capsys.readouterr()
    assert r"quarantined \x1b[2J\x1b[H" in told.err
    assert harmful(told.out + told.err, on_terminal=False) == []


@pytest.mark.parametrize(("name", "code"), [(b"\x1b[2J\xc2\x9b\n.txt", 0), (b"\x1b[2J\xe9\n.txt", 3)])
def test_extract_shows_names_and_cells_of_files(tmp_path: Path, name: bytes, code: int) -> None:
    path = os.fsdecode(os.fsencode(str(tmp_path)) + b"/" + name)
    text = next((ROOT / "data" / "raw" / "2020").glob("000*")).read_text(encoding="utf-8")
    hostile = text.replace("东山区2020年", f"东山区{_CLEAR}{_C1}\u202e2020年")
    Path(path).write_text(hostile, encoding="utf-8")
    for options in ((), ("--json",)):
        result = CliRunner().invoke(app, ["extract", path, *options])
        assert result.exit_code == code, result.output
        assert harmful(result.stdout + result.stderr, on_terminal=False) == []
    assert bool(json.loads(result.stdout)["reports"]) == (code == 0)


@settings(max_examples=60, deadline=None)
@given(_ANY)
@example("\n".join(hostile_strings(60)))
def test_nothing_that_is_printed_in_any_way_acts(text: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        console = console_for_people()
        show_table(text, [text, "b"], [(text, None), (1, [text])], console)
        console.print(text, style="bold")
        console.print(line(text, (text, "red")))
        say(text)
        say_json({text: [text]})
        say_csv([[text, 1, None]])
        warn(text)
        print_health([Health(text, "challenge", "error", text)], console)
        with contextlib.suppress(Exception):
            fail(message("commands.query_file", file=text, error=text))
    for printed in (out.getvalue(), err.getvalue()):
        assert harmful(printed, on_terminal=False) == []


@given(_ANY)
def test_what_libraries_print_is_shown(text: str) -> None:
    below = io.StringIO()
    guarded = Guarded(below)
    print(text, file=guarded)
    assert harmful(below.getvalue(), on_terminal=False) == [] and not guarded.isatty()


@given(_ANY)
def test_on_a_terminal_only_sequences_of_ours_are_sent(text: str) -> None:
    below = io.StringIO()
    console = console_on(below, width=40)
    console._force_terminal = True
    console.print(line((text, "bold red")))
    show_table(text, [text], [(text,)], console)
    assert harmful(below.getvalue(), on_terminal=True) == []


def test_markup_emoji_and_links_of_values_stay_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(None, ["a"], [(_MARKUP,)], console_for_people())
    assert _MARKUP in capsys.readouterr().out


def test_a_pty_gets_no_sequence_of_a_release(hostile: Path) -> None:
    program = "from pipelines.cli import main; main()"
    words = [sys.executable, "-c", program, "audit"]
    session = on_terminal(words, {"GONGKAI_RELEASE": str(hostile), "PYTHONPATH": str(ROOT)}, cwd=ROOT)
    assert session.code == 0 and r"\x1b]52;c;" in session.text.replace("\r\n", "")
    assert harmful(session.text, on_terminal=True) == []


def test_a_traceback_on_a_pty_is_shown() -> None:
    program = (
        "from pipelines.commands.terminal import guard; guard(); import sys; "
        "print('\\x1b[2J', file=sys.stderr); raise ValueError('\\x1b]0;owned\\x07\\u202e')"
    )
    session = on_terminal([sys.executable, "-c", program], {"PYTHONPATH": str(ROOT)}, cwd=ROOT)
    assert session.code == 1 and r"\x1b]0;owned\x07\u202e" in session.text and r"\x1b[2J" in session.text
    assert harmful(session.text, on_terminal=True) == []


def _others_that_print(path: Path) -> Iterator[str]:
    node: Any
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called: Any = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ("print", "Console", "Progress"):
            yield f"{path.name}:{node.lineno}: {called.id}"
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.stdout", "sys.stderr"):
            yield f"{path.name}:{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.keyword) and node.arg in ("markup", "emoji") and ast.unparse(node.value) == "True":
            yield f"{path.name}:{node.value.lineno}: {node.arg}"


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "pipelines" / "cli.py",
        *sorted((ROOT / "pipelines" / "commands").glob("*.py")),
        *(ROOT / "assets").glob("*.py"),
    ],
    ids=lambda p: p.name,
)
def test_nothing_else_prints(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() not in _WAYS:
        found = [each for each in _others_that_print(path) if path.name != "progress.py" or "Progress" not in each]
        assert found == [], "print through pipelines.commands.terminal"

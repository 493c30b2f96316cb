"""Both READMEs tell the truth: their commands, code, output, targets and paths; and both tell the same."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import assets.run
from pipelines.cli import app
from pipelines.releases.layout import Layout
from tests.projects import ROOT, build_release, copy_project

READMES = ["README.md", "README.zh-CN.md"]
# What commands tell is in the language of the text around it.
LANGUAGES = dict(zip(READMES, ("en", "zh"), strict=True))
AN_OFD = b"OFDR report"
# Written by runs of dagster or a crawl, so not by the release the tests build; tests/assets sees both written.
WRITTEN_LATER = {"data/STOP-CRAWLING", "data/warehouse/exports/csv", "data/raw/objects"}
# As wide as what is printed into a pipe.
_WIDTH = 160
_RELEASE = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_PATH = re.compile(r"[\w.<>-]+(?:/[\w.<>*-]*)+|[\w.-]+\.(?:md|toml|yaml|lock|cff)")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(name: str, language: str) -> list[str]:
    return [body for found, body in _FENCED.findall(text_of(name)) if found == language]


def commands(name: str) -> list[tuple[str, str]]:
    """Return the commands of the console blocks, each with the output shown below it."""
    return [pair for block in fenced(name, "console") for pair in _COMMAND.findall(block)]


def inline_code(name: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", _FENCED.sub("", text_of(name)))


def normalised(text: str) -> str:
    return " ".join(_RELEASE.sub("RELEASE", text).split())


def assert_shows(shown: str, printed: str) -> None:
    """Check that `shown` is `printed`, whole and in order, but for what `...` leaves out."""
    first, *others = (normalised(part) for part in f" {shown} ".split("..."))
    rest = normalised(printed)
    assert rest.startswith(first), f"printed:\n{printed}\nbut the README begins with:\n{first}"
    rest = rest[len(first) :]
    for part in others:
        _, found, rest = rest.partition(part) if part else ("", "...", rest)
        assert found, f"printed:\n{printed}\nbut the README shows:\n{part}"
    # What follows the last shown text may be left out only where the README says so.
    assert not rest.strip() or (others and not others[-1]), f"not shown in the README and no `...`:\n{rest}"


class Shell:
    """Runs what a reader would type, in a folder that looks like the repository after a run."""

    def __init__(
        self, folder: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Lay out the folder: data of the seeds' release, sql of the repository, a file that cannot be read."""
        self.folder, self.layout, self.monkeypatch, self.capsys = folder / "project", layout, monkeypatch, capsys
        self.folder.mkdir()
        (self.folder / "data").symlink_to(layout.root / "data")
        (self.folder / "sql").symlink_to(ROOT / "sql")
        (self.folder / "report.ofd").write_bytes(AN_OFD)
        self.monkeypatch.chdir(self.folder)
        self.monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
        self.code = 0
        self.runs = 0

    def type(self, command: str) -> str:
        """Run a command; returns what it prints and keeps its exit code for `echo $?`."""
        if command == "echo $?":
            return str(self.code)
        assert self.code == 0 or command.startswith("gongkai"), f"exit code {self.code} before: {command}"
        words = [self._substituted(word) for word in shlex.split(command)]
        if words[0] == "make":
            assert words == ["make", "run"]
            return ".venv/bin/gongkai run\n" + self._run(self.layout)
        if Path(words[0]).name != "gongkai":
            done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=self.folder)
            self.code = done.returncode
            return done.stdout + done.stderr
        if words[1] == "run":
            return self._run(self._layout_with_an_ofd())
        result = CliRunner().invoke(app, words[1:])
        self.code = result.exit_code
        return result.output

    def _substituted(self, word: str) -> str:
        found = re.fullmatch(r"\$\(cat (\S+)\)", word)
        return (self.folder / found[1]).read_text(encoding="utf-8") if found else word

    def _layout_with_an_ofd(self) -> Layout:
        layout = copy_project(self.layout, self.folder.parent / "with_an_ofd")
        (layout.raw / "2023").mkdir()
        (layout.raw / "2023" / "report.ofd").write_bytes(AN_OFD)
        build_release(layout)
        return layout

    def _run(self, layout: Layout) -> str:
        """Print what a run prints, of a release built without dagster: the first run publishes, the second does not."""
        self.runs += layout is self.layout
        files = {1: 5, 2: 0}[self.runs] if layout is self.layout else 1
        told = {"newly_extracted": files, "is_new": files > 0}
        self.monkeypatch.setattr(assets.run, "_metadata", lambda *_: told)
        printed = io.StringIO()
        nothing: Any = None
        self.capsys.readouterr()
        self.code = assets.run.report(layout, nothing, Console(file=printed, width=_WIDTH))
        return printed.getvalue() + self.capsys.readouterr().err


@pytest.mark.parametrize("name", READMES)
def test_commands_print_what_is_shown(
    name: str,
    seed_layout: Layout,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", LANGUAGES[name])
    shell = Shell(tmp_path, seed_layout, monkeypatch, capsys)
    found = commands(name)
    for index, (command, shown) in enumerate(found):
        assert_shows(shown, shell.type(command))
        asked = found[index + 1 : index + 2] and found[index + 1][0] == "echo $?"
        assert shell.code == 0 or asked or command == "echo $?", f"{command} exits with {shell.code}"
        if command == "echo $?":
            shell.code = 0
    exported = (tmp_path / "gongkai-csv" / "dim_report.csv").read_bytes()
    assert exported.startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "gongkai-parquet" / "dim_report.parquet").exists()


@pytest.mark.parametrize("name", READMES)
def test_python_blocks_print_what_is_shown(name: str, seed_layout: Layout) -> None:
    blocks = _PYTHON.findall(text_of(name))
    assert len(blocks) == len(fenced(name, "python")), "each python block is followed by its output as text"
    for code, shown in blocks:
        environment = {**os.environ, "PYTHONUTF8": "1"}
        command = [sys.executable, "-W", "error", "-c", code]
        done = subprocess.run(
            command,
            cwd=seed_layout.root,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert_shows(shown, done.stdout)


def test_quick_start_is_two_commands() -> None:
    for name in READMES:
        block = fenced(name, "console")[0]
        first, second = (command for command, _ in _COMMAND.findall(block))
        assert first == "make run" and second.startswith(".venv/bin/gongkai sql ")


def test_both_show_the_same_commands_code_and_sections() -> None:
    english, chinese = READMES
    assert [c for c, _ in commands(english)] == [c for c, _ in commands(chinese)]
    assert fenced(english, "python") == fenced(chinese, "python")
    for heading in (r"^## ", r"^\|"):  # as many sections, as many rows of tables
        counted = [len(re.findall(heading, _FENCED.sub("", text_of(name)), re.MULTILINE)) for name in READMES]
        assert counted[0] == counted[1], heading
    assert f"({chinese})" in text_of(english) and f"({english})" in text_of(chinese)


@pytest.mark.parametrize("name", READMES)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    typed = [c for c, _ in commands(name)] + inline_code(name)
    named = {match[1] for text in typed if (match := re.match(r"make (\w+)", text))}
    assert {"run", "test", "docs", "lock", "ui"} <= named <= targets


@pytest.mark.parametrize("name", READMES)
def test_paths_exist(name: str, seed_layout: Layout) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", text_of(name)) if "://" not in link]
    paths = {text for text in inline_code(name) if _PATH.fullmatch(text)} | set(links)
    assert {"LICENSE", "data/raw/<year>/", "docs/dictionary.md"} <= paths
    for path in paths - WRITTEN_LATER:
        pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
        assert list(ROOT.glob(pattern)) or list(seed_layout.root.glob(pattern)), f"{name} names {path}"


@pytest.mark.parametrize("name", READMES)
def test_names_of_dagster_exist(name: str) -> None:
    automation = text_of("assets/automation.py")
    named = [text for text in inline_code(name) if re.search(r"_(job|sensor|daily|weekly|nightly)$", text)]
    assert len(named) == 9
    assert all(text in automation for text in named)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\nc", "a\nb\nc"),  # a line is left out without saying so
        ("a\n...\nd", "a\nb\nc"),  # a line that is not printed
        ("a\n...\nb", "a\nb\nc"),  # more is printed than shown
        ("c\n...\na", "a\nb\nc"),  # another order
        ("b\n...", "a\nb\nc"),  # it begins otherwise
    ],
)
def test_wrong_output_is_noticed(shown: str, printed: str) -> None:
    with pytest.raises(AssertionError):
        assert_shows(shown, printed)

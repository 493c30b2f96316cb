"""Messages: one catalogue in two languages, of which each is said, and each failure tells what to do."""

from __future__ import annotations

import ast
import copy
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines import Told
from pipelines.declarations import DeclarationError, Fault
from pipelines.messages import UnknownMessage, chosen, message, message_in, saying
from pipelines.messages.message_file import named_in, read_messages
from pipelines.messages.saying import FOLDER, entry_of
from tests.projects import ROOT

CODES = [f"{path.stem}.{name}" for path in sorted(FOLDER.glob("*.yml")) for name in read_messages(path).messages]
KNOWN = frozenset(CODES)
_CODE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")
SOURCES = [ROOT / "pipelines" / "cli.py", *(ROOT / "pipelines").glob("*/**/*.py"), *(ROOT / "assets").glob("*.py")]
SOURCES += [ROOT / "pipelines" / name for name in ("locking.py", "own_answers.py")]
_FAILING = {"fail_with", "of"}
_ROWS = {"ReadError", "NotAReport"}
_SAYING = {"message", "said", "fail_with", "phase", "waiting", "of", "kept", *_ROWS}


@cache
def said() -> dict[str, set[str]]:
    """Return the codes that stand in the code, each with the functions that they are given to."""
    found: dict[str, set[str]] = {}
    node: Any
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for text in (each for argument in node.args for each in ast.walk(argument)):
                    if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value in KNOWN:
                        found.setdefault(text.value, set()).add(name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in KNOWN:
                found.setdefault(node.value, set())
    return found


def test_every_message_is_said_somewhere() -> None:
    assert sorted(set(CODES) - set(said())) == []


def test_every_code_that_is_said_is_a_message() -> None:
    stages = {path.stem for path in FOLDER.glob("*.yml")}
    wrong = []
    for path in SOURCES:
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            name = ast.unparse(call.func).rpartition(".")[2]
            # Of an error that becomes a row the reason stands before the message.
            at = 1 if name in _ROWS else 0
            first: Any = call.args[at] if len(call.args) > at else None
            if name in _SAYING and isinstance(first, ast.Constant):
                code = str(first.value)
                if _CODE.fullmatch(code) and code.partition(".")[0] in stages and code not in CODES:
                    wrong.append(f"{path.name}: {code}")
    assert wrong == []


def given() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where each message is said whose values stand beside it, its code, and the values."""
    for path in SOURCES:
        for call in (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call)):
            name = ast.unparse(call.func).rpartition(".")[2]
            at = 1 if name in _ROWS | {"message_in"} else 0
            values = {each.arg for each in call.keywords}
            if name not in _SAYING | {"message_in"} or len(call.args) <= at or None in values:
                continue
            text = call.args[at]
            for part in (text.body, text.orelse) if isinstance(text, ast.IfExp) else (text,):
                if isinstance(part, ast.Constant) and part.value in CODES:
                    yield f"{path.name}:{call.lineno}", part.value, {str(each) for each in values} - {"exit_code"}


def test_a_message_is_given_the_values_that_it_tells() -> None:
    wrong = []
    for place, code, values in given():
        entry = entry_of(code)
        named = {name for each in (entry, entry.remedy) if each for name in named_in(each.en)}
        if values != named:
            wrong.append((place, code, sorted(values ^ named)))
    assert wrong == []
    assert sum(1 for _ in given()) > 600


@pytest.mark.parametrize("code", sorted(code for code, given in said().items() if given & _FAILING))
def test_every_failure_has_a_remedy(code: str) -> None:
    assert entry_of(code).remedy is not None


@pytest.mark.parametrize("code", CODES)
def test_a_message_is_said_in_both_languages(code: str) -> None:
    entry = entry_of(code)
    names = {name for each in (entry, entry.remedy) if each for name in named_in(each.zh)}
    values: dict[str, object] = dict.fromkeys(names, 7)
    chinese, english = message_in("zh", code, **values), message_in("en", code, **values)
    assert not set(english) & set("，。：；（）"), "Chinese punctuation in English"
    assert "{" not in chinese + english
    # What is nothing but values, marks and names of our own is the same in both.
    words = set(re.sub(r"\{[^}]*\}", "", entry.zh + entry.en)) & set(string.ascii_letters)
    assert chinese != english or not words


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "zh_TW"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "GONGKAI_LANG": "en"}, "en"),
        ({"LANG": "C", "GONGKAI_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_setting_or_the_locale(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("GONGKAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert chosen() == language


def test_a_value_is_one_line_whatever_is_in_it() -> None:
    told = message("run.failed", reason="a\nb\x1b[2J")
    assert told == r"failed: a\nb\x1b[2J"


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (12_345_678, "12.3 MB"),
        (999_949_999, "999.9 MB"),
        (999_950_000, "1.0 GB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_bytes_are_told_in_the_unit_that_fits(count: int, told: str) -> None:
    assert message("progress.bytes", finished=count, total=count) == f"{told}/{told}"
    chinese = message_in("zh", "progress.counted_bytes", what="取回", finished=count, total=count, elapsed="00:00:01")
    assert chinese == f"取回：{told}/{told}，已用 00:00:01"


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(UnknownMessage, match=r"run\.yml has no 'publishd'\. Nearest: published"):
        message("run.publishd")
    there_are = r"no file messages/nowhere\.yml; there are: auditing, check, collecting, "
    with pytest.raises(UnknownMessage, match=there_are):
        message("nowhere.x")
    with pytest.raises(KeyError, match="folder"):
        message("run.reading")


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('{zh: "{a}", en: "{b}"}', "expected the same values in both languages: zh has ['a'], en ['b']"),
        ('{zh: "{a", en: "a"}', "braces themselves doubled"),
        ('{zh: "{}", en: "{}"}', "expected names of values in braces"),
        ('{zh: 好, en: good, remedy: {zh: "{x}", en: x}}', "messages.one.remedy"),
    ],
)
def test_a_file_with_unlike_languages_is_refused(tmp_path: Path, entry: str, fault: str) -> None:
    path = tmp_path / "stage.yml"
    path.write_text(f"messages:\n  one: {entry}\n", encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        read_messages(path)
    assert fault in str(refused.value)


def test_an_error_of_a_message_is_told_in_the_language_of_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    error = copy.copy(Told.of("run.no_project", folder=Path("/x")))
    assert str(error) == "/x is no project: it has no dagster.yaml: run in a clone, or let GONGKAI_ROOT name one"
    monkeypatch.setenv("GONGKAI_LANG", "zh")
    assert str(error).startswith("/x 不是项目目录")
    assert str(Told("a sentence")) == "a sentence"


def test_an_error_is_told_where_no_message_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: str) -> None:
        raise OSError(24, "Too many open files")

    error = Told.of("locks.no_place", file="/w/.lock", error="Too many open files", what="the warehouse")
    monkeypatch.setattr("pipelines.import_module", refused)
    assert str(error) == "locks.no_place: /w/.lock, Too many open files, the warehouse"


def test_a_file_of_messages_that_cannot_be_opened_is_not_declared_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> None:
        raise DeclarationError([Fault(path.name, 1, "", "expected a YAML file")]) from OSError(
            24, "Too many open files"
        )

    monkeypatch.setattr("pipelines.messages.message_file.read_messages", refused)
    with pytest.raises(OSError, match="Too many open files"):
        saying._entries.__wrapped__("locks")

"""What is typed wrongly is told in one line of the chosen language, with the help to ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.commands.typed import one_line, typed

_SEE = {"en": "see `", "zh": "用法见 "}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("words", "in_english", "in_chinese"),
    [
        (
            ("sql", "x", "--seconds", "0"),
            "the value of --seconds: expected 0.1 or more",
            "--seconds 的值不对：应不小于 0.1",
        ),
        (
            ("explore", "--port", "99999"),
            "the value of --port: expected 65535 or less",
            "--port 的值不对：应不大于 65535",
        ),
        (("sql", "x", "--rows", "a"), "the value of --rows: expected a whole number", "--rows 的值不对：应为整数"),
        (("sql", "x", "--seconds", "a"), "the value of --seconds: expected a number", "--seconds 的值不对：应为数"),
        (("sqll",), "no command sqll; similar: sql", "没有命令 sqll，相近的有 sql"),
        (("nothing",), "no command nothing", "没有命令 nothing"),
        (("source", "nothing"), "no command nothing", "没有命令 nothing"),
        (("sql", "--unknown"), "no option --unknown", "没有选项 --unknown"),
        (("sql", "--secnds", "1"), "no option --secnds; similar: --seconds", "没有选项 --secnds，相近的有 --seconds"),
        (("check",), "the argument FILE|FOLDER|ZIP is missing", "缺少参数 FILE|FOLDER|ZIP"),
        (("agency", "x"), "the option --year is missing", "缺少选项 --year"),
        (("sql", "x", "--rows"), "the option --rows needs a value", "选项 --rows 要有值"),
        (("collect", "--all=3"), "the option --all takes no value", "选项 --all 不带值"),
        (("sql", "a", "b", "c"), "more than the command takes: b c", "多余的参数：b c"),
    ],
)
def test_every_kind_is_one_line_in_either_language(
    words: tuple[str, ...], in_english: str, in_chinese: str, language: str
) -> None:
    ended = CliRunner().invoke(app, ["--language", language, *words])
    (told,) = ended.stderr.splitlines()
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert told.startswith(f"gongkai: {in_chinese if language == 'zh' else in_english}")
    assert _SEE[language] in told and "--help" in told
    if language == "zh":
        assert not re.search(r"[A-Za-z]{4,} [a-z]{2,} [a-z]{2,}", told)


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.sql").touch(0)
    ended = typed("sql", "--file", tmp_path / "q.sql", environment={"GONGKAI_LANG": "zh"}, without_rights=True)
    assert ended.returncode == 2
    assert one_line(ended).startswith(f"gongkai: --file 的值不对：{tmp_path}/q.sql 不能读取：用法见 gongkai sql --help")


def test_what_is_typed_acts_on_no_screen() -> None:
    ended = CliRunner().invoke(app, ["sql", "a", "x\x1b[2J\ny"])
    (told,) = ended.stderr.splitlines()
    assert r"x\x1b[2J\x0ay" in told or r"x\x1b[2J\ny" in told


def test_an_address_that_is_none_is_told_as_such() -> None:
    ended = typed("source", "probe", "http://[::1", environment={"GONGKAI_LANG": "zh"})
    assert ended.returncode == 2 and "http://[::1" in one_line(ended) and "Invalid" not in ended.stderr


def test_crawlers_that_may_not_be_stopped_are_told_with_the_file(tmp_path: Path) -> None:
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    raw.parent.chmod(0o555)
    ended = typed("source", "stop", "why", environment={"GONGKAI_ROOT": str(tmp_path)}, without_rights=True)
    raw.parent.chmod(0o755)
    told = one_line(ended)
    assert ended.returncode == 1 and "Permission denied: choose a place" in told and "Errno" not in told

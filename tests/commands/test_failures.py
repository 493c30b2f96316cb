"""How commands tell that a declaration cannot be used, and that a disk or a share of it is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pipelines.commands.failures import declarations_explained, fail_unwritten
from pipelines.commands.leaving import FULL
from pipelines.declarations import DeclarationError, Fault


def test_a_wrong_declaration_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    faults = [Fault("forms/form_2021.yml", 45, "tables[2].rows[0].alias", "no key"), Fault("a.yml", 2, "", "no text")]
    with pytest.raises(SystemExit) as ended, declarations_explained():
        raise DeclarationError(faults)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert told.err.splitlines() == [
        "gongkai: a.yml:2: no text",
        "gongkai: forms/form_2021.yml:45: tables[2].rows[0].alias: no key",
    ]


def test_any_other_error_keeps_its_traceback() -> None:
    with pytest.raises(ValueError, match="of ours"), declarations_explained():
        raise ValueError("a fault of ours")


@pytest.mark.parametrize("number", FULL)
def test_a_full_disk_and_a_full_share_of_it_need_room(
    number: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(typer.Exit):
        fail_unwritten(OSError(number, os.strerror(number)), tmp_path)
    assert capsys.readouterr().err == f"gongkai: {tmp_path}: {os.strerror(number)}: make room and try again\n"
    program = (
        "import pipelines.cli as cli, os\n"
        f"def app(): raise OSError({number}, os.strerror({number}), 'release')\n"
        "cli.app = app\ncli.main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"gongkai: release: {os.strerror(number)}: make room and try again\n"

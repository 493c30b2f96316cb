"""Compiling the loops of the PDF reader: it replaces what is old, and hinders nothing where it fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.commands import compile_reader


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (cc) is there")
def test_building_replaces_libraries_of_other_sources(tmp_path: Path) -> None:
    (tmp_path / "walk-old.so").touch()
    compile_reader.build(tmp_path / "walk-new.so")
    assert [path.name for path in tmp_path.iterdir()] == ["walk-new.so"]


@pytest.mark.parametrize("compiler", ["no-such-compiler", "false"])
def test_no_compiler_is_told_and_fails_nothing(
    compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", compiler)
    monkeypatch.setattr(compile_reader, "library_path", lambda: tmp_path / "walk.so")
    compile_reader.main()
    assert "without compiled loops" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

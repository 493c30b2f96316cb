"""Rounds: what changed of each unit since the last one, and a record that is of no use is kept, never written over."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.locking import Locked
from pipelines.messages import message
from pipelines.office.given_files import ROUND_FILE, ROUND_MARK, given_files
from pipelines.office.results_folder import CannotWriteRound, own_folder, require_own, set_aside
from pipelines.office.roster import Unit
from pipelines.office.rounds import (
    VERSION,
    KeptFinding,
    KeptUnit,
    Round,
    changes,
    key_of,
    read_round,
    write_round,
)
from pipelines.office.rounds_told import change, closing

_A, _B, _C = (KeptFinding(rule=rule, scope="total", cell=None) for rule in ("a", "b", "c"))
_NOW = datetime(2022, 1, 20, 8, tzinfo=UTC)


def unit(name: str, *findings: KeptFinding, figures: str | None = "x") -> KeptUnit:
    return KeptUnit(name=name, state="received", figures=figures, findings=findings)


def made(number: int = 1, **units: KeptUnit) -> Round:
    about: dict[str, Any] = {"what": ROUND_MARK, "version": VERSION, "number": number, "made_at": _NOW}
    return Round(**about, year=2021, county="莒县", seen={"0" * 64: _NOW}, units=units)


def test_what_is_fixed_open_and_new_is_told_of_each_unit() -> None:
    before = made(1, one=unit("一", _A, _B), two=unit("二", _A), three=unit("三", figures=None), gone=unit("四"))
    now = made(
        2, one=unit("一", _B, _C, figures="y"), two=unit("二", figures=None), three=unit("三", _A), new=unit("五")
    )
    found = changes(now, before)
    assert found.by_key["one"][:3] == ((_A,), (_B,), (_C,)) and found.by_key["one"].has_other_figures
    assert found.by_key["two"].is_gone and not found.by_key["two"].fixed, "what is missing is not fixed"
    assert found.by_key["three"].has_arrived and not found.by_key["three"].new
    assert found.by_key["new"].has_arrived and found.left_roster == ("四",)
    totals = [found.total(name) for name in ("fixed", "still", "new", "has_arrived", "is_gone", "has_other_figures")]
    assert totals == [1, 1, 1, 2, 1, 1]


def test_changes_are_told_in_a_line_each() -> None:
    before = made(1, one=unit("一", _A), two=unit("二", _A), three=unit("三"), left=unit("四"))
    now = made(2, one=unit("一", _A), two=unit("二", figures="y"), three=unit("三"))
    found = changes(now, before)
    told = {key: (change(each, "zh"), change(each, "en")) for key, each in found.by_key.items()}
    assert told == {
        "one": ("无变化，仍未改正 1", "no change, 1 still open"),
        "two": (
            "已改正 1、仍未改正 0、新出现 0；数字有改动",
            "1 fixed, 0 still open, 0 new; its figures are others",
        ),
        "three": ("无变化", "no change"),
    }
    assert change(None, "zh") == ""
    assert next(closing(found, "zh")) == "第 2 轮，与第 1 轮（2022-01-20 16:00（北京时间））相比"
    assert list(closing(found, "en"))[-1].endswith("does not have, 1: 四")
    assert list(closing(changes(made(1), None), "en")) == ["round 1, with nothing before to compare"]


def test_a_round_is_written_and_read_again(tmp_path: Path) -> None:
    own = made(3, one=unit("一", _A))
    write_round(tmp_path, own)
    assert read_round(tmp_path) == (own, None, {})
    assert [path.name for path in tmp_path.iterdir()] == [ROUND_FILE]
    assert read_round(tmp_path / "nowhere").round is None


def test_a_round_that_nobody_ended_is_none(tmp_path: Path) -> None:
    write_round(tmp_path, made(0))
    assert read_round(tmp_path) == (None, None, {})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f'{{"what": "{ROUND_MARK}", "version": 1, "num', "rounds.damaged"),
        (f'{{"what": "{ROUND_MARK}", "version": 1, "number": "x"}}', "rounds.damaged"),
        (f'{{"what": "{ROUND_MARK}", "version": 2, "later": true}}', "rounds.newer"),
        ('{"what": "another program"}', "rounds.foreign"),
        ("[1]", "rounds.foreign"),
        ("not json", "rounds.foreign"),
        ("[" * 100_000, "rounds.foreign"),
        ("\udcff", "rounds.foreign"),
    ],
)
def test_a_damaged_or_foreign_file_is_told_and_kept(tmp_path: Path, content: str, code: str) -> None:
    data = content.encode("utf-8", "surrogateescape")
    (tmp_path / ROUND_FILE).write_bytes(data)
    earlier = read_round(tmp_path)
    assert earlier.round is None and earlier.code == code
    kept = set_aside(tmp_path / ROUND_FILE)
    assert kept.name == "round.kept-1.json" and not (tmp_path / ROUND_FILE).exists()
    assert str(kept) in message(str(earlier.code), **earlier.values, kept=kept)
    (tmp_path / ROUND_FILE).write_text("{}", encoding="utf-8")
    assert set_aside(tmp_path / ROUND_FILE).name == "round.kept-2.json" and kept.read_bytes() == data


def test_one_office_at_a_time_writes_into_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    with own_folder(folder):
        assert folder.is_dir()
        with pytest.raises(Locked, match=r"new is held by another process: wait for it to end"), own_folder(folder):
            pass
    # What was made for results of which there are none is gone.
    assert not folder.exists()
    with own_folder(folder):
        write_round(folder, made(1))
    with own_folder(folder):
        pass
    assert read_round(folder).round == made(1)


def test_nothing_is_written_into_a_folder_of_others(tmp_path: Path) -> None:
    require_own(tmp_path)
    require_own(tmp_path / "new")
    (tmp_path / "年报.docx").write_bytes(b"x")
    with pytest.raises(CannotWriteRound, match="has other files in it"):
        require_own(tmp_path)
    (tmp_path / ROUND_FILE).write_text('{"what": "another"}', encoding="utf-8")
    with pytest.raises(CannotWriteRound):
        require_own(tmp_path)
    write_round(tmp_path, made(1))
    require_own(tmp_path)
    with pytest.raises(CannotWriteRound, match="is no folder"):
        require_own(tmp_path / "年报.docx")


def test_a_folder_of_results_is_left_out_of_what_is_read(tmp_path: Path) -> None:
    results = tmp_path / "结果"
    results.mkdir()
    (results / "表.xlsx").write_bytes(b"x")
    (tmp_path / "年报.txt").write_bytes(b"x")
    assert len(given_files([tmp_path]).files) == 2
    write_round(results, made(1))
    given = given_files([tmp_path])
    assert given.files == (tmp_path / "年报.txt",) and given.left_out == (results,)
    (results / ROUND_FILE).write_text(f'{{"what": "{ROUND_MARK}", broken', encoding="utf-8")
    assert given_files([tmp_path]).left_out == (results,)


def test_a_unit_is_known_by_its_agency_else_by_its_name() -> None:
    own = Unit("教育局", agency_key=7)
    assert key_of(own) == key_of(replace(own, name="教体局")) == "7"
    assert key_of(Unit("教育局")) == "name:教育局"


def test_a_record_has_its_mark_at_the_begin(tmp_path: Path) -> None:
    content = write_round(tmp_path, made(1)).read_text(encoding="utf-8")
    assert ROUND_MARK in content[:60] and json.loads(content)["units"] == {}


def test_a_pipe_in_the_place_of_a_record_holds_nobody_up(tmp_path: Path) -> None:
    folder = tmp_path / "结果"
    folder.mkdir()
    os.mkfifo(folder / ROUND_FILE)
    (folder / "年报.txt").write_bytes(b"x")
    assert folder / "年报.txt" in given_files([tmp_path]).files
    with pytest.raises(CannotWriteRound, match="has other files in it"):
        require_own(folder)

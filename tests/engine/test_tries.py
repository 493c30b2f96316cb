"""Outcomes of the day are tried again ever more rarely; what was tried survives a kill, and a damaged note."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.contracts.codes import code_list
from pipelines.engine.tries import (
    LONGEST_WAIT,
    TRANSIENT,
    Tried,
    Tries,
    UnknownReason,
    checked_reasons,
    read_tries,
    write_tries,
)


def runs_with_a_try(reason: str, runs: int) -> list[int]:
    """Return in which runs a file is read that always ends alike; it comes with the first."""
    tries = Tries(1).ended({"file": reason})
    tried = [1]
    for run in range(2, runs + 1):
        again = tries.due({"file": reason})
        tries = (tries.begun(again) if again else Tries(run, tries.files)).ended({"file": reason})
        tried += [run] * len(again)
    return tried


@pytest.mark.parametrize("reason", ["timeout", "out_of_memory", "worker_died"])
def test_the_pauses_double_up_to_the_longest(reason: str) -> None:
    tried = runs_with_a_try(reason, 400)
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses == [1, 2, 4, 8, 16, 32, *[LONGEST_WAIT] * 5]


@pytest.mark.parametrize("reason", ["unreadable", "changed_during_run"])
def test_what_costs_nothing_is_tried_in_every_run(reason: str) -> None:
    assert runs_with_a_try(reason, 9) == list(range(1, 10))


@pytest.mark.parametrize("reason", sorted(set(code_list("outcome_reason")) - TRANSIENT))
def test_other_outcomes_are_of_the_content(reason: str) -> None:
    assert runs_with_a_try(reason, 9) == [1]


def test_a_file_of_which_nothing_is_noted_is_tried() -> None:
    tries = Tries(7)
    assert tries.due({"a": "timeout", "b": "damaged"}) == {"a"}
    assert tries.begun({"a"}).files == {"a": Tried(2, 8)}


def test_a_file_that_was_read_at_last_is_no_longer_noted() -> None:
    tries = Tries(3, {"a": Tried(2, 3), "b": Tried(1, 3)})
    assert tries.ended({"b": "timeout", "c": "no_report"}).files == {"b": Tried(1, 3)}


def test_the_state_is_what_was_written(tmp_path: Path) -> None:
    tries = Tries(3, {"a": Tried(2, 3)})
    write_tries(tries, tmp_path / "tries.json")
    assert read_tries(tmp_path / "tries.json") == tries


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"runs": 1}', '{"runs": 1, "files": {"a": 3}}', "\0"])
def test_a_damaged_state_is_an_empty_one(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "tries.json"
    assert read_tries(path) == Tries()
    path.write_text(damage, encoding="utf-8")
    assert read_tries(path) == Tries()


def test_reasons_are_codes() -> None:
    assert checked_reasons(["timeout", "all"]) == {"timeout", "all"}
    with pytest.raises(
        UnknownReason, match=r"reason timeuot: did you mean timeout\? there are all, unreadable, .*part_year"
    ):
        checked_reasons(["timeuot", "damaged"])

"""What the rows of a table follow from: of messages those of the audit, and for its tables alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.warehouse import table_code as tested
from pipelines.warehouse.table_code import sources_of, table_code
from tests.projects import ROOT

PACKAGE = ROOT / "pipelines"


def names(stage: tested.Stage) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in sources_of(stage)}


def test_the_tables_of_the_audit_follow_from_its_messages_and_no_other_ones() -> None:
    found = {name for name in names("audit") if name.startswith("messages/")}
    assert {name for name in found if name.endswith(".yml")} == {"messages/auditing.yml"}
    assert "messages/saying.py" in found
    assert not {name for stage in ("contents", "agencies") for name in names(stage) if name.startswith("messages/")}


def test_every_stage_follows_from_its_folders() -> None:
    assert {"auditing/evaluate.py", "auditing/rules/money.yml", "forms/form_2021.yml"} <= names("audit")
    assert "auditing/evaluate.py" not in names("agencies") and "agencies/resolver.py" in names("agencies")
    assert "agencies/resolver.py" not in names("contents") and "extracting/dates.py" in names("contents")


@pytest.mark.parametrize(
    ("place", "changes"),
    [("messages/auditing.yml", True), ("messages/run.yml", False), ("auditing/rules/money.yml", True)],
)
def test_a_sentence_of_the_audit_that_is_another_makes_its_tables_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, changes: bool
) -> None:
    package = tmp_path / "pipelines"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(tested, "_PACKAGE", package)
    fresh = table_code.__wrapped__
    before = {stage: fresh(stage) for stage in ("contents", "agencies", "audit")}
    assert before["audit"] == table_code("audit")
    with (package / place).open("a", encoding="utf-8") as file:
        file.write("# another\n")
    after = {stage: fresh(stage) for stage in before}
    assert {stage for stage in before if before[stage] != after[stage]} == ({"audit"} if changes else set())

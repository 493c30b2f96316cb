"""What the rows of a table follow from: of messages those that are columns, the audit's for its tables alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.warehouse import table_code as tested
from pipelines.warehouse.table_code import sources_of, table_code
from tests.projects import ROOT

PACKAGE = ROOT / "pipelines"
STAGES: tuple[tested.Stage, ...] = ("contents", "agencies", "audit")


def names(stage: tested.Stage) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in sources_of(stage)}


def test_tables_follow_from_the_messages_that_are_columns_of_theirs() -> None:
    said = {stage: {name for name in names(stage) if name.startswith("messages/")} for stage in STAGES}
    assert {"messages/saying.py", "messages/outcomes.yml", "messages/reading_pdf.yml"} <= said["contents"]
    assert said["contents"] == said["agencies"] == said["audit"] - {"messages/auditing.yml"}
    assert "messages/auditing.yml" in said["audit"] and "messages/run.yml" not in said["audit"]


def test_every_stage_follows_from_its_folders() -> None:
    assert {"auditing/evaluate.py", "auditing/rules/money.yml", "forms/form_2021.yml"} <= names("audit")
    assert "auditing/evaluate.py" not in names("agencies") and "agencies/resolver.py" in names("agencies")
    assert "agencies/resolver.py" not in names("contents") and "extracting/dates.py" in names("contents")


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("messages/auditing.yml", {"audit"}),
        ("messages/run.yml", set()),
        ("auditing/rules/money.yml", {"audit"}),
        ("messages/reading.yml", set(STAGES)),
    ],
)
def test_a_sentence_of_a_column_that_is_another_makes_its_tables_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, changes: set[str]
) -> None:
    package = tmp_path / "pipelines"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(tested, "_PACKAGE", package)
    fresh = table_code.__wrapped__
    before = {stage: fresh(stage) for stage in STAGES}
    assert before["audit"] == table_code("audit")
    with (package / place).open("a", encoding="utf-8") as file:
        file.write("# another\n")
    after = {stage: fresh(stage) for stage in before}
    assert {stage for stage in before if before[stage] != after[stage]} == changes

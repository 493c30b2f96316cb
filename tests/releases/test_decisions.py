"""Which decisions on reports had no effect in a release."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pytest

from pipelines.releases import decisions
from pipelines.releases.decisions import Kept, idle


def sha(key: int) -> str:
    return f"{key:064x}"


# Key, status, what it repeats or gives way to: 2 is kept over 1; 5 repeats 4; 6 and 7 are in conflict; 8 gave way to 9.
REPORTS = (
    *((1, "superseded_by", 2), (2, "current", None), (3, "current", None), (4, "current", None)),
    *((5, "duplicate_of", 4), (6, "conflicting", None), (7, "conflicting", None)),
    *((8, "superseded_by", 9), (9, "superseded_by", 10), (10, "current", None)),
)


@pytest.fixture(autouse=True)
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every release be one of REPORTS, each the main file of its own."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE dim_report (report_key BIGINT, status VARCHAR, related_report_key BIGINT)")
        connection.executemany("INSERT INTO dim_report VALUES (?, ?, ?)", REPORTS)
        connection.execute(
            "CREATE TABLE report_file (report_key BIGINT, file_sha256 VARCHAR, ordinal INTEGER, role VARCHAR)"
        )
        connection.execute("CREATE TABLE raw_file_location (location VARCHAR, file_sha256 VARCHAR, is_latest BOOLEAN)")
        for key, *_ in REPORTS:
            connection.execute("INSERT INTO report_file VALUES (?, ?, 0, 'main')", [key, sha(key)])
            connection.execute("INSERT INTO raw_file_location VALUES (?, ?, true)", [f"2021/{key}.html", sha(key)])
        monkeypatch.setattr(decisions, "connect", lambda _: nullcontext(connection))
        yield


def why(kept: int, *over: int, ordinal: int = 0, pattern: str | None = None) -> str | None:
    entry = Kept(None if pattern else sha(kept), pattern, ordinal, tuple(map(sha, over)))
    return dict(idle(Path("release"), [entry])).get(0)


@pytest.mark.parametrize(("kept", "over"), [(2, (1,)), (4, (5,)), (9, (8,)), (10, (8, 9))])
def test_what_gives_way_to_the_one_kept_or_its_copy_is_an_effect(kept: int, over: tuple[int, ...]) -> None:
    assert why(kept, *over) is None


@pytest.mark.parametrize(
    ("kept", "over"),
    [(1, (2,)), (5, (4,)), (3, (2,)), (6, (7,)), (2, (1, 3))],
    ids=["the other way", "a copy of it", "both count", "conflict", "one of two"],
)
def test_a_report_that_counts_still_or_gives_way_to_another_is_told(kept: int, over: tuple[int, ...]) -> None:
    assert why(kept, *over) == "without_effect"


def test_what_is_not_there_is_told() -> None:
    assert why(99, 1) == why(2, 99) == why(2, 1, ordinal=1) == "unused"
    # Of several that it sets aside those that are gone need no decision.
    assert why(2, 1, 99) is None


def test_a_decision_by_place_is_held_against_the_files_there() -> None:
    assert why(0, 1, pattern=r"^2021/2\.html$") is None
    assert why(0, 1, pattern=r"^2020/2\.html$") == "unused"


def test_a_pattern_that_fits_the_report_set_aside_as_well_is_used() -> None:
    assert why(0, 1, pattern=r"^2021/[12]\.html$") is None
    # Each is kept over the other, so neither is; and both count still.
    assert why(0, 1, 2, pattern=r"^2021/[12]\.html$") == why(0, 3, pattern=r"^2021/[34]\.html$") == "without_effect"
    # Alone it sets nothing aside.
    assert why(0, 1, pattern=r"^2021/1\.html$") == "unused"

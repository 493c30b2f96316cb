"""What changed between two releases: each kind of change is found with its cause, and nothing else is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.differing import comparison_markdown, write_comparison
from pipelines.warehouse.comparing import CannotCompare, Comparison, compare, find_release
from pipelines.warehouse.layout import Layout, current_release
from pipelines.warehouse.parquet import read_frame, table_file
from pipelines.warehouse.release import MANIFEST, build_candidate, publish, read_manifest
from tests.projects import build_release, build_tables, make_project

AMOUNT = "procurement.centralized_procurement.total_amount"


@pytest.fixture
def first(tmp_path: Path, seed_layout: Layout) -> Layout:
    """Return a project of its own with the release of the seeds and the tables it was made from."""
    layout = make_project(tmp_path / "project")
    shutil.copytree(seed_layout.work, layout.work, symlinks=True, ignore=shutil.ignore_patterns("candidate"))
    build_candidate(layout)
    publish(layout)
    return layout


def second(layout: Layout, *manifest: str) -> Comparison:
    """Publish what work/star holds now as another release; `manifest` names what it was made with anew."""
    candidate = build_candidate(layout)
    told = read_manifest(candidate)
    (candidate / MANIFEST).write_text(json.dumps(told | dict.fromkeys(manifest, "another")), encoding="utf-8")
    before = current_release(layout)
    assert publish(layout).is_new
    return compare(before, current_release(layout))


def rewrite(layout: Layout, name: str, year: int | None, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    path = table_file(layout.star, CONTRACTS[name], year)
    changed = change(pl.read_parquet(path, hive_partitioning=False))
    path.unlink()  # the release holds the same file
    changed.write_parquet(path)


def counted(found: Comparison) -> dict[tuple[str, str, str], int]:
    return {(table, change, cause): n for table, change, cause, n in found.counted().iter_rows()}


def test_a_release_equals_itself(first: Layout) -> None:
    release = current_release(first)
    found = compare(release, release)
    assert found.changes.is_empty() and comparison_markdown(found) == "没有变化 no changes"


@pytest.mark.parametrize(("manifest", "cause"), [(["reader"], "new_reader"), ([], "unknown")])
def test_a_number_read_otherwise(first: Layout, manifest: list[str], cause: str) -> None:
    doubled = pl.when((pl.col("cell_path") == AMOUNT) & (pl.col("value") > 0)).then(pl.col("value") * 2)
    rewrite(
        first, "cell", 2020, lambda f: f.with_columns(doubled.otherwise("value").cast(f.schema["value"]).alias("value"))
    )
    found = second(first, *manifest)
    assert counted(found) == {("cell", "changed", cause): 3}
    row = found.changes.filter(pl.col("agency_name") == "东山区人民政府").row(0, named=True)
    assert (row["item"], row["old_value"], row["new_value"]) == (AMOUNT, "55613033.29", "111226066.58")


def test_an_agency_resolved_otherwise(first: Layout) -> None:
    rewrite(
        first,
        "dim_agency",
        None,
        lambda f: f.with_columns(name=pl.col("name").str.replace("东山区人民政府", "东山街道办事处")),
    )
    assert counted(second(first, "gazetteer", "corrections")) == {("dim_report", "changed", "new_gazetteer"): 1}


def test_a_new_file_and_one_that_is_gone(first: Layout) -> None:
    gone = next((first.raw / "2020").glob("004*"))
    text = gone.read_text(encoding="utf-8")
    gone.unlink()
    (first.raw / "2020" / "new.txt").write_text(
        text.replace("大田镇", "板桥镇").replace("2020", "2019"), encoding="utf-8"
    )
    build_tables(first)
    found = counted(second(first))
    assert found == {("dim_report", "added", "new_file"): 1, ("dim_report", "removed", "file_removed"): 1}


def test_another_content_in_the_same_place_is_the_same_report(first: Layout) -> None:
    path = next((first.raw / "2020").glob("000*"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("55613033.29", "55613033.30"), encoding="utf-8")
    build_tables(first)
    found = second(first)
    assert counted(found) == {("cell", "changed", "new_file"): 1}
    row = found.changes.row(0, named=True)
    assert (row["old_value"], row["new_value"]) == ("55613033.29", "55613033.3")
    assert row["old_report_key"] != row["new_report_key"]


def test_releases_without_database_and_with_damage(first: Layout) -> None:
    before = current_release(first)
    rewrite(first, "dim_report", None, lambda f: f.with_columns(title=pl.lit("另题")))
    after = second(first)
    before.chmod(0o755)
    (before / "gongkai.duckdb").unlink()
    assert (
        counted(compare(before, current_release(first))) == counted(after) == {("dim_report", "changed", "unknown"): 5}
    )
    broken = next((before / "parquet").glob("dim_report.parquet"))
    data = bytearray(broken.read_bytes())
    data[len(data) // 2] ^= 1
    broken.chmod(0o644)
    broken.write_bytes(data)
    with pytest.raises(CannotCompare, match=r"dim_report\.parquet: missing, or not what the manifest says"):
        compare(before, current_release(first))


def test_releases_are_found_by_name(first: Layout) -> None:
    release = current_release(first)
    assert find_release(first, "current") == find_release(first, release.name[:9]) == release
    assert find_release(first, str(release)) == release
    with pytest.raises(CannotCompare, match=f"0 releases begin with 'nothing'; known: {release.name}"):
        find_release(first, "nothing")
    with pytest.raises(CannotCompare, match="no release before"):
        find_release(first, "previous")


def test_changes_are_written_and_harmless(first: Layout, tmp_path: Path) -> None:
    rewrite(first, "dim_report", None, lambda f: f.with_columns(title=pl.lit("=1+1")))
    found = second(first)
    write_comparison(found, tmp_path / "changes.csv")
    text = (tmp_path / "changes.csv").read_bytes().decode("utf-8-sig")
    assert "'=1+1" in text and ",=1+1" not in text
    write_comparison(found, tmp_path / "changes.parquet")
    assert pl.read_parquet(tmp_path / "changes.parquet").equals(found.changes)
    with pytest.raises(ValueError, match=r"ends in \.csv or \.parquet"):
        write_comparison(found, tmp_path / "changes.xls")


def test_the_build_of_equal_tables_changes_nothing(tmp_path: Path) -> None:
    one, other = make_project(tmp_path / "a"), make_project(tmp_path / "b")
    found = compare(build_release(one).path, build_release(other).path)
    assert found.changes.is_empty()
    assert read_frame(one.star, CONTRACTS["dim_report"]).height == 5

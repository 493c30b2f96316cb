"""What changed between two releases: each kind of change is found with its cause, and nothing else is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pyarrow.parquet as pq
import pytest

from benchmarks.corpus.county import RECEIVED, YEAR, Sent, figures, file_of
from pipelines.commands.diff import changes_frame, comparison_markdown, write_comparison
from pipelines.contracts import CONTRACTS
from pipelines.contracts.changes import RELEASE_CHANGE
from pipelines.contracts.rendering import sql_type
from pipelines.durable import sha256_of
from pipelines.forms import path_name
from pipelines.releases.compared import NEEDED
from pipelines.releases.diff import CannotCompare, Change, compare, find_release, release_before
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import MANIFEST, read_manifest
from pipelines.warehouse.parquet import read_frame, table_file
from pipelines.warehouse.release import build_candidate, publish
from tests.projects import build_release, build_tables, copy_project, make_project

AMOUNT = "procurement.centralized_procurement.total_amount"


@pytest.fixture
def first(tmp_path: Path, seed_layout: Layout) -> Layout:
    """Return a project of its own with the release of the seeds and the tables it was made from."""
    return copy_project(seed_layout, tmp_path / "project")


class Compared(NamedTuple):
    """What a comparison found: changes that keep their contract, how many by table, change and cause, and words."""

    changes: pl.DataFrame
    counted: dict[tuple[str, str, str], int]
    not_compared: tuple[str, ...]
    markdown: str


def compared(old: Path, new: Path) -> Compared:
    """Compare, and hold what is printed, counted and written against each other."""
    with compare(old, new) as found:
        changes = changes_frame(found)
        assert list(found.changes()) == changes.rows() == changes.sort(RELEASE_CHANGE.sort).rows()
        assert list(found.changes(1)) == changes.rows()[:1]
        assert found.total == changes.height and (found.old, found.new) == (old.name, new.name)
        counted = {(table, change, cause): n for table, change, cause, n in found.counted()}
        return Compared(changes, counted, found.not_compared, comparison_markdown(found))


def second(layout: Layout, *manifest: str, accept_loss: str | None = None) -> Compared:
    """Publish what work/star holds now as another release; `manifest` names what it was made with anew."""
    candidate = build_candidate(layout)
    told = read_manifest(candidate)
    (candidate / MANIFEST).write_text(json.dumps(told | dict.fromkeys(manifest, "another")), encoding="utf-8")
    before = current_release(layout)
    assert publish(layout, accept_loss=accept_loss).is_new
    assert release_before(layout) == before
    return compared(before, current_release(layout))


def rewrite(layout: Layout, name: str, year: int | None, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    path = table_file(layout.star, CONTRACTS[name], year)
    changed = change(pl.read_parquet(path, hive_partitioning=False))
    path.unlink()  # the release holds the same file
    changed.write_parquet(path)


def test_a_change_is_a_row_of_its_contract() -> None:
    assert Change._fields == RELEASE_CHANGE.columns


def test_a_release_equals_itself(first: Layout) -> None:
    release = current_release(first)
    found = compared(release, release)
    assert found.changes.is_empty() and found.markdown == f"no changes between {release.name} and {release.name}"
    assert release_before(first) is None


@pytest.mark.parametrize(("manifest", "cause"), [(["reader"], "new_reader"), ([], "unknown")])
def test_a_number_read_otherwise(first: Layout, manifest: list[str], cause: str) -> None:
    doubled = pl.when((pl.col("cell_path") == AMOUNT) & (pl.col("value") > 0)).then(pl.col("value") * 2)
    rewrite(
        first, "cell", 2020, lambda f: f.with_columns(doubled.otherwise("value").cast(f.schema["value"]).alias("value"))
    )
    found = second(first, *manifest)
    assert found.counted == {("cell", "changed", cause): 3}
    row = found.changes.filter(pl.col("agency_name") == "东山区人民政府").row(0, named=True)
    assert (row["item"], row["old_value"], row["new_value"]) == (AMOUNT, "55613033.29", "111226066.58")


def test_an_agency_resolved_otherwise(first: Layout) -> None:
    rewrite(
        first,
        "dim_agency",
        None,
        lambda f: f.with_columns(name=pl.col("name").str.replace("东山区人民政府", "东山街道办事处")),
    )
    assert second(first, "gazetteer", "corrections").counted == {("dim_agency", "changed", "new_gazetteer"): 1}


def test_an_attribute_of_an_agency_is_compared_too(first: Layout) -> None:
    rewrite(
        first, "dim_agency", None, lambda f: f.with_columns(county=pl.col("county").str.replace("东山区", "东昌区"))
    )
    found = second(first, "gazetteer")
    assert found.counted == {("dim_agency", "changed", "new_gazetteer"): 1}
    assert found.changes.select("item", "old_value", "new_value").row(0) == ("agency_county", "东山区", "东昌区")


def test_a_correction_of_an_agency(first: Layout) -> None:
    key = read_frame(first.star, CONTRACTS["dim_report"])["report_key"][0]
    agency = read_frame(first.star, CONTRACTS["dim_report"])["agency_sk"][0]
    is_it = pl.col("report_key") == key
    evidence = pl.when(is_it & (pl.col("ordinal") == 1)).then(pl.lit('["correction: seal"]')).otherwise("evidence")
    rewrite(first, "agency_match", 2020, lambda f: f.with_columns(evidence=evidence))
    name = pl.when(pl.col("agency_sk") == agency).then(pl.lit("另一机关")).otherwise("name")
    rewrite(first, "dim_agency", None, lambda f: f.with_columns(name=name))
    found = second(first, "gazetteer", "reader")
    assert found.counted == {("dim_agency", "changed", "correction"): 1}


def test_what_no_manifest_tells_is_unknown(first: Layout) -> None:
    before = current_release(first)
    forget(before, "gazetteer", "reader")
    rewrite(first, "dim_agency", None, lambda f: f.with_columns(region=pl.lit("东部")))
    changed = read_frame(before / "parquet", CONTRACTS["dim_agency"]).filter(pl.col("region") != "东部").height
    assert second(first, "gazetteer", "reader").counted == {("dim_agency", "changed", "unknown"): changed}


def forget(release: Path, *names: str) -> None:
    path = release / MANIFEST
    told = {name: value for name, value in read_manifest(release).items() if name not in names}
    path.unlink()
    path.write_text(json.dumps(told), encoding="utf-8")


def test_another_unit_is_a_change_of_the_amount(first: Layout) -> None:
    is_it = (pl.col("cell_path") == AMOUNT) & (pl.col("raw_text") == "28204万元")
    yuan = pl.when(is_it).then(28204).otherwise("yuan").cast(pl.Decimal(18, 2))
    rewrite(first, "cell", 2020, lambda f: f.with_columns(yuan=yuan))
    found = second(first, "reader")
    assert found.changes.select("item", "old_value", "new_value").rows() == [(f"{AMOUNT}_yuan", "282040000", "28204")]


def test_a_declared_correction_is_told(first: Layout) -> None:
    key = read_frame(first.star, CONTRACTS["dim_report"])["report_key"][0]
    row = {
        "correction": 1,
        "report_key": key,
        "year_key": 2020,
        "cell_path": AMOUNT,
        "printed": "1",
        "state": "applied",
    }
    row |= {"corrected_value": Decimal("2.5"), "reason": "r", "evidence": "e"}
    table = CONTRACTS["cell_correction"]
    added = pl.DataFrame([{name: row.get(name) for name in table.columns}], schema=table.dtypes)
    rewrite(first, "cell_correction", None, lambda _: added)
    found = second(first, "corrections")
    assert found.counted == {("cell_correction", "added", "correction"): 1}
    assert found.changes["new_value"].to_list() == ["2.5"] and found.changes["agency_name"][0] is not None


def test_releases_of_earlier_contracts(first: Layout) -> None:
    """A table and columns that one release lacks are told as not compared; the rest is compared."""
    before = current_release(first)
    rewrite(first, "dim_report", None, lambda f: f.with_columns(title=pl.lit("另题")))
    second(first)
    parquet = before / "parquet"
    for folder in (before, parquet):
        folder.chmod(0o755)
    (parquet / "cell_correction.parquet").unlink()
    path = parquet / "dim_report.parquet"
    frame = pl.read_parquet(path).drop("agency_status", "scope")
    path.unlink()
    frame.write_parquet(path)
    files = {
        name: {"sha256": sha256_of(before / name), "bytes": (before / name).stat().st_size}
        for name in read_manifest(before)["files"]
        if (before / name).is_file()
    }
    told = read_manifest(before) | {"files": files}
    (before / MANIFEST).unlink()
    (before / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    found = compared(before, current_release(first))
    assert found.counted == {("dim_report", "changed", "unknown"): 5}
    assert {"dim_report.agency_status", "dim_report.scope", "cell_correction.state"} <= set(found.not_compared)


def test_a_folder_that_is_no_release(first: Layout, tmp_path: Path) -> None:
    with pytest.raises(CannotCompare, match="name the folder of a release"):
        compared(tmp_path, current_release(first))


def test_a_new_file_and_one_that_is_gone(first: Layout) -> None:
    gone = next((first.raw / "2020").glob("004*"))
    text = gone.read_text(encoding="utf-8")
    gone.unlink()
    (first.raw / "2020" / "new.txt").write_text(
        text.replace("大田镇", "板桥镇").replace("2020", "2019"), encoding="utf-8"
    )
    build_tables(first)
    found = second(first, accept_loss="the town joined another").counted
    assert found == {("dim_report", "added", "new_file"): 1, ("dim_report", "removed", "file_removed"): 1}


def test_another_content_in_the_same_place_is_the_same_report(first: Layout) -> None:
    path = next((first.raw / "2020").glob("000*"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("55613033.29", "55613033.30"), encoding="utf-8")
    build_tables(first)
    found = second(first)
    assert found.counted == {("cell", "changed", "new_file"): 1}
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
        compared(before, current_release(first)).counted == after.counted == {("dim_report", "changed", "unknown"): 5}
    )
    broken = next((before / "parquet").glob("dim_report.parquet"))
    data = bytearray(broken.read_bytes())
    data[len(data) // 2] ^= 1
    broken.chmod(0o644)
    broken.write_bytes(data)
    with pytest.raises(CannotCompare, match=r"dim_report\.parquet: missing, or not what the manifest says"):
        compared(before, current_release(first))


def test_releases_are_found_by_name(first: Layout) -> None:
    release = current_release(first)
    assert find_release(first, "current") == find_release(first, release.name[:9]) == release
    assert find_release(first, str(release)) == release
    with pytest.raises(CannotCompare, match=f"0 releases begin with 'nothing': known: {release.name}"):
        find_release(first, "nothing")
    with pytest.raises(CannotCompare, match="no release before"):
        find_release(first, "previous")


def test_changes_are_written_and_harmless(first: Layout, tmp_path: Path) -> None:
    rewrite(first, "dim_report", None, lambda f: f.with_columns(title=pl.lit("=1+1")))
    expected = second(first).changes
    before = release_before(first)
    assert before is not None
    with compare(before, current_release(first)) as found:
        for name in ("changes.csv", "changes.parquet"):
            write_comparison(found, tmp_path / name)
        with pytest.raises(ValueError, match=r"ends in \.csv or \.parquet"):
            write_comparison(found, tmp_path / "changes.xls")
    text = (tmp_path / "changes.csv").read_bytes().decode("utf-8-sig")
    assert "'=1+1" in text and ",=1+1" not in text
    assert pl.read_parquet(tmp_path / "changes.parquet").equals(expected)
    written = pq.read_schema(tmp_path / "changes.parquet")
    assert written.field("cause").metadata[b"label_zh"].decode() == RELEASE_CHANGE.column_by_name["cause"].zh


def test_the_build_of_equal_tables_changes_nothing(seed_release: Path, tmp_path: Path) -> None:
    other = make_project(tmp_path / "other")
    found = compared(seed_release, build_release(other).path)
    assert found.changes.is_empty()
    assert read_frame(other.star, CONTRACTS["dim_report"]).height == 5


def test_what_is_compared_is_what_the_contracts_declare() -> None:
    declared = {
        name: {column: sql_type(CONTRACTS[name].column_by_name[column].type) for column in columns}
        for name, columns in NEEDED.items()
    }
    needed = {name: {c: kind.replace(", ", ",") for c, kind in columns.items()} for name, columns in NEEDED.items()}
    assert needed == declared


def _send(layout: Layout, sent: Sent) -> None:
    path = layout.raw / str(YEAR) / sent.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file_of(1, sent))


def test_what_replaced_what_is_told_with_the_figures_that_differ(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    agency = "莒县司法局"
    first, revision = Sent(f"{agency}.xlsx", agency, 0, "xlsx"), Sent(f"{agency}（修改稿）.xlsx", agency, 1, "xlsx")
    _send(layout, first)
    build_release(layout)
    _send(layout, revision)
    build_release(layout)
    before, now = (figures(1, agency, content).truth for content in (0, 1))
    differing = {path_name(path) for path in before if before[path].value != now[path].value}
    old, new = find_release(layout, "previous"), current_release(layout)
    with compare(old, new) as opened:
        (found,) = opened.replacements()
    assert (found.old_place, found.new_place) == tuple(f"{YEAR}/{sent.name}" for sent in (first, revision))
    assert found.cause == "new_file" and found.figures >= len(differing)
    told = compared(old, new)
    replaced = told.changes.filter(pl.col("change") == "replaced")
    numbers = replaced.filter((pl.col("table_name") == "cell") & pl.col("item").is_in(list(differing)))
    assert set(numbers["item"]) == differing
    received = replaced.row(by_predicate=pl.col("item") == path_name(RECEIVED), named=True)
    assert [Decimal(received[name]) for name in ("old_value", "new_value")] == [
        before[RECEIVED].value,
        now[RECEIVED].value,
    ]
    assert revision.name in told.markdown


def test_a_replacement_by_decision_is_told_though_no_file_is_new(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    agency = "莒县司法局"
    for content in (0, 1):
        _send(layout, Sent(f"{content}.xlsx", agency, content, "xlsx"))
    build_tables(layout)
    path = table_file(layout.star, CONTRACTS["dim_report"], None)
    reports = pl.read_parquet(path)
    assert reports["status"].to_list() == ["conflicting", "conflicting"]
    first, second = reports["report_key"].to_list()

    def publish_with(kept: int) -> Path:
        is_kept = pl.col("report_key") == kept
        decided = reports.with_columns(
            status=pl.when(is_kept).then(pl.lit("current")).otherwise(pl.lit("superseded_by")),
            related_report_key=pl.when(~is_kept).then(kept),
            status_basis=pl.when(~is_kept).then(pl.lit("decision")),
        )
        path.unlink()
        decided.write_parquet(path)
        build_candidate(layout)
        return publish(layout).path

    releases = publish_with(first), publish_with(second)
    with compare(*releases) as opened:
        (found,) = opened.replacements()
    assert (found.old_report_key, found.new_report_key, found.cause) == (first, second, "correction")
    assert found.figures > 0
    changes = compared(*releases).changes
    of_status = changes.filter((pl.col("item") == "status") & (pl.col("change") == "changed"))
    assert of_status["cause"].to_list() == ["correction", "correction"]


def test_a_link_on_the_way_to_a_table_is_damage(first: Layout, tmp_path: Path) -> None:
    release = current_release(first)
    for folder in (release, *release.rglob("*")):
        folder.chmod(0o755)
    (release / "parquet").rename(tmp_path / "away")
    (release / "parquet").symlink_to(tmp_path / "away")
    with (
        pytest.raises(CannotCompare, match="parquet: missing, or not what the manifest says"),
        compare(release, release),
    ):
        pass


def test_a_release_that_names_no_table_cannot_be_compared(first: Layout) -> None:
    release = current_release(first)
    release.chmod(0o755)
    (release / MANIFEST).chmod(0o644)
    (release / MANIFEST).write_text(json.dumps({**read_manifest(release), "files": {}}), encoding="utf-8")
    with pytest.raises(CannotCompare, match="its manifest names no table"), compare(release, release):
        pass

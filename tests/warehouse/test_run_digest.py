"""What a run depends on: each part of it changes its own digest and no other; where and when files lie changes none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.contracts.codes import code_list
from pipelines.engine.reader_fingerprint import OPTIONAL_PARSERS, PARSERS, installed
from pipelines.raw.inventory import SCHEMA
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.warehouse import run_digest
from pipelines.warehouse.run_digest import SOURCES, code_digests, inventory_digest, run_digests
from tests.projects import ROOT

# What is read when a report is read, placed, identified, audited, corrected, built and published.
NAMED = {
    "pipelines/reading/lattice.py": "reader",
    "pipelines/extracting/headline.py": "reader",
    "pipelines/declarations/loading.py": "reader",
    "pipelines/forms/form_2021.yml": "forms",
    "pipelines/agencies/resolver.py": "agencies",
    "pipelines/agencies/aliases.yml": "agencies",
    "pipelines/agencies/gazetteer/changes.yml": "agencies",
    "pipelines/agencies/gazetteer/tables/division.parquet": "agencies",
    "pipelines/auditing/evaluate.py": "rules",
    "pipelines/auditing/local_packs.yml": "rules",
    "pipelines/messages/auditing.yml": "rules",
    "pipelines/messages/saying.py": "warehouse",
    "pipelines/contracts/facts.py": "contracts",
    "pipelines/contracts/codes/outcome_reason.yml": "contracts",
    "pipelines/corrections/agencies.yml": "corrections",
    "pipelines/corrections/cells.yml": "corrections",
    "pipelines/corrections/reports.yml": "corrections",
    "pipelines/warehouse/editions.yml": "warehouse",
    "pipelines/warehouse/standing.py": "warehouse",
    "pipelines/messages/outcomes.yml": "warehouse",
    "pipelines/messages/reading.yml": "warehouse",
    "pipelines/raw/arrivals.py": "inventory",
    "pipelines/collecting/fetched_locations.py": "inventory",
    "pipelines/engine/pool.py": "engine",
    "pipelines/durable.py": "engine",
    "pipelines/releases/compared.py": "publishing",
    "assets/release.py": "assets",
}
# How a release is asked, shown, told of, exported, or filled from portals by a crawler.
NOT_IN_IT = (
    "pipelines/exporting/comma_separated.py",
    "pipelines/exploring/labels.yml",
    "pipelines/commands/run_report.py",
    "pipelines/collecting/fetching/settings.py",
    "pipelines/messages/run.yml",
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of everything that comes with the code."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("pipelines", "assets", "sql"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(scope="module")
def before(tree: Path) -> dict[str, str]:
    return code_digests(tree)


def differing(tree: Path, before: dict[str, str]) -> set[str]:
    after = code_digests(tree)
    assert after.keys() == before.keys()
    return {name for name in after if after[name] != before[name]}


def first_of(tree: Path, pattern: str) -> str:
    return min(path.relative_to(tree).as_posix() for path in tree.glob(pattern))


def test_a_copy_of_the_code_is_the_same_code(tree: Path, before: dict[str, str]) -> None:
    for path in tree.rglob("*"):
        os.utime(path, (0, 0))
    caches = tree / "pipelines" / "reading" / "__pycache__"
    caches.mkdir()
    (caches / "x.pyc").touch()
    (caches.parent / ".reader.py.swp").touch()
    assert code_digests(tree) == before == code_digests(ROOT)


@pytest.mark.parametrize("place", NAMED)
def test_every_source_changes_its_own_digest(tree: Path, before: dict[str, str], place: str) -> None:
    path = tree / place
    body = path.read_bytes()
    try:
        path.write_bytes(body + b"\n")
        assert differing(tree, before) == {NAMED[place]}
        path.unlink()
        assert differing(tree, before) == {NAMED[place]}
    finally:
        path.write_bytes(body)


@pytest.mark.parametrize(
    ("pattern", "name"), [("sql/views/*.sql", "views"), ("sql/checks/*.sql", "views"), ("*/auditing/rules/*", "rules")]
)
def test_views_checks_and_rules_change_theirs(tree: Path, before: dict[str, str], pattern: str, name: str) -> None:
    path = tree / first_of(tree, pattern)
    renamed = path.with_name(f"{path.stem}_renamed{path.suffix}")
    path.rename(renamed)
    assert differing(tree, before) == {name}
    renamed.rename(path)
    assert differing(tree, before) == set()


@pytest.mark.parametrize("place", NOT_IN_IT)
def test_what_decides_nothing_changes_none(tree: Path, before: dict[str, str], place: str) -> None:
    with (tree / place).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert differing(tree, before) == set()


def test_no_folder_of_the_house_is_forgotten() -> None:
    """A new one has to be named in SOURCES, or here with what it does not decide."""
    named = {place for places in SOURCES.values() for place in places}
    folders = {f"pipelines/{p.parent.name}" for p in (ROOT / "pipelines").glob("*/__init__.py")}
    assert folders - named == {"pipelines/collecting"} | {
        f"pipelines/{n}" for n in ("commands", "exporting", "exploring", "messages", "office")
    }
    assert {p.name for p in (ROOT / "sql").iterdir()} == {"views", "checks", "queries", "schema.sql"}
    # A folder, files by their pattern, or one file.
    assert all(next(ROOT.glob(place if Path(place).suffix else f"{place}/*.*"), None) for place in named)


def test_every_code_of_a_digest_is_declared() -> None:
    assert {*code_digests(), *run_digests(SCHEMA.empty_table(), year=1, allowed_loss=0)} < {*code_list("run_cause")}


def test_limits_change_theirs(tree: Path, before: dict[str, str]) -> None:
    after = code_digests(tree, replace(DEFAULT_LIMITS, pages=1))
    assert {name for name in after if after[name] != before[name]} == {"limits"}


@pytest.mark.parametrize("package", [*PARSERS, "polars", "pyarrow", "duckdb", "pandera", "dagster"])
def test_every_library_changes_theirs(
    tree: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setattr(run_digest, "installed", lambda *names: installed(*names) | {package: "0.0.1"})
    assert differing(tree, before) == {"libraries"}


def test_recognition_of_scans_changes_the_libraries_once_it_is_installed(
    tree: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "rapidocr" in OPTIONAL_PARSERS
    later = {"rapidocr": "0.0.1"}
    monkeypatch.setattr(
        run_digest,
        "installed",
        lambda needed, optional: installed(needed) | {name: v for name, v in later.items() if name in optional},
    )
    assert differing(tree, before) == {"libraries"}


def test_python_changes_its_own(tree: Path, before: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version", "3.99")
    assert differing(tree, before) == {"python"}


ROW = ("2020/a.txt", b"/raw/a.txt", 1, "1:2", "ab", 2020, "text", None, False, None, None, *[None] * 6, True, "2026")


def table(*rows: tuple[object, ...]) -> pa.Table:
    return pa.table(dict(zip(SCHEMA.names, zip(*rows, strict=True), strict=True)), schema=SCHEMA)


def changed_value(value: object) -> object:
    changes: dict[type, Callable[..., object]] = {bool: lambda v: not v, int: lambda v: v + 1, str: lambda v: v + "x"}
    return "x" if value is None else changes[type(value)](value)


@pytest.mark.parametrize("name", [name for name in SCHEMA.names if name not in {"path", "stamp"}])
def test_every_column_of_the_inventory_counts(name: str) -> None:
    place = SCHEMA.names.index(name)
    other = tuple(changed_value(value) if n == place else value for n, value in enumerate(ROW))
    assert inventory_digest(table(ROW, other)) != inventory_digest(table(ROW, ROW))


def test_where_and_when_a_file_lies_does_not_count() -> None:
    moved = (ROW[0], b"/elsewhere/a.txt", ROW[2], "1:3", *ROW[4:])
    assert inventory_digest(table(moved)) == inventory_digest(table(ROW))


def test_nothing_is_no_text_and_values_keep_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(first: str | None, second: str | None) -> pa.Table:
        return table((first, *ROW[1:]), (second, *ROW[1:]))

    digests = {inventory_digest(named(*pair)) for pair in (("ab", "c"), ("a", "bc"), ("abc", ""), ("abc", None))}
    assert len(digests) == 4
    whole = named("ab", "中")
    in_chunks = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    assert inventory_digest(in_chunks) == inventory_digest(whole)
    monkeypatch.setattr(run_digest, "_ROWS_AT_ONCE", 1)
    assert inventory_digest(in_chunks) == inventory_digest(whole.combine_chunks())
    assert inventory_digest(SCHEMA.empty_table()) != inventory_digest(table(ROW))


def test_the_year_the_allowed_loss_and_both_kinds_of_files_are_told_apart() -> None:
    fetched = (*ROW[:11], "https://x.gov.cn/a", *ROW[12:])
    before = run_digests(table(ROW, fetched), year=2026, allowed_loss=0.02)

    def of(inventory: pa.Table, year: int = 2026, allowed_loss: float = 0.02) -> set[str]:
        after = run_digests(inventory, year=year, allowed_loss=allowed_loss)
        return {name for name in after if after[name] != before[name]}

    assert of(table(ROW, fetched)) == set()
    assert of(table(fetched)) == {"raw_files"} and of(table(ROW)) == {"fetched_files"}
    assert of(table(ROW, fetched), year=2027) == {"year"}
    assert of(table(ROW, fetched), allowed_loss=0.03) == {"allowed_loss"}

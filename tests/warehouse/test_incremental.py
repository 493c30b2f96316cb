"""A run that rebuilds what changed makes what a run makes that rebuilds everything: hash for hash, file for file.

Sequences are random: files are added, changed, removed and sent twice; a rule, what is known of agencies and the reader
change. `GONGKAI_SEQUENCES=20 pytest tests/warehouse/test_incremental.py` tries more of them.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.agencies.assigning import assign
from pipelines.auditing import evaluate
from pipelines.auditing.rules_file import RULES
from pipelines.contracts import CONTRACTS, Table
from pipelines.digested import note_digest
from pipelines.engine.extracted_tables import extract_batch
from pipelines.engine.stored_tables import FileTask, Tables
from pipelines.engine.work_store import reader_fingerprint
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import DATABASE, PARQUET, read_manifest
from pipelines.warehouse import agencies, builder, parts
from pipelines.warehouse.content import all_content
from pipelines.warehouse.database import condition_of
from pipelines.warehouse.database_update import UPDATES
from pipelines.warehouse.dimensions import years
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.parquet import table_files
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.release import build_candidate, publish
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import build_all
from pipelines.warehouse.table_code import table_code
from tests.projects import LAST_YEAR, make_project
from tests.warehouse.county_files import received, report

SEQUENCES = int(os.environ.get("GONGKAI_SEQUENCES", "1"))
# Of a sequence in the suite; one that was asked for has all. Each year of reports is a part that is built by itself.
STEPS, _YEARS = (2, (2021, 2022)) if SEQUENCES == 1 else (7, (2021, 2022, 2023))
_AGENCIES = ("莒县财政局", "莒县教育局", "莒县招贤镇人民政府", "莒县人民政府", "日照市财政局", "某某局")
_READERS = ("extraction", "run_inputs", "run_frames", "source_contents", "release", "agencies", "reports")


class World:
    """A project whose files, rules, agencies and reader change; each of the last three by a version."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.layout = make_project(folder / "kept", seeds=False)
        self.folder = folder
        self.random = random.Random(seed)
        self.rule = self.agency = self.reader = 0
        self.files: dict[str, bytes] = {}
        self.inbox = self.layout.raw / "2020"

    def add(self) -> None:
        """A report comes in, of any agency and year: often one more of an agency that has one."""
        agency, year = self.random.choice(_AGENCIES), self.random.choice(_YEARS)
        cases = self.random.randrange(3)
        text = report(agency, received(cases), f"{year}年，共收到申请{cases}件。", year)
        self._write(f"{len(self.files)}-{self.random.randrange(10**6)}.txt", text)

    def change(self) -> None:
        """A file has other figures now."""
        name = self.random.choice(sorted(self.files))
        self._write(name, report(self.random.choice(_AGENCIES), received(7), year=self.random.choice(_YEARS)))

    def send_again(self) -> None:
        """The same content comes under another name."""
        name = self.random.choice(sorted(self.files))
        self._write(f"copy-{self.random.randrange(10**6)}-{name}", self.files[name])

    def remove(self) -> None:
        """A file goes."""
        name = self.random.choice(sorted(self.files))
        del self.files[name]
        (self.inbox / name).unlink()

    def change_rule(self) -> None:
        """A rule is of another severity."""
        self.rule += 1

    def change_agencies(self) -> None:
        """Something else is known of agencies."""
        self.agency += 1

    def change_reader(self) -> None:
        """Files are read otherwise."""
        self.reader += 1

    def _write(self, name: str, text: bytes) -> None:
        self.files[name] = text
        (self.inbox / name).write_bytes(text)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    """Return a world whose reports are read in this process, and stand in parts of few."""
    here = World(tmp_path, request.param)
    package = "pipelines.warehouse"
    monkeypatch.setattr(parts, "REPORTS_PER_PART", 4)
    monkeypatch.setattr(builder, "_WORTH_KEEPING", 0.0)

    def read(tasks: Sequence[FileTask], **_: Any) -> Iterator[Tables]:
        for task in tasks:
            tables = extract_batch([task], DEFAULT_LIMITS)
            cells = tables["cells"]
            at = cells.schema.get_field_index("match_score")
            score = pa.array([1 / (here.reader + 1)] * cells.num_rows, pa.float64())
            yield tables | {"cells": cells.set_column(at, cells.schema.field(at), score)}

    monkeypatch.setattr(f"{package}.extraction.extract_files", read)
    for module in _READERS:
        monkeypatch.setattr(f"{package}.{module}.reader_fingerprint", lambda: f"{reader_fingerprint()}{here.reader}")
    coded = table_code
    monkeypatch.setattr(builder, "table_code", lambda stage: f"{coded(stage)}{here.rule * (stage == 'audit')}")
    severities = ("error", "warning", "info")
    monkeypatch.setattr(evaluate, "RULES", _Rules(here, severities))
    known = agencies.agencies_fingerprint
    monkeypatch.setattr(agencies, "agencies_fingerprint", lambda: f"{known()}{here.agency}")

    def assigned(*args: Any) -> pl.DataFrame:
        scope = pl.when(pl.col("report_key") % (here.agency + 2) == 0).then(pl.lit("own")).otherwise("scope")
        return assign(*args).with_columns(scope.alias("scope"))

    monkeypatch.setattr(agencies, "assign", assigned)
    return here


class _Rules:
    """The rules, the first hundred of another severity with every version of the world's rules."""

    def __init__(self, world: World, severities: Sequence[str]) -> None:
        self.world, self.severities = world, severities

    def __iter__(self) -> Iterator[Any]:
        severity = self.severities[self.world.rule % 3]
        return iter(rule.model_copy(update={"severity": severity}) if n < 100 else rule for n, rule in enumerate(RULES))


def build(layout: Layout, *, rebuild: bool = False) -> set[str]:
    """Bring a project into tables; return the tables of which any part was made."""
    refresh_inventory(layout)
    extract_new(layout)
    built = build_all(RunInputs(layout, LAST_YEAR, rebuild), years(LAST_YEAR))
    return {name for name, each in built.items() if each.made}


def built_anew(world: World) -> Layout:
    """Return a project with the same files, built from nothing but these and the times of their arrival."""
    root = world.folder / "anew"
    shutil.rmtree(root, ignore_errors=True)
    layout = make_project(root, seeds=False)
    for name, text in world.files.items():
        (layout.raw / "2020" / name).write_bytes(text)
    layout.work.mkdir(parents=True)
    shutil.copy(world.layout.inventory, layout.inventory)
    note_digest(layout.inventory)
    build(layout)
    return layout


def files_of(layout: Layout) -> dict[str, bytes]:
    """Return all Parquet files of all tables, by name."""
    found = (path for table in CONTRACTS.values() for path in table_files(layout.star, table))
    return {path.relative_to(layout.star).as_posix(): path.read_bytes() for path in found}


def rows_of(connection: duckdb.DuckDBPyConnection, table: Table, star: Path) -> tuple[list[Any], list[Any]]:
    """Return the rows of a table in a database, and those that its files have for it, both sorted."""
    files = [str(path) for path in table_files(star, table)]
    query = f"SELECT t::VARCHAR FROM {{}} AS t WHERE {condition_of(table)} ORDER BY ALL"
    there = connection.execute(query.format(table.name)).fetchall()
    if not files:
        return there, []
    read = query.format("read_parquet($files, hive_partitioning = false)")
    return there, connection.execute(read, {"files": files}).fetchall()


# A step builds everything twice, some ten processor seconds; the clock may show many times that.
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("world", range(SEQUENCES), indirect=True)
def test_what_is_rebuilt_in_part_is_what_is_built_anew(world: World) -> None:
    for _ in range(6):
        world.add()
    build(world.layout)
    updates = []
    steps = ["add", "change", "send_again", "remove", "change_rule", "change_agencies", "change_reader"]
    for step in world.random.sample(steps, STEPS):
        getattr(world, step)()
        build(world.layout)
        anew = built_anew(world)
        assert pq.read_metadata(anew.star / "dim_report.parquet").num_rows == len(set(world.files.values())), step
        assert all_content(world.layout.star) == all_content(anew.star), step
        assert files_of(world.layout) == files_of(anew), step
        candidate = build_candidate(world.layout)
        with duckdb.connect(str(candidate / DATABASE), read_only=True) as database:
            for table in CONTRACTS.values():
                there, printed = rows_of(database, table, world.layout.star)
                assert there == printed, (step, table.name)
        updates.append(read_manifest(candidate)[UPDATES])
        publish(world.layout, accept_loss="a test")
        assert files_of(world.layout) == {
            path.relative_to(current_release(world.layout) / PARQUET).as_posix(): path.read_bytes()
            for path in (current_release(world.layout) / PARQUET).rglob("*.parquet")
        }
    assert updates[0] == 0


@pytest.mark.parametrize("world", [0], indirect=True)
def test_only_what_follows_from_a_change_is_built(world: World) -> None:
    for _ in range(2):
        world.add()
    assert {"cell", "audit_finding", "agency_match", "fact_reviews"} <= build(world.layout)
    assert build(world.layout) == set()
    world.change_rule()
    of_findings = {"report_audit", "finding_cell", "sum_reports", "sum_findings"}
    assert build(world.layout) == {"audit_evaluation", "audit_finding"} | of_findings
    world.change_reader()
    assert {"cell", "audit_evaluation"} <= build(world.layout)
    assert build(world.layout) == set()
    assert "cell" in build(world.layout, rebuild=True)


@pytest.mark.parametrize("world", [2], indirect=True)
def test_reports_that_are_as_they_were_are_not_audited_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated: list[int] = []

    def counted(audited: evaluate.Audited) -> pl.DataFrame:
        evaluated.append(audited.reports.height)
        return evaluate.evaluate(audited)

    monkeypatch.setattr("pipelines.warehouse.audit.evaluate", counted)
    monkeypatch.setattr(parts, "REPORTS_PER_PART", 100)
    for number, agency in enumerate(_AGENCIES):
        (world.inbox / f"{number}.txt").write_bytes(report(agency, received(number), year=2021))
    build(world.layout)
    assert evaluated == [len(_AGENCIES)]
    (world.inbox / "4.txt").write_bytes(report(_AGENCIES[4], received(9), year=2021))
    assert "audit_evaluation" in build(world.layout)
    assert evaluated == [len(_AGENCIES), 1]
    (world.inbox / "5.txt").unlink()
    assert "audit_evaluation" in build(world.layout)
    assert evaluated == [len(_AGENCIES), 1, 0]
    world.change_rule()
    build(world.layout)
    assert evaluated[3:] == [len(_AGENCIES) - 1]


@pytest.mark.parametrize("world", [1], indirect=True)
def test_a_part_that_is_not_what_its_note_says_is_built_again(world: World) -> None:
    world.add()
    build(world.layout)
    (cells,) = table_files(world.layout.star, CONTRACTS["cell"])
    before = cells.read_bytes()
    cells.write_bytes(before[:-9])
    assert build(world.layout) == {"cell"}
    assert cells.read_bytes() == before
    cells.unlink()
    assert build(world.layout) == {"cell"}
    assert cells.read_bytes() == before


def test_a_year_has_as_many_parts_as_its_reports_need() -> None:
    assert [len(parts.parts_of(2020, n)) for n in (0, 1, 5_000, 5_001, 20_000, 20_001)] == [0, 1, 1, 2, 4, 8]
    keys = pl.DataFrame({"agency_sk": [1, 10**15 // 2, 10**15 // 2 + 1, 10**15 - 1]})
    assert keys.select(parts.shard_of(2))["shard"].to_list() == [0, 0, 1, 1]
    assert keys.select(parts.shard_of(1))["shard"].to_list() == [0, 0, 0, 0]


def test_a_part_stands_where_its_year_is(tmp_path: Path) -> None:
    part = replace(parts.Part(2020, 3, 8))
    assert part.file(tmp_path, CONTRACTS["cell"]) == tmp_path / "cell" / "year_key=2020" / "part-3.parquet"

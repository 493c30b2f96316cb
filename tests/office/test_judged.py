"""Reports that are judged together are told what each is told by itself."""

from __future__ import annotations

from contextlib import nullcontext

import pyarrow.compute as pc

from pipelines.engine.stored_tables import Tables
from pipelines.office.judged import Judged
from pipelines.office.read_files import read_files
from tests.projects import SEEDS


def alone(tables: Tables, digest: str) -> Tables:
    """Return the rows of one file."""
    reports = tables["reports"].filter(pc.equal(tables["reports"]["file_sha256"], digest))
    return {
        name: table.filter(pc.is_in(table["report_key"], value_set=reports["report_key"].combine_chunks()))
        for name, table in tables.items()
        if "report_key" in table.column_names
    }


def test_reports_judged_together_are_judged_as_alone() -> None:
    found = list(read_files(sorted(SEEDS.glob("*.txt")), lambda: nullcontext(lambda *_: None)))
    tables = found[0].part.tables
    assert tables is not None and {each.part.tables is tables for each in found} == {True}
    digests = [each.locations[0].file_sha256 or "" for each in found]
    together = [Judged(tables).reports_of(digest) for digest in digests]
    assert together == [Judged(alone(tables, digest)).reports_of(digest) for digest in digests]
    assert [len(reports) for reports in together] == [1] * 5
    assert [sum(each["severity"] == "error" for each in r["findings"]) for (r,) in together] == [0, 0, 5, 0, 0]

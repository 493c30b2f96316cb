"""The agencies of a run's reports, each resolved once: the work folder keeps those whose evidence has not changed.

Belongs here: which reports have to be resolved anew, and the gazetteer as dimensions. Keep out: resolving.
"""

from __future__ import annotations

import polars as pl

from pipelines.agencies.assigning import ASSIGNED, assign, unassigned_reports
from pipelines.agencies.resolver import resolver
from pipelines.contracts import contract
from pipelines.engine.reader_fingerprint import reader_fingerprint
from pipelines.warehouse.kept_rows import KeptRows
from pipelines.warehouse.run_inputs import DeclaredInputs
from pipelines.warehouse.table_code import table_code

# What a report's agency is read from. Its text is what the reader made of its content: the key stands for the one, the
# fingerprint for the other.
_INPUTS = ("report_key", "file_sha256", "agency_printed", "agency_code_printed", "title", "year_key", "location")
_SCHEMA = dict.fromkeys(_INPUTS, pl.String) | {"year_key": pl.Int32} | ASSIGNED
# Where the agency stands in a report: at its begin, where it describes itself, and in the signature.
_SECTIONS = (0, 1, 6, 7)
_CHARACTERS = 3_000


def agencies_fingerprint() -> str:
    """Return what agencies depend on besides the report: the reader, our sources, the gazetteer and the corrections."""
    return f"{reader_fingerprint()}-{table_code('agencies')[:16]}"


def assigned_agencies(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the agency of every report (columns of ASSIGNED).

    `reports` have report_key, source_key, file_sha256, agency_printed, agency_code_printed, title and year_key.
    """
    places = inputs.locations().drop_nulls("file_sha256").group_by("file_sha256").agg(pl.col("location").sort())
    located = reports.join(places, on="file_sha256", how="left", maintain_order="left").with_columns(
        pl.col("location").list.join("\n").fill_null("")
    )
    cache = KeptRows(inputs.agencies_cache, agencies_fingerprint(), _SCHEMA)
    found = cache.read()
    known = pl.DataFrame(schema=_SCHEMA) if found is None else found
    kept = located.select(_INPUTS).join(known, on=list(_INPUTS), how="inner", nulls_equal=True)
    new = located.join(kept, on="report_key", how="anti")
    texts = _Texts(inputs, dict(new.select("report_key", "source_key").iter_rows()))
    if new.is_empty():
        return kept.select(list(ASSIGNED)).sort("report_key")
    of_new = places.join(new.select("file_sha256"), on="file_sha256", how="semi")
    by_hash = {sha256: tuple(held) for sha256, held in of_new.iter_rows()}
    resolved = assign(list(unassigned_reports(new, by_hash)), texts)
    whole = pl.concat([kept, new.select(_INPUTS).join(resolved, on="report_key").select(kept.columns)])
    cache.write(whole)
    return whole.select(list(ASSIGNED)).sort("report_key")


class _Texts:
    """The texts of reports by key, from their sections."""

    def __init__(self, inputs: DeclaredInputs, sources: dict[int, int]) -> None:
        self.inputs, self.sources = inputs, sources
        inputs.extracted_rows("sections", [])

    def __call__(self, keys: list[int]) -> dict[int, str]:
        by_source = {self.sources[key]: key for key in keys}
        rows = _texts(self.inputs.extracted_rows("sections", list(by_source)))
        return {by_source[source]: text for source, text in rows.iter_rows()}


def _texts(sections: pl.LazyFrame) -> pl.DataFrame:
    """Return (source, text) of sources: the begin of some sections, and the end of the last, in one text."""
    body = pl.col("body").fill_null("")
    part = pl.concat_str(
        pl.col("heading").fill_null(""), body.str.slice(0, _CHARACTERS), body.str.slice(-200), separator="\n"
    )
    own = sections.filter(pl.col("section").is_in(list(_SECTIONS)))
    rows = own.select("report_key", "section", part=part).collect()
    ordered = rows.sort("report_key", "section").group_by("report_key", maintain_order=True)
    return ordered.agg(pl.col("part").str.join("\n"))


def dim_division() -> pl.DataFrame:
    """Return dim_division: the gazetteer's divisions."""
    table = contract("dim_division")
    rows = [
        (
            *(d.code, d.name, d.level, d.kind, d.province_code, d.prefecture_code, d.parent_code, d.region),
            *(d.valid_from, d.valid_to, d.latest_code, d.is_official),
        )
        for versions in resolver().gazetteer.by_code.values()
        for d in versions
    ]
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


def division_succession() -> pl.DataFrame:
    """Return division_succession: what became of divisions."""
    table = contract("division_succession")
    rows = resolver().gazetteer.succession_table.sort("year", "from_code", "to_code", "kind", nulls_last=True)
    return rows.with_row_index("succession_order", offset=1).select(
        pl.col(name).cast(dtype) for name, dtype in table.dtypes.items()
    )

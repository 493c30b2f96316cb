"""Contracts refuse bad rows: for every table, a column of a wrong type, a missing column, and each broken domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from pipelines.contracts import CONTRACTS, ContractViolation, Table, contract
from pipelines.contracts.arrow import arrow_schema
from pipelines.contracts.codes import code_list
from pipelines.contracts.keys import MAX_KEY, content_key
from pipelines.contracts.rendering import create_statements

UTC_INSTANT = pa.timestamp("us", tz="UTC")
TABLES = list(CONTRACTS.values())
BAD: dict[str, tuple[str, Any]] = {
    "dim_year": ("year_key", -1),
    "report_audit": ("errors", -1),
    "finding_cell": ("file_sha256", "0"),
    "printed_amount": ("status", "zero"),
    "sum_reports": ("reports", -1),
    "sum_applications": ("scope", "both"),
    "sum_rates": ("rate", "refused"),
    "sum_divisions": ("reports", -1),
    "sum_decisions": ("reports", -1),
    "sum_findings": ("severity", "grave"),
    "sum_cells": ("status", "zero"),
    "dim_agency": ("code", "23040"),
    "dim_report": ("form", "2014x"),
    "dim_application_line": ("stage", "unknown"),
    "dim_applicant": ("applicant_order", 0),
    "dim_review": ("review_order", 0),
    "dim_indicator": ("indicator_order", 0),
    "dim_form": ("layout", "poster"),
    "dim_form_cell": ("column_role", "guess"),
    "code_list": ("code_order", 0),
    "fact_statistics_2014": ("unit_source", "guess"),
    "fact_item_1_documents": ("newly_made_status", "zero"),
    "fact_item_5_licensing": ("report_key", 0),
    "fact_item_6_enforcement": ("decisions_status", ""),
    "fact_item_8_fees": ("unit_source", "guess"),
    "fact_item_9_procurement": ("agency_sk", MAX_KEY + 1),
    "fact_applications": ("status", "empty"),
    "fact_reviews": ("status", "empty"),
    "fact_report_figures": ("report_key", 0),
    "cell": ("note", "struck_through"),
    "unmapped_row": ("ordinal", 0),
    "report_section": ("section", 8),
    "raw_file": ("reason", "lost"),
    "raw_file_location": ("outcome", "lost"),
    "report_file": ("role", "copy"),
    "agency_match": ("ordinal", 0),
    "dim_division": ("level", "village"),
    "division_succession": ("kind", "conquered"),
    "narrative_figure": ("kind", "guess"),
    "audit_rule": ("severity", "fatal"),
    "audit_rule_cell": ("side", "middle"),
    "audit_evaluation": ("outcome", "maybe"),
    "audit_finding": ("severity", "fatal"),
    "cell_correction": ("state", "maybe"),
}
_PLAIN: dict[Any, Any] = {pl.Int64: 1, pl.Int32: 1, pl.Boolean: True, pl.Float64: 0.5}
_DOMAINS = {"file_sha256": "0" * 64, "code": "230406"}


def good_row(table: Table) -> pl.DataFrame:
    """Return one row that keeps the contract: NULL where allowed."""
    row: dict[str, Any] = {}
    for name, spec in table.column_by_name.items():
        if spec.nullable:
            row[name] = None
        elif spec.codes is not None:
            row[name] = code_list(spec.codes)[0]
        elif name in _DOMAINS:
            row[name] = _DOMAINS[name]
        else:
            dtype = table.dtypes[name]
            row[name] = Decimal(1) if isinstance(dtype, pl.Decimal) else _PLAIN.get(dtype, "text")
    return pl.DataFrame([row], schema=table.dtypes)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_good_row_is_accepted(table: Table) -> None:
    assert table.validate(good_row(table)).height == 1
    assert table.validate(table.empty()).height == 0


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_bad_value_is_refused(table: Table) -> None:
    # Whatever form a fact is of, it leads back to a report; any other new table has to name what breaks it.
    name, value = BAD[table.name] if not table.name.startswith("fact_") else BAD.get(table.name, ("report_key", 0))
    bad = good_row(table).with_columns(pl.lit(value, table.dtypes[name]).alias(name))
    with pytest.raises(ContractViolation, match=name):
        table.validate(bad)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_null_wrong_type_and_missing_column_are_refused(table: Table) -> None:
    required = next(name for name, spec in table.column_by_name.items() if not spec.nullable)
    good = good_row(table)
    for bad in (
        good.with_columns(pl.lit(None, table.dtypes[required]).alias(required)),
        good.with_columns(pl.lit(b"x").alias(required)),
        good.drop(required),
        good.with_columns(more=pl.lit(1)),
    ):
        with pytest.raises(ContractViolation, match=table.name):
            table.validate(bad)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_repeated_key_is_refused(table: Table) -> None:
    with pytest.raises(ContractViolation, match="share a key"):
        table.validate(pl.concat([good_row(table)] * 2))


def test_every_column_has_labels_in_both_languages() -> None:
    for table in TABLES:
        assert table.zh and table.en
        for name, spec in table.column_by_name.items():
            assert spec.zh and not spec.zh.isascii(), f"{table.name}.{name}"
            assert spec.en and spec.en.endswith("."), f"{table.name}.{name}"


def test_column_names_need_no_quotes_in_sql() -> None:
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'")
        reserved = {row[0] for row in rows.fetchall()}
    assert not {name for table in TABLES for name in table.columns} & reserved


def test_ddl_runs_and_comments_are_kept() -> None:
    with duckdb.connect() as connection:
        for table in TABLES:
            for statement in create_statements(table):
                connection.execute(statement)
        comment = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'cell' AND column_name = 'raw_text'"
        ).fetchone()
    assert comment is not None and comment[0].startswith("原文")


def test_arrow_schema_carries_labels() -> None:
    field = arrow_schema(contract("fact_reviews")).field("cases")
    assert field.metadata[b"label_zh"].decode() == "件数"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_frames_arrow_and_sql_agree_on_every_type(table: Table) -> None:
    schema = arrow_schema(table)
    frame = pl.from_arrow(schema.empty_table())
    assert isinstance(frame, pl.DataFrame) and dict(frame.schema) == table.dtypes == dict(table.empty().schema)
    with duckdb.connect() as connection:
        connection.execute(create_statements(table)[0])
        built = connection.table(table.name).to_arrow_table().schema
    assert built.names == schema.names
    for here, there in zip(built, schema, strict=True):
        is_instant = there.type == UTC_INSTANT
        # DuckDB shows instants in the time zone of the session.
        assert str(here.type).startswith("timestamp[us, tz=") if is_instant else here.type == there.type


def test_unknown_contract_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="fact_reviews"):
        contract("fact_review")


def test_content_keys_are_stable_and_have_no_more_digits_than_excel_keeps() -> None:
    assert content_key("a", 0) == content_key("a", 0) != content_key("a", 1)
    keys = {content_key(n) for n in range(10_000)}
    assert len(keys) == 10_000
    assert {len(str(key)) for key in keys} <= set(range(10, 16))
    assert 0 < min(keys) < MAX_KEY / 1000 and MAX_KEY * 0.999 < max(keys) <= MAX_KEY == 999_999_999_999_999

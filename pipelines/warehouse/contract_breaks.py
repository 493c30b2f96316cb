"""Documents whose cells break a contract of ours: they are quarantined, and the others of their batch go on.

Belongs here: what is done between reading and keeping. Keep out: what a cell must be (`contracts`).
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import ContractViolation, contract
from pipelines.contracts.frames import CELL_PATH
from pipelines.engine.extracted_tables import Rows
from pipelines.engine.stored_tables import QUARANTINED, Tables
from pipelines.engine.work_store import without_documents
from pipelines.messages.kept import kept


def contract_breaks_quarantined(tables: Tables) -> Tables:
    """Quarantine the documents whose rows break a contract: the fault is ours, and the other documents go on.

    Checking a contract takes its time however few the rows are, so this is for a whole batch of the store.
    """
    cells = tables["cells"]
    broken = _breaking(cells, pc.unique(cells["report_key"]))
    if not broken:
        return tables
    digests = pc.unique(cells.filter(_among(cells["report_key"], broken))["file_sha256"]).to_pylist()
    refused = Rows()
    for digest in digests:
        refused.add_outcome(digest, 0, QUARANTINED, "contract", kept("outcomes.breaks_contract"))
    others = without_documents(tables, digests)
    return {**others, "documents": pa.concat_tables([others["documents"], refused.tables()["documents"]])}


def _breaking(cells: pa.Table, keys: pa.Array) -> list[int]:
    """Return the reports whose cells break their contract, found by halves: most often there is none."""
    if cells.num_rows == 0 or _keeps_contract(cells):
        return []
    if len(keys) == 1:
        return [keys[0].as_py()]
    halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
    return [key for half in halves for key in _breaking(cells.filter(_among(cells["report_key"], half)), half)]


def _among(values: pa.ChunkedArray, wanted: pa.Array | list[int]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(wanted, values.type))


def _keeps_contract(cells: pa.Table) -> bool:
    table = contract("cell")
    frame = pl.from_arrow(cells)
    assert isinstance(frame, pl.DataFrame)
    whole = frame.with_columns(CELL_PATH, year_key=pl.lit(0, pl.Int32)).select(table.columns)
    try:
        table.validate(whole)
    except ContractViolation:
        return False
    return True

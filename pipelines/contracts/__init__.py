"""One declaration per published table, as plain data, the only place where a table is declared; and `codes`.

DDL, Parquet schemas, comments, the dictionary, the Dagster column schema and the check by pandera are made from these
declarations; importing them loads neither polars nor pandera. Keep out: how rows are made. Contracts check our work
(types, domains, keys), never the agency's figures.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.contracts.registry import CONTRACTS, contract
    from pipelines.contracts.table import ContractViolation, Table

__all__ = ["CONTRACTS", "ContractViolation", "Table", "contract"]
_HOMES = {"CONTRACTS": "registry", "contract": "registry", "ContractViolation": "table", "Table": "table"}


def __getattr__(name: str) -> object:
    """Return what is asked for from its module: who needs a code list alone loads no table."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

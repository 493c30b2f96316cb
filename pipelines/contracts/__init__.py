"""One declaration per published table, as plain data: the only place where a table is declared.

DDL, Parquet schemas, comments, the dictionary, the Dagster column schema and the check by pandera are made from these
declarations; importing them loads neither polars nor pandera. Keep out: how rows are made. Contracts check our work
(types, domains, keys), never the agency's figures.
"""

from pipelines.contracts.registry import CONTRACTS, contract
from pipelines.contracts.table import ContractViolation, Table

__all__ = ["CONTRACTS", "ContractViolation", "Table", "contract"]

"""One pandera schema per published table: the only place where a table is declared.

DDL, Parquet schemas, comments, the dictionary and the Dagster column schema are renderings of these declarations.
Keep out: how rows are made. Contracts check our work (types, domains, keys), never the agency's figures.
"""

from pipelines.contracts.registry import CONTRACTS, contract
from pipelines.contracts.table import ContractViolation, Table

__all__ = ["CONTRACTS", "ContractViolation", "Table", "contract"]

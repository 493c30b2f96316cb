"""All contracts, in the order in which tables are built and documented."""

from __future__ import annotations

from pipelines.contracts import audit, dimensions, facts, form_tables, provenance, sums
from pipelines.contracts.table import Table

_ORDER = (
    dimensions.DIM_YEAR,
    provenance.RAW_FILE,
    provenance.RAW_FILE_LOCATION,
    provenance.REPORT_FILE,
    dimensions.DIM_AGENCY,
    dimensions.DIM_DIVISION,
    dimensions.DIVISION_SUCCESSION,
    dimensions.DIM_REPORT,
    form_tables.DIM_FORM,
    form_tables.DIM_FORM_CELL,
    dimensions.DIM_APPLICATION_LINE,
    dimensions.DIM_APPLICANT,
    dimensions.DIM_REVIEW,
    dimensions.DIM_INDICATOR,
    dimensions.CODE_LIST,
    *facts.STATUTORY_FACTS.values(),
    facts.FACT_REPORT_FIGURES,
    provenance.CELL,
    provenance.UNMAPPED_ROW,
    provenance.REPORT_SECTION,
    provenance.AGENCY_MATCH,
    audit.NARRATIVE_FIGURE,
    audit.AUDIT_RULE,
    audit.AUDIT_RULE_CELL,
    audit.AUDIT_EVALUATION,
    audit.AUDIT_FINDING,
    audit.CELL_CORRECTION,
    sums.REPORT_AUDIT,
    sums.FINDING_CELL,
    sums.PRINTED_AMOUNT,
    sums.SUM_REPORTS,
    sums.SUM_APPLICATIONS,
    sums.SUM_RATES,
    sums.SUM_DIVISIONS,
    sums.SUM_DECISIONS,
    sums.SUM_FINDINGS,
    sums.SUM_CELLS,
)
CONTRACTS: dict[str, Table] = {table.name: table for table in _ORDER}


def contract(name: str) -> Table:
    """Return the contract of a table; an unknown name raises KeyError naming the known ones."""
    if name not in CONTRACTS:
        raise KeyError(f"no table {name!r}; known: {', '.join(CONTRACTS)}")
    return CONTRACTS[name]

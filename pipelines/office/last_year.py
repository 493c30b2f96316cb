"""What the release has of the year before: the figures that units are shown beside those of this year.

Belongs here: reading them. Keep out: which of them are shown (`correction_sheet`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from pipelines.forms import Form, path_name
from pipelines.office.cell_figures import Number, number_of, yuan_of
from pipelines.office.county_sum import form_of_tables
from pipelines.office.coverage import Coverage
from pipelines.releases.open_release import connect_apart

# Figures by cell path, by the key of the agency.
Figures = Mapping[int, Mapping[str, Number]]
NO_FIGURES: Figures = MappingProxyType({})
# Of one agency the report that counts; a sum of departments is none of a unit's own.
_QUERY = """
SELECT a.agency_key, c.cell_path, c.value, c.yuan
FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk) JOIN cell AS c USING (report_key)
WHERE r.year_key = $year AND r.status = 'current' AND r.scope <> 'summary' AND c.status = 'value'
  AND list_contains($keys, a.agency_key)
"""


def figures_of(covered: Coverage, release: Path) -> Figures:
    """Return what a release has of the year before of all agencies that sent something, the government too."""
    form = form_of_tables(covered.year)
    received = [each for row in covered.rows for each in row.received]
    received += [each.received for each in covered.government]
    keys = {key for each in received if (key := each.match["agency_key"]) is not None}
    return last_year(release, keys, covered.year, form) if form is not None and keys else NO_FIGURES


def last_year(release: Path, agency_keys: Collection[int], year: int, form: Form) -> Figures:
    """Return what a release has of the year before, in the units of a form; an amount without a unit is left out."""
    found: dict[int, dict[str, Number]] = {}
    with connect_apart(release) as connection:
        rows = connection.execute(_QUERY, {"year": year - 1, "keys": sorted(agency_keys)}).fetchall()
    amounts = {
        path_name((table_id, row, column)): yuan_of(table.unit_of(row, column))
        for table_id, row, column in form.cell_paths
        if (table := form.table_by_id[table_id]).kind_of(row, column) == "amount"
    }
    for key, path, value, yuan in rows:
        number: Decimal | None = value
        if path in amounts:
            number = None if yuan is None else yuan / amounts[path]
        if number is not None:
            found.setdefault(key, {})[path] = number_of(number)
    return found

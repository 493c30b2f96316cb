"""Vintages of the statistics bureau's townships -> one row per code and name.

Belongs here: joining vintages. Keep out: names (names.py) and archives (sources.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import polars as pl

from pipelines.agencies.gazetteer.names import REAL_TOWNSHIPS, normalised_township, township_kind, township_stem

# The shell the bureau gives a city without districts; the others (东莞, 中山, 儋州) carry their prefecture's code.
_SHELL_COUNTIES = {"620201": "620200"}
# In the vintage of 2017 the management districts of 大兴安岭 have the codes that 漠河 and others took in 2018.
_VINTAGE_COUNTIES = {2017: {f"23270{last}": f"23276{last}" for last in "1234"}}
_SCHEMA = {
    "code": pl.String,
    "county_code": pl.String,
    "name": pl.String,
    "normalised_name": pl.String,
    "stem": pl.String,
    "kind": pl.String,
    "is_zone_like": pl.Boolean,
    "first_vintage": pl.Int16,
    "last_vintage": pl.Int16,
}


def township_frame(vintages: Mapping[int, Mapping[str, str]]) -> pl.DataFrame:
    """Return the townships of all vintages, a row per code and name and run of vintages, sorted by code and vintage."""
    held: dict[tuple[str, str], list[int]] = {}
    for vintage in sorted(vintages):
        for code, name in vintages[vintage].items():
            held.setdefault((code, name), []).append(vintage)
    rows = []
    for (code, name), years in held.items():
        kind = township_kind(name)
        county = _VINTAGE_COUNTIES.get(years[0], {}).get(code[:6]) or _SHELL_COUNTIES.get(code[:6], code[:6])
        fixed = (code, county, name, normalised_township(name), township_stem(name), kind, kind not in REAL_TOWNSHIPS)
        for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0]):
            span = [year for _, year in run]
            rows.append((*fixed, span[0], span[-1]))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").sort("code", "first_vintage", "name")

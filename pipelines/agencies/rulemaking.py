"""Who can make rules (规章): the only place that knows what 立法法 says of it, and since when.

Departments of the State Council (article 91; 80 before 2023), and the governments of provinces, of cities with
districts and of autonomous prefectures (article 93; 82 before 2023). Cities of prefecture level without districts may
by the decision of 2015. Prefectures (地区) and leagues (盟) are no such divisions, and no other agency can: neither a
department of a province nor a county, a town or a zone. Before 2015 only the larger cities could, of which no list is
kept here; the office of a government reports what its government made. Of these nothing is said. Keep out: which
report is at fault (`auditing`).
"""

from __future__ import annotations

import polars as pl

# Since this year all cities with districts and autonomous prefectures.
_SINCE = 2015
_OF_THE_STATE = ("state_council", "ministry", "vertical", "department", "public_institution", "party")
_NO_CITY = r"(?:地区|盟)$"


def may_make_rules() -> pl.Expr:
    """Tell by `year_key`, `agency_type`, `agency_level` and `prefecture`; null where it cannot be known."""
    level, kind = pl.col("agency_level"), pl.col("agency_type")
    yes, no, unknown = pl.lit(True), pl.lit(False), pl.lit(None, pl.Boolean)
    in_prefecture = (
        pl.when(pl.col("prefecture").str.contains(_NO_CITY))
        .then(no)
        .when((pl.col("year_key") >= _SINCE) & pl.col("prefecture").is_not_null())
        .then(yes)
        .otherwise(unknown)
    )
    return (
        pl.when(level.is_in(["county", "township"]))
        .then(no)
        .when(level.is_null() | kind.is_null() | kind.is_in(["government_office", "xpcc"]))
        .then(unknown)
        .when(level == "nation")
        .then(kind.is_in(_OF_THE_STATE))
        .when(kind != "government")
        .then(no)
        .when(level == "province")
        .then(yes)
        .otherwise(in_prefecture)
        .alias("may_make_rules")
    )

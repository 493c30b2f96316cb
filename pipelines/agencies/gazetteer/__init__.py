"""The temporal gazetteer of administrative divisions.

Belongs here: tables of divisions by year, how they are built, looking them up. Keep out: titles, hosts, agencies.
"""

from pipelines.agencies.gazetteer.gazetteer import (
    Division,
    Gazetteer,
    Successor,
    Township,
    load_gazetteer,
    vintage_of,
)
from pipelines.agencies.gazetteer.names import division_stem, normalised_township, township_kind, township_stem

__all__ = [
    "Division",
    "Gazetteer",
    "Successor",
    "Township",
    "division_stem",
    "load_gazetteer",
    "normalised_township",
    "township_kind",
    "township_stem",
    "vintage_of",
]

"""What a page is restricted to: years, places, levels and types, always handed to the database as parameters."""

from __future__ import annotations

from dataclasses import dataclass

# Queries name this comment where the restriction belongs; they read `r` (dim_report) and `a` (dim_agency).
MARK = "/* filter */"
# And this one where facts `f` are read: their files are sorted by year, so other years are not read at all.
FACTS_MARK = "/* years */"
# Own figures and summaries are never added together: a summary holds the figures of the agencies below.
SCOPES: dict[str, tuple[str, ...]] = {"own": ("own", "unknown"), "summary": ("summary",)}


@dataclass(frozen=True)
class Filter:
    """A restriction of reports; an empty tuple restricts nothing. `scope` is own, summary, or empty for both."""

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scope: str = ""

    def parameters(self) -> dict[str, object]:
        """Return the parameters that `restrict` names."""
        named: dict[str, object] = {
            "years": list(self.years),
            "provinces": list(self.provinces),
            "levels": list(self.levels),
            "types": list(self.types),
            "scopes": list(SCOPES.get(self.scope, ())),
        }
        return {name: value for name, value in named.items() if value}

    def restrict(self, query: str) -> str:
        """Return a query with its mark replaced: current reports of known years that meet every restriction."""
        given = self.parameters()
        conditions = ["r.status = 'current'", "r.year_key > 0"]
        conditions += [text for name, text in _CONDITIONS.items() if name in given]
        facts = "AND f.year_key = ANY($years)" if self.years else ""
        return query.replace(MARK, " AND ".join(conditions)).replace(FACTS_MARK, facts)


_CONDITIONS = {
    "years": "r.year_key = ANY($years)",
    "provinces": "coalesce(a.province, '') = ANY($provinces)",
    "levels": "coalesce(a.level, '') = ANY($levels)",
    "types": "coalesce(a.agency_type, '') = ANY($types)",
    "scopes": "r.scope = ANY($scopes)",
}
# How a page may group: identifiers come from here and never from outside.
GROUPS: dict[str, str] = {
    "year": "r.year_key",
    "province": "coalesce(a.province, '')",
    "level": "coalesce(a.level, '')",
    "type": "coalesce(a.agency_type, '')",
}


def grouped(query: str, by: str) -> str:
    """Return a query whose mark of the group is one of GROUPS. Raises KeyError naming the known ones."""
    if by not in GROUPS:
        raise KeyError(f"no group {by!r}; known: {', '.join(GROUPS)}")
    return query.replace("/* group */", GROUPS[by])

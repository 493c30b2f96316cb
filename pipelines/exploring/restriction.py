"""What a page is restricted to: years, places, levels and types, always handed to the database as parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Queries name this comment where the restriction belongs; they read `r` (dim_report) and `a` (dim_agency).
MARK = "/* filter */"
# And this one where facts `f` are read: their files are sorted by year, so other years are not read at all.
FACTS_MARK = "/* years */"
# What may be added: own figures with one another, or the summaries of governments, and never both, because a summary
# holds the figures of the agencies below. A report of unknown scope may be one, so that no sum has it; nor the summary
# of a department's line, which shares cases with those of places.
OWN, SUMMARY = "own", "summary"
_GOVERNMENTS = "a.agency_type = 'government'"
# A province's summary holds its cities', and theirs those of counties: of what is chosen the outermost are added.
_OUTERMOST = """NOT EXISTS (
    SELECT 1
    FROM dim_report AS wider
    JOIN dim_agency AS above ON above.agency_sk = wider.agency_sk
    WHERE wider.status = 'current' AND wider.scope = 'summary' AND wider.year_key = r.year_key
        AND above.agency_type = 'government' AND above.province = a.province AND above.level <> a.level
        AND (above.level = 'province' OR (above.level = 'prefecture' AND above.prefecture = a.prefecture))
        /* levels */
)"""


@dataclass(frozen=True)
class Filter:
    """A restriction of reports; an empty tuple restricts nothing. `scope` is own, summary, or empty for all.

    `outermost` leaves out summaries that another one chosen contains.
    """

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scope: str = ""
    outermost: bool = False

    def for_sums(self, by: str = "") -> Filter:
        """Return the restriction of reports whose figures are added, by a group of GROUPS: own ones if none are named.

        By level every summary counts in its own group; else those that another one contains are left out.
        """
        return replace(self, scope=self.scope or OWN, outermost=self.scope == SUMMARY and by != "level")

    def parameters(self) -> dict[str, object]:
        """Return the parameters that `restrict` names."""
        named: dict[str, object] = {
            "years": list(self.years),
            "provinces": list(self.provinces),
            "levels": list(self.levels),
            "types": list(self.types),
            "scope": self.scope,
        }
        return {name: value for name, value in named.items() if value}

    def restrict(self, query: str) -> str:
        """Return a query with its mark replaced: current reports of known years that meet every restriction."""
        given = self.parameters()
        conditions = ["r.status = 'current'", "r.year_key > 0"]
        conditions += [text for name, text in _CONDITIONS.items() if name in given]
        conditions += [_GOVERNMENTS] if self.scope == SUMMARY else []
        if self.outermost:
            conditions.append(
                _OUTERMOST.replace("/* levels */", "AND above.level = ANY($levels)" if self.levels else "")
            )
        facts = "AND f.year_key = ANY($years)" if self.years else ""
        return query.replace(MARK, " AND ".join(conditions)).replace(FACTS_MARK, facts)


_CONDITIONS = {
    "years": "r.year_key = ANY($years)",
    "provinces": "coalesce(a.province, '') = ANY($provinces)",
    "levels": "coalesce(a.level, '') = ANY($levels)",
    "types": "coalesce(a.agency_type, '') = ANY($types)",
    "scope": "r.scope = $scope",
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

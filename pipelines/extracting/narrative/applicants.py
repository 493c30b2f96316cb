"""Which kind of applicants the words around a number count: natural persons, organisations. In doubt none.

Belongs here: applicants. Keep out: the words (`applicants.yml`), whether applications are spoken of (`applications`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import Clause
from pipelines.extracting.narrative.vocabulary import Vocabulary, crossed

_WORDS = Vocabulary("applicants")
_APPLICANTS, _APPLICANTS_AFTER = _WORDS.readings("applicants"), _WORDS.readings("applicants_after")
_OF = _WORDS.readings("of")
_NOT_OF_ALL, _APART = _WORDS.pattern("not_of_all"), _WORDS.pattern("organizations_apart")


def applicant_meanings(clause: Clause, before_part: bool) -> tuple[str, ...]:
    """Return what a count of applicants can mean; `before_part`: nothing before the number says what it is."""
    found = next((each for each in _APPLICANTS if each.pattern.match(clause.left)), None)
    if found is None and before_part:
        found = next((each for each in _APPLICANTS_AFTER if each.pattern.fullmatch(clause.right)), None)
    told = clause.before.rpartition(";")[2]
    if found is None or _NOT_OF_ALL.search(told) or _APART.search(f"{clause.before}{clause.left}#{clause.after}"):
        return ()
    rows = next((of.means for of in _OF if of.pattern.search(clause.before)), ())
    return tuple(crossed(row, column) for row in rows for column in found.means)

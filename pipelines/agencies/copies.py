"""What a publisher's code and the host make of a status that names and places gave: copies lie on any host.

Belongs here: when a report is taken for that of the agency it names, and when its code stands against that. Keep out:
what codes are to divisions (`registration`), what they weigh in the choice of a candidate (`evidence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.agencies.evidence import EvidenceScorer
from pipelines.agencies.gazetteer import Division
from pipelines.agencies.organs import UNIVERSITY, Organ
from pipelines.agencies.registration import OWN, conflict_with, relation
from pipelines.agencies.stated_places import Address, is_official
from pipelines.contracts.codes import code_list
from pipelines.extracting.credit_code import CreditCode

EXACT, INFERRED, AMBIGUOUS = code_list("agency_status").named("exact", "inferred", "ambiguous")

# Registered by the network of education and research (CERNET) for universities alone.
_UNIVERSITIES = ".edu.cn"


class Weighed(NamedTuple):
    """A status after code and host had their say, a note for the best candidate, and what the code says against it."""

    status: str
    note: str | None
    conflict: str | None = None


class Copies:
    """Weighs the status of a report by its publisher's code and by the host where it lies."""

    def __init__(self, scorer: EvidenceScorer) -> None:
        self._scorer = scorer
        self._gazetteer = scorer.gazetteer

    def weighed(
        self,
        found: Weighed,
        divisions: Sequence[Division],
        organ: Organ,
        year: int,
        *,
        host: str | None,
        where: Address,
        code: CreditCode | None,
    ) -> Weighed:
        """Return a status as code and host leave it; `divisions` are those of the candidates, best first.

        A name alone is not exact on a host of another place or of nobody's. A code that is registered elsewhere leaves
        it ambiguous, but for a host that is its own: portals print wrong codes, too.
        """
        if not divisions:
            return found
        best = divisions[0]
        is_settled = found.status in (EXACT, INFERRED)
        conflicts = [conflict_with(self._gazetteer, division, organ, code) for division in divisions]
        against = conflicts[0] if is_settled or all(conflicts) else None
        own = self._is_own(best, organ, host, where, year)
        if against is not None and is_settled:
            return Weighed(INFERRED if own else AMBIGUOUS, f"its code is registered elsewhere: {against}", against)
        if found.status == EXACT and own is False and not self.is_registered(best, code):
            return Weighed(INFERRED, f"only the name tells it: {host} is not its own host")
        return found._replace(conflict=against)

    def is_registered(self, division: Division, *codes: CreditCode | None) -> bool:
        """Return whether one of some codes is registered in a division."""
        told = [code.division for code in codes if code is not None and code.division is not None]
        return any(relation(self._gazetteer, division, code) == OWN for code in told)

    def _is_own(self, division: Division, organ: Organ, host: str | None, where: Address, year: int) -> bool | None:
        """Return whether a host is the division's or of one above it; None where nothing is known of it."""
        if host is None or (organ.type == UNIVERSITY and host.lower().endswith(_UNIVERSITIES)):
            return None
        return self._scorer.is_own_host(division, where, year) if is_official(host) else False

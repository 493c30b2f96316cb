"""The code that a publisher prints, held against divisions: where it is registered, and whether that is the agency's.

A 统一社会信用代码 names in places 3-8 the division that registered its holder (GB 32100-2015). It speaks for a division
whatever host a copy lies on, and against one that a title alone names.
Belongs here: codes in addresses, what a registering division is to another. Keep out: check digits
(`extracting.credit_code`), what a code weighs beside other evidence (`evidence`), what a status becomes (`copies`).
"""

from __future__ import annotations

import re

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.naming import ParsedName
from pipelines.agencies.organs import DEPARTMENT, GOVERNMENT, INSTITUTION, OFFICE, UNIVERSITY, VERTICAL, ZONE, Organ
from pipelines.extracting.credit_code import CreditCode, credit_code
from pipelines.extracting.index_number import code_of

OWN, ABOVE, BELOW, ELSEWHERE = "own", "above", "below", "elsewhere"
# Central public bodies are registered under a code that is no division of GB/T 2260.
CENTRAL, NATION_CODE = "100000", "000000"
_WHOLE = re.compile(r"(?<![0-9A-Za-z])1[1239]\d{6}[0-9A-Za-z]{10}(?![0-9A-Za-z])")
# Nine figures are the number of a page on most portals; here they stand before year and number of a document.
_SHORT = re.compile(r"/xxgk/([0-9A-Z]{8}[0-9X])/info/(?:19|20)\d\d-\d")
# Of these types a place below or beside that of the name may well register: zones, offices run from above.
_ELSEWHERE_BY_NATURE = frozenset({ZONE, VERTICAL, UNIVERSITY, INSTITUTION})
# Words of offices and townships of which one division registers many.
_ONE_OF_MANY = re.compile(r"(?:分局|[大中支]队|[所站队])$|^(?:管委会|管理委员会)$")
_ANY_TOWNSHIP = re.compile(r"(?:街道|[镇乡])?(?:办事处)?")


def code_in_path(path: str | None) -> CreditCode | None:
    """Return the valid code of a public body in the path or query of an address."""
    codes = [credit_code(found.upper()) for found in _WHOLE.findall(path or "")]
    if short := _SHORT.search(path or ""):
        codes.append(credit_code(short[1]))
    return next((code for code in codes if code is not None), None)


def publisher_code(gazetteer: Gazetteer, printed: str | None, *others: CreditCode | None) -> CreditCode | None:
    """Return the code that counts: the printed one, else the first of others.

    Nine figures that begin with the code of a division are a portal's own number: one in eleven passes its check digit.
    """
    for code in (code_of(printed), *others):
        if code is not None and not (code.division is None and code.organisation[:6] in gazetteer.by_code):
            return code
    return None


def relation(gazetteer: Gazetteer, division: Division, code: str) -> str | None:
    """Return what the division with a code is to another, as both stand today; None where that is not known."""
    if division.code == NATION_CODE or code == CENTRAL:
        return OWN if (division.code, code) == (NATION_CODE, CENTRAL) else None
    versions = gazetteer.by_code.get(code, ())
    latest = {v.latest_code for v in versions if v.latest_code}
    if code == division.code or division.latest_code in latest:
        return OWN
    above = [c for c in _above(division) if c]
    if code in above or any(v.latest_code in latest for c in above for v in gazetteer.by_code.get(c, ())):
        return ABOVE
    if any(division.code in _above(v) for v in versions):
        return BELOW
    beside = {v.prefecture_code for v in versions if not v.is_official}
    # Of what was split or merged into the place above, today's lists do not tell where its offices went.
    is_lost = division.latest_code is None or any(division.latest_code in _above(v) for v in versions)
    return ELSEWHERE if latest and not is_lost and division.prefecture_code not in beside else None


def _above(division: Division) -> tuple[str | None, ...]:
    return (division.parent_code, division.prefecture_code, division.province_code)


def is_one_of_its_kind(named: ParsedName, organ: Organ) -> bool:
    """Return whether a name without a place tells which of the bodies that a division registers it is.

    A county registers its bureaus and all its townships, schools and centres: "人民政府" may be any of these.
    """
    if _ONE_OF_MANY.search(named.organ):
        return False
    if named.township is not None:
        return not _ANY_TOWNSHIP.fullmatch(named.township)
    return organ.type in (DEPARTMENT, VERTICAL, OFFICE, ZONE) or (organ.type == GOVERNMENT and bool(named.level_word))


def conflict_with(gazetteer: Gazetteer, division: Division, organ: Organ, code: CreditCode | None) -> str | None:
    """Return code, division and name of the registering division where the agency cannot be registered there."""
    if code is None or code.division is None:
        return None
    found = relation(gazetteer, division, code.division)
    may_lie_below = organ.type in _ELSEWHERE_BY_NATURE or "区" in organ.stem
    if found == ELSEWHERE or (found == BELOW and not may_lie_below):
        registering = gazetteer.by_code[code.division][-1]
        return f"{code.text}: {registering.code} {registering.name}"
    return None

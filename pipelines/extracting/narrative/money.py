"""Which amount of money, and which count of purchases, the words around a number speak of. In doubt none.

Belongs here: centralised procurement, the fee for the processing of information, administrative fees.
Keep out: the words (`money.yml`), units (`sentences`).
"""

from __future__ import annotations

import re

from pipelines.extracting.narrative.clauses import JOINED, Clause
from pipelines.extracting.narrative.sentences import last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("money")
_PURCHASE, _PROJECTS = _WORDS.reading("purchase")
_PURCHASE_AFTER, _PUBLISHED = _WORDS.pattern("purchase_after"), _WORDS.pattern("published")
_PRICE, _PRICED, _OTHER_PRICE = _WORDS.reading("price"), _WORDS.pattern("priced"), _WORDS.pattern("other_price")
_FEE, _LEVY = _WORDS.reading("fee"), _WORDS.reading("levy")
_FEE_LATER, _NOT_COLLECTED = _WORDS.pattern("fee_later"), _WORDS.pattern("not_collected")
_BOUGHT, _CHARGED = "bought", "charged"
_TOPIC = re.compile(
    f"(?P<{_BOUGHT}>{_WORDS.pattern(_BOUGHT).pattern})|(?P<{_CHARGED}>{_WORDS.pattern(_CHARGED).pattern})"
    f"|{_WORDS.pattern('other_topic').pattern}"
)
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def amount_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what an amount of money can mean."""
    left, before = clause.left, clause.before + clause.left
    topic = last_match(_TOPIC, before)
    if topic and topic.lastgroup == _BOUGHT and _is_price(left, before[topic.end() :]):
        return _PRICE.means
    if _NOT_COLLECTED.search(left):
        return ()
    if _FEE.pattern.search(left) or (topic and topic.lastgroup == _CHARGED and _FEE_LATER.match(left)):
        return _FEE.means
    return _LEVY.means if _LEVY.pattern.search(left) else ()


def purchase_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of purchases can mean."""
    left = clause.left
    if _OTHER_PRICE.search(left):
        return ()
    bought = _PURCHASE.search(left)
    if bought and JOINED.search(left[: bought.start()]):
        return ()
    named = bought or _PURCHASE_AFTER.match(clause.right)
    return _PROJECTS if named and not _PUBLISHED.search(left) else ()


def _is_price(left: str, since: str) -> bool:
    """Tell whether an amount is that of the purchases: `since` they were named, at most their count was told."""
    inside = left[max(0, len(left) - len(since)) :]
    return bool(
        _PRICE.pattern.match(inside)
        and _PRICED.search(inside)
        and len(_FIGURE.findall(since)) <= 1
        and not _OTHER_PRICE.search(since)
    )

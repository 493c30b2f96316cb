"""Which count of information disclosed (主动公开政府信息N条), or of a channel of it, the words around a number state.

Belongs here: the total of the year and its channels. Keep out: the words (`disclosure.yml`), lists that add up
(`groups`), documents by their kind (`documents`).
"""

from __future__ import annotations

from pipelines.extracting.narrative.clauses import JOINED, Clause
from pipelines.extracting.narrative.vocabulary import Reading, Vocabulary

_WORDS = Vocabulary("disclosure")
ITEMS = ("narrative.disclosure.items",)
UNITS = frozenset(_WORDS.words("units"))
_DISCLOSED = _WORDS.readings("disclosed")
_OTHER_MATTER, _CUMULATIVE = _WORDS.pattern("other_matter"), _WORDS.pattern("cumulative")
_SINCE, _OF_THE_YEAR = _WORDS.pattern("since"), _WORDS.pattern("of_the_year")
_ALL_CHANNELS, _CHANNELS = _WORDS.pattern("all_channels"), _WORDS.readings("channels")
_PUBLISHED, _PUBLISHED_BEFORE = _WORDS.pattern("published"), _WORDS.pattern("published_before")
_AFTER_CHANNEL, _THROUGH = _WORDS.pattern("after_channel"), _WORDS.pattern("through")


def disclosure_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of pieces of information can mean."""
    left = clause.left
    if _OTHER_MATTER.search(left) or _OTHER_MATTER.search(clause.right) or _is_cumulative(clause):
        return ()
    named = [channel for channel in _CHANNELS if channel.pattern.search(left)]
    if not named or _ALL_CHANNELS.search(left):
        return _total(clause)
    return _of_channel(clause, named[0]) if len(named) == 1 else ()


def _is_cumulative(clause: Clause) -> bool:
    """Tell whether a number is what was disclosed since years ago, or up to a day."""
    told = clause.before + clause.left
    return bool(_SINCE.search(told) or (_CUMULATIVE.search(clause.left) and not _OF_THE_YEAR.search(told)))


def _total(clause: Clause) -> tuple[str, ...]:
    if clause.is_part or (_THROUGH.search(clause.left) and not _ALL_CHANNELS.search(clause.left)):
        return ()
    for disclosed in _DISCLOSED:
        found = disclosed.pattern.search(clause.left)
        if found and not JOINED.search(clause.left[: found.start()]):
            return ITEMS
    return ()


def _of_channel(clause: Clause, channel: Reading) -> tuple[str, ...]:
    left = clause.left
    last = [*channel.pattern.finditer(left)][-1]
    told = _PUBLISHED.search(left) or _PUBLISHED_BEFORE.search(clause.before)
    return channel.means if told and _AFTER_CHANNEL.match(left, last.end()) else ()

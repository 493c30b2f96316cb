"""Which count of rules (规章) or normative documents (规范性文件) the words around a number speak of. In doubt none.

Belongs here: documents and what was done with them. Keep out: the words (`documents.yml`).
"""

from __future__ import annotations

import re

from pipelines.extracting.narrative.clauses import JOINED, Clause
from pipelines.extracting.narrative.vocabulary import Reading, Vocabulary, crossed

_WORDS = Vocabulary("documents")
_KINDS, _COLUMNS = _WORDS.readings("kinds"), _WORDS.readings("columns")
_DOCUMENT = re.compile("|".join(f"({kind.pattern.pattern})" for kind in _KINDS))
_AFTER_DOCUMENT, _BEFORE_DOCUMENT = _WORDS.pattern("after_document"), _WORDS.pattern("before_document")
_OTHER_MATTER, _OTHER_DOCUMENT = _WORDS.pattern("other_matter"), _WORDS.pattern("other_document")
_FOLLOWING = _WORDS.pattern("following")
_MARK = re.compile(r"[,;:。(]")


def document_meanings(clause: Clause) -> tuple[str, ...]:
    """Return what a count of documents can mean."""
    left = clause.left
    found = [*_DOCUMENT.finditer(left)]
    if not found:
        right = _BEFORE_DOCUMENT.sub("", clause.right, count=1)
        named = _DOCUMENT.fullmatch(right)
        if named and not _OTHER_MATTER.search(left):
            return _of(_kind(named), left)
        return _following(clause)
    if (
        len(found) > 1
        or JOINED.search(left[: found[0].start()])
        or _OTHER_MATTER.search(left)
        or not _AFTER_DOCUMENT.match(left[found[0].end() :])
    ):
        return ()
    return _of(_kind(found[0]), left)


def _kind(found: re.Match[str]) -> Reading:
    return _KINDS[(found.lastindex or 1) - 1]


def _of(kind: Reading, words: str) -> tuple[str, ...]:
    for column in _COLUMNS:
        if column.pattern.search(words):
            return tuple(crossed(row, each) for row in kind.means for each in column.means)
    return ()


def _following(clause: Clause) -> tuple[str, ...]:
    """Return the meaning of 废止2件 after 制发规范性文件5件."""
    following = _FOLLOWING.match(clause.left)
    found = [*_DOCUMENT.finditer(clause.before)] if following else []
    if not following or not found or len({m[0] for m in found}) > 1:
        return ()
    last = found[-1]
    if _OTHER_MATTER.search(_MARK.split(clause.before[: last.end()])[-1]):
        return ()
    if _OTHER_DOCUMENT.search(clause.before[last.end() :]):
        return ()
    return _of(_kind(last), following["verb"])

"""Passages as section 一 of reports of 2022 has them: every number that a table holds, and no other, means something.

The passages lie in `passages.yml`; a number in braces is followed by what it states.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.extracting.narrative.told import figures

_MARKED = re.compile(r"\{([^|}]+)\|([A-Z]+)\}")
# Any of these may be among what a number can mean.
_MEASURES: Final = {
    "R": "applications.received.total",
    "IN": "applications.carried_in.total",
    "BOTH": "applications.received_and_carried_in",
    "DONE": "applications.outcome_total.total",
    "PART": "applications.answered_of_received",
    "OUT": "applications.carried_out.total",
    "NAT": "applications.received.natural_person",
    "ORG": "applications.received.organizations",
    "G": "applications.granted.total",
    "PG": "applications.partially_granted.total",
    "GPG": "applications.granted_or_partially_granted",
    "D": "applications.denied",
    "U": "applications.unable",
    "HELD": "applications.unable.not_held.total",
    "DRAFT": "applications.denied.deliberative_process.total",
    "AGAIN": "applications.not_processed.repeat_request.total",
    "NP": "applications.not_processed",
    "OP": "applications.other_processing",
    "LIC": "licensing.administrative_licensing.decisions",
    "PEN": "enforcement.administrative_penalty.decisions",
    "COE": "enforcement.administrative_coercion.decisions",
    "ISSUED": "documents.normative_documents.issued",
    "REPEALED": "documents.normative_documents.repealed",
    "FORCE": "documents.normative_documents.in_force",
    "REC": "reviews.reconsideration.total",
    "UPHELD": "reviews.reconsideration.upheld",
    "CORRECTED": "reviews.reconsideration.corrected",
    "OTHER": "reviews.reconsideration.other_result",
    "PENDING": "reviews.reconsideration.pending",
    "LIT": "reviews.litigation.total",
    "DIRECT": "reviews.litigation_direct.total",
    "AFTER": "reviews.litigation_after_reconsideration.total",
    "N": "narrative.disclosure.items",
    "WEB": "narrative.disclosure.channel.website",
    "WECHAT": "narrative.disclosure.channel.wechat",
    "WEIBO": "narrative.disclosure.channel.weibo",
    "VIDEO": "narrative.disclosure.channel.short_video",
    "MEDIA": "narrative.disclosure.channel.new_media",
    "WAYS": "narrative.disclosure.channel.other",
}
PASSAGES: Final[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("passages.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("passage", PASSAGES.values(), ids=PASSAGES)
def test_a_passage_is_understood(passage: str) -> None:
    """The meanings of the numbers of a passage, in order: those marked hold what they state, the others nothing."""
    text = _MARKED.sub(r"\1", passage)
    found = {f.start: f for f in figures(text) if f.meanings and f.kind == "count"}
    marked: dict[int, tuple[str, str]] = {}
    shift = 0
    for m in _MARKED.finditer(passage):
        marked[m.start() - shift] = (m[1], _MEASURES[m[2]])
        shift += len(m[0]) - len(m[1])
    assert {text[start : f.end] for start, f in found.items() if start not in marked} == set()
    for start, (raw, measure) in marked.items():
        assert start in found, f"{raw} of {text[max(0, start - 12) : start]} means nothing"
        assert measure in found[start].meanings

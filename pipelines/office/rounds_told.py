"""What changed since the last round, in words of a language. Keep out: the comparison (`rounds`), other words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.rounds import Change, Changes

_SOUND = "rounds.unchanged_sound"
_MINUTE = "%Y-%m-%d %H:%M"
# All of China has one time, without summer time since 1991.
BEIJING = timezone(timedelta(hours=8))


def moment(when: datetime, language: Language) -> str:
    """Return a moment to the minute as offices in China read it."""
    return message_in(language, "rounds.moment", when=when.astimezone(BEIJING).strftime(_MINUTE))


def change(changed: Change | None, language: Language) -> str:
    """Return what changed of a unit in one line; nothing where there is nothing to compare."""
    if changed is None:
        return ""
    if changed.has_arrived:
        return message_in(language, "rounds.arrived")
    if changed.is_gone:
        return message_in(language, "rounds.gone")
    if not changed.is_compared:
        return ""
    if not (changed.fixed or changed.new or changed.has_other_figures):
        still = len(changed.still)
        return message_in(language, "rounds.unchanged", still=still) if still else message_in(language, _SOUND)
    counts = {"fixed": len(changed.fixed), "still": len(changed.still), "new": len(changed.new)}
    what = message_in(language, "rounds.changes", **counts)
    code = "rounds.figures_changed" if changed.has_other_figures else "rounds.figures_same"
    return message_in(language, code, what=what)


def closing(changes: Changes, language: Language) -> Iterator[str]:
    """Yield which round it is, and what changed in all."""
    if changes.before is None:
        yield message_in(language, "rounds.first", number=changes.number)
        return
    made = moment(changes.before.made_at, language)
    yield message_in(language, "rounds.since", number=changes.number, before=changes.before.number, made=made)
    yield message_in(
        language,
        "rounds.summary",
        fixed=changes.total("fixed"),
        still=changes.total("still"),
        new=changes.total("new"),
        arrived=changes.total("has_arrived"),
        gone=changes.total("is_gone"),
        changed=changes.total("has_other_figures"),
    )
    if changes.left_roster:
        names = telling.AND[language].join(changes.left_roster)
        yield message_in(language, "rounds.left_roster", n=len(changes.left_roster), units=names)

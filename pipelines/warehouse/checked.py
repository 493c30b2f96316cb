"""Which candidate passed its checks: no other is published, whoever asks for publishing alone.

Belongs here: keeping that beside the candidate. Keep out: the checks (`checks`), building and publishing (`release`).
"""

from __future__ import annotations

from pathlib import Path

from pipelines import Told
from pipelines.durable import replace_text, sha256_of
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import MANIFEST


class NotChecked(Told):
    """The candidate did not pass the checks, or nobody ran them; the message says what to do."""


def note_checked(layout: Layout) -> None:
    """Keep that the candidate, as it is, passed all checks."""
    replace_text(_note(layout), sha256_of(layout.candidate / MANIFEST))


def require_checked(layout: Layout) -> None:
    """Raise NotChecked unless the candidate, as it is, passed all checks."""
    manifest, note = layout.candidate / MANIFEST, _note(layout)
    if not manifest.is_file():
        raise NotChecked.of("releases.no_candidate", candidate=layout.candidate)
    if not note.is_file() or note.read_text(encoding="utf-8") != sha256_of(manifest):
        raise NotChecked.of("releases.not_checked", candidate=layout.candidate)


def _note(layout: Layout) -> Path:
    return layout.candidate.with_suffix(".checked")

"""Compiled modules are those of the sources beside them: Python itself holds only size and time against each other.

A source that was replaced by one of the same size and time (a deployment with fixed times, two edits in a second) would
be what a run depends on, and another one what it does. Belongs here: removing compiled modules of other sources. Keep
out: what the digests of sources are (`warehouse.run_digest`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("pipelines", "assets")
# Which sources the compiled modules are of: where no digest of sources looks.
_NOTE = "pipelines/__pycache__/of-sources.sha256"


def drop_stale(digests: Mapping[str, str], root: Path = _ROOT) -> None:
    """Remove the compiled modules of our packages unless they were made since the sources have these digests.

    To be called before they are loaded. Where nothing may be removed they stay: who may write there can mend it.
    """
    sources = hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()
    note = root / _NOTE
    with suppress(OSError):
        if note.is_file() and note.read_text(encoding="ascii") == sources:
            return
    with suppress(OSError):
        for package in _PACKAGES:
            for compiled in (root / package).rglob("__pycache__/*.pyc"):
                compiled.unlink(missing_ok=True)
        note.parent.mkdir(exist_ok=True)
        note.write_text(sources, encoding="ascii")

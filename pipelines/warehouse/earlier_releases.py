"""The releases a candidate can be held against, and those that are never pruned.

Belongs here: which releases there are, in which order. Keep out: what they hold (`losses`), publishing (`release`).
"""

from __future__ import annotations

from pathlib import Path

from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.manifest import read_manifest

# In a manifest: the last good release before each loss that was accepted, carried from release to release.
KEPT = "kept_before_losses"


def earlier_releases(layout: Layout) -> list[Path]:
    """Return the published releases, the current one first, then the newest: whoever compares takes the first it can.

    A folder without a manifest is none: a killed run left it.
    """
    found = sorted(layout.releases.glob("*"), reverse=True) if layout.releases.is_dir() else []
    try:
        current = current_release(layout)
    except NoRelease:
        return found
    return [current, *(path for path in found if path != current)]


def kept_for_good(layout: Layout) -> list[str]:
    """Return the ids of the releases from before a loss that was accepted, as the manifests there are name them."""
    named: set[str] = set()
    for path in earlier_releases(layout):
        try:
            named.update(read_manifest(path).get(KEPT, ()))
        except (OSError, ValueError, AttributeError, TypeError):
            continue
    return sorted(named)

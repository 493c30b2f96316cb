"""The last run that ended well: what it depended on, and whether the release it led to still stands as it was left.

Kept beside the releases, so that the work folder may be deleted at any time. A record that is missing or damaged costs
a run that finds nothing new.
Belongs here: keeping that record, and comparing with it. Keep out: what a run depends on (`run_digest`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.contracts.codes import code_list
from pipelines.durable import read_regular, replace_text, sha256_of
from pipelines.engine.reader_fingerprint import reader_fingerprint
from pipelines.engine.tries import TRANSIENT, TRIES, read_tries, write_tries
from pipelines.releases.layout import Layout, NoRelease, current_release, is_database_linked
from pipelines.releases.manifest import MANIFEST, read_manifest
from pipelines.releases.verified import linked_files, unnamed_files
from pipelines.warehouse.run_digest import Digests
from pipelines.warehouse.sound_files import State, state_of

FIRST_RUN, RELEASE_REPLACED, RELEASE_DAMAGED, RETRIES_DUE = code_list("run_cause").named(
    "first_run", "release_replaced", "release_damaged", "retries_due"
)
# Of a release as large as the country's hashing every byte would take longer than all else. So files whose state on
# disk is as it was are trusted, and so many bytes of them hashed in every run, those that were not for longest first;
# a larger file has its turn only when its state changes (of a database DuckDB checks each block that it reads).
SCRUBBED_BYTES = 256 << 20


@dataclass(frozen=True)
class LastRun:
    """The release a run led to, its inputs by name, the files that only the day kept it from reading (hash: reason).

    `files` are those of the release with their state, in the order in which they were last hashed.
    """

    release: str
    manifest_sha256: str
    inputs: Digests
    unread: Mapping[str, str]
    files: Mapping[str, State]


def note_run(layout: Layout, inputs: Digests, ends: Mapping[str, tuple[str, str | None]]) -> None:
    """Keep what a run depended on that just ended well; `ends` are outcome and reason of the contents it was of."""
    release = current_release(layout)
    files = {name: state_of(release / name) for name in read_manifest(release)["files"]}
    unread = {sha256: reason for sha256, (_, reason) in ends.items() if reason in TRANSIENT}
    _write(layout, LastRun(release.name, sha256_of(release / MANIFEST), inputs, unread, files))


def read_last_run(layout: Layout) -> LastRun | None:
    """Return the last run that ended well; None where there was none, or its record cannot be read."""
    try:
        kept = json.loads(read_regular(layout.last_run))
        files = {str(name): _as_state(state) for name, state in kept["files"].items()}
        inputs, unread = dict(kept["inputs"]), dict(kept["unread"])
        return LastRun(str(kept["release"]), str(kept["manifest_sha256"]), inputs, unread, files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def sound_files(layout: Layout) -> Mapping[str, State]:
    """Return the files of the release, with their state, that a run which builds need not hash again.

    None after damage was found, and none where they are so small that to hash all of them costs next to nothing.
    """
    last = read_last_run(layout)
    if last is None or sum(state[0] for state in last.files.values()) <= SCRUBBED_BYTES:
        return {}
    return last.files


def causes(layout: Layout, inputs: Digests) -> list[str]:
    """Return why a run has to work, as codes of run_cause; nothing where the release that stands is what it would make.

    Where there is nothing, the run ends here: that it was one, and what was hashed of the release, is noted.
    """
    last = read_last_run(layout)
    if last is None:
        return [FIRST_RUN]
    names = [*inputs, *(name for name in last.inputs if name not in inputs)]
    found = [name for name in names if inputs.get(name) != last.inputs.get(name)]
    tries = read_tries(_tries(layout))
    if tries.due(last.unread):
        found.append(RETRIES_DUE)
    standing, fault = _standing(layout, last)
    if fault is not None:
        found.append(fault)
        if last.files:
            # What else is damaged is not known: nothing that this release shares with the next is trusted unread.
            _write(layout, replace(last, files={}))
    if found or standing is None:
        return found
    if tries.files:
        write_tries(tries.begun(()), _tries(layout))
    if standing != last or [*standing.files] != [*last.files]:
        _write(layout, standing)
    return []


def _tries(layout: Layout) -> Path:
    return layout.extracted / reader_fingerprint() / TRIES


def _standing(layout: Layout, last: LastRun) -> tuple[LastRun | None, str | None]:
    """Return the record with what was hashed of its release, or what is wrong with that."""
    try:
        release = current_release(layout)
        if release != (layout.releases / last.release).resolve() or not is_database_linked(layout):
            return None, RELEASE_REPLACED
        stated = read_manifest(release)["files"]
        if sha256_of(release / MANIFEST) != last.manifest_sha256:
            return None, RELEASE_DAMAGED
        states = {name: state_of(release / name) for name in stated}
        if unnamed_files(release, stated) or linked_files(release, stated):
            return None, RELEASE_DAMAGED
    except NoRelease:
        return None, RELEASE_REPLACED
    except (OSError, ValueError):
        return None, RELEASE_DAMAGED
    due = _to_be_hashed(states, last.files)
    if any(states[name][0] != about["bytes"] for name, about in stated.items()) or any(
        sha256_of(release / name) != stated[name]["sha256"] for name in due
    ):
        return None, RELEASE_DAMAGED
    order = [name for name in (*last.files, *states) if name in states and name not in due]
    return replace(last, files={name: states[name] for name in (*dict.fromkeys(order), *due)}), None


def _to_be_hashed(states: Mapping[str, State], known: Mapping[str, State]) -> list[str]:
    """Return the files whose state is another than it was, and of the others those whose turn it is."""
    due = [name for name, state in states.items() if known.get(name) != state]
    left = SCRUBBED_BYTES
    for name, state in known.items():
        if states.get(name) == state and state[0] <= left:
            due.append(name)
            left -= state[0]
    return due


def _as_state(numbers: list[int]) -> State:
    size, modified, changed, inode = map(int, numbers)
    return size, modified, changed, inode


def _write(layout: Layout, last: LastRun) -> None:
    replace_text(layout.last_run, json.dumps(asdict(last), indent=1))

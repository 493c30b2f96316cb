"""Which files are read again, and when: outcomes that a day may have caused, and not the file.

A file that took too long, or too much memory, or died with its worker is tried again in the next run, then after 2, 4,
8 ... runs, at most after LONGEST_WAIT. Runs are counted and not days: what a poison file costs stays a small share of
the runs, whether there is one an hour or one a year, and no clock can be wrong. Files that could not be opened, or
changed meanwhile, cost nothing and are tried in every run. All other outcomes are of the content, and stay.

The state is a file beside the documents it speaks of, so that it begins anew with a new reader. A try is noted before
it is made: a file that ends the whole run counts as tried. Without the file, or where it is damaged, everything is
tried in the next run.
Belongs here: what was tried, and what is due. Keep out: reading (`pool`) and what was read (`work_store`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from pipelines import Told
from pipelines.contracts.codes import code_list
from pipelines.durable import read_regular, replace_text
from pipelines.messages import message

_COSTLY = code_list("outcome_reason").named("timeout", "out_of_memory", "worker_died")
_CHEAP = code_list("outcome_reason").named("unreadable", "changed_during_run")
TRANSIENT = frozenset((*_COSTLY, *_CHEAP))
LONGEST_WAIT = 64
# The file of the state, in the store of the reader that it speaks of.
TRIES = "tries.json"
# In the place of a reason: every quarantined file.
ALL = "all"


class UnknownReason(Told, ValueError):
    """A reason that no outcome has; names those that there are."""


def checked_reasons(reasons: Iterable[str]) -> frozenset[str]:
    """Return reasons whose files are to be read again. Raises UnknownReason for one that is neither a code nor ALL."""
    wanted, codes = frozenset(reasons), code_list("outcome_reason")
    if unknown := sorted(wanted - {ALL, *codes}):
        near = get_close_matches(unknown[0], codes, n=1, cutoff=0.6)
        hint = message("engine.did_you_mean", near=near[0]) if near else ""
        known = ", ".join((ALL, *codes))
        raise UnknownReason.of("engine.unknown_reason", reasons=", ".join(unknown), hint=hint, known=known)
    return wanted


class Tried(NamedTuple):
    """How often a file was tried in vain, and in which run last."""

    times: int
    run: int

    @property
    def due(self) -> int:
        """The run in which it is tried again."""
        return self.run + min(1 << min(self.times - 1, 30), LONGEST_WAIT)


@dataclass(frozen=True)
class Tries:
    """The runs that were counted so far, and the files that none of them could read, by content hash."""

    runs: int = 0
    files: Mapping[str, Tried] = field(default_factory=dict)

    def due(self, found: Mapping[str, str]) -> set[str]:
        """Return which files the next run tries again; `found` has the reasons of files that were not read."""
        run = self.runs + 1
        return {
            file
            for file, reason in found.items()
            if reason in _CHEAP or (reason in _COSTLY and (file not in self.files or self.files[file].due <= run))
        }

    def begun(self, again: Iterable[str]) -> Tries:
        """Return the state of the next run, in which these files are tried again."""
        run = self.runs + 1
        tried = {file: Tried(self.files[file].times + 1 if file in self.files else 2, run) for file in again}
        return Tries(run, {**self.files, **tried})

    def ended(self, found: Mapping[str, str]) -> Tries:
        """Return the state after a run; `found` has the reasons of all files that it could not read."""
        costly = [file for file, reason in found.items() if reason in _COSTLY]
        return Tries(self.runs, {file: self.files.get(file, Tried(1, self.runs)) for file in costly})


def read_tries(path: Path) -> Tries:
    """Read the state; an absent or damaged one is empty."""
    try:
        state = json.loads(read_regular(path))
        files = {str(file): Tried(int(times), int(run)) for file, (times, run) in state["files"].items()}
        return Tries(int(state["runs"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Tries()


def write_tries(tries: Tries, path: Path) -> None:
    """Write the state at once: a reader, or a run after a kill, finds the old one or the new one."""
    state = {"runs": tries.runs, "files": dict(sorted(tries.files.items()))}
    replace_text(path, json.dumps(state, indent=1))

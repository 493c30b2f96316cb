"""What a run of a crawler came to. Belongs here: the figures and their JSON. Keep out: how they arise (`crawl_run`)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

ListState = Literal["complete", "list_incomplete", "empty", "failed"]
RunState = Literal["done", "red", "unfinished", "failed", "stopped"]


@dataclass(frozen=True)
class RunSummary:
    """A run of one source. `created` to `failed` count the visits of this run.

    `gone` counts the URLs newly marked as gone, `pending` those which are still to be visited, and `states` all URLs
    ever discovered, by how their last visit went: discovered = stored + unchanged + refused + failed + pending, where
    pending are the states discovered and leased. A run is `unfinished` when a host had its requests of the day, and
    `stopped` when a person stopped all crawlers; its `run_id` is empty where it had not begun.
    """

    source_id: str
    run_id: str
    state: RunState
    list_state: ListState
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    refused: int = 0
    failed: int = 0
    pending: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def is_red(self) -> bool:
        """Return whether the source needs a person: its list or the whole run did not work."""
        return self.state in ("red", "failed", "stopped") or self.list_state != "complete"

    @property
    def exit_code(self) -> int:
        """Return 0 for done, 1 for failed or stopped, 3 for done but red or with URLs that failed."""
        if self.state in ("failed", "stopped"):
            return 1
        return 3 if self.is_red or self.failed else 0

    def as_row(self) -> dict[str, Any]:
        """Return the summary as JSON takes it."""
        return dataclasses.asdict(self) | {"states": dict(self.states), "problems": list(self.problems)}

    def to_json(self) -> str:
        """Return the summary as one line of JSON."""
        return json.dumps(self.as_row() | {"is_red": self.is_red}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Raises ValueError, TypeError or KeyError for anything else."""
        values = json.loads(text)
        del values["is_red"]
        return cls(**values | {"problems": tuple(values["problems"])})

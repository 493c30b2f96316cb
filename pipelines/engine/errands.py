"""What whoever hands out files and their workers say to each other, and how workers find their work.

The readers of all formats take a quarter of a second to import, which whoever only hands out files need not wait for:
here the work is named, and imported where it is done.
Belongs here: messages and names. Keep out: the work (`worker`) and who does it when (`pool`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.engine.patience import Patience
from pipelines.engine.stored_tables import SCHEMAS, FileTask, Tables
from pipelines.messages.kept import Kept, kept
from pipelines.reading import Limits

# Adds a document to the rows of a batch.
Work = Callable[[Any, FileTask, Limits], None]


class Part(NamedTuple):
    """The tables of the first `done` files of a batch; `good` is the place of one read in time (-1: all too late).

    They are packed as Arrow's messages: to pickle every column of a few rows takes longer than to read a page.
    """

    packed: dict[str, list[bytes]]
    done: int
    good: int

    def tables(self) -> Tables:
        """Return the tables; their columns stay where the message is in memory."""
        return {name: _unpacked(messages, SCHEMAS[name]) for name, messages in self.packed.items()}


class WorkerMarks(NamedTuple):
    """Shared memory by slot: the process that has a batch, the file it is at (-1: none yet), and the file's seconds."""

    processes: Any
    positions: Any
    limits: Any


def _unpacked(messages: Sequence[bytes], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([pa.ipc.read_record_batch(data, schema) for data in messages], schema)


def memory_detail(limits: Limits) -> Kept:
    """Say which limit of memory was reached."""
    return kept("outcomes.out_of_memory", limit=limits.memory_bytes)


def start_worker(marks: WorkerMarks, memory_bytes: int) -> None:
    """Make this process a worker (`worker.start_worker`)."""
    from pipelines.engine import worker  # noqa: PLC0415

    worker.start_worker(marks, memory_bytes)


def read_part(tasks: Sequence[FileTask], slot: int, patience: Patience, limits: Limits, work: Work | None) -> Part:
    """Read the files of a batch from the first on, as far as a slice of time goes (`worker.read_part`)."""
    from pipelines.engine import worker  # noqa: PLC0415

    return worker.read_part(tasks, slot, patience, limits, work)

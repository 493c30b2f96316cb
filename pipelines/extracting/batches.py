"""Which files are read together, how many seconds each may take, and in which order they are begun.

Belongs here: what can be said before anything is read. Keep out: processes (`pool`) and reading (`worker`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.extracting.frames import FileTask
from pipelines.reading import Limits
from pipelines.reading.sniffing import DOC, DOCX, IMAGES, OLE, PDF, XLS, XLSB, XLSX

# Text is read in milliseconds, so a batch saves messages; the others take longer than a message by far.
_TEXTS_PER_BATCH = 8
_DOCUMENTS = frozenset((DOC, DOCX, OLE, PDF, XLS, XLSB, XLSX))


@dataclass(frozen=True)
class Batch:
    """Files that may take equally long. `alone`: one that a worker died of, tried for the last time.

    `undisturbed`: nothing else is read at the same time, since the memory of the machine may not have sufficed for
    both. `vain` counts how often its worker ended before it had begun a file.
    """

    tasks: tuple[FileTask, ...]
    seconds: float
    alone: bool = False
    undisturbed: bool = False
    vain: int = 0


def seconds_for(media_type: str, limits: Limits) -> float:
    """Return how long a file may take; a file of unknown type has the time of a text."""
    if media_type in IMAGES:
        return limits.recognition_seconds
    return limits.document_seconds if media_type in _DOCUMENTS else limits.seconds


def make_batches(tasks: Sequence[FileTask], limits: Limits, workers: int) -> list[Batch]:
    """Return the batches of a run; each kind of file is spread evenly over it, so that none holds up its end."""
    kinds: dict[float, list[FileTask]] = {}
    for task in tasks:
        kinds.setdefault(seconds_for(task.media_type, limits), []).append(task)
    placed: list[tuple[float, float, Batch]] = []
    for seconds, own in kinds.items():
        share = max(1, len(own) // (workers * 2))
        size = min(_TEXTS_PER_BATCH, share) if seconds == limits.seconds else 1
        batches = [Batch(tuple(own[i : i + size]), seconds) for i in range(0, len(own), size)]
        placed.extend((place / len(batches), -seconds, batch) for place, batch in enumerate(batches))
    placed.sort(key=lambda entry: entry[:2])
    return [batch for _, _, batch in placed]

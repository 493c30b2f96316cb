"""Which files are read together, how many seconds each may take, and in which order they are begun.

Belongs here: what is known before anything is read. Keep out: processes (`pool`) and reading (`worker`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.engine.patience import Patience
from pipelines.engine.stored_tables import FileTask
from pipelines.reading import Limits
from pipelines.reading.sniffing import (
    DOC,
    DOCX,
    EXCEL_XML,
    FLAT_OPC,
    IMAGES,
    MHTML,
    ODF,
    OLE,
    PAGES,
    PDF,
    RTF,
    WORD_XML,
    XLS,
    XLSB,
    XLSX,
)

# Most files are read in milliseconds: many to a message make its cost, and that of making Arrow tables, small. Files
# that take long share a message only as far as the worker's slice of time goes.
FILES_PER_BATCH = 20
_DOCUMENTS = frozenset((DOC, DOCX, ODF, OLE, PDF, RTF, XLS, XLSB, XLSX, FLAT_OPC, WORD_XML, EXCEL_XML, MHTML))
_PICTURES = IMAGES | {PAGES}


@dataclass(frozen=True)
class Batch:
    """Files that may take equally long. `alone`: one that a worker died of, tried for the last time.

    `undisturbed`: nothing else is read at the same time, since the memory of the machine may not have sufficed for
    both. `is_probe`: a file that was read before, read again to see whether anything is. `again`: a run before could
    not read it. `vain` counts how often its worker ended before it had begun a file.
    """

    tasks: tuple[FileTask, ...]
    patience: Patience
    alone: bool = False
    undisturbed: bool = False
    is_probe: bool = False
    again: bool = False
    vain: int = 0


def patience_for(media_type: str, limits: Limits) -> Patience:
    """Return how many seconds of the processor a file may take; one of unknown type has the time of a text."""
    if media_type in _PICTURES:
        return Patience(limits.recognition_seconds, limits.recognition_seconds)
    if media_type in _DOCUMENTS:
        return Patience(limits.document_seconds, max(limits.recognition_seconds, limits.document_seconds))
    return Patience(limits.seconds, max(limits.recognition_seconds, limits.seconds))


def make_batches(tasks: Sequence[FileTask], limits: Limits, workers: int) -> list[Batch]:
    """Return the batches of a run; each kind of file is spread evenly over it, so that none holds up its end."""
    kinds: dict[Patience, list[FileTask]] = {}
    for task in tasks:
        kinds.setdefault(patience_for(task.media_type, limits), []).append(task)
    placed: list[tuple[float, float, Batch]] = []
    for patience, own in kinds.items():
        share = max(1, len(own) // (workers * 2))
        size = min(FILES_PER_BATCH, share)
        batches = [Batch(tuple(own[i : i + size]), patience) for i in range(0, len(own), size)]
        placed.extend((place / len(batches), -patience.seconds, batch) for place, batch in enumerate(batches))
    placed.sort(key=lambda entry: entry[:2])
    return [batch for _, _, batch in placed]


def batches_again(tasks: Sequence[FileTask], limits: Limits) -> list[Batch]:
    """Return files that a run before could not read, each by itself."""
    return [Batch((task,), patience_for(task.media_type, limits), again=True) for task in tasks]

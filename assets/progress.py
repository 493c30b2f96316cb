"""Progress of long steps, and what a person must know while they go on: dagster captures what steps print."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import dagster as dg

from pipelines.commands.progress import phase
from pipelines.commands.terminal import console_for_notes, line

T = TypeVar("T")


def counted(done: Iterable[T], total: int, code: str = "progress.tables") -> Iterator[T]:
    """Yield what is done, one after the other, and tell how much of it is."""
    with phase(code) as progress:
        progress(0, total)
        for number, each in enumerate(done, start=1):
            progress(number, total)
            yield each


def tell(context: dg.AssetExecutionContext) -> Callable[[str], None]:
    """Return a function that tells something at once: in the log of the run, and on standard error."""

    def told(note: str) -> None:
        context.log.warning(note)
        console_for_notes().print(line(note))

    return told

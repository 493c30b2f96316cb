"""Progress of long work: a bar on a terminal, nothing in a pipe; and what a person must know while it goes on."""

import contextlib
from collections.abc import Callable, Iterator

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.commands.run_report import console_for_notes


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function (finished, total) that draws a bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda finished, total: progress.update(task, completed=finished, total=total)


def tell(context: dg.AssetExecutionContext) -> Callable[[str], None]:
    """Return a function that tells something at once: in the log of the run, and on standard error."""
    notes = console_for_notes()

    def told(note: str) -> None:
        context.log.warning(note)
        notes.print(note, markup=False)

    return told

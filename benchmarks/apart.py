"""Processes of their own: what is done there holds no memory but its own.

Belongs here: starting such processes and asking for their memory. Keep out: what is done in them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from benchmarks.timing import peak_memory


def processes(number: int, tasks_each: int | None = None) -> ProcessPoolExecutor:
    """Return an executor whose processes are forked from one that has imported nothing.

    A process that is started anew would count the memory of the one that started it as its own. They end with the one
    that asked for them, be it killed.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([])
    return ProcessPoolExecutor(number, mp_context=context, max_tasks_per_child=tasks_each, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End this process when the one that asked for it is gone.

    It would wait for work for ever: it holds both ends of the queue, and its fork server lives as long as it does.
    """
    Thread(target=_outlive, daemon=True).start()


def _outlive() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def memory_of(work: Callable[[bytes], object], files: Sequence[bytes]) -> int:
    """Do some files and return the most bytes of memory that this process has held."""
    for data in files:
        work(data)
    return peak_memory()


def peak_of(process: int) -> int:
    """Return the most bytes of memory that a process has held so far; 0 where the system does not tell or it ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)

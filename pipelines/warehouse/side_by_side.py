"""Work that depends on other work, several pieces of it at once in threads, each after those it needs.

Most of a table's time is spent in polars, Arrow and DuckDB, which let other threads run meanwhile. Belongs here: what
is done when. Keep out: what the work is (`star`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import cache
from graphlib import TopologicalSorter
from typing import TypeVar

_Done = TypeVar("_Done")


def side_by_side(
    needs: Mapping[str, Collection[str]],
    work: Callable[[str], _Done],
    *,
    at_once: int,
    stop: Callable[[], object] = lambda: None,
) -> Iterator[tuple[str, _Done]]:
    """Yield each name with what its work returns, in the order in which they are done; at most `at_once` are at work.

    Of those that can begin, the one goes first that most others wait for. An exception of a piece of work is raised
    once the pieces beside it have ended; nothing is begun after it, nor when the caller stops taking results. `stop` is
    called first, so that those pieces can end early.
    """
    order = TopologicalSorter(needs)
    order.prepare()
    waiting = _waiting_for(needs)
    ready: list[str] = []
    running: dict[Future[_Done], str] = {}
    with ThreadPoolExecutor(at_once) as pool:
        try:
            while order.is_active():
                ready = sorted([*ready, *order.get_ready()], key=lambda name: (-waiting(name), name))
                while ready and len(running) < at_once:
                    name = ready.pop(0)
                    running[pool.submit(work, name)] = name
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    name = running.pop(future)
                    yield name, future.result()
                    order.done(name)
        except BaseException:
            stop()
            raise


def _waiting_for(needs: Mapping[str, Collection[str]]) -> Callable[[str], int]:
    """Return a function that tells how many pieces need one, themselves or by way of others."""

    @cache
    def behind(name: str) -> frozenset[str]:
        own = [other for other, needed in needs.items() if name in needed]
        return frozenset(own).union(*(behind(other) for other in own))

    return lambda name: len(behind(name))

"""Pieces of work are done each after those it needs, so many at once, and none after one that failed."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from pipelines.warehouse.side_by_side import side_by_side

NEEDS = {"sum": ["fact", "finding"], "finding": ["cell"], "fact": ["cell"], "cell": [], "year": []}


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_each_is_done_after_those_it_needs(at_once: int) -> None:
    done = dict(side_by_side(NEEDS, str.upper, at_once=at_once))
    assert done == {name: name.upper() for name in NEEDS}
    order = list(done)
    assert all(order.index(needed) < order.index(name) for name, needs in NEEDS.items() for needed in needs)


def test_that_goes_first_which_most_wait_for() -> None:
    begun: list[str] = []
    list(side_by_side(NEEDS, begun.append, at_once=1))
    assert begun == ["cell", "fact", "finding", "sum", "year"]


def test_so_many_are_at_work_at_once() -> None:
    meeting = threading.Barrier(2, timeout=60)
    together = [name for name, _ in side_by_side(dict.fromkeys("abcdef", ()), lambda _: meeting.wait(), at_once=2)]
    assert sorted(together) == list("abcdef")


def test_nothing_begins_after_one_that_failed() -> None:
    begun: list[str] = []

    def work(name: str) -> None:
        begun.append(name)
        if name == "fact":
            raise ValueError("no such column")

    with pytest.raises(ValueError, match="no such column"):
        list(side_by_side(NEEDS, work, at_once=1))
    assert begun == ["cell", "fact"]


def test_nothing_begins_once_nobody_takes_results() -> None:
    begun: list[str] = []
    chain = {"a": [], **{later: [earlier] for earlier, later in pairwise("abcd")}}
    results = side_by_side(chain, begun.append, at_once=2)
    assert next(results) == ("a", None)
    del results
    assert begun == ["a"]


def test_what_is_at_work_is_told_to_stop() -> None:
    stopped = threading.Event()

    def work(name: str) -> None:
        if name == "fails":
            raise ValueError("no such column")
        assert stopped.wait(timeout=60)

    with pytest.raises(ValueError, match="no such column"):
        list(side_by_side({"fails": [], "waits": []}, work, at_once=2, stop=stopped.set))

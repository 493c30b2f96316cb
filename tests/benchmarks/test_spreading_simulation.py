"""The simulated cluster: every file comes back once, in about the time it must take, and what fails is done again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks import spreading_simulation
from benchmarks.coordinator import KEYS_A_PAGE, held, requests_of_listing
from benchmarks.simulated_nodes import Costs
from benchmarks.spreading_simulation import Files
from pipelines.engine.shared_batches import MOVERS
from pipelines.raw.shared_contents import content_key, contents_lacking
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.storing import open_storage
from pipelines.warehouse.shard_reading import ReadingShard, cut_shards

WELL = Costs(deaths_an_hour=0, straggling=0, is_fetched=False)
FILES, NODES, WORKERS = 60_000, 8, 2
# The same cluster takes the same time.
simulate = cache(spreading_simulation.simulate)


def test_where_nothing_fails_nothing_is_read_twice() -> None:
    found = simulate(FILES, NODES, WORKERS, WELL)
    assert (found.read, found.again, found.deaths, found.lost) == (FILES, 0, 0, 0)
    whole = ReadingShard("s3://bucket/prefix", "fingerprint", DEFAULT_LIMITS, ())
    assert found.shards == len(list(cut_shards(whole, Files(FILES), NODES)))
    # Of a shard's own seconds, its first fetch and the end, when some have nothing to do any more.
    least = found.ideal + WELL.shard * found.shards / NODES
    assert least < found.seconds < 1.2 * least
    assert found.cpu < 0.1


def test_twice_the_nodes_take_about_half_the_time() -> None:
    few, many = (simulate(FILES, nodes, WORKERS, WELL).seconds for nodes in (4, 8))
    assert 1.7 < few / many < 2.1


def test_shards_of_nodes_that_die_are_done_by_others() -> None:
    found = simulate(FILES, NODES, WORKERS, Costs(deaths_an_hour=10, straggling=0, is_fetched=False))
    assert found.deaths > 2 and found.lost == 0 and found.read > FILES
    assert found.seconds < 4 * simulate(FILES, NODES, WORKERS, WELL).seconds


def test_nodes_that_all_die_at_once_are_waited_for() -> None:
    found = simulate(2_000, 2, WORKERS, Costs(deaths_an_hour=200, gone=30, straggling=0, is_fetched=False))
    assert found.deaths >= 2 and found.read >= 2_000


def test_a_straggler_does_not_hold_up_the_end() -> None:
    straggling = Costs(deaths_an_hour=0, straggling=0.05, straggling_factor=100, is_fetched=False)
    found = simulate(FILES, NODES, WORKERS, straggling)
    assert found.again > 0
    # What one shard of 1,000 files takes on a node that is a hundred times as slow.
    assert found.seconds < 1_000 * straggling.file_cpu / WORKERS * straggling.straggling_factor * 2


def test_fetching_what_was_read_costs_time_only_where_it_takes_longest() -> None:
    few, many = (Costs(deaths_an_hour=0, straggling=0, batches=number) for number in (1, 500))
    none = Costs(deaths_an_hour=0, straggling=0, is_fetched=False)
    assert simulate(FILES, NODES, WORKERS, few).seconds == simulate(FILES, NODES, WORKERS, none).seconds
    found = simulate(FILES, NODES, WORKERS, many)
    assert found.seconds == pytest.approx(found.shards * 500 * many.objects * many.request / MOVERS)


def test_what_a_coordinator_holds_is_measured() -> None:
    found = held(2_000)
    assert list(found.bytes)[-1] == "peak" and found.bytes["peak"] > 1_000_000
    assert max(found.bytes.values()) == found.bytes["peak"]


@pytest.mark.parametrize(("keys", "requests"), [(0, 256), (256_000, 256), (256_001, 512), (5_400_000, 5_632)])
def test_requests_of_a_listing(keys: int, requests: int) -> None:
    assert requests_of_listing(keys) == requests and KEYS_A_PAGE == 1_000


def test_contents_are_listed_by_their_first_two_digits(tmp_path: Path) -> None:
    names = [f"{first:02x}{'0' * 62}" for first in range(256)]
    storage = open_storage(str(tmp_path))
    storage.put(content_key(names[3]), b"content")
    listed: list[str] = []
    before = type(storage).entries

    class Counting(type(storage)):  # type: ignore[misc]
        def entries(self, prefix: str) -> object:
            listed.append(prefix)
            return before(self, prefix)

    counting = Counting(tmp_path)
    assert contents_lacking(counting, names) == {*names} - {names[3]}
    assert len(listed) == 256

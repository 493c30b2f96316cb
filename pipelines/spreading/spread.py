"""What spreads work, what it is given and what it gives back; the embedded one, which does everything itself.

Belongs here: the protocol, and which spread the settings name. Keep out: the engine (`cluster`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol, Self, TypeVar

from pipelines import Told
from pipelines.spreading.place import Place, working_at

# The setting that names the scheduler of a cluster, and the one that allows it to be reached without TLS.
CLUSTER_SWITCH, INSECURE_SWITCH = "GONGKAI_CLUSTER", "GONGKAI_CLUSTER_INSECURE"


class ClusterFailed(Told, RuntimeError):
    """A cluster cannot be used, or can do no more; the message says what to do."""


class Shard(Protocol):
    """A piece of work. Those with equal keys are the same piece, whoever asks: a key is made of all that is in it."""

    @property
    def key(self) -> str:
        """The name of the piece."""

    def halves(self) -> tuple[Self, ...]:
        """Return the piece in two, or nothing where it is the smallest there is."""


class Lost(NamedTuple):
    """What stands for the result of a smallest piece that ended every node which tried it, and how."""

    detail: str


S = TypeVar("S", bound=Shard)
R = TypeVar("R")
Note = Callable[[str], object]


class Spread(Protocol):
    """Does shards somewhere. Yields each with its result, in the order in which they are done.

    A function is called by its name, so it must be importable there; what it raises that is nobody's fault there
    (StorageError, OSError, ExtractionStalled) is tried again elsewhere, and raised after some tries.
    """

    def map(self, function: Callable[[S], R], shards: Iterable[S]) -> Iterator[tuple[S, R | Lost]]:
        """Yield each shard with what the function returns for it. A shard may come back in smaller pieces."""

    def width(self) -> int:
        """Return how many machines there are at the moment. Raises ClusterFailed."""

    def about(self) -> dict[str, int | str]:
        """Return what is worth telling of who did the work."""


class Embedded:
    """Does shards in this process, one after the other."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def map(self, function: Callable[[S], R], shards: Iterable[S]) -> Iterator[tuple[S, R | Lost]]:
        """Yield each shard with what the function returns for it."""
        with working_at(self._place):
            for shard in shards:
                yield shard, function(shard)

    def width(self) -> int:
        """Return one."""
        return 1

    def about(self) -> dict[str, int | str]:
        """Return nothing: it was this machine."""
        return {}


def cluster_named(code: Callable[[], str], told: Note) -> Spread | None:
    """Return the cluster that GONGKAI_CLUSTER names, for nodes that have this code; None where none is named.

    Raises ClusterFailed where the address is wrong or open to others, or the engine is not installed.
    """
    address = os.environ.get(CLUSTER_SWITCH)
    if not address:
        return None
    try:
        from pipelines.spreading.cluster import Cluster  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ClusterFailed.of("commands.cluster_not_installed") from error
    return Cluster(address, code(), is_insecure=is_insecure_allowed(), told=told)


def is_insecure_allowed() -> bool:
    """Tell whether the settings allow a cluster that anybody in the network can make execute code."""
    return os.environ.get(INSECURE_SWITCH, "").lower() in ("1", "true")


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says: what follows is of the engine or of another machine."""
    return str(error).strip().partition("\n")[0][:400]

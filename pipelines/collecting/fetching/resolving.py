"""Looking a host's name up within a time: the system's resolver may hang for minutes, and nothing can interrupt it.

Belongs here: waiting for the resolver, and what its errors mean. Keep out: which addresses are allowed (`addresses`).
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

from pipelines.collecting.fetching.addresses import Resolve
from pipelines.collecting.fetching.faults import Failure

# The name server answered, and says that there is no such name, or no address for it. All else may pass.
_NO_SUCH_NAME = frozenset(
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
)


@dataclass
class _Lookup:
    """A question to the resolver, in a thread that may never end."""

    done: threading.Event = field(default_factory=threading.Event)
    addresses: list[str] = field(default_factory=list)
    error: BaseException | None = None


class Resolver:
    """Asks the resolver in threads that hold up neither the crawl nor the end of the process.

    A question that hangs is waited for again, and not asked a second time: one name costs one thread at most.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._open: dict[tuple[str, int], _Lookup] = {}

    def addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """Return the addresses of a host.

        Raises Failure: name_unknown where there is none, name_unresolved where the resolver cannot say (in time).
        """
        lookup = self._open.get((host, port))
        if lookup is None:
            lookup = self._open[host, port] = _Lookup()
            threading.Thread(target=self._look_up, args=(lookup, host, port), daemon=True).start()
        if not lookup.done.wait(max(0.0, seconds)):
            detail = f"{host}: the resolver gave no answer within {seconds:.0f} seconds"
            raise Failure("name_unresolved", detail)
        del self._open[host, port]
        if lookup.error is not None:
            raise _failure(host, lookup.error) from lookup.error
        return lookup.addresses

    def _look_up(self, lookup: _Lookup, host: str, port: int) -> None:
        try:
            lookup.addresses = self._resolve(host, port)
        except BaseException as error:  # it is raised in the thread that waits
            lookup.error = error
        finally:
            lookup.done.set()


def _failure(host: str, error: BaseException) -> BaseException:
    """Return the failure that an error of the resolver is; an error of this program stays what it is."""
    if isinstance(error, UnicodeError) or (isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME):
        return Failure("name_unknown", f"{host}: there is no such name, or no address for it: {error}")
    if isinstance(error, OSError):
        return Failure("name_unresolved", f"{host}: the name cannot be resolved now: {error}")
    return error

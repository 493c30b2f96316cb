"""Whether a storage decides between two who write at once, tried before anything depends on it.

Servers that ignore the condition answer that all is well, and of eight who publish at once each believes it won. Some
test servers and older appliances do so.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from pipelines.storing.storage import Changed, Storage, Taken, Unreachable

# What a store answers to a header that it does not know.
_NOT_IMPLEMENTED = "NotImplemented"


def require_conditional_writes(storage: Storage) -> None:
    """Raise Unreachable for a storage that writes where it was told not to. Leaves nothing behind."""
    key = f"probe/{secrets.token_hex(16)}"
    try:
        tag = storage.create(key, b"first")
        if not _refuses(lambda: storage.create(key, b"second")):
            raise _ignores(storage, "If-None-Match")
        storage.swap(key, b"third", tag)
        if not _refuses(lambda: storage.swap(key, b"fourth", tag)):
            raise _ignores(storage, "If-Match")
    except Unreachable as error:
        if _NOT_IMPLEMENTED not in str(error):
            raise
        about = {"storage": storage.address, "answer": _NOT_IMPLEMENTED}
        raise Unreachable.of("storing.no_conditional_writes", **about) from error
    finally:
        storage.remove(key)


def _refuses(write: Callable[[], object]) -> bool:
    try:
        write()
    except (Taken, Changed):
        return True
    return False


def _ignores(storage: Storage, condition: str) -> Unreachable:
    return Unreachable.of("storing.ignores_condition", storage=storage.address, condition=condition)

"""Where bytes lie: a folder, or an object store. One small protocol, two implementations, chosen by an address.

Belongs here: keys and bytes, what may be lost and what never. Keep out: what the bytes are (`releases`, `warehouse`).
Nothing of an object store is imported before one is asked for.
"""

from pipelines.storing.storage import Changed, Missing, Storage, StorageError, Stored, Taken, Unreachable, open_storage

__all__ = ["Changed", "Missing", "Storage", "StorageError", "Stored", "Taken", "Unreachable", "open_storage"]

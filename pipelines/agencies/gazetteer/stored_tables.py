"""The tables of the gazetteer as they lie: their version, their columns as lists, and as frames for who wants those.

Belongs here: reading. Keep out: what the rows mean (`gazetteer`). Polars is loaded where a table was never read before,
or where a frame is asked for.
"""

from __future__ import annotations

import hashlib
import io
import marshal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.declarations.kept import keep, kept, key_of

if TYPE_CHECKING:
    import polars as pl

TABLES = Path(__file__).parent / "tables"
NAMES = ("area_code", "division", "division_succession", "township")
_READERS = (Path(__file__),)


class StoredTables:
    """The bytes of the tables; `version` changes with any byte of them."""

    def __init__(self, folder: Path = TABLES) -> None:
        self._paths = {name: folder / f"{name}.parquet" for name in NAMES}
        self._held = {name: path.read_bytes() for name, path in self._paths.items()}
        digest = hashlib.sha256()
        for data in self._held.values():
            digest.update(hashlib.sha256(data).digest())
        self.version = digest.hexdigest()[:12]

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table."""
        import polars as pl  # noqa: PLC0415

        return pl.read_parquet(io.BytesIO(self._held[name]))

    def columns(self, name: str) -> dict[str, list[Any]]:
        """Return a table as a list for each column, in their order."""
        key = key_of(self._held[name], _READERS, "polars")
        if (known := kept(self._paths[name], key)) is not None:
            found: dict[str, list[Any]] = marshal.loads(known)  # the digest says that we wrote it
            return found
        columns = self.frame(name).to_dict(as_series=False)
        keep(self._paths[name], key, marshal.dumps(columns))
        return columns

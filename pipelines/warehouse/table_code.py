"""What the rows of a table follow from besides its inputs: our sources, what they declare, and the libraries.

Belongs here: which folders that are, by stage. Keep out: what reports are read with (`engine.work_store`), which a run
knows by itself, and what ends a run that has nothing new.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

Stage = Literal["contents", "agencies", "audit"]
# What any table can follow from; a table of agencies or of the audit also from what its stage declares.
_EVERY = ("declarations", "contracts", "forms", "extracting", "engine", "corrections", "warehouse", "reading", "raw")
_OF_STAGE: dict[Stage, tuple[str, ...]] = {
    "contents": (),
    "agencies": ("agencies", "collecting"),
    "audit": ("agencies", "collecting", "auditing"),
}
# Messages that columns hold; what commands say is in no table.
MESSAGES_IN_TABLES = ("reading*.yml", "extracting.yml", "outcomes.yml")
_SUFFIXES = {".py", ".yml", ".parquet", ".sql"}
_LIBRARIES = ("polars", "pyarrow", "duckdb", "pandera")


def folders_of(stage: Stage) -> tuple[str, ...]:
    """Return the folders of `pipelines` that the tables of a stage follow from."""
    return (*_EVERY, *_OF_STAGE[stage])


@cache
def table_code(stage: Stage) -> str:
    """Return a digest of the sources, declarations and libraries that the rows of a stage's tables follow from."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    found = [path for folder in folders_of(stage) for path in sorted((package / folder).rglob("*"))]
    found += [path for names in MESSAGES_IN_TABLES for path in sorted((package / "messages").glob(names))]
    for path in found:
        if path.suffix in _SUFFIXES:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    versions = {name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()}
    digest.update(repr(sorted(versions.items())).encode())
    return digest.hexdigest()

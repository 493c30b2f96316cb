"""What the rows of a table follow from besides its inputs: our sources, what they declare, and the libraries.

Belongs here: which folders and files that are, by stage. Keep out: what reports are read with (`engine.work_store`),
which a run knows by itself, and what ends a run that has nothing new.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

Stage = Literal["contents", "agencies", "audit"]
# What any table can follow from; a table of agencies or of the audit also from what its stage declares.
_EVERY = ("declarations", "contracts", "forms", "extracting", "engine", "corrections", "warehouse", "reading", "raw")
# Of messages those that are columns, and what says them; no other sentence makes a table another one.
MESSAGES_OF_FILES = ("messages/reading*.yml", "messages/extracting.yml", "messages/outcomes.yml", "messages/*.py")
_OF_STAGE: dict[Stage, tuple[str, ...]] = {
    "contents": (),
    "agencies": ("agencies", "collecting"),
    "audit": ("agencies", "collecting", "auditing", "messages/auditing.yml"),
}
_PACKAGE = Path(__file__).parent.parent
_SUFFIXES = {".py", ".yml", ".parquet", ".sql"}
_LIBRARIES = ("polars", "pyarrow", "duckdb", "pandera")


def sources_of(stage: Stage) -> Iterator[Path]:
    """Yield the files of `pipelines` that the tables of a stage follow from."""
    for place in (*_EVERY, *MESSAGES_OF_FILES, *_OF_STAGE[stage]):
        folder = _PACKAGE / place
        for path in sorted(folder.rglob("*") if folder.is_dir() else _PACKAGE.glob(place)):
            if path.suffix in _SUFFIXES:
                yield path


@cache
def table_code(stage: Stage) -> str:
    """Return a digest of the sources, declarations and libraries that the rows of a stage's tables follow from."""
    digest = hashlib.sha256()
    for path in sources_of(stage):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    versions = {name: version(name) for name in _LIBRARIES} | {"python": platform.python_version()}
    digest.update(repr(sorted(versions.items())).encode())
    return digest.hexdigest()

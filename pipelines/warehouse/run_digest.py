"""Everything that a run depends on, as named digests: a run whose digests equal the last one's has nothing to do.

The names are codes of the list run_cause, so that a run can say what of it changed. Two things are not in here, as they
do not decide what a release holds: how it is exported (`exporting`), shown and told of (`exploring`, `commands`,
`messages`, but for those that are columns: of the audit, and of what became of files). Nor does what offices fill
(`office`).
Belongs here: what is depended on, and its digests. Keep out: those of the last run, and its release (`last_run`).
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.codes import code_list
from pipelines.engine.reader_fingerprint import OPTIONAL_PARSERS, PARSERS, installed
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.warehouse.table_code import MESSAGES_OF_FILES

Digests = Mapping[str, str]

_ROOT = Path(__file__).resolve().parents[2]
RAW_FILES, FETCHED_FILES, LIMITS, LIBRARIES, PYTHON, ALLOWED_LOSS, YEAR = code_list("run_cause").named(
    "raw_files", "fetched_files", "limits", "libraries", "python", "allowed_loss", "year"
)
# Sources with all data beside them, whatever its format. Of `collecting` that which reads the ledger; of `sql` not the
# queries, which people ask of a release.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "reader": ("pipelines/declarations", "pipelines/reading", "pipelines/extracting"),
    "forms": ("pipelines/forms",),
    "agencies": ("pipelines/agencies",),
    "rules": ("pipelines/auditing", "pipelines/messages/auditing.yml"),
    "contracts": ("pipelines/contracts",),
    "corrections": ("pipelines/corrections",),
    "views": ("sql/views", "sql/checks"),
    "inventory": ("pipelines/raw", "pipelines/collecting/*.py"),
    "engine": ("pipelines/engine", "pipelines/spreading", "pipelines/*.py"),
    "warehouse": ("pipelines/warehouse", *(f"pipelines/{messages}" for messages in MESSAGES_OF_FILES)),
    "publishing": ("pipelines/releases", "pipelines/storing"),
    "assets": ("assets",),
}
code_list("run_cause").named(*SOURCES)
# Besides the parsers: what makes, checks and stores frames, reads declarations, starts workers and runs it all.
_LIBRARIES = ("polars", "pyarrow", "duckdb", "pandera", "dagster", "pebble", "pydantic", "pyyaml")
# What says where a file lies on this machine and when it was last touched, but nothing of what is in it.
_OF_THE_MACHINE = ("path", "stamp")
# Rows that are hashed at a time: a text of theirs has to fit into one value of Arrow.
_ROWS_AT_ONCE = 100_000


def code_digests(root: Path = _ROOT, limits: Limits = DEFAULT_LIMITS) -> dict[str, str]:
    """Return the digests of what comes with the code. Ask before any of it is loaded: it may be edited meanwhile."""
    found = {name: _digest(_of_files(root, places)) for name, places in SOURCES.items()}
    libraries = installed((*PARSERS, *_LIBRARIES), OPTIONAL_PARSERS)
    return found | {
        LIMITS: _digest([repr(astuple(limits)).encode()]),
        LIBRARIES: _digest(f"{name}={version}".encode() for name, version in sorted(libraries.items())),
        PYTHON: _digest([sys.version.encode()]),
    }


def run_digests(inventory: pa.Table, *, year: int, allowed_loss: float) -> dict[str, str]:
    """Return the digests of what differs from run to run: the inventory, the current year, the loss that is allowed."""
    is_fetched = pc.is_valid(inventory["fetched_from"])
    return {
        RAW_FILES: inventory_digest(inventory.filter(pc.invert(is_fetched))),
        FETCHED_FILES: inventory_digest(inventory.filter(is_fetched)),
        YEAR: _digest([str(year).encode()]),
        ALLOWED_LOSS: _digest([repr(allowed_loss).encode()]),
    }


def inventory_digest(inventory: pa.Table) -> str:
    """Return the digest of every column but those that speak of this machine alone, whatever chunks they are in."""
    return _digest(
        part
        for name in inventory.column_names
        if name not in _OF_THE_MACHINE
        for part in (name.encode(), *_of_column(inventory[name]))
    )


def _of_column(column: pa.ChunkedArray) -> Iterator[bytes]:
    """Yield which rows have a value, how long the values are, and the values; so many rows at a time.

    From the buffers themselves: to hand Arrow a number or text of Python's would load pandas, where that is installed.
    """
    for start in range(0, len(column), _ROWS_AT_ONCE):
        texts = pa.concat_arrays(column.slice(start, _ROWS_AT_ONCE).chunks).cast(pa.string())
        yield _fixed(pc.is_valid(texts).cast(pa.uint8()))
        values = texts.drop_null()
        yield _fixed(pc.binary_length(values))
        _, ends, data = values.buffers()
        if len(values) and data is not None:
            places = memoryview(ends).cast("i")
            yield data[places[values.offset] : places[values.offset + len(values)]].to_pybytes()


def _fixed(values: pa.Array) -> bytes:
    width = values.type.bit_width // 8
    found: bytes = values.buffers()[1][values.offset * width : (values.offset + len(values)) * width].to_pybytes()
    return found


def _of_files(root: Path, places: Iterable[str]) -> Iterator[bytes]:
    """Yield names and contents of all files at some places; no caches, and nothing that an editor keeps hidden."""
    for place in places:
        folder = root / place
        files = (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else root.glob(place)
        for path in sorted(files):
            name = path.relative_to(root)
            if not any(part.startswith((".", "__pycache__")) for part in name.parts):
                yield name.as_posix().encode()
                yield path.read_bytes()


def _digest(parts: Iterable[bytes]) -> str:
    """Return the sha256 of some parts and of where each of them ends."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()

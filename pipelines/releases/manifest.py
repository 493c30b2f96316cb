"""The manifest of a release: what files it is made of, their digests, and what it was made with.

What a manifest names is written, read and removed by these names, and it may come from anywhere: whoever reads one
does so here, where only names of what a release consists of pass.
Belongs here: reading a manifest and holding files against it. Keep out: writing one (`warehouse.release`).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines import said
from pipelines.durable import NotRegular, read_regular, sha256_of

MANIFEST, DATABASE, PARQUET = "manifest.json", "gongkai.duckdb", "parquet"
# Beside the database of a folder whose rows lie elsewhere: {"address"}.
REMOTE = "remote.json"
# Beside the files of a release that was fetched without its database: {name: {"sha256", "bytes"}} of what was made.
LOCAL = "made-here.json"
_ARRIVALS = "arrivals.parquet"
_NAME = r"[A-Za-z0-9_=][A-Za-z0-9._=-]{0,199}"
_FILE = re.compile(rf"{re.escape(DATABASE)}|{re.escape(_ARRIVALS)}|{PARQUET}(?:/{_NAME}){{1,5}}")
_RELEASE_ID, _SHA256 = re.compile(_NAME), re.compile("[0-9a-f]{64}")


class UnreadableManifest(ValueError):
    """Something that is no manifest of a release, or names what no release consists of."""

    def __str__(self) -> str:
        """Return that, in the language that was chosen."""
        return said("releases.manifest_unreadable", file=MANIFEST)


def sha256_of_text(text: str) -> str:
    """Return the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(release: Path) -> dict[str, Any]:
    """Return the manifest of a release or candidate. Raises UnreadableManifest, and OSError where none can be read."""
    return parsed_manifest(_bytes_of(release / MANIFEST))


def parsed_manifest(data: bytes) -> dict[str, Any]:
    """Return the manifest that bytes from anywhere are. Raises UnreadableManifest."""
    manifest = _json_of(data)
    if not isinstance(manifest, dict) or ("id" in manifest and not is_release_id(manifest["id"])):
        raise UnreadableManifest
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(_FILE.fullmatch(name) and _is_stated(files[name]) for name in files):
        raise UnreadableManifest
    return manifest


def is_release_id(name: object) -> bool:
    """Tell whether something can be the name of a release: one folder, and no other place."""
    return isinstance(name, str) and _RELEASE_ID.fullmatch(name) is not None


def _is_stated(about: object) -> bool:
    """Tell whether something states a file: its sha256 and its bytes."""
    if not isinstance(about, dict):
        return False
    sha256, size = about.get("sha256"), about.get("bytes")
    return isinstance(sha256, str) and bool(_SHA256.fullmatch(sha256)) and type(size) is int and size >= 0


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a regular file; whatever else has its name is not waited for, and not followed."""
    try:
        return read_regular(path)
    except NotRegular as error:
        raise UnreadableManifest from error


def _json_of(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableManifest from error


def stated_files(release: Path) -> dict[str, dict[str, Any]]:
    """Return the files that a release is made of by name (`sha256`, `bytes`), with what this machine made of them."""
    stated: dict[str, dict[str, Any]] = read_manifest(release)["files"]
    if is_published_here(release) or not os.path.lexists(release / LOCAL):
        return stated
    made = _json_of(_bytes_of(release / LOCAL))
    # Of a release that was fetched the database alone may have been made here, and is then another than was stated.
    if not isinstance(made, dict) or set(made) != {DATABASE} or not _is_stated(made[DATABASE]):
        raise UnreadableManifest
    return stated | made


def is_published_here(release: Path) -> bool:
    """Tell whether a release is one of a warehouse, which was neither fetched nor lies elsewhere."""
    return (release.parent.parent.name, release.parent.name) == ("warehouse", "releases")


def address_of_rows(release: Path) -> str | None:
    """Return where the rows of a release lie; None where beside it. Raises UnreadableManifest."""
    if not os.path.lexists(release / REMOTE):
        return None
    about = _json_of(_bytes_of(release / REMOTE))
    if not isinstance(about, dict) or not isinstance(about.get("address"), str):
        raise UnreadableManifest
    address: str = about["address"]
    return address


def files_of_table(files: Mapping[str, dict[str, Any]], table: str) -> dict[str, dict[str, Any]]:
    """Return the Parquet files of a table, of the files that a manifest states."""
    begins = (f"{PARQUET}/{table}/", f"{PARQUET}/{table}.parquet")
    return {name: about for name, about in files.items() if name.startswith(begins)}


def is_intact(path: Path, about: dict[str, Any]) -> bool:
    """Tell whether a file is there with the bytes that its manifest states (`bytes`, `sha256`)."""
    return path.is_file() and path.stat().st_size == about["bytes"] and sha256_of(path) == about["sha256"]

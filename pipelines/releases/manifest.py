"""The manifest of a release: what files it is made of, their digests, and what it was made with.

Belongs here: reading a manifest and holding files against it. Keep out: writing one (`warehouse.release`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.durable import sha256_of

MANIFEST, DATABASE, PARQUET = "manifest.json", "gongkai.duckdb", "parquet"
# Beside the database of a folder whose rows lie elsewhere: {"address"}.
REMOTE = "remote.json"
# Beside the files of a release that was fetched without its database: {name: {"sha256", "bytes"}} of what was made.
LOCAL = "made-here.json"


def sha256_of_text(text: str) -> str:
    """Return the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(release: Path) -> dict[str, Any]:
    """Return the manifest of a release or candidate."""
    manifest: dict[str, Any] = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def stated_files(release: Path) -> dict[str, dict[str, Any]]:
    """Return the files that a release is made of by name (`sha256`, `bytes`), with what this machine made of them."""
    stated: dict[str, dict[str, Any]] = read_manifest(release)["files"]
    local = release / LOCAL
    made: dict[str, dict[str, Any]] = json.loads(local.read_text(encoding="utf-8")) if local.is_file() else {}
    return stated | made


def files_of_table(files: Mapping[str, dict[str, Any]], table: str) -> dict[str, dict[str, Any]]:
    """Return the Parquet files of a table, of the files that a manifest states."""
    begins = (f"{PARQUET}/{table}/", f"{PARQUET}/{table}.parquet")
    return {name: about for name, about in files.items() if name.startswith(begins)}


def is_intact(path: Path, about: dict[str, Any]) -> bool:
    """Tell whether a file is there with the bytes that its manifest states (`bytes`, `sha256`)."""
    return path.is_file() and path.stat().st_size == about["bytes"] and sha256_of(path) == about["sha256"]

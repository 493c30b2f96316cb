"""Export the tables of a release. CSV opens in Chinese Excel (byte order mark), and no text becomes a formula."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipelines.contracts import CONTRACTS
from pipelines.contracts.rendering import dictionary_markdown
from pipelines.warehouse.release import PARQUET, read_manifest
from pipelines.warehouse.summary import connect

FORMATS = ("parquet", "csv")
# Spreadsheets take a text that begins so for a formula; a leading apostrophe is what they themselves use against it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ROWS_AT_ONCE = 50_000
_TEXT_TYPES = ("VARCHAR",)


def export(
    release: Path,
    folder: Path,
    file_format: str,
    tables: Sequence[str] = (),
    done: Callable[[str, int], None] = lambda *_: None,
) -> list[Path]:
    """Write the tables of a release (all, or those named) with the dictionary and a note of the release.

    Raises KeyError for an unknown table and ValueError for an unknown format, naming the known ones.
    """
    if file_format not in FORMATS:
        raise ValueError(f"no export format {file_format!r}; known: {', '.join(FORMATS)}")
    unknown = [name for name in tables if name not in CONTRACTS]
    if unknown:
        raise KeyError(f"no table {', '.join(unknown)}; known: {', '.join(CONTRACTS)}")
    folder.mkdir(parents=True, exist_ok=True)
    names = list(tables) or list(CONTRACTS)
    written = (_parquet if file_format == "parquet" else _csv)(release, folder, names, done)
    (folder / "dictionary.md").write_text(dictionary_markdown(), encoding="utf-8")
    manifest = read_manifest(release)
    note = f"release {manifest['id']}\ncontent {manifest['content_hash']}\n"
    (folder / "RELEASE.txt").write_text(note, encoding="utf-8")
    return written


def _parquet(release: Path, folder: Path, names: list[str], done: Callable[[str, int], None]) -> list[Path]:
    written: list[Path] = []
    for name in names:
        source = release / PARQUET
        files = sorted(source.glob(f"{name}/year_key=*/*.parquet")) or [source / f"{name}.parquet"]
        for path in (f for f in files if f.exists()):
            target = folder / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(path, part)
            part.replace(target)
            written.append(target)
        done(name, len(files))
    return written


def _csv(release: Path, folder: Path, names: list[str], done: Callable[[str, int], None]) -> list[Path]:
    written: list[Path] = []
    with connect(release) as connection:
        for name in names:
            target = folder / f"{name}.csv"
            part = target.with_name(f".{target.name}.part")
            rows = 0
            cursor = connection.execute(f"SELECT * FROM {name}")  # noqa: S608  # a name of the contracts
            texts = [str(kind) in _TEXT_TYPES for _, kind, *_ in cursor.description]
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([column for column, *_ in cursor.description])
                while batch := cursor.fetchmany(_ROWS_AT_ONCE):
                    writer.writerows(_safe_row(row, texts) for row in batch)
                    rows += len(batch)
            part.replace(target)
            written.append(target)
            done(name, rows)
    return written


def _safe_row(row: Sequence[Any], texts: Sequence[bool]) -> list[Any]:
    return [safe_text(value) if is_text else value for value, is_text in zip(row, texts, strict=True)]


def safe_text(value: str | None) -> str | None:
    """Return a text that no spreadsheet takes for a formula; numbers written as text keep their sign."""
    if value and value.startswith(_FORMULA_STARTS) and not value.lstrip("+-").replace(".", "", 1).isdecimal():
        return f"'{value}"
    return value

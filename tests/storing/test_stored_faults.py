"""`gongkai verify --release` of a storage holds what is stored against the manifest, wherever that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.releases.manifest import DATABASE, PARQUET
from pipelines.releases.stored import POINTER, object_key, read_stored
from pipelines.storing import Storage
from pipelines.warehouse.publication import publish_to

_FILE = f"{PARQUET}/dim_form_cell.parquet"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _told(storage: Storage) -> tuple[int, list[dict[str, str]]]:
    told = CliRunner().invoke(app, ["verify", "--json", "--release", storage.address])
    return told.exit_code, [json.loads(line) for line in told.stdout.splitlines()]


def test_a_stored_release_is_verified_where_it_is(seed_release: Path, own_published: Storage) -> None:
    assert _told(own_published) == (0, [])
    files = read_stored(own_published).files
    place = f"{seed_release.name}/{_FILE}"
    own_published.put(object_key(_FILE, files[_FILE]), b"other bytes")
    assert _told(own_published) == (1, [{"code": "stored_file_other", "place": place}])
    own_published.remove(object_key(_FILE, files[_FILE]))
    assert _told(own_published) == (1, [{"code": "stored_file_missing", "place": place}])


def test_what_is_damaged_in_a_storage_is_sent_again_as_the_advice_says(
    seed_release: Path, own_published: Storage
) -> None:
    about = read_stored(own_published).files[_FILE]
    own_published.put(object_key(_FILE, about), b"other bytes")
    told = CliRunner().invoke(app, ["verify", "--release", own_published.address])
    assert told.exit_code == 1 and POINTER in told.stdout and "--rebuild" not in told.stdout
    own_published.remove(POINTER)
    publish_to(own_published, seed_release)
    assert _told(own_published) == (0, [])


def test_an_object_store_may_hold_no_database(own_published: Storage) -> None:
    own_published.remove(object_key(DATABASE, read_stored(own_published).files[DATABASE]))
    found, _ = _told(own_published)
    assert found == (0 if own_published.address.startswith("s3://") else 1)

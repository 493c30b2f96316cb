"""A release that was published to a storage is whole there: read from afar, fetched, replaced, never half of one."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from benchmarks.object_server import Answer, address, environment, failing
from pipelines.cli import app
from pipelines.durable import sha256_of
from pipelines.locking import hold
from pipelines.releases.layout import RELEASE_SWITCH, Layout, NoRelease, release_to_read
from pipelines.releases.manifest import DATABASE, MANIFEST, PARQUET, read_manifest
from pipelines.releases.open_release import connect
from pipelines.releases.pulling import pull
from pipelines.releases.stored import (
    POINTER,
    is_published,
    object_key,
    read_pointer,
    read_stored,
    release_key,
    storage_named,
)
from pipelines.releases.verified import faults
from pipelines.storing import Storage, StorageError, open_storage
from pipelines.storing.storage import STORAGE_SWITCH
from pipelines.warehouse import publication
from pipelines.warehouse.database import build_database
from pipelines.warehouse.publication import PublishedFirst, publish_to, remove_unnamed
from tests.projects import ROOT, make_project

_ONE_FILE = f"{PARQUET}/dim_form_cell.parquet"
QUERIES = sorted((ROOT / "sql" / "queries").glob("*.sql"))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the small files of stored releases lie in a test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def from_parquet(folder: Path) -> None:
    build_database(folder / PARQUET, folder / DATABASE)


def other_release(first: Path, root: Path) -> Path:
    """Return a release like another, but that one file of it has other bytes."""
    second = root / "20990101T000000Z-other"
    shutil.copytree(first, second)
    for path in (second / MANIFEST, second / _ONE_FILE):
        path.chmod(0o644)
    pq.write_table(pq.read_table(first / _ONE_FILE), second / _ONE_FILE, compression="none")
    manifest = read_manifest(second)
    manifest["id"] = second.name
    about = {"sha256": sha256_of(second / _ONE_FILE), "bytes": (second / _ONE_FILE).stat().st_size}
    manifest["files"][_ONE_FILE] = about
    (second / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return second


def test_what_was_published_is_fetched_byte_for_byte(seed_release: Path, storage: Storage, tmp_path: Path) -> None:
    sent = publish_to(storage, seed_release)
    assert (sent.is_new, sent.sent_files) == (True, sent.files)
    assert not publish_to(storage, seed_release).is_new
    assert is_published(storage, seed_release)
    fetched = pull(storage, tmp_path / "fetched", build_database=from_parquet)
    assert list(faults(fetched)) == []
    assert fetched.name == seed_release.name and (tmp_path / "fetched" / "current").resolve() == fetched
    assert read_manifest(fetched)["files"] == read_manifest(seed_release)["files"]


def test_questions_are_answered_from_afar_as_on_disk(seed_release: Path, far_published: Storage, scratch: Path) -> None:
    folder = release_to_read(Layout(seed_release), far_published.address)
    assert folder.is_relative_to(scratch) and (folder / DATABASE).stat().st_size < 1_000_000
    own = (folder / DATABASE).stat().st_ino
    assert release_to_read(Layout(seed_release), far_published.address) == folder
    assert (folder / DATABASE).stat().st_ino == own, "what is there is not fetched again"
    with connect(folder) as far, connect(seed_release) as near:
        for path in QUERIES:
            query = path.read_text(encoding="utf-8")
            assert far.execute(query).fetchall() == near.execute(query).fetchall(), path.stem
        for name in ("cell", "audit_evaluation", "fact_applications", 'zh."申请件数汇总"'):
            counted = f"SELECT count(*) FROM {name}"
            assert far.execute(counted).fetchall() == near.execute(counted).fetchall(), name
        columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
        assert set(far.execute(columns).fetchall()) == set(near.execute(columns).fetchall())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_parquet('s3://reports/other/file.parquet')",
        "COPY (SELECT 1) TO '{objects}/x.parquet'",
        "SET allowed_directories = ['/']",
    ],
)
def test_a_stored_release_is_locked_down(seed_release: Path, far_published: Storage, scratch: Path, query: str) -> None:
    assert not scratch.exists()
    before = {entry.key for entry in far_published.entries("objects")}
    asked = query.format(objects=f"{far_published.address}/objects")
    with connect(release_to_read(Layout(seed_release), far_published.address)) as far, pytest.raises(duckdb.Error):
        far.execute(asked)
    assert {entry.key for entry in far_published.entries("objects")} == before


def test_commands_open_a_release_by_its_address(
    read_published: Storage, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not scratch.exists()
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path / "nowhere"))
    asked = ["--release", read_published.address]
    run = CliRunner().invoke
    told = run(app, ["sql", "SELECT count(*) AS n FROM dim_report", "--format", "csv", *asked])
    assert (told.exit_code, told.stdout.split()) == (0, ["n", "5"])
    assert run(app, ["audit", *asked]).exit_code == 0
    key = run(app, ["sql", "SELECT min(report_key) FROM dim_report", "--format", "csv", *asked]).stdout.split()[1]
    traced = run(app, ["trace", key, "applications.received.total", "--json", *asked])
    assert traced.exit_code == 0 and json.loads(traced.stdout)["status"] == "value"
    missing = run(app, ["sql", "SELECT 1"])
    assert missing.exit_code == 1
    monkeypatch.setenv(RELEASE_SWITCH, read_published.address)
    assert run(app, ["sql", "SELECT 1"]).exit_code == 0


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_exports_from_afar_are_those_from_disk(
    seed_release: Path, read_published: Storage, scratch: Path, tmp_path: Path, file_format: str
) -> None:
    assert not scratch.exists()
    for name, release in (("far", read_published.address), ("near", str(seed_release))):
        given = ["export", str(tmp_path / name), "--format", file_format, "--release", release]
        tables = [word for table in ("dim_report", "cell", "narrative_figure") for word in ("--table", table)]
        told = CliRunner().invoke(app, [*given, *tables, "--year", "2020"])
        assert told.exit_code == 0, told.output
    far, near = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("far", "near")
    )
    assert far == near


def test_a_second_release_sends_what_is_new_and_the_first_stays(
    seed_release: Path, own_published: Storage, tmp_path: Path
) -> None:
    first = seed_release
    second = other_release(first, tmp_path / "second")
    sent = publish_to(own_published, second)
    assert (sent.sent_files, sent.files) == (1, len(read_manifest(first)["files"]))
    assert read_stored(own_published).release_id == second.name
    folder = tmp_path / "fetched"
    for release in (first, second):
        fetched = pull(own_published, folder, release.name, build_database=from_parquet)
        assert list(faults(fetched)) == []
    shared = next((folder / first.name / PARQUET).glob("dim_form.parquet"))
    assert shared.samefile(folder / second.name / PARQUET / "dim_form.parquet")


def test_of_two_who_publish_at_once_one_wins_and_the_other_says_so(
    seed_layout: Layout, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    releases = [seed_layout.current.resolve(), other_release(seed_layout.current.resolve(), tmp_path / "second")]
    slow = publication._point

    def waiting(*args: object) -> None:
        time.sleep(0.5)
        slow(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(publication, "_point", waiting)

    def ended(release: Path) -> str:
        try:
            publish_to(storage, release)
        except PublishedFirst as error:
            return str(error)
        return release.name

    with ThreadPoolExecutor(2) as publishers:
        found = list(publishers.map(ended, releases))
    current = read_stored(storage).release_id
    assert current in found
    (lost,) = [text for text in found if text != current]
    assert f"{current} was published meanwhile" in lost
    assert list(faults(pull(storage, tmp_path / "fetched", build_database=from_parquet))) == []


@pytest.mark.parametrize("stop", ["_send_file", "_put_views", "_point"])
def test_a_publisher_that_dies_leaves_the_release_before(
    seed_release: Path, own_far_published: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    second = other_release(seed_release, tmp_path / "second")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publication, stop, dies)
        with pytest.raises(KeyboardInterrupt):
            publish_to(own_far_published, second)
    assert read_stored(own_far_published).release_id == seed_release.name
    assert publish_to(own_far_published, second).is_new
    assert read_stored(own_far_published).release_id == second.name


def test_fetching_goes_on_where_it_broke_off(far_published: Storage, endpoint: str, tmp_path: Path) -> None:
    asked: list[str] = []
    broken = True

    def decide(method: str, path: str) -> int:
        if method == "GET" and "/objects/" in path:
            asked.append(path)
            if broken and len(asked) > 20:
                return Answer.REFUSE
        return Answer.PASS

    with pytest.MonkeyPatch.context() as patched, failing(endpoint, decide) as proxy, environment(proxy):
        patched.setattr("pipelines.storing.object_store._MOST_RETRIES", 0)
        near = open_storage(far_published.address)
        with pytest.raises(StorageError):
            pull(near, tmp_path / "fetched", build_database=from_parquet)
        assert not (tmp_path / "fetched" / "current").exists()
        broken, before = False, len(asked)
        fetched = pull(near, tmp_path / "fetched", build_database=from_parquet)
    assert list(faults(fetched)) == []
    assert len(asked) - before < before + len(read_manifest(fetched)["files"]) - 20 + 9


def test_whatever_the_network_does_a_release_is_whole_or_not_there(
    seed_release: Path, endpoint: str, tmp_path: Path
) -> None:
    """Of ten requests two are refused, one answer is lost after it was done, and one ends in the middle."""
    chance = random.Random(3)
    fates = (*[Answer.REFUSE] * 2, Answer.LOSE, Answer.CUT, *[Answer.PASS] * 6)
    with failing(endpoint, lambda *_: chance.choice(fates)) as proxy, environment(proxy):
        storage = open_storage(address())
        publish_to(storage, seed_release)
        fetched = pull(storage, tmp_path / "fetched", build_database=from_parquet)
    assert list(faults(fetched)) == []


def test_of_two_who_fetch_to_one_folder_the_second_is_told(
    seed_release: Path, read_published: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORAGE_SWITCH, read_published.address)
    folder = tmp_path / "fetched"
    with hold(folder / ".lock", str(folder), "gongkai pull"):
        told = CliRunner().invoke(app, ["pull", str(folder)])
    assert told.exit_code == 1 and "(gongkai pull, since" in told.stderr and "wait for it to end" in told.stderr
    (folder / ".20200101T000000Z-given-up.part" / "parquet").mkdir(parents=True)
    told = CliRunner().invoke(app, ["pull", str(folder)])
    assert (told.exit_code, sorted(path.name for path in folder.iterdir())) == (
        0,
        [".lock", seed_release.name, "current"],
    )
    assert f"gongkai sql --release {folder / seed_release.name}" in told.stdout


@pytest.mark.parametrize("place", ["data/warehouse", "data/warehouse/releases", "data/raw/2021", "data"])
def test_the_data_of_a_project_is_neither_a_storage_nor_a_place_to_fetch_to(
    published: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A run would wait for its own lock there, read the storage as raw files, or take what was fetched for its own."""
    project = make_project(tmp_path / "project", seeds=False)
    with monkeypatch.context() as named, pytest.raises(StorageError, match="lies among the data of the project"):
        named.setenv(STORAGE_SWITCH, str(project.root / place))
        storage_named()
    with monkeypatch.context() as named:
        named.setenv(STORAGE_SWITCH, str(project.root / "beside"))
        assert storage_named() is not None
    pulled = CliRunner().invoke(app, ["pull", "--from", published("folder"), str(project.root / place)])
    assert pulled.exit_code == 2 and "what is fetched would be taken for its own" in pulled.stderr
    assert not list(project.root.glob("data/**/*.duckdb"))


def test_what_a_killed_publisher_left_half_written_goes_after_a_day(seed_release: Path, tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path / "storage"))
    publish_to(storage, seed_release)
    left = tmp_path / "storage" / "objects" / "aa" / ".part-0123"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    remove_unnamed(storage)
    assert left.exists()
    remove_unnamed(storage, now=time.time() + 25 * 3600)
    assert not left.exists()


def test_an_object_of_other_bytes_is_told(seed_release: Path, own_published: Storage, tmp_path: Path) -> None:
    name, about = next((n, a) for n, a in read_manifest(seed_release)["files"].items() if "dim_form.parquet" in n)
    own_published.put(object_key(name, about), b"other bytes")
    with pytest.raises(StorageError, match=r"not the bytes that parquet/dim_form\.parquet had"):
        pull(own_published, tmp_path / "fetched", build_database=from_parquet)


def test_a_release_whose_manifest_is_lost_is_replaced_whole(
    seed_release: Path, own_published: Storage, tmp_path: Path
) -> None:
    own_published.remove(release_key(seed_release.name, MANIFEST))
    with pytest.raises(NoRelease):
        read_stored(own_published)
    sent = publish_to(own_published, other_release(seed_release, tmp_path / "second"))
    assert sent.sent_files == sent.files
    assert list(faults(pull(own_published, tmp_path / "fetched", build_database=from_parquet))) == []


def test_a_damaged_release_is_not_published(seed_layout: Layout, storage: Storage, tmp_path: Path) -> None:
    release = tmp_path / "damaged"
    shutil.copytree(seed_layout.current.resolve(), release)
    victim = release / PARQUET / "dim_form.parquet"
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    with pytest.raises(StorageError, match=r"dim_form\.parquet: damaged on disk"):
        publish_to(storage, release)
    assert not is_published(storage, release)


def test_a_database_that_is_too_large_is_made_of_parquet(
    seed_release: Path, storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "LARGEST_DATABASE", 1000)
    publish_to(storage, seed_release)
    assert not any(entry.key.endswith(".duckdb") for entry in storage.entries("objects"))
    fetched = pull(storage, tmp_path / "fetched", build_database=from_parquet)
    with connect(fetched) as connection:
        assert connection.execute("SELECT count(*) FROM dim_report").fetchone() == (5,)


def test_what_no_release_names_goes_after_a_day(own_published: Storage, tmp_path: Path) -> None:
    own_published.put("objects/ff/" + "f" * 64 + ".parquet", b"of a publisher that died")
    assert remove_unnamed(own_published) == 0
    tomorrow = time.time() + 25 * 3600
    assert remove_unnamed(own_published, now=tomorrow) == 1
    assert list(faults(pull(own_published, tmp_path / "fetched", build_database=from_parquet))) == []


def test_what_is_not_there_is_told(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match=r"no release in .*: publish one with GONGKAI_STORAGE="):
        read_stored(storage)
    storage.put(POINTER, b"{}")
    with pytest.raises(StorageError, match="is none of ours"):
        read_pointer(storage)
    with pytest.raises(NoRelease, match="expected the folder of a release"):
        release_to_read(Layout(tmp_path), str(tmp_path))
    told = CliRunner().invoke(app, ["pull", str(tmp_path / "x")], env={STORAGE_SWITCH: ""})
    assert told.exit_code == 2 and "no storage is named" in told.stderr


@pytest.fixture(autouse=True)
def _no_storage_of_whoever_runs_the_tests(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (STORAGE_SWITCH, RELEASE_SWITCH):
        monkeypatch.delenv(name, raising=False)
    yield
    assert STORAGE_SWITCH not in os.environ or os.environ[STORAGE_SWITCH] == ""


def test_manifests_are_those_on_disk(seed_release: Path, read_published: Storage) -> None:
    assert read_stored(read_published).manifest == json.loads((seed_release / MANIFEST).read_text(encoding="utf-8"))

"""What nodes read is what one machine reads, each file once, whoever dies meanwhile."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.end_to_end import write_some
from pipelines.contracts import contract
from pipelines.engine.catalogue import Catalogue
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.engine.work_store import WorkStore, reader_fingerprint
from pipelines.raw.inventory import read_inventory
from pipelines.releases.layout import Layout
from pipelines.spreading import ClusterFailed, cluster, nodes
from pipelines.spreading.cluster import Cluster
from pipelines.storing import Storage, open_storage
from pipelines.warehouse import shard_reading
from pipelines.warehouse.audit import AUDITED
from pipelines.warehouse.content import table_content
from pipelines.warehouse.elsewhere import Elsewhere
from pipelines.warehouse.extraction import Extracted, extract_new
from pipelines.warehouse.parquet import table_files
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.shard_reading import code_of_nodes
from pipelines.warehouse.star import BUILDERS
from tests.projects import LAST_YEAR, copy_project
from tests.spreading.cluster_processes import ClusterProcesses, cluster_in
from tests.spreading.nursery import Nursery, nursery

# Of 20 files each kind is among them.
FILES, FILES_PER_SHARD = 20, 4


def content_of(layout: Layout) -> dict[str, str]:
    """Return a digest of all rows of each table of the work store, as its catalogue owns them, in any order."""
    store = WorkStore(layout.extracted, reader_fingerprint())
    catalogue = Catalogue(store)
    keys = catalogue.rows("reports")["report_key"]
    found = {}
    for table in SCHEMAS:
        named = table in ("documents", "reports")
        rows = catalogue.rows(table).drop("batch") if named else catalogue.rows_of(table, keys).collect()
        lines = sorted(map(repr, rows.iter_rows()))
        found[table] = f"{len(lines)} {hashlib.sha256('|'.join(lines).encode()).hexdigest()}"
    return found


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a project whose files are in the inventory and not read."""
    layout = Layout(tmp_path_factory.mktemp("cluster") / "inbox")
    write_some(layout.root, 7, range(FILES))
    refresh_inventory(layout)
    return layout


@pytest.fixture(scope="module")
def alone(inbox: Layout, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what one machine reads of it."""
    layout = copy_project(inbox, tmp_path_factory.mktemp("alone") / "project")
    extract_new(layout, workers=2)
    return content_of(layout)


@pytest.fixture
def project(inbox: Layout, tmp_path: Path) -> Layout:
    """Return the project for one test."""
    return copy_project(inbox, tmp_path / "project")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Return a storage for one test."""
    return open_storage(str(tmp_path / "storage"))


@pytest.fixture(scope="module")
def forked() -> Iterator[Nursery]:
    """Return where the processes of the clusters are forked."""
    with nursery() as found:
        yield found


@pytest.fixture
def processes(forked: Nursery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClusterProcesses]:
    """Return a scheduler, without nodes yet; shards are small."""
    monkeypatch.setattr(shard_reading, "FILES_PER_SHARD", FILES_PER_SHARD)
    monkeypatch.setattr(shard_reading, "_LEAST_FILES", FILES_PER_SHARD)
    with cluster_in(forked, tmp_path) as found:
        yield found


class Notes(list[str]):
    """What was told."""

    def has(self, words: str) -> bool:
        """Tell whether something was said."""
        return any(words in note for note in self)


def run(processes: ClusterProcesses, layout: Layout, storage: Storage) -> tuple[Extracted, Cluster, Notes]:
    notes = Notes()
    spread = Cluster(processes.address, code_of_nodes(), told=notes.append)
    return extract_new(layout, storage=storage, spread=spread), spread, notes


def test_nodes_read_what_one_machine_reads(
    processes: ClusterProcesses, project: Layout, storage: Storage, alone: dict[str, str]
) -> None:
    processes.node("a")
    processes.node("b")
    done, spread, notes = run(processes, project, storage)
    assert (done.files, done.new) == (FILES, FILES) and not notes
    assert content_of(project) == alone
    assert sum(int(n) for name, n in spread.about().items() if name.startswith("node ")) >= FILES // FILES_PER_SHARD
    done, spread, _ = run(processes, project, storage)
    assert done.new == 0 and not [name for name in spread.about() if name.startswith("node ")]


def test_nodes_that_are_killed_cost_nothing_but_time(
    processes: ClusterProcesses, project: Layout, storage: Storage, alone: dict[str, str]
) -> None:
    faults = ("dies fetching", "dies reading", "dies before the manifest", "dies before the receipt")
    nodes = [processes.node(name, fault) for name, fault in zip("abcd", faults, strict=True)]
    for node in nodes:
        node.wait_until("is ready")
    run(processes, project, storage)
    assert content_of(project) == alone
    assert [node.starts for node in nodes] == [2, 2, 2, 2]


def children(process: int) -> list[int]:
    """Return the children of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found.append(int(path.parent.name))
    return found


def test_killed_workers_and_a_killed_scheduler_cost_nothing_but_time(
    processes: ClusterProcesses, project: Layout, storage: Storage, alone: dict[str, str]
) -> None:
    node = processes.node("a", "waits")

    def kill() -> None:
        node.wait_until("in the middle")
        workers = [worker for server in children(node.process.pid) for worker in children(server)]
        assert workers
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        processes.services["scheduler"].send(signal.SIGKILL)
        processes.services["scheduler"].wait_until("ready", 2)
        (processes.folder / "a.mark").touch()

    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill)
        _, _, notes = run(processes, project, storage)
        killed.result()
    assert content_of(project) == alone
    # A scheduler that is back before the connection is missed is met as a node that ended.
    assert notes.has("the scheduler is gone") or notes.has("a node ended, and what it had is given out again")
    assert node.starts == 1 and node.said("is ready") == 2


def test_a_node_of_other_code_gets_no_work_and_one_in_trouble_is_asked_again(
    processes: ClusterProcesses, project: Layout, storage: Storage, alone: dict[str, str]
) -> None:
    old = processes.node("old", "other code")
    processes.node("a", "cannot store")
    old.wait_until("ready")
    _, spread, notes = run(processes, project, storage)
    assert content_of(project) == alone
    assert notes.has("node old has other code (0000000000000000")
    assert notes.has("no answer: look at the network")
    about = spread.about()
    assert (about["nodes of other code"], about["shards given out again"]) == ("old", 1) and "node old" not in about


def test_without_a_node_of_the_code_it_says_so_and_ends(
    processes: ClusterProcesses, project: Layout, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.node("old", "other code").wait_until("ready")
    monkeypatch.setattr(nodes, "PATIENCE_SECONDS", 1.0)
    with pytest.raises(ClusterFailed, match="no node of this code"):
        run(processes, project, storage)


def test_without_a_scheduler_it_says_so_and_ends(
    project: Layout, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(nodes, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterFailed, match="no scheduler answers"):
        extract_new(project, storage=storage, spread=Cluster("tcp://127.0.0.1:1", code_of_nodes()))


def test_a_file_that_ends_every_node_is_found_and_quarantined(
    processes: ClusterProcesses, project: Layout, storage: Storage
) -> None:
    for path in sorted(path for path in project.raw.rglob("*") if path.is_file())[FILES_PER_SHARD:]:
        path.unlink()
    refresh_inventory(project)
    digest = min(hashes_of(project))
    processes.node("a", f"dies of {digest}")
    processes.node("b", f"dies of {digest}")
    done, _, notes = run(processes, project, storage)
    assert done.outcomes["quarantined"] >= 1 and notes.has("in halves")
    ends = WorkStore(project.extracted, reader_fingerprint()).ends()
    assert ends[digest] == ("quarantined", "worker_died") and len(ends) == FILES_PER_SHARD


def hashes_of(layout: Layout) -> list[str]:
    return [found.file_sha256 for found in read_inventory(layout.inventory) if found.file_sha256]


def test_a_node_that_stands_still_holds_nobody_up(
    processes: ClusterProcesses,
    project: Layout,
    storage: Storage,
    alone: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "_SLOW_SECONDS", 2.0)
    node = processes.node("a", "waits")
    processes.node("b")

    def stop() -> None:
        node.wait_until("in the middle")
        node.send(signal.SIGSTOP)
        (processes.folder / "a.mark").touch()

    with ThreadPoolExecutor(1) as beside:
        stopped = beside.submit(stop)
        _, _, notes = run(processes, project, storage)
        stopped.result()
    node.send(signal.SIGCONT)
    assert content_of(project) == alone
    assert notes.has("given to a second node")


def test_two_that_read_the_same_at_once_count_it_once(
    processes: ClusterProcesses, project: Layout, storage: Storage, alone: dict[str, str], tmp_path: Path
) -> None:
    processes.node("a")
    processes.node("b")
    half = copy_project(project, tmp_path / "half")
    for path in sorted(path for path in half.raw.rglob("*") if path.is_file())[::2]:
        path.unlink()
    refresh_inventory(half)
    begin = threading.Barrier(2)

    def read(layout: Layout) -> None:
        begin.wait()
        run(processes, layout, storage)

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(read, layout) for layout in (project, half)]:
            done.result()
    for layout in (project, half):
        assert extract_new(layout, storage=storage).new == 0
        assert content_of(layout) == alone


def test_parts_are_audited_elsewhere_as_they_are_here(
    processes: ClusterProcesses, seed_layout: Layout, storage: Storage, tmp_path: Path
) -> None:
    layout = copy_project(seed_layout, tmp_path / "far")
    spread = Cluster(processes.address, code_of_nodes())
    inputs = RunInputs(layout, LAST_YEAR, rebuild=True, elsewhere=Elsewhere(storage, spread))
    processes.node("a")
    built = BUILDERS["audit_evaluation"].build(inputs, [2020])
    assert spread.about()["node a"] == 1
    assert built.used == set(AUDITED)
    table = contract("audit_evaluation")
    assert table_content(layout.star, table) == table_content(seed_layout.star, table)
    again = BUILDERS["audit_evaluation"].build(RunInputs(layout, LAST_YEAR), [2020])
    assert again.made == () and again.rows == built.rows
    (file,) = table_files(layout.star, table)
    kept = [path.read_bytes() for path in sorted((layout.work / "reports" / "audit_evaluation").rglob("*.parquet"))]
    here = seed_layout.work / "reports" / "audit_evaluation"
    assert kept == [path.read_bytes() for path in sorted(here.rglob("*.parquet"))] and file.exists()

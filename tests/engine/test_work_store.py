"""The work store: a few documents at a time come in, batches are written; a batch is there as a whole or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.engine import work_store as store_module
from pipelines.engine.extracted_tables import Rows
from pipelines.engine.stored_tables import PARSED, QUARANTINED, Tables
from pipelines.engine.work_store import BatchWriter, WorkStore, reader_fingerprint
from pipelines.warehouse import contract_breaks
from pipelines.warehouse.contract_breaks import contract_breaks_quarantined

SHARED = (True, "1", "value", None, None, None, None, "label", 1.0, None)


def digest(number: int) -> str:
    return f"{number:064x}"


def document(number: int, *, reports: int = 1, broken: int = -1) -> Tables:
    """Return the tables of a document whose reports have two cells each; those of one report may break the contract."""
    rows = Rows()
    rows.rows["documents"].append((digest(number), 9, "text/html", "utf-8", PARSED, None, None, reports))
    for ordinal in range(reports):
        key = 10 * number + ordinal + 1
        named = (key, digest(number), ordinal, "title", "agency", None)
        rows.rows["reports"].append((*named, 2020, "title", None, "2021", "text/html", "utf-8"))
        rows.rows["sections"].append((key, 1, "heading", "body"))
        named_rows = ["row", "row"] if ordinal == broken else ["row_1", "row_2"]
        paths = [(key, order, "table", row, "column") for order, row in enumerate(named_rows, 1)]
        cells = [(*path, *SHARED, digest(number), *(None,) * 8) for path in paths]
        rows.cells.append((*zip(*cells, strict=True),))
    return rows.tables()


def outcomes(store: WorkStore) -> dict[int, str]:
    found = [row for path in store.files("documents") for row in pq.read_table(path).to_pylist()]
    assert len({row["file_sha256"] for row in found}) == len(found)
    return {int(row["file_sha256"], 16): row["outcome"] for row in found}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WorkStore:
    monkeypatch.setattr(store_module, "DOCUMENTS_PER_BATCH", 10)
    return WorkStore(tmp_path, "fingerprint")


def test_every_document_is_written_once_in_few_batches(store: WorkStore) -> None:
    with BatchWriter(store) as writer:
        for number in range(25):
            writer.add(document(number))
    assert outcomes(store) == dict.fromkeys(range(25), PARSED)
    assert sorted(pq.read_table(path).num_rows for path in store.files("documents")) == [5, 10, 10]
    assert store.known() == {digest(number): (PARSED, None) for number in range(25)}


def test_contracts_are_checked_per_batch_and_not_per_document(
    store: WorkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[int] = []
    keeps = contract_breaks._keeps_contract

    def counted(cells: pa.Table) -> bool:
        checked.append(cells.num_rows)
        return keeps(cells)

    monkeypatch.setattr(contract_breaks, "_keeps_contract", counted)
    with BatchWriter(store, contract_breaks_quarantined) as writer:
        for number in range(25):
            writer.add(document(number))
    assert checked == [20, 20, 10]


def test_a_broken_contract_costs_its_document_with_all_its_reports(store: WorkStore) -> None:
    with BatchWriter(store, contract_breaks_quarantined) as writer:
        for number in range(10):
            writer.add(document(number, reports=2, broken=1 if number in (3, 8) else -1))
    assert outcomes(store) == {number: QUARANTINED if number in (3, 8) else PARSED for number in range(10)}
    for table in ("reports", "cells", "sections"):
        keys = {key for path in store.files(table) for key in pq.read_table(path)["report_key"].to_pylist()}
        assert keys == {10 * n + ordinal for n in range(10) if n not in (3, 8) for ordinal in (1, 2)}


def test_two_documents_under_one_key_are_both_refused() -> None:
    other = document(2)
    other["cells"] = document(1)["cells"].set_column(
        other["cells"].schema.get_field_index("file_sha256"), "file_sha256", other["cells"]["file_sha256"]
    )
    both = {name: pa.concat_tables([document(1)[name], other[name]]) for name in other}
    kept = contract_breaks_quarantined(both)
    assert set(kept["documents"]["outcome"].to_pylist()) == {QUARANTINED}
    assert kept["cells"].num_rows == kept["reports"].num_rows == 0


def test_who_adds_does_not_wait_for_the_disk_but_holds_no_third_batch(store: WorkStore) -> None:
    free, begun = threading.Event(), threading.Event()

    def slow(batch: Tables) -> Tables:
        begun.set()
        assert free.wait(10)
        return batch

    with BatchWriter(store, slow) as writer:
        for number in range(19):
            writer.add(document(number))
        assert begun.wait(10)
        assert store.files("documents") == []
        third = threading.Thread(target=writer.add, args=(document(19),))
        third.start()
        third.join(0.2)
        assert third.is_alive()
        free.set()
        third.join(10)
        assert not third.is_alive()
    assert len(outcomes(store)) == 20


def test_what_stops_a_batch_from_being_written_stops_the_run(store: WorkStore) -> None:
    def fails(_: Tables) -> Tables:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), BatchWriter(store, fails) as writer:
        for number in range(30):
            writer.add(document(number))
    with pytest.raises(OSError, match="disk full"), BatchWriter(store, fails) as writer:
        writer.add(document(1))
    assert store.known() == {}


def test_an_error_leaves_the_batches_that_are_whole(store: WorkStore) -> None:
    with pytest.raises(KeyboardInterrupt), BatchWriter(store) as writer:
        for number in range(15):
            writer.add(document(number))
        raise KeyboardInterrupt
    assert set(outcomes(store)) == set(range(10))


def test_a_damaged_batch_is_not_known(store: WorkStore) -> None:
    with BatchWriter(store) as writer:
        for number in range(20):
            writer.add(document(number))
    damaged = store.files("cells")[0]
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert len(store.known()) == 10
    assert not damaged.parent.exists()


def test_a_forgotten_document_is_gone_with_its_reports_and_no_other(store: WorkStore) -> None:
    with BatchWriter(store) as writer:
        for number in range(20):
            writer.add(document(number, reports=2))
    store.forget({digest(3), digest(19)})
    assert set(outcomes(store)) == set(range(20)) - {3, 19} == {int(sha256, 16) for sha256 in store.known()}
    for table in ("reports", "cells", "sections"):
        keys = {key for path in store.files(table) for key in pq.read_table(path)["report_key"].to_pylist()}
        assert keys == {10 * n + ordinal for n in range(20) if n not in (3, 19) for ordinal in (1, 2)}
    store.forget({digest(number) for number in range(10)})
    assert set(outcomes(store)) == set(range(10, 19))


def test_a_kill_while_a_document_is_forgotten_leaves_every_document_once(
    store: WorkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BatchWriter(store) as writer:
        for number in range(10):
            writer.add(document(number))
    before = store.files("documents")[0].parent

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda path, **_: killed(path) if path == before else None)
        with pytest.raises(KeyboardInterrupt):
            store.forget({digest(4)})
    assert len(store.files("documents")) == 2
    assert set(store.known()) == {digest(number) for number in range(10) if number != 4}
    assert set(outcomes(store)) == set(range(10)) - {4}


@pytest.mark.parametrize("name", ["reading/pdf/walk.c", "reading/pdf/walk.py", "forms/form_2021.yml"])
def test_a_change_of_any_source_is_another_reader(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Path(store_module.__file__).parent.parent
    read = Path.read_bytes
    assert (package / name).is_file()

    def changed(path: Path) -> bytes:
        return read(path) + (b"\n" if path == package / name else b"")

    before = reader_fingerprint.__wrapped__()
    monkeypatch.setattr(Path, "read_bytes", changed)
    assert reader_fingerprint.__wrapped__() != before

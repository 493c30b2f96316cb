"""The catalogue: which batch owns a document that stands in several, and that readers obey what a run pinned."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from pipelines.engine import work_store as store_module
from pipelines.engine.catalogue import Catalogue, refresh_catalogue
from pipelines.engine.stored_tables import PARSED, SCHEMAS, Tables
from pipelines.engine.work_store import BatchWriter, WorkStore, by_year
from tests.engine.test_work_store import digest, document


def documents(*numbers: int) -> Tables:
    """Return the tables of some documents, each with the two cells of its report."""
    some = [document(number) for number in numbers]
    return {name: pa.concat_tables([tables[name] for tables in some]) for name in SCHEMAS}


def of_year(tables: Tables, year: int) -> Tables:
    """Return tables whose reports are of another year."""
    reports = tables["reports"]
    at = reports.schema.get_field_index("year")
    return tables | {
        "reports": reports.set_column(at, reports.schema.field(at), pa.array([year] * reports.num_rows, pa.int32()))
    }


def keys(found: pl.LazyFrame) -> list[int]:
    return sorted(found.collect()["report_key"].to_list())


@pytest.fixture
def store(tmp_path: Path) -> WorkStore:
    return WorkStore(tmp_path, "fingerprint")


def test_a_document_of_two_batches_is_read_from_the_first_by_name(store: WorkStore) -> None:
    names = sorted([store.write(documents(1, 2)), store.write(documents(2, 3)), store.write(documents(3, 4, 5))])
    refresh_catalogue(store)
    catalogue = Catalogue(store)
    owners = dict(catalogue.rows("documents").select("file_sha256", "batch").iter_rows())
    held = {name: {digest(n) for n in (1, 2, 3, 4, 5) if name in _holding(store, n)} for name in names}
    assert owners == {digest(n): min(_holding(store, n)) for n in (1, 2, 3, 4, 5)}
    assert any(len(_holding(store, n)) == 2 for n in (2, 3)) and held
    assert catalogue.rows("reports").height == 5
    assert keys(catalogue.rows_of("cells", [11, 21, 31, 41, 51])) == sorted([11, 21, 31, 41, 51] * 2)
    assert keys(catalogue.rows_of("sections", [21, 31])) == [21, 31]
    assert keys(catalogue.rows_of("cells", [])) == keys(catalogue.rows_of("cells", [7])) == []


def _holding(store: WorkStore, number: int) -> set[str]:
    """Return the names of the batches in which a document stands."""
    return {
        batch.name
        for batch in store.batches()
        if digest(number) in pl.read_parquet(batch / "documents.parquet")["file_sha256"].to_list()
    }


def test_what_is_written_after_the_catalogue_belongs_to_the_next(store: WorkStore) -> None:
    store.write(documents(1))
    refresh_catalogue(store)
    store.write(documents(2))
    assert set(Catalogue(store).ends()) == {digest(1)}
    assert keys(Catalogue(store).rows_of("cells", [11, 21])) == [11, 11]
    refresh_catalogue(store)
    assert Catalogue(store).ends() == {digest(1): (PARSED, None), digest(2): (PARSED, None)}


def test_documents_that_are_read_again_make_another_catalogue(store: WorkStore) -> None:
    first = store.write(documents(1))
    refresh_catalogue(store)
    refused = document(1) | {"documents": document(1, reports=0)["documents"]}
    assert store.write(refused) == first
    assert Catalogue(store).rows("documents")["reports"].to_list() == [1]
    refresh_catalogue(store)
    assert Catalogue(store).rows("documents")["reports"].to_list() == [0]


@pytest.mark.parametrize("name", [".documents.parquet", ".reports.parquet"])
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"PAR1 cut")])
def test_a_catalogue_that_is_not_whole_is_made_again(store: WorkStore, name: str, damage: object) -> None:
    store.write(documents(1, 2))
    refresh_catalogue(store)
    damage(store.path / name)  # type: ignore[operator]
    assert set(Catalogue(store).ends()) == {digest(1), digest(2)}


def test_a_killed_refresh_is_made_again(store: WorkStore) -> None:
    store.write(documents(1))
    refresh_catalogue(store)
    old = (store.path / ".documents.parquet").read_bytes()
    store.write(documents(2))
    refresh_catalogue(store)
    (store.path / ".documents.parquet").write_bytes(old)
    assert set(Catalogue(store).ends()) == {digest(1), digest(2)}


def test_batches_hold_documents_of_one_year(store: WorkStore) -> None:
    mixed = [of_year(documents(1, 2), 2020), of_year(documents(3), 2021), of_year(documents(4), 2020)]
    whole = {name: pa.concat_tables([tables[name] for tables in mixed]) for name in SCHEMAS}
    apart = [sorted(part["documents"]["file_sha256"].to_pylist()) for part in by_year(whole)]
    assert apart == [[digest(1), digest(2), digest(4)], [digest(3)]]
    with BatchWriter(store) as writer:
        for tables in mixed:
            writer.add(tables)
    assert len(store.batches()) == 2
    assert set(store.known()) == {digest(n) for n in (1, 2, 3, 4)}


def test_many_small_batches_of_a_year_become_one(store: WorkStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "DOCUMENTS_PER_BATCH", 10)
    for number in range(7):
        store.write(documents(number))
    other = store.write(of_year(documents(20), 2021))
    store.merge_small()
    assert len(store.batches()) == 8, "few small ones stay"
    store.write(documents(7, 1))
    before = store.ends()
    store.merge_small()
    assert len(store.batches()) == 2 and (store.path / other).is_dir()
    assert store.known() == before
    refresh_catalogue(store)
    assert keys(Catalogue(store).rows_of("cells", [10 * n + 1 for n in range(8)])) == sorted(
        key for n in range(8) for key in (10 * n + 1,) * 2
    )


def test_a_kill_while_batches_are_merged_leaves_every_document_once(
    store: WorkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        store.write(documents(number))
    removed = shutil.rmtree

    def killed(path: Path, **_: object) -> None:
        if not path.name.startswith("."):
            raise KeyboardInterrupt
        removed(path, ignore_errors=True)

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            store.merge_small()
    refresh_catalogue(store)
    assert keys(Catalogue(store).rows_of("sections", [10 * n + 1 for n in range(8)])) == [10 * n + 1 for n in range(8)]


@pytest.mark.parametrize("name", [".documents.parquet", ".reports.parquet"])
def test_a_catalogue_in_which_a_bit_flipped_is_made_again(store: WorkStore, name: str) -> None:
    store.write(documents(1, 2, 3))
    refresh_catalogue(store)
    path = store.path / name
    whole = path.read_bytes()
    for place in range(8, len(whole) - 8, 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        assert Catalogue(store).rows("reports").height == Catalogue(store).rows("documents").height == 3
        refresh_catalogue(store)
        assert path.read_bytes() == whole

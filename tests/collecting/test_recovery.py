"""A ledger that is gone, empty or behind is rebuilt from its journal; where neither is left, a run stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.collecting.fetched_locations import LEDGER
from pipelines.collecting.ledger import JOURNAL, Ledger, open_ledger
from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.sqlite_ledger import SqliteLedger
from pipelines.collecting.stored_files import stored_files
from pipelines.raw.missing_input import MissingInput
from pipelines.raw.raw_store import RawStore
from tests.collecting.test_ledger import fetched, see


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Return a raw folder with one stored file, known to ledger and journal."""
    sha256 = RawStore(tmp_path).put(b"a report")
    with open_ledger(tmp_path / "objects" / LEDGER) as ledger:
        see(ledger, "u")
        ledger.record_fetch(fetched("u", "created", sha256))
        ledger.settle()
    return tmp_path


def recovered(raw: Path) -> list[str]:
    return recover_ledger(raw, raw / "objects" / LEDGER)


def lose(raw: Path, name: str, content: bytes | None = None) -> Path:
    """Remove a file of the store with what SQLite keeps beside it, or leave other bytes in its place."""
    path = raw / "objects" / name
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        each.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
    return path


def test_what_is_whole_is_left_alone(raw: Path) -> None:
    before = [(raw / "objects" / name).read_bytes() for name in (LEDGER, JOURNAL)]
    assert recovered(raw) == []
    assert [(raw / "objects" / name).read_bytes() for name in (LEDGER, JOURNAL)] == before


@pytest.mark.parametrize("content", [None, b""])
def test_a_lost_ledger_is_rebuilt_from_its_journal_and_told(raw: Path, content: bytes | None) -> None:
    path = raw / "objects" / LEDGER
    before = stored_files(path)
    lose(raw, LEDGER, content)
    (note,) = recovered(raw)
    assert "2 events replayed" in note
    assert stored_files(path) == before != []
    assert recovered(raw) == []


def test_a_ledger_without_rows_is_rebuilt_too(raw: Path) -> None:
    before = stored_files(raw / "objects" / LEDGER)
    lose(raw, LEDGER)
    Ledger(SqliteLedger(raw / "objects" / LEDGER, raw / "nothing.jsonl")).close()
    assert stored_files(raw / "objects" / LEDGER) == []
    assert len(recovered(raw)) == 1
    assert stored_files(raw / "objects" / LEDGER) == before


def test_an_older_ledger_catches_up(raw: Path) -> None:
    path = raw / "objects" / LEDGER
    older = path.read_bytes()
    with open_ledger(path) as ledger:
        see(ledger, "v")
        ledger.record_fetch(fetched("v", "created", RawStore(raw).put(b"another")))
        ledger.settle()
    lose(raw, LEDGER, older)
    assert len(stored_files(path)) == 1
    assert "2 events replayed" in recovered(raw)[0]
    assert len(stored_files(path)) == 2


@pytest.mark.parametrize("ledger", [None, b""])
@pytest.mark.parametrize("journal", [None, b""])
def test_stored_files_that_nothing_knows_stop_a_run(raw: Path, ledger: bytes | None, journal: bytes | None) -> None:
    lose(raw, LEDGER, ledger)
    lose(raw, JOURNAL, journal)
    with pytest.raises(MissingInput, match=r"yet .*objects holds stored files") as stopped:
        recovered(raw)
    assert stopped.value.code == "ledger_lost"


def test_a_journal_that_cannot_be_read_stops_a_run(raw: Path) -> None:
    lose(raw, LEDGER)
    (raw / "objects" / JOURNAL).write_bytes(b"not JSON\n")
    with pytest.raises(MissingInput, match="the line at byte 0 is not JSON") as stopped:
        recovered(raw)
    assert stopped.value.code == "ledger_lost"


def test_what_is_no_ledger_says_what_to_do(raw: Path) -> None:
    lose(raw, LEDGER, b"no database at all, though as long as one" * 200)
    with pytest.raises(MissingInput, match="move it away if the journal is there, it is rebuilt") as stopped:
        recovered(raw)
    assert stopped.value.code == "ledger_lost"
    lose(raw, LEDGER)
    assert len(recovered(raw)) == 1


def test_a_lost_journal_beside_a_good_ledger_stops_nothing(raw: Path) -> None:
    lose(raw, JOURNAL)
    assert recovered(raw) == []


@pytest.mark.parametrize("content", [None, b""])
def test_where_nothing_was_fetched_nothing_is_missed(tmp_path: Path, content: bytes | None) -> None:
    assert recovered(tmp_path) == []
    (tmp_path / "objects" / "ab").mkdir(parents=True)
    lose(tmp_path, LEDGER, content)
    assert recovered(tmp_path) == []

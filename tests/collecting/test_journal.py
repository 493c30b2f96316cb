"""The journal: whole lines, torn ends cut off, damage told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.collecting.journal import Journal, JournalDamaged


def test_events_come_back_in_order_with_their_ends(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    ends = [journal.append({"event": "seen", "n": n, "title": "年度\n报告"}) for n in range(3)]
    assert [(event["n"], end) for event, end in journal.read()] == list(enumerate(ends))
    assert [event["n"] for event, _ in journal.read(ends[0])] == [1, 2]
    assert ends[-1] == journal.size()


def test_an_absent_journal_is_empty(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    assert (journal.size(), list(journal.read()), journal.cut_torn_line()) == (0, [], 0)


@pytest.mark.parametrize("torn", [b"{", b'{"event":"seen"}', b"\x00" * 70000, b"x" * 200_000])
def test_a_torn_last_line_is_left_out_and_cut_off(tmp_path: Path, torn: bytes) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    end = journal.append({"n": 1})
    with journal.path.open("ab") as file:
        file.write(torn)
    assert [event["n"] for event, _ in journal.read()] == [1]
    assert journal.cut_torn_line() == len(torn)
    assert journal.size() == end
    journal.append({"n": 2})
    assert [event["n"] for event, _ in journal.read()] == [1, 2]


def test_a_journal_that_is_only_a_torn_line_becomes_empty(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.path.write_bytes(b'{"n":')
    assert (journal.cut_torn_line(), journal.size()) == (5, 0)


@pytest.mark.parametrize("line", [b"{torn}\n", b"[1]\n", b"\xff\xfe\n"])
def test_a_damaged_line_is_reported_by_its_place(tmp_path: Path, line: bytes) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    end = journal.append({"n": 1})
    with journal.path.open("ab") as file:
        file.write(line)
    journal.append({"n": 2})
    with pytest.raises(JournalDamaged, match=f"byte {end} "):
        list(journal.read())


def test_a_shorter_journal_than_the_ledger_knows_is_damage(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    end = journal.append({"n": 1})
    with pytest.raises(JournalDamaged, match="restore the journal"):
        list(journal.read(end + 1))


@pytest.mark.parametrize("failing", ["write", "fsync"])
def test_a_full_disk_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    end = journal.append({"n": 1})
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        write(descriptor, bytes(data)[:3])
        raise OSError(28, "No space left on device")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, half if failing == "write" else full)
        with pytest.raises(OSError, match="No space left"):
            journal.append({"n": 2})
    assert journal.size() == end

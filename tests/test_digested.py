"""Files that are kept with their digest, and notes that have their own in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.digested import NotAsWritten, digest_beside, note_digest, read_digested, sealed, unsealed


def test_what_was_written_is_read_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"rows")
    with pytest.raises(NotAsWritten):
        read_digested(path)
    note_digest(path)
    assert read_digested(path) == b"rows"
    path.write_bytes(b"row5")
    with pytest.raises(NotAsWritten):
        read_digested(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_digested(path)


@pytest.mark.parametrize("beside", [b"", b"\xff", b"0" * 64])
def test_a_digest_that_is_damaged_itself_makes_its_file_none(tmp_path: Path, beside: bytes) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"rows")
    digest_beside(path).write_bytes(beside)
    with pytest.raises(NotAsWritten):
        read_digested(path)


def test_no_bit_of_a_sealed_note_can_flip_unseen() -> None:
    values = {"rows": 12, "content": "345", "key": "县"}
    whole = sealed(values).encode()
    assert unsealed(whole) == values
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            # Where JSON has two ways to write a value, it is the same.
            assert unsealed(bytes(flipped)) == values
        except ValueError:
            continue


@pytest.mark.parametrize("body", ["", "[]", "1", "{}", json.dumps({"rows": 1})])
def test_what_has_no_digest_is_no_note(body: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        unsealed(body.encode())

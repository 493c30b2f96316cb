"""What is kept of a declaration saves reading it, and hides nothing that is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.declarations import Declaration, DeclarationError, Regex, Wrong, document, kept, load

SOUND = "words: '[甲乙]'\nname: a\n"


class Entry(Declaration):
    words: Regex
    name: str


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a sound file of a package, whose entries may be written."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(kept, "PACKAGE", tmp_path / "package")
    path = tmp_path / "package" / "entry.yml"
    path.parent.mkdir()
    path.write_text(SOUND, encoding="utf-8")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that were read as YAML."""
    texts: list[str] = []
    reader = document.read_document

    def counted(text: str) -> document.Document:
        texts.append(text)
        return reader(text)

    monkeypatch.setattr(document, "read_document", counted)
    return texts


def entries(file: Path) -> list[Path]:
    return sorted(path for path in file.parents[1].rglob("*.kept*") if path.is_file())


def test_a_file_is_read_once(file: Path, read: list[str]) -> None:
    assert load(file, Entry) == load(file, Entry) == Entry(words="[甲乙]", name="a")
    assert read == [SOUND]
    assert [path.parent.name for path in entries(file)] == ["__pycache__"]


def test_a_changed_file_is_read_again_and_what_is_wrong_with_it_is_told(file: Path, read: list[str]) -> None:
    load(file, Entry)
    file.write_text("words: '['\nname: a\nnoise: b\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DeclarationError) as failure:
            load(file, Entry)
        assert [(fault.line, fault.place) for fault in failure.value.faults] == [(1, "words"), (3, "noise")]
    file.write_text(SOUND, encoding="utf-8")
    load(file, Entry)
    assert len(read) == 3


def test_checks_are_made_at_every_load(file: Path) -> None:
    def barred(entry: Entry) -> Iterator[Wrong]:
        yield Wrong(("name",), f"{entry.name} is barred")

    load(file, Entry)
    with pytest.raises(DeclarationError, match=r"entry\.yml:2: name: a is barred"):
        load(file, Entry, also=barred)


def test_another_model_finds_what_is_kept_wanting(file: Path) -> None:
    class Numbered(Declaration):
        words: str
        name: int

    load(file, Entry)
    with pytest.raises(DeclarationError, match=r"entry\.yml:2: name: expected a whole number"):
        load(file, Numbered)


@pytest.mark.parametrize("damage", [b"", b"x\ny\nz", None])
def test_a_damaged_entry_is_none(file: Path, read: list[str], damage: bytes | None) -> None:
    load(file, Entry)
    (entry,) = entries(file)
    entry.write_bytes(entry.read_bytes().replace(b'"a"', b'"b"') if damage is None else damage)
    assert load(file, Entry).name == "a"
    assert len(read) == 2


def test_where_nobody_may_write_the_cache_of_the_user_keeps(file: Path, read: list[str]) -> None:
    (file.parent / "__pycache__").write_text("no folder", encoding="utf-8")
    assert load(file, Entry) == load(file, Entry)
    assert len(read) == 1
    assert [path.parent.name for path in entries(file)] == ["gongkai"]


def test_without_bytecode_nothing_is_kept(file: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert load(file, Entry) == load(file, Entry)
    assert len(read) == 2 and entries(file) == []


def test_of_files_outside_of_the_package_nothing_is_kept(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yml"
    other.write_text(SOUND, encoding="utf-8")
    load(other, Entry)
    assert entries(file) == []


def test_another_reader_has_another_key(tmp_path: Path) -> None:
    reader = tmp_path / "reader.py"
    reader.write_text("1", encoding="utf-8")
    first = kept.key_of(b"a", (reader,), "yaml")
    other = tmp_path / "other.py"
    other.write_text("2", encoding="utf-8")
    keys = {first, kept.key_of(b"b", (reader,), "yaml"), kept.key_of(b"a", (other,), "yaml")}
    assert len(keys | {kept.key_of(b"a", (reader,), "json"), kept.key_of(b"a", (reader,), "no_such")}) == 5

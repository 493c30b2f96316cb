"""Errors that reach people are messages; those that are sentences still are listed here, and the list only shrinks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.projects import ROOT

# What commands print of an error that they catch.
_REACHING = {
    *("StorageError", "Unreachable", "Missing", "Taken", "Changed", "PublishedFirst", "NoRelease", "CannotCompare"),
    *("LedgerError", "LedgerFailed", "LedgerLost", "JournalDamaged", "CrawlerFailed", "ClusterFailed", "MissingInput"),
    *("NotInstalled", "Locked", "LocksLost", "DamagedCandidate", "DamagedPart", "ExtractionStalled", "NotFound"),
    *("NothingSelected", "OlderRelease", "CannotExport", "ForeignFolder", "UnknownReason", "UnknownTable"),
}
_STORAGE = "of a storage that does not do what it should, in English: whoever sets one up reads its manual, too"
_COLLECTING = "of the crawler and its ledger, in English; its states are codes with words in both languages"
_CLUSTER = "of nodes and schedulers, in English: docs/cluster.md explains each"
_RELEASES = "of releases that are damaged or of another version, in English until they are looked after"
_WORKERS = "of workers that stall, in English: a fault of the machine or of ours, and of no reader's"
NOT_YET = {
    "pipelines/collecting/crawler.py": _COLLECTING,
    "pipelines/collecting/database.py": _COLLECTING,
    "pipelines/collecting/database_locks.py": _COLLECTING,
    "pipelines/collecting/journal.py": _COLLECTING,
    "pipelines/collecting/ledger_reading.py": _COLLECTING,
    "pipelines/collecting/moving_ledger.py": _COLLECTING,
    "pipelines/collecting/postgres_ledger.py": _COLLECTING,
    "pipelines/collecting/recovery.py": _COLLECTING,
    "pipelines/collecting/sqlite_ledger.py": _COLLECTING,
    "pipelines/commands/dagster_home.py": _COLLECTING,
    "pipelines/engine/pool.py": _WORKERS,
    "pipelines/engine/shared_batches.py": _STORAGE,
    "pipelines/raw/shared_contents.py": _STORAGE,
    "pipelines/releases/compared.py": _RELEASES,
    "pipelines/releases/pulling.py": _RELEASES,
    "pipelines/releases/remote.py": _RELEASES,
    "pipelines/releases/stored.py": _RELEASES,
    "pipelines/spreading/nodes.py": _CLUSTER,
    "pipelines/storing/conditional_writes.py": _STORAGE,
    "pipelines/storing/folder.py": _STORAGE,
    "pipelines/storing/object_store.py": _STORAGE,
    "pipelines/storing/storage.py": _STORAGE,
    "pipelines/warehouse/losses.py": _RELEASES,
    "pipelines/warehouse/publication.py": _STORAGE,
    "pipelines/warehouse/release.py": _RELEASES,
    "pipelines/warehouse/shared_reading.py": _CLUSTER,
}


def _sentences(path: Path) -> Iterator[str]:
    node: Any
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        texts = [each for each in node.args if isinstance(each, ast.JoinedStr | ast.Constant)]
        if name in {*_REACHING, "fail", "warn", "say"} and any(map(_is_sentence, texts)):
            yield name


def _is_sentence(text: ast.expr) -> bool:
    parts: list[Any] = text.values if isinstance(text, ast.JoinedStr) else [text]
    words = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    return " " in words.strip() and len(re.findall(r"[A-Za-z]{2,}", words.replace("gongkai", ""))) >= 2


def test_errors_for_people_are_messages_but_for_those_listed() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "pipelines").rglob("*.py"))
        if any(True for _ in _sentences(path))
    }
    assert found == set(NOT_YET), "say it by a message (pipelines/messages), and take what is one off this list"

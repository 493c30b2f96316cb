"""A copy of a release with hostile texts and extreme values in its tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.durable import sha256_of
from pipelines.releases.manifest import DATABASE, MANIFEST, PARQUET

TEXTS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
    "'规章",
    "-5",
    "+170",
    "-5.25",
    "https://example.invalid/",
    "internal:Sheet1!A1",
    "_x0041_",
    "a\0b",
    "\x01\x1f\x7f",
    "a\r\nb\rc\nd",
    'say "x", y',
    '""',
    ",",
    "\\N",
    "NULL",
    "true",
    "",
    " blank ends ",
    "\ufeffmark",
    "\ufffe\uffff",
    "𠮷" * 10,
    "<script>alert(1)</script>",
    "政" * 700,
    "府" * 40_000,
    "𠮷" * 20_000,
)


def hostile_release(release: Path, folder: Path, texts: Sequence[str] = TEXTS) -> Path:
    """Return a copy of a release whose sections and rules hold the texts, and facts and locations extreme values."""
    copy = folder / release.name
    shutil.copytree(release, copy)
    database = copy / DATABASE
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        keys = [key for (key,) in connection.execute("SELECT report_key FROM dim_report ORDER BY 1").fetchall()]
        assert len(texts) <= 8 * len(keys), "a report has eight sections"
        connection.execute("DELETE FROM report_section")
        connection.executemany(
            "INSERT INTO report_section VALUES (?, 2020, ?, ?, ?)",
            [(keys[number // 8], number % 8, text or None, text) for number, text in enumerate(texts)],
        )
        connection.execute(
            "UPDATE raw_file_location SET fetched_at = make_timestamptz(1767225599123456), "
            "published_on = DATE '1899-12-31', is_latest = false"
        )
        connection.execute("UPDATE fact_reviews SET cases = 9007199254740992 WHERE result = 'total'")
        connection.execute("UPDATE fact_reviews SET cases = -9007199254740993 WHERE result = 'upheld'")
        connection.execute("UPDATE fact_reviews SET cases = NULL, status = 'ambiguous' WHERE result = 'pending'")
        connection.execute(
            "UPDATE cell SET yuan = 9999999999999999.99, value = -999999999999.999999 WHERE cell_order = 1"
        )
        connection.execute("UPDATE cell SET value = 0.000001, yuan = -0.01 WHERE cell_order = 2")
    return copy


def restate(release: Path) -> None:
    """Let the manifest state the Parquet files as they are now."""
    path = release / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for name, about in manifest["files"].items():
        if name.startswith(f"{PARQUET}/"):
            about |= {"sha256": sha256_of(release / name), "bytes": (release / name).stat().st_size}
    path.chmod(0o644)
    path.write_text(json.dumps(manifest), encoding="utf-8")

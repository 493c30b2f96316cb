"""A release whose agencies, titles, cells, findings and files bear hostile strings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb

from pipelines.durable import sha256_of, swap_link
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, MANIFEST
from tests.exploring.hostile import hostile_strings

COUNT = 1_000
FIRST_AGENCY, FIRST_REPORT = 1_000_000, 2_000_000
PATHS = ("applications.received.total", "procurement.centralized_procurement.total_amount")
RELEASE_ID = "20300101T000000Z-0123456789ab"
_STATEMENTS = (
    """
INSERT INTO dim_agency BY NAME SELECT s.* REPLACE (
    agency AS agency_sk, agency AS agency_key, text AS name, place AS province, place AS prefecture)
FROM seed_agency AS s, hostile ORDER BY report
""",
    """
INSERT INTO dim_report BY NAME SELECT s.* REPLACE (
    report AS report_key, agency AS agency_sk, text AS title, text AS agency_printed)
FROM seed_report AS s, hostile ORDER BY report
""",
    """
INSERT INTO cell BY NAME SELECT s.* REPLACE (
    report AS report_key, text AS raw_text, 'text' AS status, NULL AS value, text AS note, sha AS file_sha256)
FROM seed_cell AS s, hostile ORDER BY report
""",
    """
INSERT INTO audit_finding BY NAME SELECT s.* REPLACE (
    report AS report_key, text AS message, text AS message_en, text AS hint, text AS hint_en, named AS rule,
    text AS scope)
FROM seed_finding AS s, hostile ORDER BY report
""",
    """
INSERT INTO raw_file_location BY NAME SELECT s.* REPLACE (found_at AS location, sha AS file_sha256)
FROM seed_location AS s, hostile ORDER BY report
""",
)


def publish_hostile(layout: Layout) -> Path:
    """Copy the current release, fill the copy with hostile strings and make it current."""
    release = layout.releases / RELEASE_ID
    release.mkdir()
    old = layout.current.resolve()
    shutil.copyfile(old / DATABASE, release / DATABASE)
    manifest = json.loads((old / MANIFEST).read_text(encoding="utf-8"))
    database = release / DATABASE
    with duckdb.connect(str(database)) as connection:
        _fill(connection)
    files = {DATABASE: {"sha256": sha256_of(database), "bytes": database.stat().st_size}}
    (release / MANIFEST).write_text(json.dumps({**manifest, "id": RELEASE_ID, "files": files}), encoding="utf-8")
    swap_link(layout.current, f"releases/{RELEASE_ID}")
    return release


def _fill(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TEMP TABLE seed_agency AS SELECT * FROM dim_agency WHERE name = '东昌区人民政府'")
    connection.execute(
        "CREATE TEMP TABLE seed_report AS SELECT * FROM dim_report SEMI JOIN seed_agency USING (agency_sk)"
    )
    connection.execute(
        "CREATE TEMP TABLE seed_cell AS SELECT c.* FROM cell AS c SEMI JOIN seed_report USING (report_key) "
        "WHERE c.cell_path = ANY($paths)",
        {"paths": list(PATHS)},
    )
    connection.execute(
        "CREATE TEMP TABLE seed_finding AS SELECT f.* FROM audit_finding AS f SEMI JOIN seed_report USING (report_key) "
        "WHERE f.rule = 'reviews.channel_sum'"
    )
    connection.execute("CREATE TEMP TABLE seed_location AS SELECT * FROM raw_file_location LIMIT 1")
    # As many provinces as there are strings would be no test of anything else.
    rows = [
        {
            "agency": FIRST_AGENCY + place,
            "report": FIRST_REPORT + place,
            "text": text,
            "place": f"{text}{place}" if place < 90 else "吉林省",
            "named": text if place < 50 else "reviews.channel_sum",
            "found_at": f"{text}{place}",
            "sha": f"{place:064x}",
        }
        for place, text in enumerate(hostile_strings(COUNT))
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    unnested = ", ".join(f"unnest(${name}) AS {name}" for name in columns)
    connection.execute("BEGIN")
    connection.execute(f"CREATE TEMP TABLE hostile AS SELECT {unnested}", columns)
    for statement in _STATEMENTS:
        connection.execute(statement)
    connection.execute("COMMIT")

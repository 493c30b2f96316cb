"""What docs/postgres.md says of backups: a dump of the schema, of the journal alone, and tables built anew."""

from __future__ import annotations

import contextlib
import subprocess

import pytest

from benchmarks.postgres_server import BINARIES, Server
from pipelines.collecting.ledger import Ledger, Seen
from pipelines.collecting.postgres_ledger import PostgresLedger
from tests.collecting.test_ledger import A, fetched, see
from tests.collecting.test_postgres_ledger import contents


@pytest.mark.parametrize("part", ["--schema=gongkai", "--table=gongkai.journal"])
def test_a_dump_restored_elsewhere_is_the_same_ledger(part: str, postgres: Server, postgres_database: str) -> None:
    with contextlib.closing(PostgresLedger(postgres_database)) as database:
        see(Ledger(database), "u", "v", title="年报")
        page = [Seen("f", "f", kind="attachment", parent_url="u")]
        Ledger(database).record_fetch(fetched("u", "created", A), links=page)
        before, lines = contents(database), list(database.lines())
    dump = [str(BINARIES[-1] / "pg_dump"), part, "--dbname", postgres_database]
    said = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    restored = postgres.create()
    words = [str(BINARIES[-1] / "psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", restored]
    made = "CREATE SCHEMA gongkai;\n" if part.startswith("--table") else ""
    subprocess.run(words, input=made + said, capture_output=True, text=True, check=True)
    with contextlib.closing(PostgresLedger(restored)) as database:
        assert (contents(database), list(database.lines())) == (before, lines)
        assert bool(database.notes) == part.startswith("--table")
        see(Ledger(database), "w")
        assert Ledger(database).states("s") == {"discovered": 3, "stored": 1}

"""Dagster's runs and events in the database that has the ledger, and without the setting where they always were."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.postgres_server import Server
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.collecting.ledger import Seen, open_ledger
from pipelines.commands.dagster_home import DAGSTER_ADDRESS, prepare_home
from tests.collecting.test_ledger import START
from tests.collecting.test_postgres_ledger import ask
from tests.projects import ROOT, make_project


def become(root: Path, *words: str, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != DATABASE_SWITCH}
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.commands.dagster_home", *words],
        env=environment | {"GONGKAI_ROOT": str(root), "PYTHONPATH": str(ROOT)} | more,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_run_and_its_events_are_in_the_database_beside_the_ledger(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_project(tmp_path).root
    address = postgres.create().replace("owner@", "owner:geheim@")
    monkeypatch.setenv(DATABASE_SWITCH, address)
    with open_ledger(root / "data" / "raw" / "objects" / "ledger.sqlite") as ledger:
        ledger.see("r", "s", START, [Seen("u", "u")])
    environment = os.environ | {"GONGKAI_ROOT": str(root), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "run"]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ask(address, "SELECT status FROM public.runs") == [("SUCCESS",)]
    ((events,),) = ask(address, "SELECT count(*) FROM public.event_logs WHERE dagster_event_type = 'STEP_SUCCESS'")
    assert events > 5
    ((tag,),) = ask(address, "SELECT DISTINCT value FROM public.run_tags WHERE key = 'warehouse'")
    assert str(tag).endswith(f":{root}")
    assert ask(address, "SELECT partition FROM public.dynamic_partitions") == [("2020",)]
    tables = ask(address, "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'gongkai')")
    assert {"url", "fetch", "run", "journal", "lock_holder"} <= {name for schema, name in tables if schema == "gongkai"}
    assert {"runs", "event_logs"} <= {name for schema, name in tables if schema == "public"}
    with open_ledger(root / "data" / "raw" / "objects" / "ledger.sqlite") as ledger:
        assert ledger.states("s") == {"discovered": 1}
    written = [path for path in (root / ".dagster").rglob("*") if path.is_file()]
    assert not [path for path in written if path.suffix == ".db"]
    assert not [path for path in written if b"geheim" in path.read_bytes()]


def test_without_the_setting_the_configuration_is_the_projects_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_project(tmp_path, seeds=False).root
    monkeypatch.setenv(DATABASE_SWITCH, "postgres://a@b/c")
    environment = prepare_home(root)
    assert environment[DAGSTER_ADDRESS] == "postgresql+psycopg2://a@b/c"
    written = yaml.safe_load((root / ".dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    assert written["storage"] == {"postgres": {"postgres_url": {"env": DAGSTER_ADDRESS}}}
    assert written["telemetry"] == {"enabled": False}
    monkeypatch.delenv(DATABASE_SWITCH)
    assert prepare_home(root) == {"DAGSTER_HOME": str(root / ".dagster")}
    assert (root / ".dagster" / "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()


def test_a_program_of_dagster_is_given_its_home(tmp_path: Path) -> None:
    root = make_project(tmp_path, seeds=False).root
    show = "import os; print(os.environ['DAGSTER_HOME'], os.environ.get('GONGKAI_DAGSTER_DATABASE'))"
    assert become(root, sys.executable, "-c", show) == f"{root / '.dagster'} None\n"
    told = become(root, sys.executable, "-c", show, **{DATABASE_SWITCH: "postgresql:///gongkai"})
    assert told == f"{root / '.dagster'} postgresql+psycopg2:///gongkai\n"

"""Dagster's home: its configuration, and where the database is set the part that puts its runs and events there.

`python -m pipelines.commands.dagster_home PROGRAM ...` (`make ui`) writes it and becomes that program.
Belongs here: the configuration of an instance. Keep out: dagster itself, which only `assets` imports.
"""

from __future__ import annotations

import importlib.util
import os
import stat
import sys
from pathlib import Path

from pipelines import said
from pipelines.collecting.database import DATABASE_SWITCH, database_address
from pipelines.collecting.ledger_database import LedgerError
from pipelines.durable import replace_text

# What Dagster reads its address from: no password is written to a file or shown in a list of processes.
DAGSTER_ADDRESS = "GONGKAI_DAGSTER_DATABASE"
_PRIVATE = 0o700
_STORAGE = f"""
# Written because {DATABASE_SWITCH} is set; the address is in the environment alone.
storage:
  postgres:
    postgres_url:
      env: {DAGSTER_ADDRESS}
"""


def prepare_home(root: Path) -> dict[str, str]:
    """Write Dagster's configuration of the project at `root`; return what the environment of its programs must have.

    The home is private to its owner. Raises LedgerError where it cannot be, and where the database is set and cannot be
    used by Dagster.
    """
    home = root / ".dagster"
    try:
        home.mkdir(mode=_PRIVATE, exist_ok=True)
        # What runs printed lies in it, and whoever writes in it has code run.
        if stat.S_IMODE(home.stat().st_mode) != _PRIVATE:
            home.chmod(_PRIVATE)
    except OSError as error:
        raise LedgerError.of("run.home_unusable", home=home, error=error.strerror) from error
    configuration = (root / "dagster.yaml").read_text(encoding="utf-8")
    environment = {"DAGSTER_HOME": str(home)}
    address = database_address()
    if address is not None:
        if importlib.util.find_spec("dagster_postgres") is None:
            raise LedgerError.of("ledger.not_installed", switch=DATABASE_SWITCH, package="dagster-postgres")
        configuration += _STORAGE
        # SQLAlchemy 2.1 takes another driver for an address that names none; dagster-postgres works with this one.
        environment[DAGSTER_ADDRESS] = f"postgresql+psycopg2://{address.partition('://')[2]}"
    replace_text(home / "dagster.yaml", configuration)
    return environment


def main() -> None:
    """Write the configuration and become the program that the command line names."""
    from pipelines.releases.layout import project_root

    try:
        os.environ.update(prepare_home(project_root()))
    except LedgerError as error:
        sys.exit(f"gongkai: {error}")
    except OSError as error:
        sys.exit(f"gongkai: {said('commands.refused', where=error.filename, error=error.strerror)}")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()

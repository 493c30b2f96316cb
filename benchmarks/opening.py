"""What looking at a release costs: modules loaded and CPU of a fresh interpreter, beside `import duckdb` alone.

`python -m benchmarks.opening [PROJECT]` needs a project with a release. Belongs here: the programs of a reader, each in
an interpreter of its own, in turns. Keep out: which modules may be loaded (`tests/releases`, pyproject.toml).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from pipelines.releases.layout import Layout, current_release, project_root
from pipelines.releases.open_release import connect

_CODE = Path(__file__).resolve().parents[1]
# As where it is used: what is compiled once is kept.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_BEGIN = "import time; begun = time.process_time()\n"
_END = """
import json, sys
print(json.dumps([time.process_time() - begun, [name for name, module in sys.modules.items() if module]]))
"""
_COMMAND = "from pipelines.cli import app; app({}, standalone_mode=False)"
# At the first parameter of a query DuckDB imports pandas where it finds it, to recognise its missing values. Who reads
# releases has none; who develops has, and tests of imports would see it.
_WITHOUT_PANDAS = """
import importlib.machinery, sys
class WithoutPandas:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, None) if name == "pandas" else None
sys.meta_path.insert(0, WithoutPandas)
"""
BASE = "import duckdb"
OPEN = """
from pipelines.releases.layout import Layout, current_release, project_root
from pipelines.releases.open_release import connect
connect(current_release(Layout(project_root())))
"""
_TRACE = """
from pipelines.releases.layout import Layout, current_release, project_root
from pipelines.releases.open_release import connect
from pipelines.releases.trace import trace_cell
trace_cell(connect(current_release(Layout(project_root()))), *{})
"""
EXPLORE = """
from pipelines.exploring.connection import Database
from pipelines.releases.layout import Layout, current_release, project_root
Database(current_release(Layout(project_root()))).rows('SELECT 1')
"""
_TITLE = "济南市历下区人民政府2020年政府信息公开工作年度报告"
# Libraries that a reader of a release has no use for, and which take longer to load than duckdb.
HEAVY = ("polars", "pandera", "opencc", "pyarrow", "pandas")


_TRACE_PANDAS = "gongkai trace, pandas installed"


class Loaded(NamedTuple):
    """What a program cost after its interpreter had started, and the modules it ended with."""

    cpu_seconds: float
    modules: frozenset[str]

    @property
    def ours(self) -> list[str]:
        """Return the modules of this project."""
        return sorted(name for name in self.modules if name.partition(".")[0] in ("pipelines", "assets", "benchmarks"))

    @property
    def heavy(self) -> list[str]:
        """Return the heavy libraries among the modules."""
        return [name for name in HEAVY if name in self.modules]


def load(program: str, project: Path, *, pandas: bool = False) -> Loaded:
    """Run a program on a project in an interpreter of its own; `pandas`: one that finds it, if it is installed.

    Raises CalledProcessError where the program fails.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{'' if pandas else _WITHOUT_PANDAS}{_BEGIN}{program}{_END}"],
        cwd=_CODE,
        env={**_ENVIRONMENT, "GONGKAI_ROOT": str(project)},
        stdout=subprocess.PIPE,
        check=True,
    )
    cpu_seconds, modules = json.loads(done.stdout.splitlines()[-1])
    return Loaded(cpu_seconds, frozenset(modules))


def command(*arguments: str) -> str:
    """Return the program of a `gongkai` command."""
    return _COMMAND.format(list(arguments))


def _a_file(project: Path) -> Path:
    return next(path for path in sorted(Layout(project).raw.rglob("*")) if path.is_file())


def programs(project: Path) -> dict[str, str]:
    """Return what readers do with the release of a project, by name. Raises NoRelease."""
    with connect(current_release(Layout(project))) as connection:
        cell = connection.execute("SELECT report_key::VARCHAR, cell_path FROM cell LIMIT 1").fetchone()
    assert cell is not None, f"{project}: the release has no cells"
    return {
        BASE: BASE,
        "open a release": OPEN,
        "open, trace a cell": _TRACE.format(cell),
        "gongkai sql": command("sql", "SELECT count(*) FROM dim_report"),
        "gongkai trace": command("trace", *cell),
        "gongkai audit": command("audit"),
        "gongkai diff": command("diff", "current", "current"),
        "gongkai agency": command("agency", _TITLE, "--year", "2020", "--json"),
        "gongkai extract": command("extract", str(_a_file(project)), "--json"),
        "gongkai --help": command("--help"),
        "explorer: connection": EXPLORE,
        "contracts": "import pipelines.contracts",
    }


def main(
    project: Annotated[
        Path | None, typer.Argument(help="a project with a release; else the one of this folder")
    ] = None,
    times: Annotated[int, typer.Option(min=1, help="interpreters of each program")] = 11,
) -> None:
    """Print modules and CPU of every program."""
    root = (project or project_root()).resolve()
    asked = programs(root)
    found: dict[str, list[Loaded]] = {name: [] for name in (*asked, _TRACE_PANDAS)}
    for _ in range(times):
        for name, program in asked.items():
            found[name].append(load(program, root))
        found[_TRACE_PANDAS].append(load(asked["gongkai trace"], root, pandas=True))
    seconds = {name: median(each.cpu_seconds for each in runs) for name, runs in found.items()}
    table = Table("program", "our modules", "all", "CPU ms", f"/ {BASE}", "of the heavy", title="A reader of a release")
    for name, (first, *_) in found.items():
        ratio = f"{seconds[name] / seconds[BASE]:.2f}"
        heavy = ", ".join(first.heavy) or "none"
        table.add_row(name, str(len(first.ours)), str(len(first.modules)), f"{1000 * seconds[name]:.0f}", ratio, heavy)
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)

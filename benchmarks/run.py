"""What a whole `gongkai run` costs, as a process: `python -m benchmarks.run [--size 1000 --size 4000 ...]`.

Fresh, with nothing new, one file new, one removed, a rule changed, at several sizes of the project's mix, and how each
grows from size to size. It calls the command line of a copy of the code, in which the rule is changed, and knows no
more of it. Belongs here: scenarios and tables. Keep out: watching a process (`watched`), files (`end_to_end`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.end_to_end import write_files, write_some
from benchmarks.watched import Took, watched

_CODE = Path(__file__).resolve().parents[1]
# Whatever there is of these makes a project that runs.
_COPIED = ("pipelines", "assets", "sql", "dagster.yaml", "workspace.yaml", "pyproject.toml")
_SEED, _WORKERS = 20_080_501, 2
_MB = 1_000_000
_WIDTH = 130
_DONE = (0, 3)
# Assets by the stage they are part of; every other one is a table.
_STAGES = {
    "raw_files": "inventory",
    "extracted_reports": "reading",
    "release_candidate": "candidate",
    "candidate_checks": "checks",
    "release": "publishing",
    "exports_csv": "exports",
}
_STEPS = """
SELECT step_key, (max(julianday(timestamp)) - min(julianday(timestamp))) * 86400.0
FROM event_logs
WHERE dagster_event_type IN ('STEP_START', 'STEP_SUCCESS')
GROUP BY step_key
"""


class Measured(NamedTuple):
    """What one run took, and the seconds by the clock of its stages, where Dagster noted them."""

    took: Took
    stages: dict[str, float]

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of all processes."""
        return self.took.own_cpu + self.took.other_cpu


class Project:
    """A project of generated files, run by a copy of the code."""

    def __init__(self, folder: Path, files: int, seed: int, workers: int) -> None:
        self.root, self.code, self.files, self.seed = folder / "project", folder / "code", files, seed
        _copy_code(self.code)
        self.root.mkdir()
        shutil.copy(self.code / "dagster.yaml", self.root)
        self.size = write_files(self.root, files, seed, workers)
        self.environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(self.code), str(_CODE)))}
        self.environment |= {"GONGKAI_ROOT": str(self.root)}
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._warm_up()

    def _warm_up(self) -> None:
        """Compile the copy and keep its declarations, as an installation that has run before: no run pays for it."""
        subprocess.run(
            [sys.executable, "-c", "import assets.run, pipelines.engine.worker, pipelines.commands.agency"],
            cwd=self.code, env=self.environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def run(self, *options: str) -> Measured:
        """Run it. Raises RuntimeError with the last lines where the run fails."""
        before = set(self._logs())
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", "run", *options]
        log = self.root.parent / "run.log"
        took = watched(command, folder=self.code, log=log, environment=self.environment)
        if took.code not in _DONE:
            raise RuntimeError(f"exit code {took.code}: {log.read_text(encoding='utf-8', errors='replace')[-2_000:]}")
        return Measured(took, _stages(sorted(set(self._logs()) - before)))

    def _logs(self) -> Iterator[Path]:
        folder = self.root / ".dagster" / "history" / "runs"
        return (path for path in folder.glob("*.db") if path.stem != "index")

    def add(self) -> None:
        """Add a file."""
        write_some(self.root, self.seed, [self.files])

    def remove(self) -> None:
        """Remove the first file."""
        next(path for path in sorted((self.root / "data" / "raw").rglob("*")) if path.is_file()).unlink()

    def change_rule(self) -> None:
        """Give the first rule that only tells something the severity of a warning."""
        for path in sorted((self.code / "pipelines" / "auditing" / "rules").glob("*.yml")):
            text = path.read_text(encoding="utf-8")
            if (changed := text.replace("severity: info", "severity: warning", 1)) != text:
                path.write_text(changed, encoding="utf-8")
                return
        raise RuntimeError("no rule with severity: info: say here which rule is changed")


SCENARIOS: dict[str, Callable[[Project], None]] = {
    "fresh": lambda _: None,
    "nothing new": lambda _: None,
    "one new": Project.add,
    "one removed": Project.remove,
    "a rule changed": Project.change_rule,
}


def _copy_code(to: Path) -> None:
    to.mkdir()
    for name in _COPIED:
        if (_CODE / name).is_dir():
            shutil.copytree(_CODE / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (_CODE / name).exists():
            shutil.copy(_CODE / name, to)


def _stages(logs: list[Path]) -> dict[str, float]:
    """Return the seconds of each stage from the logs of a run, the tables together; none where there are no logs."""
    found: dict[str, float] = {}
    for path in logs:
        connection = sqlite3.connect(path)
        try:
            for step, seconds in connection.execute(_STEPS):
                stage = _STAGES.get(step, "tables and audit")
                found[stage] = found.get(stage, 0.0) + seconds
        except sqlite3.Error:
            return {}
        finally:
            connection.close()
    return found


def measure(size: int, seed: int, workers: int) -> dict[str, Measured]:
    """Run all scenarios in their order on a project of so many files."""
    found = {}
    with TemporaryDirectory(prefix="gongkai-run-") as name:
        project = Project(Path(name), size, seed, workers)
        for scenario, prepare in SCENARIOS.items():
            prepare(project)
            # A loss that is accepted is always a reason to run, so it is said only where there is one.
            found[scenario] = project.run(*(("--accept-loss", "benchmark") if prepare is Project.remove else ()))
    return found


def runs_table(measured: dict[int, dict[str, Measured]]) -> Table:
    """Return what each run took, and how the CPU grows by file from the size before."""
    table = Table(title="A whole `gongkai run`, as a process: not reading alone")
    for column in ("scenario", "files", "seconds", "files/s", "CPU s of it", "of workers", "peak MB", "left"):
        table.add_column(column, justify="left" if column == "scenario" else "right")
    table.add_column("CPU ms a file more", justify="right")
    for scenario in SCENARIOS:
        slopes = dict(zip(list(measured)[1:], slopes_of(measured, scenario), strict=True))
        for files, found in measured.items():
            took = found[scenario].took
            slope = f"{slopes[files] * 1000:.1f}" if files in slopes else ""
            figures = (f"{took.seconds:.1f}", f"{files / took.seconds:.0f}", f"{took.own_cpu:.1f}")
            more = (f"{took.other_cpu:.1f}", f"{took.peak / _MB:.0f}", str(took.left), slope)
            table.add_row(scenario, f"{files:,}", *figures, *more)
    return table


def slopes_of(measured: dict[int, dict[str, Measured]], scenario: str) -> list[float]:
    """Return the CPU seconds that a file more costs, between each size and the next."""
    cpu = {files: found[scenario].cpu for files, found in measured.items()}
    return [(cpu[more] - cpu[fewer]) / (more - fewer) for fewer, more in pairwise(cpu)]


def stages_table(measured: dict[int, dict[str, Measured]]) -> Table:
    """Return the seconds of the stages that Dagster noted."""
    names = list(dict.fromkeys((*_STAGES.values(), "tables and audit")))
    table = Table("scenario", "files", *names, "outside of stages", title="Stages, seconds by the clock")
    for scenario in SCENARIOS:
        for files, found in measured.items():
            one = found[scenario]
            shown = [f"{one.stages[name]:.1f}" if name in one.stages else "-" for name in names]
            table.add_row(scenario, f"{files:,}", *shown, f"{one.took.seconds - sum(one.stages.values()):.1f}")
    return table


def main(
    size: Annotated[list[int] | None, typer.Option(min=1, help="Files of a project; 1000, 4000, 12000.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the files.")] = _SEED,
    workers: Annotated[int, typer.Option(min=1, help="Processes that write the files.")] = _WORKERS,
) -> None:
    """Measure every scenario at every size and print what each took."""
    console = Console() if Console().is_terminal else Console(width=_WIDTH)
    measured = {}
    for files in sorted(size or (1_000, 4_000, 12_000)):
        measured[files] = measure(files, seed, workers)
        console.print(runs_table({files: measured[files]}))
    console.print(runs_table(measured))
    console.print(stages_table(measured))


if __name__ == "__main__":
    typer.run(main)

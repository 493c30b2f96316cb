"""`gongkai run`: this process becomes the run. Keep out: what a run does (`assets.run`)."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer


def run(
    retry: Annotated[
        list[str] | None,
        typer.Option(
            "--retry",
            metavar="REASON",
            help="再读因此隔离的文件；可重复，或 all。Read again what was quarantined for it; repeatable, or all.",
        ),
    ] = None,
    accept_loss: Annotated[
        str | None,
        typer.Option(
            "--accept-loss",
            metavar="REASON",
            help="比上次发布减少的理由，记入发布清单。Why less than before is right; kept in the manifest.",
        ),
    ] = None,
) -> None:
    """读取 data/raw，建库并发布。Read data/raw, build the warehouse and publish it."""
    from pipelines.commands.failures import fail
    from pipelines.releases.layout import project_root

    arguments = _checked(retry) if retry else []
    if accept_loss is not None:
        if not accept_loss.strip():
            fail("--accept-loss needs a reason: what is gone, and why that is right", 2)
        arguments.append(f"--accept-loss={accept_loss.strip()}")
    root = project_root()
    if not (root / "dagster.yaml").is_file():
        fail(f"{root} is no project: it has no dagster.yaml. Run in a clone, or let GONGKAI_ROOT name one", 2)
    home = root / ".dagster"
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_bytes((root / "dagster.yaml").read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["GONGKAI_ROOT"] = str(root)
    os.chdir(root)
    # The run takes the place of this process: killing it leaves nothing behind that holds the lock.
    os.execv(sys.executable, [sys.executable, "-m", "assets.run", *arguments])


def _checked(retry: list[str]) -> list[str]:
    """Return the reasons, each once; an unknown one is wrong usage."""
    from pipelines.commands.failures import fail
    from pipelines.engine.tries import UnknownReason, checked_reasons

    try:
        return sorted(checked_reasons(retry))
    except UnknownReason as error:
        fail(str(error), 2)

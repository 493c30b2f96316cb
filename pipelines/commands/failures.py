"""How every command reports an error. Keep out: anything else."""

from __future__ import annotations

import sys
from typing import NoReturn

import typer


def fail(message: str, code: int = 1) -> NoReturn:
    """Print why on standard error and end with an exit code."""
    print(f"gongkai: {message}", file=sys.stderr)
    raise typer.Exit(code)

"""How every command reports an error. Keep out: anything else."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from pipelines import Told, said
from pipelines.commands.leaving import FULL
from pipelines.commands.terminal import warn


def fail(message: str, code: int = 1) -> NoReturn:
    """Print why on standard error and end with an exit code."""
    warn(f"gongkai: {message}")
    raise typer.Exit(code)


def fail_with(message_code: str, /, *, exit_code: int = 1, **values: object) -> NoReturn:
    """Print a message of the catalogue on standard error and end with an exit code."""
    fail(said(message_code, **values), exit_code)


def fail_unwritten(error: OSError, place: Path, *, file: Path | str | None = None) -> NoReturn:
    """Say why nothing could be written to a place, and end with 1: room, a higher limit or another place is needed.

    Where no more can be written the place is named. `file`: what is named else, if None the file of the error, and of a
    copy the one that is written.
    """
    if error.errno in FULL:
        fail_with("commands.no_space", file=place, error=os.strerror(error.errno))
    if error.errno == errno.EFBIG:
        fail_with("commands.file_limit", file=place, error=os.strerror(error.errno))
    fail_with(
        "commands.cannot_write", file=file or error.filename2 or error.filename or place, error=error.strerror or error
    )


@contextmanager
def declarations_explained() -> Iterator[None]:
    """Print the faults of a declaration that cannot be used, and exit with 1: who wrote it needs no traceback."""
    try:
        yield
    except ValueError as error:
        # Only a failure is to cost their import.
        from pipelines.contracts.codes.code_list import CodeListError
        from pipelines.declarations import DeclarationError
        from pipelines.forms.resolving import FormError

        if not isinstance(error, DeclarationError | CodeListError | FormError):
            raise
        warn("\n".join(f"gongkai: {line}" for line in str(error).splitlines()))
        sys.exit(1)


@contextmanager
def releases_explained() -> Iterator[None]:
    """Print why a release cannot be read, in a line, and exit with 1: whoever opened it, and wherever it is damaged."""
    try:
        yield
    except Told as error:
        from pipelines.releases.layout import NoRelease

        if not isinstance(error, NoRelease):
            raise
        fail(str(error))
    except Exception as error:
        # Only a command that asks a release has loaded it.
        duckdb = sys.modules.get("duckdb")
        kinds = ("IOException", "SerializationException", "FatalException", "InternalException")
        if duckdb is None or not isinstance(error, tuple(getattr(duckdb, kind) for kind in kinds)):
            raise
        fail_with("releases.unreadable", error=str(error).strip().partition("\n")[0])

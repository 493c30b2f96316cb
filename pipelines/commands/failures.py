"""How every command reports an error. Keep out: anything else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer


def fail(message: str, code: int = 1) -> NoReturn:
    """Print why on standard error and end with an exit code."""
    print(f"gongkai: {message}", file=sys.stderr)
    raise typer.Exit(code)


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
        print("\n".join(f"gongkai: {line}" for line in str(error).splitlines()), file=sys.stderr)
        sys.exit(1)

"""The group of all commands: those of `cli`, those that are loaded when they are asked for, and what is no command.

Belongs here: finding a command. Keep out: what each is given and does.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from pipelines.commands.failures import releases_explained

# Commands whose options stand beside what they do; their modules are loaded when they are asked for.
_ELSEWHERE = {
    "run": "pipelines.commands.run:run",
    "check": "pipelines.commands.check:check",
    "office": "pipelines.commands.office:office",
    "collect": "pipelines.commands.collect:collect",
    "source": "pipelines.commands.collect:source_app",
    "node": "pipelines.commands.node:node",
    "form": "pipelines.commands.form:form",
}
# What `typer.BadParameter` is: typer gives it no name.
_UsageError: Any = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """The commands of `cli`, and those that stand elsewhere."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Their names alone, for the help and for what was mistyped.
        self.commands = {**{name: TyperCommand(name) for name in _ELSEWHERE}, **self.commands}

    def main(self, args: Sequence[str] | None = None, standalone_mode: bool = True, **given: Any) -> Any:  # type: ignore[override]  # as typer calls it
        """Run; what was typed wrongly is told in a line of ours."""
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **given)
        try:
            code = super().main(args, standalone_mode=False, **given)
        except _UsageError as error:
            from pipelines.commands.usage import end_misused

            end_misused(error)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a release that cannot be read is told in a line, whoever opened it."""
        with releases_explained():
            return super().invoke(ctx)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        """Return a command by its name; None where there is none."""
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = _ELSEWHERE[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            group = get_group(found)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(cmd_name)(found)
        return get_command(alone)

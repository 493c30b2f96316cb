"""What was typed wrongly, in one line of the chosen language: typer and what it takes values with know English alone.

Belongs here: which kinds of errors there are, and what each tells. Keep out: sentences (`messages`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from pipelines.commands.terminal import warn
from pipelines.language import LANGUAGES, choose
from pipelines.messages import message
from pipelines.shown import shown

_USAGE_EXIT = 2
# By the text of an error of a command line; what is in it stands in the group.
_KINDS = (
    ("usage.missing_command", re.compile(r"Missing command")),
    ("usage.value_needed", re.compile(r"Option '(.+)' requires ")),
    ("usage.no_value_taken", re.compile(r"Option '(.+)' does not take a value")),
    ("usage.too_many", re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)),
    ("usage.no_such_command", re.compile(r"No such command '(.*)'\.(?:$| Did you mean)", re.DOTALL)),
)
_NEAR = re.compile(r"Did you mean (.+)\?$")
# By the text of an error of a value.
_VALUES = (
    ("usage.at_least", re.compile(r"greater than or equal to (\S+)")),
    ("usage.above", re.compile(r"greater than (\S+)")),
    ("usage.at_most", re.compile(r"less than or equal to (\S+)")),
    ("usage.below", re.compile(r"less than (\S+)")),
    ("usage.whole_number", re.compile(r"valid integer")),
    ("usage.number", re.compile(r"(?:valid|finite) (?:number|float)")),
    ("usage.one_of", re.compile(r"(?:Input should be|is not one of) ('.+)")),
    ("usage.nothing_there", re.compile(r"'(.+)' does not exist", re.DOTALL)),
    ("usage.not_readable", re.compile(r"'(.+)' is not readable", re.DOTALL)),
    ("usage.not_writable", re.compile(r"'(.+)' is not writable", re.DOTALL)),
    ("usage.is_folder", re.compile(r"'(.+)' is a directory", re.DOTALL)),
    ("usage.is_file", re.compile(r"'(.+)' is a file", re.DOTALL)),
)


def end_misused(error: Any) -> NoReturn:
    """Tell what was typed wrongly and end with 2; of a command without arguments the help is shown."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        error.show()
        sys.exit(_USAGE_EXIT)
    _choose_language(error)
    command = error.ctx.command_path if getattr(error, "ctx", None) else "gongkai"
    warn(f"gongkai: {shown(_told(error, kind, command))}")
    sys.exit(_USAGE_EXIT)


def _choose_language(error: Any) -> None:
    """Take the language that was typed before what is wrong, which stopped the command from choosing it."""
    context = getattr(error, "ctx", None)
    stated = context.find_root().params.get("language") if context else None
    if stated in LANGUAGES:
        choose(stated)


def _told(error: Any, kind: str, command: str) -> str:
    if kind == "NoSuchOption":
        if error.possibilities:
            near = ", ".join(sorted(error.possibilities))
            return message("usage.no_such_option_but", name=error.option_name, near=near, command=command)
        return message("usage.no_such_option", name=error.option_name, command=command)
    name = _name(error)
    if kind == "MissingParameter":
        is_argument = getattr(error.param, "param_type_name", "") == "argument"
        code = "usage.missing_argument" if is_argument else "usage.missing_option"
        return message(code, name=name, command=command)
    if isinstance(error, typer.BadParameter):
        return message("usage.bad_value", name=name, why=_why(error.message), command=command)
    for code, pattern in _KINDS:
        if found := pattern.match(error.message):
            return _told_of(code, found, command)
    return message("usage.other", why=error.format_message(), command=command)


def _told_of(code: str, found: re.Match[str], command: str) -> str:
    if code == "usage.missing_command":
        return message(code, command=command)
    if code == "usage.too_many":
        return message(code, given=found[1], command=command)
    if code == "usage.no_such_command" and (near := _NEAR.search(found.string)):
        return message("usage.no_such_command_but", name=found[1], near=near[1].replace("'", ""), command=command)
    return message(code, name=found[1], command=command)


def _name(error: Any) -> str:
    """Return the option or argument as the help names it."""
    hint = getattr(error, "param_hint", None)
    if hint is None and getattr(error, "param", None) is not None:
        hint = error.param.get_error_hint()
    hints: Sequence[str] = [hint] if isinstance(hint, str) else hint or ()
    return " / ".join(hints).replace("'", "")


def _why(text: str) -> str:
    """Return what a value has to be; what is not known here stands as it was told."""
    for code, pattern in _VALUES:
        if found := pattern.search(text):
            return message(code, bound=found[1]) if pattern.groups else message(code)
    return text

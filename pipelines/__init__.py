"""Plain library of the pipeline: what is done to reports, one folder a stage. Never imports dagster.

The way of a file: collecting -> raw -> reading -> extracting (run by engine) -> agencies -> auditing -> warehouse ->
releases -> exporting, office, exploring, commands. Belongs here: the stages, what stands below all of them (`durable`,
`locking`, `shown`, `language`, `messages`), and the error by which each tells people what is wrong. Keep out: when and
in which order stages run (`assets`); anything that is of one stage alone.
"""

import os
import resource
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Self

# More than all compiled code takes. Of a file that the disk or a limit lets it write in part Python keeps that part,
# and does not start from then on. This file is small enough to be written as a whole, or not at all.
_ROOM_FOR_CODE = 64 * 2**20


def _has_room_for_code(folder: str) -> bool:
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    is_let = limit == resource.RLIM_INFINITY or limit >= _ROOM_FOR_CODE
    return is_let and found.f_bavail * found.f_frsize >= _ROOM_FOR_CODE


if not _has_room_for_code(str(__path__[0])):
    sys.dont_write_bytecode = True


class Told(Exception):
    """An error for people: a message with its values in the language that they chose, or a sentence in any."""

    code: str | None = None
    values: Mapping[str, object]

    @classmethod
    def of(cls, code: str, /, **values: object) -> Self:
        """Return the error of a message and its values."""
        error = cls(code)
        error.code, error.values = code, values
        return error

    def __str__(self) -> str:
        """Return the message; where its file cannot be read, what it is made of."""
        if self.code is None:
            return super().__str__()
        try:
            # Where no descriptor is left it cannot be read; who reads a release and fails at nothing loads none.
            said: str = import_module("pipelines.messages").message(self.code, **self.values)
        except OSError:
            return f"{self.code}: {', '.join(map(str, self.values.values()))}"
        return said


def said(code: str, /, **values: object) -> str:
    """Return a message in the chosen language."""
    return str(Told.of(code, **values))

"""The error by which every stage tells people what is wrong.

Belongs here: that error, and how what it says is found. Keep out: the messages themselves (`messages`).
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Self


class Told(Exception):
    """An error for people: a message of `pipelines.messages` with its values, in the language that they chose.

    `NoRelease.of("releases.no_release", folder=folder)`; one made of a sentence says that sentence in every language.
    """

    code: str | None = None
    values: Mapping[str, object]

    @classmethod
    def of(cls, code: str, /, **values: object) -> Self:
        """Return the error of a message and its values."""
        error = cls(code)
        error.code, error.values = code, values
        return error

    def __str__(self) -> str:
        """Return the message; where its file cannot be read (no descriptor is left), what it is made of."""
        if self.code is None:
            return super().__str__()
        try:
            # Who reads a release and fails at nothing loads no messages.
            said: str = import_module("pipelines.messages").message(self.code, **self.values)
        except OSError:
            return f"{self.code}: {', '.join(map(str, self.values.values()))}"
        return said


def said(code: str, /, **values: object) -> str:
    """Return a message in the chosen language; whoever says none loads none."""
    return str(Told.of(code, **values))

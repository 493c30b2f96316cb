"""Messages that are kept with what they are about, and said only where somebody reads them, in that reader's language.

Kept is the code and its values as JSON, in one text: what was noticed when a file was read can be told in both
languages, and in better words, without reading it again. Belongs here: writing and telling them. Keep out: which are
kept (`reading.ReadError`, the inventory, the outcomes of documents).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self

from pipelines.language import Language, chosen
from pipelines.messages.saying import UnknownMessage, message_in

# A text that begins otherwise is what somebody else said: a server, a library, an earlier version.
_MARK = '{"told":'
_BETWEEN: dict[Language, str] = {"zh": "；", "en": "; "}


class Kept(str):
    """A text that `kept` wrote. What a file says may look like one: only what is known to be one is told as one."""

    __slots__ = ()


class KeptError(Exception):
    """An error that becomes a row: `reason` is the code that the row has, `detail` a message with its values.

    `KeptError("damaged", "reading.part_missing", name=name)`; its text is in the chosen language.
    """

    def __init__(self, reason: str, code: str, /, **values: object) -> None:
        super().__init__(reason, code)
        self.reason = reason
        self._code = code
        # As they are now, and so that they leave a worker whatever they are.
        self._values = {
            name: value if isinstance(value, int | float | str) else str(value) for name, value in values.items()
        }

    @property
    def detail(self) -> Kept:
        """What was met and where, as it is kept: written when somebody asks, as many errors lead to another try."""
        return kept(self._code, **self._values)

    def __str__(self) -> str:
        """Return reason and detail, in the chosen language."""
        return f"{self.reason}: {retold(self.detail)}"

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[str, str]]:
        """Return how it is made again on its way out of a worker."""
        return partial(type(self), **self._values), (self.reason, self._code)


def kept(code: str, /, **values: object) -> Kept:
    """Return a message as it is kept; a value that is kept itself is told in the language of the whole."""
    return _written([[code, {name: _value(value) for name, value in values.items()}]])


def kept_together(details: Iterable[str]) -> Kept:
    """Return several as one."""
    return _written([part for each in details for part in _parts(each)])


def retold(detail: str, language: Language | None = None) -> str:
    """Return what is kept in a language, the chosen one unless another is named; any other text as it is."""
    return _joined(_parts(detail), language or chosen())


def detail_columns(detail: str | None) -> dict[str, str | None]:
    """Return a detail as tables and views of data have it, in both languages whichever was chosen."""
    return {"detail": detail and retold(detail, "en"), "detail_zh": detail and retold(detail, "zh")}


def _joined(parts: list[Any], asked: Language) -> str:
    return _BETWEEN[asked].join(part if isinstance(part, str) else _said(part[0], part[1], asked) for part in parts)


def _said(code: str, values: dict[str, Any], asked: Language) -> str:
    told = {name: _joined(value, asked) if isinstance(value, list) else value for name, value in values.items()}
    try:
        return message_in(asked, code, **told)
    except (UnknownMessage, KeyError):
        # An earlier version kept it, and unchanged files are not looked at again for the words that are told of them.
        return f"{code}: {', '.join(map(str, told.values()))}"


def _parts(detail: str) -> list[Any]:
    return list(json.loads(detail)["told"]) if detail.startswith(_MARK) else [detail]


def _written(parts: list[Any]) -> Kept:
    return Kept(json.dumps({"told": parts}, ensure_ascii=False, separators=(",", ":")))


def _value(value: object) -> Any:
    if isinstance(value, Kept):
        return _parts(value)
    return value if isinstance(value, int | float) else str(value)

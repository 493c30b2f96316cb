"""Reads one YAML file into its model.

Belongs here: the order of the steps. Keep out: how each is done. What reads and explains YAML is imported where a file
is read anew: a start at which none changed does without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.declarations.faults import DeclarationError, Fault, Wrong, place_of
from pipelines.declarations.kept import keep, kept, key_of
from pipelines.declarations.kinds import COMPILED

if TYPE_CHECKING:
    import yaml

    from pipelines.declarations.document import Document

_ROOT = Path(__file__).resolve().parents[2]
# What turns a text into the JSON that is kept of it.
_READERS = tuple(Path(__file__).with_name(name) for name in ("document.py", "kinds.py", "loading.py"))
M = TypeVar("M", bound=BaseModel)
Check = Callable[[M], Iterable[Wrong]]


def load(path: Path, model: type[M], *, also: Check[M] | None = None) -> M:
    """Return the declaration of a YAML file in UTF-8, as its model.

    `also` takes the model once it is valid and yields what is wrong between its parts, or with what they refer to.
    Raises DeclarationError listing every fault with its line; a file that cannot be read is one fault.
    """
    try:
        data = path.read_bytes()
        key = key_of(data, _READERS, "yaml")
        if (json := kept(path, key)) is not None and (known := _sound(json, model, also)) is not None:
            return known
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError([Fault(_named(path), 1, "", f"expected a YAML file in UTF-8: {error}")]) from error
    found, document = _parsed(text.replace("\r\n", "\n").replace("\r", "\n"), path, model, also)
    keep(path, key, document.json.encode())
    return found


def parse(text: str, path: Path, model: type[M], *, also: Check[M] | None = None) -> M:
    """Return the declaration of a text; `path` is the file it is of, or would be. Raises as `load`."""
    return _parsed(text, path, model, also)[0]


def _sound(json: bytes, model: type[M], also: Check[M] | None) -> M | None:
    """Return the declaration of a kept JSON; nothing where any check fails: reading the text again then tells where."""
    try:
        found = model.model_validate_json(json, context=COMPILED)
    except ValidationError:
        return None
    return found if also is None or not any(True for _ in also(found)) else None


def _parsed(text: str, path: Path, model: type[M], also: Check[M] | None) -> tuple[M, Document]:
    import yaml  # noqa: PLC0415

    from pipelines.declarations.document import read_document  # noqa: PLC0415
    from pipelines.declarations.explaining import explained  # noqa: PLC0415

    file = _named(path)
    try:
        document = read_document(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise DeclarationError([_unreadable(file, error)]) from error
    faults = [Fault(file, line, place_of(wrong.at), wrong.message) for line, wrong in document.wrong]
    try:
        found = model.model_validate_json(document.json)
    except ValidationError as error:
        faults += _located(file, document, explained(error, model, document))
        raise DeclarationError(faults) from error
    if not faults and also is not None:
        faults = _located(file, document, also(found))
    if faults:
        raise DeclarationError(faults)
    return found, document


def refused(path: Path, wrong: Iterable[Wrong]) -> DeclarationError:
    """Return the error for what is wrong with a file that was read before: its lines are looked up only now."""
    from pipelines.declarations.document import read_document  # noqa: PLC0415

    return DeclarationError(_located(_named(path), read_document(path.read_text(encoding="utf-8")), wrong))


def _located(file: str, document: Document, wrong: Iterable[Wrong]) -> list[Fault]:
    return [Fault(file, document.line(at), place_of(at), message) for at, message in wrong]


def _unreadable(file: str, error: yaml.YAMLError | RecursionError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    message = getattr(error, "problem", None) or " ".join(str(error).split())
    return Fault(file, mark.line + 1 if mark else 1, "", f"expected YAML: {message}")


def _named(path: Path) -> str:
    """Return a path as messages name it: from the root of the project where it lies there."""
    held = path.resolve()
    return held.relative_to(_ROOT).as_posix() if held.is_relative_to(_ROOT) else str(path)

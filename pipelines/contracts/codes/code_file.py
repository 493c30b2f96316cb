"""The YAML file of a code list, read strictly: what it may hold, and errors that name file, code and field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from pipelines.contracts.codes.code_list import FOLDER, Code, CodeListError, Vocabulary

_Text = Annotated[str, StringConstraints(min_length=1, strict=True, strip_whitespace=True)]
_Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$|^[\u4e00-\u9fff]+$", strict=True)]


class _Words(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: _Text
    en: _Text


class _Entry(_Words):
    """The label of a code, and what to do about it."""

    advice: _Words | None = None


class CodeFile(_Words):
    """A file: the name of the list in both languages, and its codes in order."""

    codes: dict[_Slug, _Entry]


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice, of which YAML itself would keep the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping whose keys stand once."""
        seen: set[object] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise CodeListError(f"line {key.start_mark.line + 1}: {key.value} stands twice")
            seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_file(path: Path) -> CodeFile:
    """Return a file as declared. Raises CodeListError with everything that is wrong with it."""
    try:
        declared = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # a safe loader
        return CodeFile.model_validate(declared)
    except CodeListError as error:
        raise CodeListError(f"{path.name}: {error}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CodeListError(f"{path.name}: not readable as YAML in UTF-8: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = [f"{_place(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_url=False)]
        raise CodeListError(f"{path.name}: " + "; ".join(faults)) from error


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts if part != "[key]") or "the whole file"


def read_vocabulary(name: str) -> Vocabulary:
    """Return a list in the order of its file. Raises CodeListError."""
    file = read_file(FOLDER / f"{name}.yml")
    codes = []
    for code, entry in file.codes.items():
        advice = entry.advice
        codes.append(Code(code, entry.zh, entry.en, advice.zh if advice else None, advice.en if advice else None))
    return Vocabulary(file.zh, file.en, tuple(codes))

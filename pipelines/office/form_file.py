"""The form as a file: which formats there are, what its file is called, and writing it without harming another.

Belongs here: what is asked of every format alike. Keep out: how each is written (`form_docx`, `form_xlsx`,
`form_html`), options and exit codes (commands).
"""

from __future__ import annotations

import re
import tempfile
from importlib import import_module
from itertools import count
from pathlib import Path

from pipelines import Told
from pipelines.forms import FORMS, Form
from pipelines.forms.catalogue import form_in_force
from pipelines.office.printed_form import Values, printed_form
from pipelines.shown import shown

FORMATS = ("docx", "xlsx", "html")
_NO_UNIT = "空白"
_NAME = "{unit}_{year}年度政府信息公开工作年度报告.{ending}"
# What file names of Windows cannot hold, which is more than those of other systems.
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')
# Of the 255 that a file system gives a name, the rest is ours.
_UNIT_BYTES = 150


class CannotWriteForm(Told, ValueError):
    """A form that cannot be written as it was asked for, and what can."""


def form_of(year: int) -> Form:
    """Return the form of tables in force for a report year. Raises CannotWriteForm naming the years that have one."""
    form = form_in_force(year)
    if form is None or form.id not in FORMS:
        known = "; ".join(f"{each.since}–{each.until or ''} {each.source}" for each in FORMS.values())
        since = min(each.since for each in FORMS.values())
        raise CannotWriteForm.of("office.no_form_of_year", year=year, since=since, known=known)
    return form


def format_of(named: str | None, file: Path | None) -> str:
    """Return the format that is named, else that of a file's ending, else Word's.

    Raises CannotWriteForm for a format that there is not, and for a file of another one.
    """
    ending = file.suffix.lower().removeprefix(".") if file is not None else ""
    wanted = named or ending or FORMATS[0]
    if wanted not in FORMATS:
        raise CannotWriteForm.of("office.unknown_format", format=wanted, known=", ".join(FORMATS))
    if file is not None and ending != wanted and not file.is_dir():
        raise CannotWriteForm.of("office.other_ending", file=file, format=wanted)
    return wanted


def file_name(unit: str, year: int, file_format: str) -> str:
    """Return what the file of a unit is called; what no file name may hold is `_`."""
    return _NAME.format(unit=in_file_name(unit), year=year, ending=file_format)


def in_file_name(unit: str) -> str:
    """Return a unit as a part of a file name that every system takes."""
    plain = _NOT_IN_NAMES.sub("_", shown(unit.strip())).strip(" .")
    return plain.encode()[:_UNIT_BYTES].decode(errors="ignore") or _NO_UNIT


def distinct_name(name: str, taken: set[str]) -> str:
    """Return a name as it is, or numbered where it is taken, upper and lower case being one; and take it."""
    found = next(each for n in count(1) if (each := name if n == 1 else f"{name} {n}").casefold() not in taken)
    taken.add(found.casefold())
    return found


def written_form(form: Form, *, unit: str, year: int, file_format: str, values: Values) -> bytes:
    """Return a form of a unit and year as a file of a format, with values in its cells.

    Raises KeyError for a value of no cell.
    """
    written: bytes = import_module(f"pipelines.office.form_{file_format}").write(
        printed_form(form, unit=unit, year=year), values
    )
    return written


def save(file: Path, content: bytes, *, replace: bool = False) -> None:
    """Write a file whole or not at all, and with `replace` over another one.

    Raises CannotWriteForm where there is one, or no folder for it; OSError where it cannot be written.
    """
    if file.is_dir():
        raise CannotWriteForm.of("office.is_a_folder", file=file)
    if not file.parent.is_dir():
        raise CannotWriteForm.of("office.no_folder", folder=file.parent)
    if file.exists() and not replace:
        raise CannotWriteForm.of("office.file_exists", file=file)
    # In a folder of its own, so that the file has the permissions of any new one.
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".form-") as folder:
        beside = Path(folder) / "form"
        beside.write_bytes(content)
        beside.replace(file)

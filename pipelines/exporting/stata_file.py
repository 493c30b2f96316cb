"""The bytes of a Stata file of format 118, written row by row: memory does not grow with the rows.

The format is published by StataCorp (`help dta`, format 118). Belongs here: its layout. Keep out: what a column means.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from pipelines.exporting.stata_columns import MAX_FIXED_TEXT, Variable

_LONG_TEXT, _DOUBLE, _BYTE = 32768, 65526, 65530
_MAX_LABEL, _MAX_VALUE_LABEL = 80, 32_000
_TEXT_IN_BLOCK = 130
_MAP_ENTRIES = 14


def _fixed(text: str, size: int) -> bytes:
    return text.encode()[: size - 1].ljust(size, b"\0")


def _label(text: str) -> str:
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def _type(variable: Variable) -> int:
    if variable.storage == "text":
        return min(variable.width, MAX_FIXED_TEXT)
    return {"byte": _BYTE, "double": _DOUBLE, "long_text": _LONG_TEXT}[variable.storage]


def _packed(variable: Variable) -> str:
    if variable.storage == "text":
        return f"{_type(variable)}s"
    return {"byte": "b", "double": "d", "long_text": "8s"}[variable.storage]


def _value_labels(name: str, labels: Mapping[int, str]) -> bytes:
    texts, offsets, values = b"", [], sorted(labels)
    for value in values:
        offsets.append(len(texts))
        texts += labels[value].encode()[:_MAX_VALUE_LABEL] + b"\0"
    count = len(values)
    table = struct.pack(f"<ii{count}i{count}i", count, len(texts), *offsets, *values) + texts
    return b"<lbl>" + struct.pack("<i", len(table)) + _fixed(name, 129) + b"\0\0\0" + table + b"</lbl>"


def _note(number: int, text: str) -> bytes:
    body = _fixed("_dta", 129) + _fixed(f"note{number}", 129) + text.encode() + b"\0"
    return b"<ch>" + struct.pack("<I", len(body)) + body + b"</ch>"


def _described(variables: Sequence[Variable], notes: Sequence[str]) -> list[bytes]:
    """Return the sections between the map and the data, in their order."""
    count = len(variables)
    kept = [_note(0, str(len(notes))), *(_note(number, note) for number, note in enumerate(notes, 1))]
    sections = {
        "variable_types": struct.pack(f"<{count}H", *map(_type, variables)),
        "varnames": b"".join(_fixed(v.name, 129) for v in variables),
        "sortlist": struct.pack(f"<{count + 1}H", *[0] * (count + 1)),
        "formats": b"".join(_fixed(v.display, 57) for v in variables),
        "value_label_names": b"".join(_fixed(v.value_labels, 129) for v in variables),
        "variable_labels": b"".join(_fixed(_label(v.label), 321) for v in variables),
        "characteristics": b"".join(kept) if notes else b"",
    }
    return [f"<{name}>".encode() + body + f"</{name}>".encode() for name, body in sections.items()]


def _header(variables: Sequence[Variable], rows: int, label: str) -> bytes:
    encoded = _label(label).encode()
    # No time stamp: equal content makes equal files.
    return (
        b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>"
        + b"<K>" + struct.pack("<H", len(variables)) + b"</K><N>" + struct.pack("<Q", rows) + b"</N>"
        + b"<label>" + struct.pack("<H", len(encoded)) + encoded + b"</label><timestamp>\0</timestamp></header>"
    )  # fmt: skip


class _LongTexts:
    """Long texts stand after the data: kept in a file of their own until the rows are written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def add(self, variable: int, row: int, text: bytes) -> bytes:
        """Keep a text and return what the row holds in its place."""
        if not text:
            return bytes(8)
        self.file.write(b"GSO" + struct.pack("<IQBI", variable, row, _TEXT_IN_BLOCK, len(text) + 1) + text + b"\0")
        return struct.pack("<H", variable) + struct.pack("<Q", row)[:6]


def _write_rows(
    file: IO[bytes], variables: Sequence[Variable], batches: Iterable[Sequence[Sequence[Any]]], long: _LongTexts
) -> int:
    pack = struct.Struct("<" + "".join(map(_packed, variables))).pack
    plan = [(i, v.encode, v.status_at, v.storage == "long_text") for i, v in enumerate(variables)]
    number = 0
    for batch in batches:
        for row in batch:
            number += 1
            values = [encode(row[i], row[at] if at is not None else None) for i, encode, at, _ in plan]
            for i, _, _, is_long in plan:
                if is_long:
                    values[i] = long.add(i + 1, number, values[i])
            file.write(pack(*values))
    return number


def write_stata(
    path: Path,
    variables: Sequence[Variable],
    batches: Iterable[Sequence[Sequence[Any]]],
    rows: int,
    labels: Mapping[str, Mapping[int, str]],
    *,
    label: str,
    notes: Sequence[str] = (),
) -> None:
    """Write a file of `rows` rows. Raises ValueError if there are more or fewer."""
    with path.open("wb") as file, tempfile.TemporaryFile(dir=path.parent) as kept:
        places = [0]
        file.write(_header(variables, rows, label))
        places.append(file.tell())
        map_at = file.tell()
        file.write(b"<map>" + bytes(8 * _MAP_ENTRIES) + b"</map>")
        for section in _described(variables, notes):
            places.append(file.tell())
            file.write(section)
        places.append(file.tell())
        file.write(b"<data>")
        if (found := _write_rows(file, variables, batches, _LongTexts(kept))) != rows:
            raise ValueError(f"{path.name}: {rows} rows announced, {found} found")
        file.write(b"</data>")
        places.append(file.tell())
        file.write(b"<strls>")
        kept.seek(0)
        shutil.copyfileobj(kept, file)
        file.write(b"</strls>")
        places.append(file.tell())
        used = {v.value_labels for v in variables}
        sets = b"".join(_value_labels(name, values) for name, values in labels.items() if name in used)
        file.write(b"<value_labels>" + sets + b"</value_labels>")
        places.append(file.tell())
        file.write(b"</stata_dta>")
        places.append(file.tell())
        file.seek(map_at)
        file.write(b"<map>" + struct.pack(f"<{_MAP_ENTRIES}Q", *places))

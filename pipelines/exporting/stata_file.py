"""The bytes of a Stata file of format 118, written batch by batch: memory does not grow with the rows.

The format is published by StataCorp (`help dta`, format 118). Belongs here: its layout. Keep out: what a column means.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc

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


def _size(variable: Variable) -> int:
    """Return how many bytes of a row a variable takes."""
    if variable.storage == "text":
        return _type(variable)
    return 1 if variable.storage == "byte" else 8


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


def _bytes_of(column: pa.Array, size: int) -> pa.Array:
    """Return the bytes that numbers are in memory, which is little-endian as the file is."""
    return column.view(pa.binary(size)).cast(pa.large_binary())


def _joined(columns: Sequence[pa.Array | pa.Scalar]) -> pa.Array:
    return pc.binary_join_element_wise(*columns, pa.scalar(b"", pa.large_binary()))


def _long_texts(texts: pa.Array, variable: int, rows: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return what the rows hold of long texts, and the blocks behind all rows that hold them; an empty one has none."""
    is_empty = pc.equal(pc.binary_length(texts), 0)
    places = _bytes_of(pc.add(pc.shift_left(rows, 16), variable), 8)
    start = pa.scalar(b"GSO" + struct.pack("<I", variable), pa.large_binary())
    kind, end = pa.scalar(bytes([_TEXT_IN_BLOCK]), pa.large_binary()), pa.scalar(b"\0", pa.large_binary())
    sizes = _bytes_of(pc.add(pc.binary_length(texts), 1).cast(pa.uint32()), 4)
    blocks = _joined([start, _bytes_of(rows, 8), kind, sizes, texts, end])
    nothing = pa.scalar(bytes(8), pa.large_binary()), pa.scalar(b"", pa.large_binary())
    return pc.if_else(is_empty, nothing[0], places), pc.if_else(is_empty, nothing[1], blocks)


def _write_batch(
    file: IO[bytes], kept: IO[bytes], variables: Sequence[Variable], batch: pa.RecordBatch, first: int
) -> None:
    """Write the rows of a batch, of which the first has this number, and keep the blocks of its long texts."""
    rows = pa.array(range(first, first + batch.num_rows), pa.int64())
    columns, blocks = [], []
    for number, (variable, column) in enumerate(zip(variables, batch.columns, strict=True), 1):
        if variable.storage == "long_text":
            places, found = _long_texts(column.cast(pa.large_binary()), number, rows)
            columns.append(places)
            blocks.append(found)
        elif variable.storage == "text":
            # Stata pads by bytes, and so does Arrow with what it takes for ASCII.
            columns.append(pc.ascii_rpad(column, _size(variable), padding="\0").cast(pa.large_binary()))
        else:
            columns.append(_bytes_of(column, _size(variable)))
    written = _write_joined(file, columns)
    if written != batch.num_rows * sum(map(_size, variables)):
        raise ValueError("a text is longer than the longest that was announced")
    if blocks:
        _write_joined(kept, blocks)


def _write_joined(file: IO[bytes], columns: Sequence[pa.Array]) -> int:
    """Write arrays side by side, row after row, and return how many bytes that took."""
    joined = _joined(columns)
    size = int(pc.sum(pc.binary_length(joined)).as_py() or 0)
    if size:
        file.write(memoryview(joined.buffers()[2])[:size])
    return size


def _write_rows(
    file: IO[bytes], kept: IO[bytes], variables: Sequence[Variable], batches: Iterable[pa.RecordBatch]
) -> int:
    written = 0
    for batch in batches:
        _write_batch(file, kept, variables, batch, written + 1)
        written += batch.num_rows
    return written


def write_stata(
    path: Path,
    variables: Sequence[Variable],
    batches: Iterable[pa.RecordBatch],
    rows: int,
    labels: Mapping[str, Mapping[int, str]],
    *,
    label: str,
    notes: Sequence[str] = (),
) -> None:
    """Write a file of `rows` rows, in batches of what the expressions of the variables give.

    Raises ValueError if there are more or fewer.
    """
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
        if (found := _write_rows(file, kept, variables, batches)) != rows:
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

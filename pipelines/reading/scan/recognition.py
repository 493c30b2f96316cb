"""Pictures of text lines -> characters with their probabilities, by the recognition model that rapidocr ships.

The wheel of rapidocr 3.10 holds its models and depends on the headless OpenCV, where rapidocr-onnxruntime 1.4 needs
the system's libGL. Its own code is not used: it may download models and writes a log, and it tells one mean score per
line where numbers need one per digit; onnxruntime runs the model from the installed file, on one thread.

Belongs here: the model and its input and output. Keep out: what is a line, a cell or a number.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.reading.document import ReadError
from pipelines.reading.scan.masks import Gray

_MODEL = "models/PP-OCRv6_rec_small.onnx"
# The model's input height, its pixels per output step, and the widest input that it is given.
HEIGHT, STEP = 48, 8
_MAX_WIDTH = 3200
# Pixels of width recognised in one call: the output holds 18,710 probabilities for every 8 of them.
_BATCH_WIDTH = 1600
_WIDTH_STEP = 16
_PAPER = 255
# Characters that no single glyph tells apart: their probabilities add up.
_ALIKE = ("0Oo〇○◯ＯΟО", "1lI|丨｜", "-一—–―－‐−", "(（", ")）", ":：")


class Character(NamedTuple):
    """A recognised character, its probability, and where it stands (0 to 1 of the picture's width)."""

    text: str
    confidence: float
    at: float


Line = tuple[Character, ...]


class _Engine(NamedTuple):
    """The model, its characters by index, and for some of them the indices of their likes, themselves included."""

    session: Any
    characters: tuple[str, ...]
    alike: dict[int, list[int]]


@cache
def _engine() -> _Engine:
    spec = importlib.util.find_spec("rapidocr")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    model = Path(folders[0]) / _MODEL if folders else None
    if model is None or not model.is_file():
        raise ReadError("needs_ocr", "reading_scan.no_model", model=_MODEL)
    onnxruntime = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    # Documents are read by several processes at once: more threads than one only wait for each other.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # The arena keeps the largest batch ever seen; pages differ and workers are long-lived.
    options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    characters = ("", *names, " ")
    index = {name: i for i, name in enumerate(characters)}
    groups = [[index[c] for c in group if c in index] for group in _ALIKE]
    return _Engine(session, characters, {i: group for group in groups for i in group})


def recognise(pictures: Sequence[Gray]) -> list[Line]:
    """Return the characters of each picture of one line, dark on white. Raises ReadError without the model."""
    sized = [_sized(picture) for picture in pictures]
    # Most cells of a clean report hold the same 0, pixel for pixel.
    keys = [(picture.shape[1], picture.tobytes()) for picture in sized]
    unique = dict(zip(keys, sized, strict=True))
    lines: dict[tuple[int, bytes], Line] = {}
    for batch in _batches(list(unique)):
        width = batch[-1][0] + -batch[-1][0] % _WIDTH_STEP
        pixels = np.full((len(batch), HEIGHT, width), _PAPER, np.float32)
        for place, key in enumerate(batch):
            pixels[place, :, : key[0]] = unique[key]
        for key, line in zip(batch, _run(pixels), strict=True):
            share = width / key[0]
            lines[key] = tuple(c._replace(at=min(1.0, c.at * share)) for c in line)
    return [lines[key] for key in keys]


def _sized(picture: Gray) -> Gray:
    height, width = picture.shape
    wanted = min(_MAX_WIDTH, max(STEP * 2, round(width * HEIGHT / height)))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (wanted, HEIGHT), interpolation=method), np.uint8)


def _batches(keys: list[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Yield pictures of like width together, the widest last: the narrower ones are filled up with paper."""
    batch: list[tuple[int, bytes]] = []
    for key in sorted(keys, key=lambda one: one[0]):
        if batch and (len(batch) + 1) * key[0] > _BATCH_WIDTH:
            yield batch
            batch = []
        batch.append(key)
    if batch:
        yield batch


def _run(pixels: NDArray[np.float32]) -> list[Line]:
    engine = _engine()
    # Gray stands for each of the three colours, from -1 to 1.
    colours = np.repeat(pixels[:, None], 3, axis=1)
    colours /= 127.5
    colours -= 1.0
    (output,) = engine.session.run(None, {engine.session.get_inputs()[0].name: colours})
    best, likely = output.argmax(axis=2), output.max(axis=2)
    for place, step in zip(*np.nonzero(np.isin(best, list(engine.alike))), strict=True):
        likely[place, step] = output[place, step, engine.alike[int(best[place, step])]].sum()
    return [_decoded(b, p, engine.characters) for b, p in zip(best, likely, strict=True)]


def _decoded(best: NDArray[np.int64], likely: NDArray[np.float32], characters: tuple[str, ...]) -> Line:
    """Join equal steps that touch: step 0 is no character and parts two equal ones."""
    line: list[Character] = []
    steps, before = len(best), 0
    for step, (index, chance) in enumerate(zip(best.tolist(), likely.tolist(), strict=True)):
        if index and index == before:
            line[-1] = line[-1]._replace(confidence=max(line[-1].confidence, chance))
        elif index:
            line.append(Character(characters[index], chance, (step + 0.5) / steps))
        before = index
    return tuple(line)

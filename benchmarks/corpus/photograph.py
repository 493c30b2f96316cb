"""A page photographed on a desk: perspective, a curved sheet, a shadow, the wood or cloth around it.

Belongs here: one photograph of one page. Keep out: what else is done to pages (`picture_effects`).
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.float32]
Point = tuple[float, float]
_DESKS = ("wood", "dark", "light", "cloth")
# A strip of the page this wide is bent as a whole.
_STRIP = 16


class Shot(NamedTuple):
    """How a page is photographed: perspective as a share of its sides, depth of the shadow (0 to 1), and the bend of
    the sheet as a share of its height. `share` of the picture is paper.
    """

    perspective: float = 0.0
    shadow: float = 0.0
    curl: float = 0.0
    share: tuple[float, float] = (0.70, 0.95)


def photographed(rng: random.Random, page: Image.Image, shot: Shot) -> Image.Image:
    """Return a gray page as a photograph in colour, somewhat larger than the page."""
    paper = _bent(page, shot.curl * rng.choice((-1, 1)) * page.height)
    share = rng.uniform(*shot.share)
    scale = math.sqrt(1 / share)
    size = (round(page.width * scale), round(page.height * scale))
    corners = _corners(rng, paper.size, size, shot.perspective)
    desk = _desk(rng, size)
    lying = paper.transform(
        size, Image.Transform.PERSPECTIVE, _coefficients(corners, paper.size), Image.Resampling.BICUBIC
    )
    gray, mask = lying.split()
    hue = [rng.uniform(0.90, 1.0) for _ in "RGB"]
    sheet, cover = np.asarray(gray, np.float32), np.asarray(mask, np.float32) / 255
    # The sheet throws a thin shadow on the desk.
    below = np.asarray(mask.filter(ImageFilter.GaussianBlur(page.width / 150)), np.float32) / 255
    light = _light(rng, size, shot.shadow)
    grain = 3 * np.random.default_rng(rng.randrange(2**32)).standard_normal(sheet.shape, np.float32)
    bands = []
    # Color by color, since three numbers a pixel take numpy several times as long.
    for tint, around in zip(hue, desk, strict=True):
        seen = around * (1 - 0.35 * below)
        seen *= 1 - cover
        seen += sheet * np.float32(tint) * cover
        seen *= light
        seen += grain
        bands.append(Image.fromarray(np.clip(seen, 0, 255, out=seen).astype(np.uint8)))
    return Image.merge("RGB", bands)


def _bent(page: Image.Image, depth: float) -> Image.Image:
    """Return a page with its mask, its lines arcs of that depth."""
    height = round(abs(depth))
    flat = Image.new("LA", (page.width, page.height + 2 * height), (255, 0))
    flat.paste(Image.merge("LA", (page.convert("L"), Image.new("L", page.size, 255))), (0, height))
    if not height:
        return flat
    width, tall = flat.size
    mesh = []
    for left in range(0, width, _STRIP):
        right = min(width, left + _STRIP)
        a, b = (depth * math.sin(math.pi * x / width) - depth / 2 for x in (left, right))
        mesh.append(((left, 0, right, tall), (left, a, left, tall + a, right, tall + b, right, b)))
    return flat.transform(flat.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _corners(rng: random.Random, paper: tuple[int, int], size: tuple[int, int], perspective: float) -> list[Point]:
    """Return where the corners of the sheet lie in the picture, clockwise from the upper left."""
    free = (size[0] - paper[0], size[1] - paper[1])
    left, top = (max(0, room) * rng.uniform(0.35, 0.65) for room in free)
    around = [(0, 0), (paper[0], 0), (paper[0], paper[1]), (0, paper[1])]
    tilt = math.radians(rng.uniform(-1.5, 1.5) if perspective else rng.uniform(-0.5, 0.5))
    middle = (paper[0] / 2, paper[1] / 2)
    found = []
    for x, y in around:
        # A corner may only move inwards: the sheet stays in the picture.
        dx = x - middle[0] + (1 if x == 0 else -1) * rng.uniform(0, perspective) * paper[0]
        dy = y - middle[1] + (1 if y == 0 else -1) * rng.uniform(0, perspective) * paper[1]
        found.append(
            (
                left + middle[0] + dx * math.cos(tilt) - dy * math.sin(tilt),
                top + middle[1] + dx * math.sin(tilt) + dy * math.cos(tilt),
            )
        )
    return found


def _coefficients(corners: list[Point], paper: tuple[int, int]) -> list[float]:
    """Return the eight numbers that take a pixel of the picture to one of the sheet."""
    rows, wanted = [], []
    sheet = [(0, 0), (paper[0], 0), (paper[0], paper[1]), (0, paper[1])]
    for (x, y), (u, v) in zip(corners, sheet, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows, float), np.array(wanted, float))]


def _light(rng: random.Random, size: tuple[int, int], depth: float) -> Pixels:
    """Return how bright each pixel is lit: the light falls off to one side, and a hand may shade a corner."""
    x = np.linspace(0, 1, size[0], dtype=np.float32)[None, :]
    y = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    angle, place, width = rng.uniform(0, 2 * math.pi), rng.uniform(0.3, 0.7), rng.uniform(0.05, 0.25)
    along = (x - 0.5) * math.cos(angle) + (y - 0.5) * math.sin(angle) + 0.5
    return np.asarray(1 - depth / (1 + np.exp(-(along - place) / width)), np.float32)


def _desk(rng: random.Random, size: tuple[int, int]) -> list[Pixels]:
    """Return a desk, color by color, often with the edge of another sheet on it."""
    numbers = np.random.default_rng(rng.randrange(2**32))
    kind = rng.choice(_DESKS)
    base = {"wood": (150, 105, 65), "dark": (48, 44, 42), "light": (205, 200, 192), "cloth": (70, 95, 110)}[kind]
    x = np.arange(size[0], dtype=np.float32)[None, :]
    y = np.arange(size[1], dtype=np.float32)[:, None]
    rough = Image.fromarray(numbers.integers(0, 255, (24, 16), np.uint8)).resize(size, Image.Resampling.BICUBIC)
    waves = np.asarray(rough, np.float32) / 255 - 0.5
    if kind == "wood":
        waves = waves * 0.4 + 0.25 * np.sin((y + 90 * waves) / rng.uniform(9, 25) + x / 400)
    elif kind == "cloth":
        waves = waves * 0.3 + 0.15 * np.sin(x / 2.5) * np.sin(y / 2.5)
    waves = 1 + 0.35 * waves
    desk: list[Pixels] = [np.asarray(color * waves, np.float32) for color in base]
    if rng.random() < 0.6:  # another sheet looks out from below
        picture = Image.new("L", size, 0)
        edge = rng.randint(size[0] // 12, size[0] // 5)
        side = rng.choice((0, size[0] - edge))
        top = rng.randint(0, size[1] // 2)
        ImageDraw.Draw(picture).polygon(
            [(side, top), (side + edge, top + edge // 6), (side + edge, size[1]), (side, size[1])], fill=255
        )
        cover = np.asarray(picture, np.float32) / 255
        desk = [np.asarray(seen * (1 - cover) + 222 * cover, np.float32) for seen in desk]
    return desk

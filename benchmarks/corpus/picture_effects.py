"""What a person does to a page before it is a picture: fax it, copy it badly, stamp and sign it, turn it, pair pages.

Belongs here: pictures from pages, each drawn with a random generator. Keep out: photographs (`photograph`), which
pages there are (`pictured`), and files (`picture_files`).
"""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from benchmarks.corpus.fonts import Face

Box = tuple[int, int, int, int]
_RED, _BLUE = (205, 32, 40), (40, 62, 160)
_STAMP_INCHES = 1.65
_STAMP_TEXT = "测试市东山区人民政府"
# A line of a fax holds 1,728 pixels on 8.46 inches: 204 to the inch, and 98 or 196 lines to the inch down.
FAX_DPI, FAX_LINES = 204, 196


def stamped(rng: random.Random, page: Image.Image, at: tuple[int, int], dpi: int, face: Face) -> Image.Image:
    """Return a page in colour with a red round stamp around a place: a ring, a star, and letters between them."""
    size = round(_STAMP_INCHES * dpi)
    stamp = _stamp(size, face).rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (64, 64), bytes(rng.choices(range(150, 256), k=4096))).resize(stamp.size)
    mask = ImageChops.multiply(stamp, grain)
    return _inked(page, mask, (at[0] - size // 2, at[1] - size // 2), _RED)


def _stamp(size: int, face: Face) -> Image.Image:
    """Return how much ink a stamp leaves where, as a mask."""
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    middle, line = size / 2, max(2, size // 45)
    draw.ellipse((line, line, size - line, size - line), outline=255, width=line)
    radius = size * 0.17
    points = []
    for n in range(10):
        far = radius if n % 2 == 0 else radius * 0.382
        points.append((middle + far * math.sin(math.pi * n / 5), middle - far * math.cos(math.pi * n / 5)))
    draw.polygon(points, fill=255)
    font = ImageFont.truetype(str(face.path), max(8, size // 9))
    for n, letter in enumerate(_STAMP_TEXT):
        angle = math.radians(-120 + 240 * n / (len(_STAMP_TEXT) - 1))
        glyph = Image.new("L", (size // 6, size // 6), 0)
        ImageDraw.Draw(glyph).text((size // 12, size // 12), letter, font=font, fill=255, anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x, y = middle + size * 0.38 * math.sin(angle), middle - size * 0.38 * math.cos(angle)
        place = (round(x - size / 12), round(y - size / 12))
        mask.paste(ImageChops.lighter(glyph, mask.crop((*place, place[0] + size // 6, place[1] + size // 6))), place)
    return mask


def signed(rng: random.Random, page: Image.Image, at: tuple[int, int], dpi: int) -> Image.Image:
    """Return a page in colour with the strokes of a blue pen beginning at a place."""
    wide, high = round(1.5 * dpi), round(0.6 * dpi)
    mask = Image.new("L", (wide, high), 0)
    draw = ImageDraw.Draw(mask)
    for letter in range(3):
        left = letter * wide // 3
        for _ in range(rng.randint(3, 5)):
            points = [
                (left + rng.randint(0, wide // 3), rng.randint(high // 8, high - high // 8))
                for _ in range(rng.randint(2, 4))
            ]
            draw.line(points, fill=230, width=max(2, dpi // 70), joint="curve")
    return _inked(page, mask.filter(ImageFilter.GaussianBlur(dpi / 300)), at, _BLUE)


def _inked(page: Image.Image, mask: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> Image.Image:
    """Return a page with translucent ink on it: what is black below stays black."""
    ink = Image.new("RGB", page.size, (255, 255, 255))
    ink.paste(Image.new("RGB", mask.size, colour), at, mask)
    return ImageChops.multiply(page.convert("RGB"), ink)


def in_colour(rng: random.Random, page: Image.Image) -> Image.Image:
    """Return a page as a scanner in colour sees it: the paper has a hue, and the ink is not quite black."""
    paper = [rng.randint(232, 252) for _ in range(3)]
    ink = [rng.randint(10, 60) for _ in range(3)]
    bands = [page.point([i + (p - i) * v // 255 for v in range(256)]) for i, p in zip(ink, paper, strict=True)]
    return Image.merge("RGB", bands)


def faxed(rng: random.Random, page: Image.Image, lines: int) -> Image.Image:
    """Return a page drawn at FAX_DPI as a fax delivers it: one bit, some lines disturbed.

    `lines` to the inch are 196, or 98: every second line is then not sent.
    """
    page = page.resize((page.width, round(page.height * FAX_LINES / FAX_DPI)), Image.Resampling.BOX)
    pixels = (np.asarray(page, np.uint8) > rng.randint(125, 165))[:: FAX_LINES // lines].copy()
    height = pixels.shape[0]
    for _ in range(rng.randint(3, 9)):
        row, start = rng.randrange(height), rng.randrange(page.width)
        if rng.random() < 0.5:  # a line that came twice
            pixels[row] = pixels[max(0, row - 1)]
        else:
            pixels[row, start : start + rng.randint(20, 400)] = rng.random() < 0.5
    for _ in range(rng.randint(20, 120)):
        pixels[rng.randrange(height), rng.randrange(page.width)] ^= True
    return Image.fromarray(np.where(pixels, 255, 0).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


def swollen(rng: random.Random, page: Image.Image) -> Image.Image:
    """Return a page as a copy of a copy: strokes grow together, and specks lie on it."""
    page = page.filter(ImageFilter.GaussianBlur(rng.uniform(0.8, 1.3))).filter(ImageFilter.MinFilter(3))
    steep = rng.uniform(1.6, 2.6)
    page = page.point([max(0, min(255, round(128 + (v - 140) * steep))) for v in range(256)])
    draw = ImageDraw.Draw(page)
    for _ in range(rng.randint(150, 500)):
        x, y, size = rng.randrange(page.width), rng.randrange(page.height), rng.randint(0, 2)
        draw.ellipse((x, y, x + size, y + size), fill=rng.randint(0, 80))
    return page


def speckled(rng: random.Random, page: Image.Image) -> Image.Image:
    """Return a page as a dirty photocopier delivers it: one bit, with specks of a pixel or two all over it."""
    pixels = np.asarray(page, np.uint8) > rng.randint(140, 185)
    drawn = np.random.default_rng(rng.getrandbits(64))
    specks = drawn.random(pixels.shape) < rng.uniform(0.001, 0.006)
    specks[:, 1:] |= specks[:, :-1] & (drawn.random(pixels[:, 1:].shape) < 0.1)
    return Image.fromarray(np.where(pixels & ~specks, 255, 0).astype(np.uint8)).convert("1", dither=Image.Dither.NONE)


def edged(rng: random.Random, page: Image.Image, dpi: int) -> Image.Image:
    """Return a page with the black of a scanner that was left open along one, two or four of its sides, slanting."""
    page = page.copy()
    width, height = page.size
    draw = ImageDraw.Draw(page)
    sides = rng.choice(((0,), (1,), (0, 1), (2, 3), (0, 1, 2, 3)))
    for side in sides:
        a, b = (round(rng.uniform(0.05, 0.5) * dpi) for _ in range(2))
        shapes = (
            [(0, 0), (a, 0), (b, height), (0, height)],
            [(0, 0), (width, 0), (width, a), (0, b)],
            [(width, 0), (width - a, 0), (width - b, height), (width, height)],
            [(0, height), (width, height), (width, height - a), (0, height - b)],
        )
        draw.polygon(shapes[side], fill=rng.randint(0, 35))
    return page


def paired(left: Image.Image, right: Image.Image | None, scale: float) -> Image.Image:
    """Return two pages side by side on one sheet, the right half empty without a second one."""
    size = (round(left.width * scale), round(left.height * scale))
    sheet = Image.new(left.mode, (2 * size[0], size[1]), "white")
    for place, page in enumerate((left, right)):
        if page is not None:
            sheet.paste(page if scale == 1 else page.resize(size, Image.Resampling.LANCZOS), (place * size[0], 0))
    return sheet

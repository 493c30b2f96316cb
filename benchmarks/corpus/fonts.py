"""The fonts of the machine that pages are drawn with: one for Chinese, and often another one for figures.

Belongs here: finding faces, and lines of text in them. Without a font that holds Chinese nothing can be drawn.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageDraw, ImageFont

_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/System/Library/Fonts",
    "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
# Faces that hold simplified Chinese, by the beginning of their file's name.
_CHINESE = (
    "simsun", "simfang", "simhei", "msyh", "wqy-zenhei", "wqy-microhei", "NotoSerifCJK-Regular",
    "NotoSansCJK-Regular", "SourceHanSerif", "SourceHanSans", "uming", "PingFang", "Songti", "STHeiti",
)  # fmt: skip
# Faces that Word writes figures with beside Chinese ones, or of the same shapes.
_FIGURES = ("times.ttf", "LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSerif.ttf")
_SUFFIXES = (".ttf", ".ttc", ".otf")
_RUNS = re.compile(r"[!-~]+|[^!-~]+")


class NoFontError(Exception):
    """No font of the machine holds Chinese characters."""


class Face(NamedTuple):
    """A font file for Chinese, and another one for figures and Latin letters (None: the same)."""

    path: Path
    figures: Path | None = None


class Font:
    """A face at a size in pixels."""

    def __init__(self, face: Face, size: int) -> None:
        self.size = size
        self._chinese = ImageFont.truetype(str(face.path), size)
        self._figures = ImageFont.truetype(str(face.figures), size) if face.figures else None

    def _runs(self, text: str) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        if self._figures is None:
            return [(text, self._chinese)]
        return [(run, self._figures if run[0] <= "~" else self._chinese) for run in _RUNS.findall(text)]

    def getlength(self, text: str) -> float:
        """Return how wide a text is, in pixels."""
        return sum(font.getlength(run) for run, font in self._runs(text))

    def edges(self) -> tuple[float, float]:
        """Return where a Chinese character begins and ends below the top of its line."""
        _, above, _, below = self._chinese.getbbox("国")
        return above, below

    def draw(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str) -> None:
        """Draw a line of text in black, its runs on one base line."""
        if self._figures is None:
            draw.text(at, text, font=self._chinese, fill=0)
            return
        left, base = at[0], at[1] + self._chinese.getmetrics()[0]
        for run, font in self._runs(text):
            draw.text((left, base), run, font=font, fill=0, anchor="ls")
            left += font.getlength(run)


@cache
def font_at(face: Face, size: int) -> Font:
    """Return a face at a size in pixels."""
    return Font(face, size)


@cache
def font_files() -> tuple[Path, ...]:
    """Return the font files of the machine that hold Chinese, best first. Raises NoFontError."""
    found = _found(_CHINESE)
    if not found:
        raise NoFontError(f"no Chinese font below {', '.join(_FOLDERS)}: install one, as fonts-wqy-zenhei")
    return found


@cache
def faces() -> tuple[Face, ...]:
    """Return faces that differ, each Chinese one alone and the first also with other figures. Raises NoFontError."""
    files = font_files()
    return (*map(Face, files), *(Face(files[0], figures) for figures in _found(_FIGURES)))


def _found(names: tuple[str, ...]) -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob("*")):
            name = next((n for n in names if path.name.lower().startswith(n.lower())), None)
            if name is not None and path.suffix.lower() in _SUFFIXES:
                found.setdefault(name, path)
    return tuple(found[name] for name in names if name in found)

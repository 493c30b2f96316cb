"""What a text of a report of 2022 states, in short."""

from __future__ import annotations

from pipelines.extracting.narrative.figures import NarrativeFigure, narrative_figures
from pipelines.extracting.sections import Section

YEAR = 2022
RECEIVED = "applications.received.total"


def figures(text: str, section: int = 1, year: int = YEAR) -> list[NarrativeFigure]:
    """Return the figures of a text."""
    return narrative_figures([Section(section, None, text)], year)


def told(text: str, section: int = 1) -> list[tuple[str, tuple[str, ...]]]:
    """Return the numbers of a text that mean something, with what they mean."""
    return [(str(f.value), f.meanings) for f in figures(text, section) if f.meanings and f.kind != "none"]

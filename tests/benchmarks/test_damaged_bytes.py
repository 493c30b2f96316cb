"""What the benchmark of damaged bytes takes for a defect."""

from __future__ import annotations

import random
from decimal import Decimal

from benchmarks.damaged_bytes import Read, differences, mutant

_SOUND = Read("parsed", {"a.b.c": ("value", Decimal(12)), "a.b.d": ("blank", None)})


def test_only_cells_that_are_stated_otherwise_without_a_doubt_differ() -> None:
    doubted = Read("parsed", {"a.b.c": ("ambiguous", None), "a.b.d": ("text", None)})
    other = Read("parsed", {"a.b.c": ("value", Decimal(1)), "a.b.d": ("blank", None)})
    invented = Read("parsed", {**_SOUND.cells, "a.x.c": ("value", Decimal(3))})
    lost = Read("parsed", {"a.b.c": ("blank", None)})
    assert [len(differences(_SOUND, read)) for read in (_SOUND, doubted, other, invented, lost)] == [0, 0, 1, 1, 1]


def test_a_mutant_says_whether_digits_changed() -> None:
    rng = random.Random(1)
    letters, figures = b"abcdef" * 50, b"123456" * 50
    assert not any(found.digits for found in (mutant(rng, letters) for _ in range(50)) if found.kind == "splice")
    assert all(found.digits for found in (mutant(rng, figures) for _ in range(50)) if found.kind == "flip")

"""A bound on work, in CPU seconds of this process: what other work a machine does makes no test fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Assert that what is done inside costs at most so many CPU seconds: a wide bound, which only blow-ups pass."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds

"""Fixtures of the tests of corrections."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import load_gazetteer


@pytest.fixture(scope="session")
def gazetteer_codes() -> frozenset[str]:
    return frozenset(load_gazetteer().by_code)

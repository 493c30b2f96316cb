"""Fixtures of the agency tests."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.resolver import Resolver
from pipelines.agencies.resolver import resolver as shared_resolver


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return shared_resolver()


@pytest.fixture(scope="session")
def gazetteer(resolver: Resolver) -> Gazetteer:
    return resolver.gazetteer

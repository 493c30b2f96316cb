"""Fixtures for all tests, and how many processes share them."""

import os

# Messages are tested in English, wherever the tests run; those of another language choose it.
os.environ["GONGKAI_LANG"] = "en"

pytest_plugins = ["tests.postgres", "tests.seed_release"]


def pytest_xdist_auto_num_workers() -> int:
    """Return half more workers than cores: two fifths of the time of a test are waiting for daemons and processes."""
    cores = os.cpu_count() or 1
    return cores + (cores + 1) // 2

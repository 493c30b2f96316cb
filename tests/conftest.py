"""Fixtures for all tests."""

import os

# Messages are tested in English, wherever the tests run; those of another language choose it.
os.environ["GONGKAI_LANG"] = "en"

pytest_plugins = ["tests.postgres", "tests.seed_release"]

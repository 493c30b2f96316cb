"""Fixtures for all tests."""

pytest_plugins = ["tests.seed_release"]

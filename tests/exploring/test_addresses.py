"""Every address of a page begins at the root."""

from __future__ import annotations

import pytest

from pipelines.exploring.addresses import NAMES, address, at_root


def test_empty_parameters_are_left_out() -> None:
    assert address("source", report=1, cell=None, lang="") == "/?page=source&report=1"


@pytest.mark.parametrize("name", NAMES)
def test_a_path_leads_to_the_root(name: str) -> None:
    assert at_root(f"/{name}", "") == f"/?page={name}"
    assert at_root(f"/{name}/", "report=1&page=audit&lang=en") == f"/?page={name}&report=1&lang=en"


@pytest.mark.parametrize(
    "path", ["/", "", "/static/js/index.js", "/_stcore/health", "//evil.example/audit", "/audit/x"]
)
def test_other_paths_are_left_alone(path: str) -> None:
    assert at_root(path, "page=audit") is None

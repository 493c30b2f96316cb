"""The house itself: thin assets, no dagster in the library, small files, folders that say what belongs in them.

How branched a function may be is for ruff (C901 in pyproject.toml).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.projects import ROOT

_BODIES = ("body", "orelse", "handlers", "finalbody", "cases")
_MAX_BODY, _MAX_FUNCTION, _MAX_FILE = 15, 60, 400
ASSET_FILES = sorted((ROOT / "assets").glob("*.py"))
FOLDERS = sorted(p for folder in ("pipelines", "assets") for p in (ROOT / folder).rglob("__init__.py"))
SOURCES = sorted(p for folder in ("pipelines", "assets", "tests", "benchmarks") for p in (ROOT / folder).rglob("*.py"))


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions of a file: they stand in bodies alone, so that expressions need not be looked through."""
    found, bodies = [], [ast.parse(path.read_text(encoding="utf-8")).body]
    for body in bodies:
        for node in body:
            bodies.extend(getattr(node, name, []) for name in _BODIES)
            if isinstance(node, ast.FunctionDef):
                found.append(node)
    return found


def is_asset(function: ast.FunctionDef) -> bool:
    names = {ast.unparse(d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list}
    return bool(names & {"dg.asset", "dg.asset_check", "dg.multi_asset_check", "dg.sensor"})


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", ASSET_FILES, ids=lambda p: p.name)
def test_asset_bodies_are_thin(path: Path) -> None:
    for function in filter(is_asset, functions(path)):
        body = [s for s in function.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1
        assert lines <= _MAX_BODY, f"{path.name}: {function.name} has {lines} lines"


@pytest.mark.parametrize("path", ASSET_FILES, ids=lambda p: p.name)
def test_assets_do_not_postpone_annotations(path: Path) -> None:
    assert "__future__" not in imported(path)  # dagster reads annotations at run time


def test_only_assets_and_their_tests_import_dagster() -> None:
    named = [p for p in SOURCES if "dagster" in p.read_text(encoding="utf-8")]
    importers = {p.relative_to(ROOT).parts[:2] for p in named if any(n.split(".")[0] == "dagster" for n in imported(p))}
    assert all(parts[0] == "assets" or parts == ("tests", "assets") for parts in importers)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= _MAX_FILE
    for function in functions(path):
        assert (function.end_lineno or 0) - function.lineno < _MAX_FUNCTION, function.name


@pytest.mark.parametrize("path", FOLDERS, ids=lambda p: str(p.parent.relative_to(ROOT)))
def test_folders_say_what_belongs_in_them(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert "Keep out:" in docstring


@pytest.mark.parametrize(
    ("folder", "answer"),
    [
        ("pipelines/warehouse", "which of several files counts (`report_sources`)"),
        (
            "pipelines/auditing",
            "Where a rule is: its entry in rules/<subject>.yml, with its severity, its Chinese text",
        ),
        ("pipelines/engine", "A file that kills its worker is settled in `pool`"),
        ("pipelines/collecting/listing", "A new portal family is a file here"),
    ],
)
def test_a_newcomer_finds_the_place_in_the_docstring_of_its_folder(folder: str, answer: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert answer in " ".join(docstring.split())

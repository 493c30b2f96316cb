"""Which small changes of the placement code no unit test notices: `make mutants`.

mutmut writes the mutants of a module, and each is tried in a process of its own with that module's mirrored test file
and no other: a number that only a whole report proves right is not tested where it lives. `mutmut run` itself takes
every test that touches a function, and leaves functions with a cache alone (the heart of numbers and headers); here
caches are taken off first. Belongs here: the list of modules, trying mutants, `docs/mutants.md`. Keep out: changed
figures of a report (`mutations`).
"""

from __future__ import annotations

import importlib
import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from difflib import unified_diff
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from itertools import zip_longest
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest
import typer
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from rich.console import Console

from benchmarks import mutants_page as page

ROOT = Path(__file__).resolve().parents[1]
MODULES = (
    "pipelines.extracting.headline",
    "pipelines.extracting.numbers",
    "pipelines.extracting.splitting",
    "pipelines.extracting.tables.cells",
    "pipelines.extracting.tables.collector",
    "pipelines.extracting.tables.header",
    "pipelines.extracting.tables.layout_cache",
    "pipelines.extracting.tables.placing",
    "pipelines.extracting.tables.text_rows",
    "pipelines.extracting.tables.unlabelled_rows",
    "pipelines.warehouse.report_sources",
)
# A cache changes no outcome; decorated functions would stay without mutants.
_CACHE = re.compile(r"^@(?:lru_)?cache\b.*\n", re.MULTILINE)
# What mutmut puts before a function's name, and after it.
_MUTANT_NAME = re.compile(r"def x\S*?__mutmut_\w+")
# A mutant that loops for ever ends here: CPU seconds, since other work on the machine must kill no mutant.
_CPU_SECONDS = 10
_MEMORY = 4 * 1024**3


class Mutated(NamedTuple):
    """A module with all its mutants in it: its code, and for each mutant the function and the line that it changes."""

    code: str
    changes: dict[str, page.Change]


class _Finder:
    """Imports one module from another file than its own."""

    def __init__(self, module: str, path: Path) -> None:
        self._module = module
        self._path = path

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return where the module lies, None for every other name."""
        return spec_from_file_location(name, self._path) if name == self._module else None


def source_of(module: str) -> Path:
    """Return the file of a module, relative to the root."""
    return Path(*module.split(".")).with_suffix(".py")


def mirrored_tests(module: str) -> list[Path]:
    """Return the test files of a module, relative to the root: test_place.py, test_place_of_rows.py."""
    source = source_of(module).relative_to("pipelines")
    folder = ROOT / "tests" / source.parent
    found = [*folder.glob(f"test_{source.stem}.py"), *sorted(folder.glob(f"test_{source.stem}_*.py"))]
    return [path.relative_to(ROOT) for path in found]


def mutate(module: str) -> Mutated:
    """Return a module with all its mutants."""
    path = ROOT / source_of(module)
    written = mutate_file_contents(str(path), _CACHE.sub("", path.read_text(encoding="utf-8")))
    lines = written.code.splitlines()
    spans = written.line_span_by_function_name

    def text(function: str) -> list[str]:
        body = lines[spans[function].start - 1 : spans[function].end]
        return [_MUTANT_NAME.sub("def ...", line.strip()) for line in body if line.strip()]

    changes: dict[str, page.Change] = {}
    for mutant in written.mutant_names:
        function = mutant.rpartition("__mutmut_")[0]
        pair = unified_diff(text(f"{function}__mutmut_orig"), text(mutant), lineterm="", n=0)
        changes[mutant] = page.Change(re.split(r"^x_|ǁ", function)[-1], *_first_change(list(pair)))
    return Mutated(written.code, changes)


def _first_change(diff: list[str]) -> tuple[str, str]:
    """Return the first line that differs, before and after."""
    removed = next((line[1:] for line in diff[2:] if line.startswith("-")), "")
    added = next((line[1:] for line in diff[2:] if line.startswith("+")), "")
    return removed, added


class _Trial:
    """A pytest plugin that runs the collected tests once for every mutant, each time in a process of its own.

    Tests are collected once, and none runs before the processes part, so that no cache is filled by the code as it is.
    """

    def __init__(self, mutants: list[str]) -> None:
        self._mutants = mutants
        self.sound = False
        self.survivors: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the code as it is, then all mutants."""
        self.sound = bool(session.items) and _passes(session, None)
        if self.sound:
            self.survivors = [mutant for mutant in self._mutants if _passes(session, mutant)]
        return True


def _passes(session: pytest.Session, mutant: str | None) -> bool:
    """Tell whether all tests pass with a mutant (None: with the code as it is) in a process of its own."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if mutant is not None:
        set_mutant_under_test(mutant)
    try:
        for item, following in zip_longest(session.items, session.items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                break
    finally:
        os._exit(min(session.testsfailed, 1) if sys.exc_info()[0] is None else 1)


def try_mutants(module: str) -> page.Tried:
    """Try every mutant of a module. Raises ValueError where its tests fail without any."""
    os.chdir(ROOT)
    mutated, tests = mutate(module), [str(path) for path in mirrored_tests(module)]
    trial = _Trial([f"{module}.{mutant}" for mutant in mutated.changes])
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
        file.write(mutated.code)
        file.flush()
        sys.meta_path.insert(0, _Finder(module, Path(file.name)))
        importlib.import_module(module)
        pytest.main(["-s", "--tb=no", "--noconftest", "-p", "no:cacheprovider", *tests], plugins=[trial])
    if not trial.sound:
        raise ValueError(f"{', '.join(tests)}: fails on {module} as it is, or is empty; mend that before its mutants")
    survivors = (mutated.changes[mutant.rpartition(".")[2]] for mutant in trial.survivors)
    return page.Tried(str(source_of(module)), len(mutated.changes), tuple(survivors))


def _tried(modules: list[str], jobs: int) -> Iterator[page.Tried]:
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        yield from pool.map(try_mutants, modules)


def main(
    modules: Annotated[list[str] | None, typer.Argument(help="Modules to mutate, all of the list if none.")] = None,
    jobs: Annotated[int, typer.Option(help="Modules at once.")] = 1,
) -> None:
    """Try the mutants and write what was tried into docs/mutants.md."""
    unknown = sorted(set(modules or ()) - set(MODULES))
    if unknown:
        raise typer.BadParameter(f"no such module: {', '.join(unknown)}; known: {', '.join(MODULES)}")
    console = Console()
    for outcome in _tried(list(modules or MODULES), jobs):
        console.print(f"{outcome.file}: {outcome.killed} of {outcome.mutants} killed")
        page.write(ROOT / "docs" / "mutants.md", outcome)


if __name__ == "__main__":
    typer.run(main)

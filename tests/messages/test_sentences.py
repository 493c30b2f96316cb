"""What reaches people is said by messages: no error, note or line of log is a sentence that stands in the code.

What is noted of a file or a visit, a code with its detail, is data of the release and the ledger, and in English.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from tests.projects import ROOT

# What is given to these is read by whoever started a command, or by whoever looks at Dagster.
_SAYING = {"fail", "warn", "say", "told", "_told", "tell", "waiting", "log", "_log", "end_with"}
_SAYING |= {"exit", "SystemExit", "dg.Failure", "dg.SkipReason", "notes.append", "report_run_failed"}
_SAYING |= {"info", "warning", "error"}
# What is kept of a file is told in both languages, and read in the release.
_SAYING |= {"kept", "ReadError", "NotAReport"}
# Errors that no command prints as they are: what they hold is told by codes, or by messages around it.
_BY_CODES = {
    "MissingInput": "its detail is a message, and its code is told with advice (commands.stopped)",
    "UnacceptedLoss": "each loss is a code that is told with advice (commands.stopped)",
    "_NotOpened": "of Dagster's storage: what it says is what a library said, within a message",
    "_BrokeInStep": "as _NotOpened",
}
TOLD, KEPT = "Told", "KeptError"


def _sources(*places: str) -> dict[str, ast.Module]:
    paths = [
        path for place in places for path in ([ROOT / place] if place[-3:] == ".py" else (ROOT / place).rglob("*.py"))
    ]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(paths)}


SOURCES = _sources("pipelines", "assets")
# Where errors end: what is caught there is printed.
COMMANDS = {
    name: tree
    for name, tree in SOURCES.items()
    if name.startswith(("pipelines/commands/", "pipelines/cli.py", "assets/"))
}


def _name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _bases() -> dict[str, set[str]]:
    classes = [node for tree in SOURCES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {each.name: {_name(base) for base in each.bases} for each in classes}


def _reaching() -> set[str]:
    """Return the errors that are made for people: Told, what becomes a row, and whatever is one of these."""
    found, bases = {TOLD, KEPT}, _bases()
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def _is_sentence(text: ast.expr) -> bool:
    parts: list[Any] = text.values if isinstance(text, ast.JoinedStr) else [text]
    words = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    words = re.sub(r"gongkai", "", words)
    return " " in words.strip() and len(re.findall(r"[A-Za-z]{2,}|[\u4e00-\u9fff]{2,}", words)) >= 2


def _assigned(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what names stand for, wherever in a function or module they are given it."""
    found: dict[str, list[ast.expr]] = {}
    target: Any
    value: Any
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            value = getattr(node, "value", None)
            is_paired = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=True) if is_paired else [(target, value)]
            for name, text in pairs:
                if isinstance(name, ast.Name) and isinstance(text, ast.expr):
                    found.setdefault(name.id, []).append(text)
    return found


def _texts(given: ast.expr | None, names: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """Yield the texts that an argument may be; what a call returns is not looked into."""
    match given:
        case ast.JoinedStr() | ast.Constant():
            yield given
        case ast.Name(id=name):
            for text in names.get(name, []):
                yield from _texts(text, {})
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _texts(one, names)
            yield from _texts(other, names)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value, names)


def _sentences(tree: ast.Module, saying: set[str]) -> Iterator[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in [*functions, tree]:
        names = _assigned(function)
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            called = ast.unparse(call.func)
            if any(called == name or called.endswith(f".{name}") for name in saying):
                given = [*call.args, *(each.value for each in call.keywords)]
                if any(_is_sentence(text) for each in given for text in _texts(each, names)):
                    yield f"{call.lineno}: {ast.unparse(call)[:100]}"


def test_nothing_that_people_read_is_a_sentence_of_the_code() -> None:
    saying = _reaching() | _SAYING
    found = [f"{path}:{each}" for path, tree in SOURCES.items() for each in sorted(set(_sentences(tree, saying)))]
    assert found == [], "say it by a message (pipelines/messages)"


def test_every_error_that_commands_catch_is_one_for_people() -> None:
    ours = {name for name, bases in _bases().items() if bases and not name.endswith("Setup")}
    caught = {
        _name(each)
        for tree in COMMANDS.values()
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler) and handler.name is not None and handler.type is not None
        for each in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    }
    assert {"StorageError", "CrawlStopped", "NotChecked"} <= caught
    assert caught & ours - _reaching() - set(_BY_CODES) == set(), f"make it a {TOLD} (pipelines/__init__.py)"


def test_a_sentence_is_found_wherever_it_stands() -> None:
    program = """
def one(name):
    detail = f"{name}: nothing is there"
    raise Broken(detail)

def two(name, notes):
    notes.append(f"{name}: all is well")
    raise Broken(name if name else "nothing is there")

def three(error):
    raise Broken.of("one.code", name="not a text of ours") from Broken(str(error))
"""
    found = [each.partition(":")[0] for each in _sentences(ast.parse(program), {"Broken", "notes.append"})]
    assert sorted(set(found)) == ["4", "7", "8"]

"""What is installed is known: the bill of materials is that of the lock files, and every licence is one we may use."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import LicenseExpression, get_spdx_licensing

from pipelines.commands.bill_of_materials import BILL, LICENCES, OPTIONAL, bill, packages_of, shipped
from tests.projects import ROOT

_LOCKS = sorted(ROOT.glob("requirements*.lock"))
_DECLARED: dict[str, Any] = yaml.safe_load((ROOT / LICENCES).read_text(encoding="utf-8"))
_SHIPPED = shipped(ROOT)
_LOCKED = sorted({name for lock in _LOCKS for name, _ in packages_of(lock)})
# Of what packages say of themselves in words, the expression that is meant.
_IN_WORDS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "BSD License": "BSD",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "GNU General Public License (GPL)": "GPL",
    "Artistic License": "Artistic",
}
_LICENSING = get_spdx_licensing()
_AUDIT = ["-m", "pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
_UNREACHABLE = ("not found on PyPI", "Connection", "Could not", "timed out", "Max retries")


# What only those who make the project run: `make sbom`, and the names of places in the gazetteer.
_FOR_MAKERS = {ROOT / "pipelines/commands/bill_of_materials.py", ROOT / "pipelines/agencies/gazetteer/pinyin.py"}
# Packages of extras that a machine may lack, by the module that they are imported as.
_OF_EXTRAS = {"cv2": "opencv-python-headless", "onnxruntime": "onnxruntime", "rapidocr": "rapidocr"}


def third_parties(folder: str) -> set[str]:
    """Return the names of packages that are imported anywhere below a folder."""
    paths = sorted({*(ROOT / folder).rglob("*.py")} - _FOR_MAKERS)
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    modules = {name.split(".")[0] for name in named} - {"pipelines", "assets", "benchmarks", "__future__"}
    return modules - sys.stdlib_module_names


def may_be_used(expression: LicenseExpression) -> bool:
    """Tell whether the licences of an expression allow it: of alternatives one, of licences together all."""
    if hasattr(expression, "key"):
        return expression.key in _DECLARED["allowed"]
    parts = [may_be_used(part) for part in expression.args]
    return any(parts) if expression.operator.strip() == "OR" else all(parts)


def parsed(expression: str) -> LicenseExpression:
    return _LICENSING.parse(expression)


def test_every_locked_package_has_a_declared_licence_and_no_other_has() -> None:
    assert sorted(_DECLARED["packages"]) == _LOCKED


@pytest.mark.parametrize("folder", ["pipelines", "assets"])
def test_what_the_program_imports_is_installed_with_it_or_an_extra(folder: str) -> None:
    locks = [lock for lock in _LOCKS if lock.name not in ("requirements-dev.lock", "requirements-tools.lock")]
    shipped_names = {name for lock in locks for name, _ in packages_of(lock)}
    known = packages_distributions()
    lacking = {
        module
        for module in third_parties(folder)
        if not {name.lower().replace("_", "-") for name in known.get(module, [_OF_EXTRAS.get(module, "?")])}
        & shipped_names
    }
    assert not lacking


@pytest.mark.parametrize("name", _LOCKED)
def test_its_licence_is_one_that_we_may_use(name: str) -> None:
    assert may_be_used(parsed(_DECLARED["packages"][name])), _DECLARED["packages"][name]


def test_a_licence_that_is_not_allowed_is_refused() -> None:
    assert not may_be_used(parsed("GPL-3.0-only"))
    assert not may_be_used(parsed("MIT AND GPL-3.0-only"))
    assert may_be_used(parsed("MIT OR GPL-3.0-only"))


@pytest.mark.parametrize("name", _LOCKED)
def test_a_package_says_of_itself_what_is_declared(name: str) -> None:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        # Of another system, or of an extra that the tests do not install: what is declared was looked up by hand.
        assert name in _NOT_INSTALLED
        return
    declared = _DECLARED["packages"][name]
    if stated := about.json.get("license_expression"):
        said = str(parsed(str(stated)).simplify())
        # A wheel may hold a library under a licence that its maker does not name: what is declared can be more.
        whole = parsed(declared)
        parts = [whole, *whole.args] if getattr(whole, "operator", "").strip() == "AND" else [whole]
        assert said in {str(part.simplify()) for part in parts}
        return
    words = [value.rpartition(" :: ")[2] for value in about.get_all("Classifier", []) if value.startswith("License")]
    for meant in filter(None, map(_IN_WORDS.get, words)):
        assert meant in declared or name in _SAY_MORE, (name, declared, words)


# Not of this system, or of the extra for scans.
_NOT_INSTALLED = {
    *("colorama", "colorlog", "flatbuffers", "omegaconf", "onnxruntime", "opencv-python-headless", "pyclipper"),
    *("pyreadline3", "pywin32", "pyyaml-ft", "rapidocr", "shapely", "uv"),
}
# The GPL of docutils is that of an Emacs mode, which no wheel holds.
_SAY_MORE = {"docutils"}


def test_the_bill_of_materials_is_that_of_the_locks() -> None:
    assert (ROOT / BILL).read_text(encoding="utf-8") == bill(ROOT), "run `make sbom`"


def test_the_bill_names_every_package_with_digests_and_licence() -> None:
    components = json.loads((ROOT / BILL).read_text(encoding="utf-8"))["components"]
    found = {(each["name"], each["version"]): each for each in components}
    assert set(found) == {(package.name, package.version) for package in _SHIPPED}
    for package in _SHIPPED:
        each = found[package.name, package.version]
        digests = [one["value"] for one in each["properties"] if one["name"] == "gongkai:file:sha256"]
        assert sorted(digests) == sorted(package.digests) and digests
        assert each["licenses"] == [{"expression": _DECLARED["packages"][package.name]}]
        assert each["scope"] == ("optional" if package.extras else "required")
    assert {package.name for package in _SHIPPED} < set(_LOCKED)
    assert {extra for package in _SHIPPED for extra in package.extras} == set(OPTIONAL)


def test_the_bill_is_what_its_standard_says() -> None:
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str((ROOT / BILL).read_text(encoding="utf-8"))
    assert fault is None, str(fault)[:500]


def audited(requirements: Path) -> list[dict[str, Any]]:
    """Return what is known of the packages of a file; one of which nothing can be learnt has a `skip_reason`."""
    command = [sys.executable, *_AUDIT, "--timeout", "5", "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        assert any(words in done.stderr for words in _UNREACHABLE), done.stderr
        pytest.skip("the service that knows vulnerabilities cannot be reached from here")
    return found


def test_no_package_has_a_known_vulnerability(tmp_path: Path) -> None:
    package = _SHIPPED[0]
    digests = " ".join(f"--hash=sha256:{digest}" for digest in package.digests)
    (tmp_path / "first.txt").write_text(f"{package.name}=={package.version} {digests}\n", encoding="utf-8")
    if "skip_reason" in audited(tmp_path / "first.txt")[0]:
        pytest.skip(f"the service that knows vulnerabilities says nothing of {package.name} here")
    found = audited(ROOT / "requirements.lock")
    vulnerable = {each["name"]: [v["id"] for v in each["vulns"]] for each in found if each.get("vulns")}
    assert not vulnerable and not [each for each in found if "skip_reason" in each]

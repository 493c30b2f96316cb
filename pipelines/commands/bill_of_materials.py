"""The bill of materials of what is installed: every package of the lock files with its digests and licence (CycloneDX).

`python -m pipelines.commands.bill_of_materials` (`make sbom`) writes docs/sbom.cdx.json from the lock files and
docs/licences.yml, and nothing else: the same files are the same bill, byte for byte. Needs the tools of `make test`.
Belongs here: reading locks and licences. Keep out: known vulnerabilities (`make vulnerabilities`).
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from cyclonedx.model.component import Component

ROOT = Path(__file__).resolve().parents[2]
LICENCES, BILL = Path("docs/licences.yml"), Path("docs/sbom.cdx.json")
# What every installation has, and what is installed when somebody asks for it.
REQUIRED, OPTIONAL = "requirements.lock", ("explore", "store", "cluster", "postgres", "archive", "ocr")
_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)(?: ; [^\\]+)?", re.MULTILINE)
_DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """A package of the locks: `extras` bring it; every installation has it where there are none."""

    name: str
    version: str
    digests: tuple[str, ...]
    extras: tuple[str, ...]


def packages_of(lock: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the packages of a lock file: (name, version) with the digests of its files. Raises ValueError."""
    text = lock.read_text(encoding="utf-8")
    begins = list(_PINNED.finditer(text))
    ends = [*(match.start() for match in begins[1:]), len(text)]
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for match, end in zip(begins, ends, strict=True):
        digests = tuple(_DIGEST.findall(text, match.end(), end))
        if not digests:
            raise ValueError(f"{lock.name}: {match[1]} has no digest: expected what `make lock` writes, with hashes")
        found[match[1], match[2]] = digests
    return found


def shipped(root: Path) -> list[Package]:
    """Return the packages that an installation can have: those of requirements.lock and of the extras, by name."""
    base = packages_of(root / REQUIRED)
    extras: dict[tuple[str, str], list[str]] = {}
    digests = dict(base)
    for extra in OPTIONAL:
        for key, found in packages_of(root / f"requirements-{extra}.lock").items():
            digests[key] = found
            if key not in base:
                extras.setdefault(key, []).append(extra)
    return [Package(*key, digests[key], tuple(extras.get(key, ()))) for key in sorted(digests)]


def licences(root: Path) -> dict[str, str]:
    """Return the licence of each package, as an SPDX expression."""
    declared: dict[str, dict[str, str]] = yaml.safe_load((root / LICENCES).read_text(encoding="utf-8"))
    return declared["packages"]


def bill(root: Path) -> str:
    """Return the bill of materials as CycloneDX in JSON. Raises KeyError for a package of no declared licence."""
    from cyclonedx.model.bom import Bom
    from cyclonedx.output.json import JsonV1Dot6

    stated = licences(root)
    found = shipped(root)
    parts = [_component(package, stated[package.name]) for package in found]
    digest = hashlib.sha256(repr(found).encode() + repr(stated).encode()).hexdigest()
    made: Any = Bom(components=parts, serial_number=uuid.UUID(digest[:32]))
    # When it was written says nothing of what is in it, and would make two bills of the same files.
    written = json.loads(JsonV1Dot6(made).output_as_string())
    del written["metadata"]
    return json.dumps(written, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _component(package: Package, licence: str) -> Component:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component, ComponentScope, ComponentType
    from cyclonedx.model.license import LicenseExpression
    from packageurl import PackageURL

    url = PackageURL("pypi", name=package.name, version=package.version)
    # A component has one digest, a package several files: those are properties.
    files = [Property(name="gongkai:file:sha256", value=digest) for digest in package.digests]
    extras = [Property(name="gongkai:extra", value=extra) for extra in package.extras]
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=str(url),
        scope=ComponentScope.OPTIONAL if package.extras else ComponentScope.REQUIRED,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=package.digests[0])] if len(package.digests) == 1 else [],
        licenses=[LicenseExpression(licence)],
        properties=[*files, *extras],
    )


def main() -> None:
    """Write the bill of materials."""
    (ROOT / BILL).write_text(bill(ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()

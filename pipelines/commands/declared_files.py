"""Every kind of YAML file of this project: where its files lie, which model they follow, and what reads one.

Belongs here: one entry for each kind, and the JSON schemas that editors complete and check them by (docs/schemas,
written by `make docs`). Keep out: models and their checks, which stand beside what reads them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from pipelines.agencies.aliases import Aliases, read_aliases
from pipelines.agencies.gazetteer import Gazetteer, load_gazetteer
from pipelines.agencies.gazetteer.changes import ChangesFile, declared_changes
from pipelines.agencies.gazetteer.readings import Readings, read_readings
from pipelines.agencies.gazetteer.regions import Regions, read_regions
from pipelines.agencies.gazetteer.sources import Sources, declared_sources
from pipelines.agencies.new_areas import NewAreasFile, read_new_areas
from pipelines.agencies.organs import Organs, read_organs
from pipelines.agencies.scopes import ScopeWording, read_wording
from pipelines.auditing.adding_notes import AddingNotes, read_notes
from pipelines.auditing.local_packs import LocalPack, PacksOn, packs_on, read_pack
from pipelines.auditing.rule_kinds import RuleFile
from pipelines.auditing.rule_sources import RuleSources, read_sources
from pipelines.auditing.rules_file import read_rules
from pipelines.collecting.source import Source, load_source
from pipelines.contracts.codes.code_file import PUBLISHED, CodeFile, PublishedCodes, read_file, written_codes
from pipelines.contracts.codes.code_file import check_published as check_published_codes
from pipelines.corrections.agencies import AgencyCorrection, agency_corrections
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.corrections.correction import Corrections
from pipelines.corrections.reports import ReportDecision, report_decisions
from pipelines.declarations import Wrong, refused, unknown
from pipelines.exploring.spelling import Spelling, read_spelling
from pipelines.exporting.stata_names import StataNames, read_names
from pipelines.extracting.narrative.vocabulary import Entries, read_entries
from pipelines.extracting.scan_doubts import ScanDoubts, read_scan_doubts
from pipelines.forms.catalogue import ALL_FORMS, read_form
from pipelines.forms.declared import FormFile
from pipelines.forms.equalities import Equalities, read_equalities
from pipelines.forms.measures import MEASURES, DeclaredSums, load_measures
from pipelines.forms.published import PATH as PUBLISHED_FORMS
from pipelines.forms.published import Published, check_published
from pipelines.forms.published import written as published_forms
from pipelines.messages.message_file import MessageFile, read_messages
from pipelines.warehouse.editions import Editions, read_editions

PACKAGE = Path(__file__).resolve().parents[1]
SCHEMAS = PACKAGE.parent / "docs" / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class DeclaredFiles(NamedTuple):
    """Files of one kind: the name of their schema, a pattern from the package, their model, what reads one of them.

    `read` raises DeclarationError for a file that is not what its model says.
    """

    name: str
    pattern: str
    model: type[BaseModel]
    read: Callable[[Path], object]

    @property
    def paths(self) -> list[Path]:
        """Return the files there are, in order."""
        return sorted(PACKAGE.glob(self.pattern))

    @property
    def schema(self) -> Path:
        """Return where the JSON schema lies."""
        return SCHEMAS / f"{self.name}.schema.json"

    def editor_line(self, path: Path) -> str:
        """Return the first line of one of the files, which tells an editor where the schema lies."""
        return f"# yaml-language-server: $schema={os.path.relpath(self.schema, path.parent)}"

    def schema_text(self) -> str:
        """Return the JSON schema as it is written."""
        schema = {"$schema": _DRAFT, **self.model.model_json_schema()}
        return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


@cache
def _gazetteer() -> Gazetteer:
    return load_gazetteer()


def _measures(path: Path) -> object:
    """Read the sums of a file; what the words of texts mean must be among the measures, as it must on import."""
    known = load_measures(path)
    lost = [Wrong((), unknown("measure", name, known)) for name in MEASURES if name not in known]
    if lost:
        raise refused(path, lost)
    return known


DECLARED = (
    DeclaredFiles("aliases", "agencies/aliases.yml", Aliases, lambda path: read_aliases(_gazetteer(), path)),
    DeclaredFiles("organs", "agencies/organs.yml", Organs, read_organs),
    DeclaredFiles("new_areas", "agencies/new_areas.yml", NewAreasFile, lambda path: read_new_areas(_gazetteer(), path)),
    DeclaredFiles("scope_wording", "agencies/scope_wording.yml", ScopeWording, read_wording),
    DeclaredFiles(
        "changes",
        "agencies/gazetteer/changes.yml",
        ChangesFile,
        lambda path: declared_changes(_gazetteer().entries, path),
    ),
    DeclaredFiles("pinyin", "agencies/gazetteer/pinyin.yml", Readings, read_readings),
    DeclaredFiles(
        "regions", "agencies/gazetteer/regions.yml", Regions, lambda path: read_regions(_gazetteer().entries, path)
    ),
    DeclaredFiles("packages", "agencies/gazetteer/sources.yml", Sources, declared_sources),
    DeclaredFiles("rules", "auditing/rules/*.yml", RuleFile, read_rules),
    DeclaredFiles("rule_sources", "auditing/rule_sources.yml", RuleSources, read_sources),
    DeclaredFiles("adding_notes", "auditing/adding_notes.yml", AddingNotes, read_notes),
    DeclaredFiles("local_pack", "auditing/rules/local/*.yml", LocalPack, read_pack),
    DeclaredFiles("local_packs", "auditing/local_packs.yml", PacksOn, packs_on),
    DeclaredFiles("source", "collecting/sources/*.yml", Source, load_source),
    DeclaredFiles(
        "agency_corrections",
        "corrections/agencies.yml",
        Corrections[AgencyCorrection],
        lambda path: agency_corrections(_gazetteer().by_code, path),
    ),
    DeclaredFiles("cell_corrections", "corrections/cells.yml", Corrections[CellCorrection], cell_corrections),
    DeclaredFiles("report_decisions", "corrections/reports.yml", Corrections[ReportDecision], report_decisions),
    DeclaredFiles("editions", "warehouse/editions.yml", Editions, read_editions),
    DeclaredFiles("codes", "contracts/codes/*.yml", CodeFile, read_file),
    DeclaredFiles("published_codes", "contracts/published_codes.yml", PublishedCodes, check_published_codes),
    DeclaredFiles("measures", "forms/measures.yml", DeclaredSums, _measures),
    DeclaredFiles("narrative", "extracting/narrative/*.yml", Entries, read_entries),
    DeclaredFiles("scan_doubts", "extracting/scan_doubts.yml", ScanDoubts, read_scan_doubts),
    DeclaredFiles("equalities", "forms/equalities.yml", Equalities, read_equalities),
    DeclaredFiles("form", "forms/form_*.yml", FormFile, read_form),
    DeclaredFiles("published_forms", "forms/published.yml", Published, lambda path: check_published(ALL_FORMS, path)),
    DeclaredFiles("spelling", "exploring/spelling.yml", Spelling, read_spelling),
    DeclaredFiles("messages", "messages/*.yml", MessageFile, read_messages),
    DeclaredFiles("stata_names", "exporting/stata_names.yml", StataNames, read_names),
)


def stale_schemas() -> Iterator[Path]:
    """Yield the JSON schemas that are not what their models say, and files of the folder that are of no model."""
    written = {files.schema: files.schema_text() for files in DECLARED}
    for path in sorted({*written, *SCHEMAS.glob("*")}):
        if not path.is_file() or path.read_text(encoding="utf-8") != written.get(path):
            yield path


def main() -> None:
    """Write the JSON schemas and the published ids that are committed; a test fails when they are stale."""
    PUBLISHED.write_text(written_codes(), encoding="utf-8")
    PUBLISHED_FORMS.write_text(published_forms(ALL_FORMS), encoding="utf-8")
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    for path in list(stale_schemas()):
        path.unlink(missing_ok=True)
    for files in DECLARED:
        files.schema.write_text(files.schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()

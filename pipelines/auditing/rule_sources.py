"""Where rules come from: the documents of rule_sources.yml, and how a rule cites them.

Belongs here: documents, citations and their words. Keep out: rules (`rule_kinds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipelines.declarations import Declaration, FreeText, OneOf, RootDeclaration, Wrong, load
from pipelines.declarations.kinds import UNCHECKED

PATH = Path(__file__).with_name("rule_sources.yml")


class RuleDocument(Declaration):
    """A law, a notice or a standard by its name in both languages; what is no legal text says so in its name."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z0-9]+)*$", json_schema_extra={UNCHECKED: "an id"})]
    zh: FreeText
    en: FreeText


class RuleSources(RootDeclaration[tuple[RuleDocument, ...]]):
    """rule_sources.yml: documents, each with the id that rules cite it by."""


def read_sources(path: Path = PATH) -> dict[str, RuleDocument]:
    """Return the documents of a file by id; raises DeclarationError with every fault by line."""
    return {document.id: document for document in load(path, RuleSources, also=_ids_once).root}


def _ids_once(sources: RuleSources) -> Iterator[Wrong]:
    taken: set[str] = set()
    for place, document in enumerate(sources.root):
        if document.id in taken:
            yield Wrong((place, "id"), f"{document.id} stands twice")
        taken.add(document.id)


@cache
def rule_documents() -> dict[str, RuleDocument]:
    """Return the documents that rules can cite, by id."""
    return read_sources()


class Citation(Declaration):
    """Documents that a rule comes from, and the article or part that it is in all of them, in both languages."""

    documents: Annotated[tuple[Annotated[str, OneOf("document", rule_documents)], ...], Field(min_length=1)]
    zh: FreeText
    en: FreeText

    @property
    def text_zh(self) -> str:
        """Return documents and article in Chinese."""
        named = "、".join(rule_documents()[each].zh for each in self.documents)
        return f"{named}{'' if self.zh.startswith('第') else '：'}{self.zh}"

    @property
    def text_en(self) -> str:
        """Return documents and article in English."""
        return " and ".join(rule_documents()[each].en for each in self.documents) + f": {self.en}"

"""Which agency a title is of, for people and scripts: candidates with their evidence, nothing published.

Belongs here: how an answer is printed. Keep out: how it is found (`agencies.resolver`).
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.agencies.organs import function_labels
from pipelines.agencies.published_at import host_and_path
from pipelines.agencies.resolver import resolver
from pipelines.commands.coded import in_words
from pipelines.commands.terminal import Lines, line, say_folded, show_table
from pipelines.contracts.codes import code_list
from pipelines.extracting.headline import text_lines, title_agency
from pipelines.extracting.index_number import printed_index_number
from pipelines.messages import chosen, message
from pipelines.shown import shown

if TYPE_CHECKING:
    from rich.console import Console


def text_and_index_number(path: Path) -> tuple[str, str | None]:
    """Return the text of a file of any format and its index number. Raises ReadError or OSError."""
    from pipelines.reading import read

    # Whoever opens a pipe waits for its other end.
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, message("commands.no_regular_file"), path)
    document = read(path.read_bytes())
    return "\n".join(text_lines(document)), printed_index_number(document)


def identify(
    title: str, year: int, host: str | None, text: str | None, index_number: str | None = None
) -> dict[str, Any]:
    """Return status, type, function, scope, its basis and candidates of a title; `host` may be a whole address."""
    name = title_agency(title)
    own_host, path = host_and_path([host]) if host and "/" in host else (host, None)
    found = resolver().resolve(name, year, host=own_host, path=path, text=text, index_number=index_number)
    return {
        "status": found.status,
        "name": name,
        "year": year,
        "agency_type": found.organ.type,
        "agency_function": found.organ.function,
        "agency_code": found.code.text if found.code else None,
        "code_conflict": found.code_conflict,
        "scope": found.scope,
        "scope_basis": found.scope_basis,
        "gazetteer_version": found.gazetteer_version,
        "candidates": [
            {
                "code": c.division.code,
                "path": f"{c.path}/{c.township}" if c.township else c.path,
                "township_code": c.township_code,
                "agency_type": found.organ.type,
                "score": c.score,
                "evidence": list(c.evidence),
            }
            for c in found.candidates
        ],
    }


def print_identification(found: dict[str, Any], console: Console) -> None:
    """Print an answer of `identify` as people read it."""
    known, language = found["agency_type"], chosen()
    kind = code_list("agency_type").label(known, language) if known else message("commands.type_unknown")
    function = function_labels().get(found["agency_function"] or "")
    headline = {
        "name": found["name"] or message("commands.no_agency_in_title"),
        "year": str(found["year"]),
        "kind": f"{kind}·{function}" if function else kind,
        "status": in_words("agency_status", found["status"]),
    }
    say_folded(line(message("commands.agency_found", **headline)), console)
    if not found["candidates"]:
        say_folded(line(message("commands.no_candidate")), console)
        return
    rows: list[tuple[object, ...]] = [
        (c["code"], c["path"], c["township_code"], f"{c['score']:.3f}", Lines("\n".join(map(shown, c["evidence"]))))
        for c in found["candidates"]
    ]
    names = ["代码 code", "区划 division", "乡级代码 township", "得分 score", "依据 evidence"]
    show_table(None, names, rows, console)

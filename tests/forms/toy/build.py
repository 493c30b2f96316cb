"""Run in a copy of the project that has the toy form: print what comes of generated reports as JSON.

`python -m tests.forms.toy.build FOLDER`: reports on the toy form and on its elders in FOLDER, extracted, audited,
published and exported. Belongs here: what is asked of the copy. Keep out: what must come out (`test_toy_form`).
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.corpus import layouts
from benchmarks.corpus.formats import written
from benchmarks.corpus.layouts import Layout, dressed, page
from benchmarks.corpus.printing import Printout, random_printout
from benchmarks.corpus.spans import TITLE
from pipelines.contracts.rendering import dictionary_markdown, schema_sql
from pipelines.exporting.files import export
from pipelines.forms import FORMS
from pipelines.warehouse.checks import check_names, run_check
from tests.projects import build_release, make_project

TOY, YEAR = "2026", 2026
_LAYOUTS: dict[str, Layout] = {"txt": layouts.pipe_own_lines, "html": layouts.html}
_FORMATS = ("docx", "xlsx")
# Reports on the elders of the toy form, read beside it.
ELDERS = {"2019": 2020, "2021": 2022}
_AGENCIES = ("莒县司法局", "莒县财政局", "莒县教育局", "莒县水利局")


def reports() -> list[tuple[str, bytes, Printout]]:
    """Return (name, content, printout) of every report; the same each time."""
    found = []
    for form, year in {**ELDERS, TOY: YEAR}.items():
        for agency, kind in zip(_AGENCIES, (*_LAYOUTS, *_FORMATS), strict=True):
            if form in FORMS:
                rng = random.Random(f"{form} {kind}")
                printout = random_printout(rng, form)
                title = f"{agency}{year}年政府信息公开工作年度报告"
                found.append((f"{form}.{kind}", _content(rng, kind, printout, title), printout))
    return found


def _content(rng: random.Random, kind: str, printout: Printout, title: str) -> bytes:
    if kind in _LAYOUTS:
        return dressed(rng, page(rng, printout, _LAYOUTS[kind]).replace(TITLE, title))
    return written(rng, kind, printout, title=title)


def main(folder: Path) -> None:
    """Build a release of the reports and print what a test asks of it."""
    layout = make_project(folder, seeds=False)
    for name, content, _ in reports():
        (layout.raw / "2020" / name).write_bytes(content)
    release = build_release(layout)
    database = release.path / "gongkai.duckdb"
    exported = folder / "csv"
    export(release.path, exported, "csv", language="en")
    with duckdb.connect(str(database), read_only=True) as connection:
        found: dict[str, Any] = {
            "truth": {name: _numbers(printout) for name, _, printout in reports()},
            "outcomes": connection.execute("SELECT location, outcome, reason FROM raw_file_location").fetchall(),
            "cells": connection.execute(
                "SELECT o.location, r.form, c.cell_path, c.status, c.value::VARCHAR, c.is_statutory FROM cell AS c "
                "JOIN dim_report AS r USING (report_key) JOIN raw_file_location AS o USING (file_sha256)"
            ).fetchall(),
            "years": connection.execute("SELECT year_key, form_in_force FROM dim_year").fetchall(),
            "measures": connection.execute(
                "SELECT document_type, issued, amended, repealed, in_force FROM fact_item_1_documents AS f "
                "JOIN dim_report AS r USING (report_key) WHERE r.form = $form ORDER BY ALL",
                {"form": TOY},
            ).fetchall(),
            "services": connection.execute("SELECT count(*), count(decisions) FROM fact_item_10_services").fetchall(),
            "evaluated": connection.execute(
                "SELECT DISTINCT r.form, e.rule FROM read_parquet($files) AS e JOIN dim_report AS r USING (report_key)",
                {"files": f"{release.path}/parquet/audit_evaluation/*/*.parquet"},
            ).fetchall(),
        }
    found["checks"] = {name: run_check(database, name).failing for name in check_names()}
    found["rendered"] = [schema_sql(), dictionary_markdown()]
    found["exported"] = {path.name: path.read_text("utf-8-sig").splitlines()[0] for path in exported.glob("*.csv")}
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def _numbers(printout: Printout) -> dict[str, str | None]:
    return {".".join(path): None if t.value is None else str(t.value) for path, t in printout.truth.items()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))

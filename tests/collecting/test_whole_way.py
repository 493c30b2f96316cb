"""The whole way on the test portal: lists of every type, fetching, reading, tables; every cell is as it was printed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import polars as pl
import yaml

from benchmarks.corpus.printing import Printout
from pipelines.collecting.crawler import run_source
from pipelines.collecting.source import Source, load_source
from pipelines.contracts import CONTRACTS
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import read_frame
from tests.collecting.portal import BUILDERS, Portal, Shelf, Site
from tests.projects import SEEDS, build_tables, make_project

REPORTS = 2
COLUMNS = ["file_sha256", "cell_path", "status", "value", "raw_text", "grid", "grid_row", "grid_col"]


def by_hand(site: Site, folder: Path) -> Source:
    """Serve the five seeds, and return the source that lists them by a CSV."""
    lines = ["url,title,date,agency,year"]
    for path in sorted(SEEDS.glob("*.txt")):
        site.add(f"/{path.name}", path.read_bytes())
        lines.append(f"{site.url(f'/{path.name}')},2020年政府信息公开工作年度报告,,,2020")
    (folder / "by-hand.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    listed = {"type": "manual", "csv": "by-hand.csv"}
    values = {"id": "by-hand", "agency": {"name": "某市人民政府"}, "hosts": [site.host], "list": listed}
    path = folder / "by-hand.yml"
    path.write_text(yaml.safe_dump(values | {"scheme_http_allowed": True}, allow_unicode=True), encoding="utf-8")
    return load_source(path)


def cells_of(layout: Layout) -> pl.DataFrame:
    return read_frame(layout.star, CONTRACTS["cell"]).select(COLUMNS).sort("file_sha256", "cell_path")


def test_every_cell_is_as_printed_and_as_from_the_inbox_and_names_its_source(tmp_path: Path) -> None:
    layout, bodies = crawled(tmp_path / "crawled")
    assert_every_cell_is_as_printed_or_says_that_it_is_not(layout, bodies)
    assert_the_tables_say_where_each_file_came_from(layout, bodies)
    inbox = make_project(tmp_path / "inbox")
    for number, body in enumerate(bodies):
        (inbox.raw / "2020" / f"{number}{'.html' if body.startswith(b'<') else '.docx'}").write_bytes(body)
    build_tables(inbox)
    ours = cells_of(layout)
    assert ours.equals(cells_of(inbox))
    assert ours["file_sha256"].n_unique() >= len(bodies)


def crawled(root: Path) -> tuple[Layout, dict[bytes, Printout]]:
    """Crawl sites of every list type into one project; return it and what was printed, by the bodies served."""
    layout = make_project(root / "project", seeds=False)
    bodies: dict[bytes, Printout] = {}
    with Portal() as portal:
        sources = [by_hand(portal.site(), root)]
        for seed, (name, builder) in enumerate(BUILDERS.items()):
            shelf = Shelf(REPORTS, seed=100 + seed, files_every=REPORTS)
            values = builder(portal.site(), shelf) | {"id": name.replace(" ", "-").replace("_", "-")}
            sources.append(Source.model_validate(values))
            bodies |= {report.page(): report.printout for report in shelf}
            bodies |= {body: report.printout for report in shelf for _, body in report.files}
        settings = portal.settings(root)
        with ThreadPoolExecutor(4) as pool:
            summaries = list(pool.map(lambda of: run_source(of, layout.raw, settings, lambda _: None), sources))
    assert [summary.problems for summary in summaries] == [()] * len(sources)
    assert sum(summary.created for summary in summaries) == len(bodies) + 5
    build_tables(layout)
    return layout, bodies


def assert_every_cell_is_as_printed_or_says_that_it_is_not(layout: Layout, bodies: dict[bytes, Printout]) -> None:
    truth = {
        sha256(body).hexdigest(): {".".join(path): cell.value for path, cell in printout.truth.items()}
        for body, printout in bodies.items()
    }
    right = wrong = 0
    for digest, path, value in cells_of(layout).select("file_sha256", "cell_path", "value").rows():
        if digest not in truth or value is None:
            continue
        printed = truth[digest][path]
        right, wrong = right + (printed == value), wrong + (printed != value)
    assert (wrong, right > 190 * len(truth) * 0.99) == (0, True)


def assert_the_tables_say_where_each_file_came_from(layout: Layout, bodies: dict[bytes, Printout]) -> None:
    places = read_frame(layout.star, CONTRACTS["raw_file_location"])
    fetched = places.filter(pl.col("source_id").is_not_null())
    assert set(fetched["source_id"]) == {"by-hand", *(name.replace(" ", "-").replace("_", "-") for name in BUILDERS)}
    assert fetched.height == len(bodies) + 5
    assert fetched["fetched_at"].null_count() == 0

"""Collecting: the declared sources, what was fetched from each, and whether each is well.

Partitions are source ids. A source is crawled in a process of its own that dies with the run.
"""

import dagster as dg

from assets.portals import Portals
from pipelines.collecting.crawler import run_crawler
from pipelines.collecting.source import load_sources
from pipelines.collecting.summary import RunSummary
from pipelines.commands.coded import in_words
from pipelines.commands.sources import check_health, faults, problem_in_words

# Sources are files of the project: which there are is known when the code is loaded.
SOURCES = dg.StaticPartitionsDefinition(sorted(load_sources()))


@dg.asset(group_name="collecting", kinds={"yaml"})
def sources(portals: dg.ResourceParam[Portals]) -> dg.MaterializeResult[None]:
    """来源。The declared sources, checked; those that a probe confirmed are crawled by the schedule."""
    declared, found = portals.setup.declared(), faults(portals.setup)
    return dg.MaterializeResult(
        metadata={
            "sources": len(declared),
            "confirmed": sum(source.confirmed for source in declared.values()),
            "faults": dg.MetadataValue.md("\n".join(f"- {line}" for line in found) or "none"),
        }
    )


@dg.asset(
    group_name="collecting",
    deps=[sources],
    partitions_def=SOURCES,
    kinds={"file"},
    check_specs=[dg.AssetCheckSpec("source_is_not_red", asset="fetched_files")],
)
def fetched_files(context: dg.AssetExecutionContext, portals: dg.ResourceParam[Portals]):  # type: ignore[no-untyped-def]  # dagster reads it
    """抓取的文件。Files fetched from a source into data/raw/objects: new, changed, unchanged, gone, refused, failed."""
    summary = run_crawler(context.partition_key, context.log.info, **portals.crawler_options())
    if summary.state in ("failed", "stopped"):
        raise dg.Failure(f"{summary.source_id}: {'; '.join(summary.problems)}", allow_retries=False)
    return dg.MaterializeResult(metadata=_figures(summary), check_results=[_redness(summary)])


def _figures(summary: RunSummary) -> dict[str, dg.MetadataValue | int | str]:
    counted = ("created", "updated", "unchanged", "gone", "refused", "failed", "pending")
    figures: dict[str, dg.MetadataValue | int | str] = {name: getattr(summary, name) for name in counted}
    problems = "\n".join(f"- {problem_in_words(problem)}" for problem in summary.problems)
    return figures | {
        "list_state": in_words("list_state", summary.list_state),
        "problems": dg.MetadataValue.md(problems or "none"),
    }


def _redness(summary: RunSummary) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="source_is_not_red",
        passed=not summary.is_red,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"list_state": in_words("list_state", summary.list_state), "problems": len(summary.problems)},
    )


@dg.asset_check(asset=sources, blocking=False)
def sources_are_well(portals: dg.ResourceParam[Portals]) -> dg.AssetCheckResult:
    """来源健康。One request for the first list page of every confirmed source; it warns and never blocks."""
    confirmed = [name for name, source in portals.setup.declared().items() if source.confirmed]
    found = check_health(portals.setup, confirmed) if confirmed else []
    red = [each for each in found if not each.is_healthy]
    lines = "\n".join(f"- {each.name}: {in_words('source_state', each.state)}: {each.detail}" for each in red)
    return dg.AssetCheckResult(
        passed=not red,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"looked_at": len(found), "red": len(red), "which": dg.MetadataValue.md(lines or "none")},
    )

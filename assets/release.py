"""Release: the candidate, the checks that block it, and publication."""

import dagster as dg

from assets.progress import counted
from assets.resources import Warehouse
from pipelines import said
from pipelines.commands.diff import comparison_markdown
from pipelines.commands.progress import phase
from pipelines.commands.stopped import accepted_loss_in_words, unaccepted_loss_lines
from pipelines.contracts import CONTRACTS
from pipelines.releases.accepted_loss import accepted_loss
from pipelines.releases.diff import CannotCompare, compare, release_before
from pipelines.releases.layout import current_release
from pipelines.releases.manifest import DATABASE, read_manifest
from pipelines.releases.stored import storage_named
from pipelines.releases.summary import counts
from pipelines.storing import StorageError
from pipelines.warehouse.checked import NotChecked, note_checked, require_checked
from pipelines.warehouse.checks import CANDIDATE, CheckResult, check_about, check_description, check_names, run_checks
from pipelines.warehouse.publication import note_replaceable, publish_to, remove_unnamed, replaceable
from pipelines.warehouse.release import Published, UnacceptedLoss, build_candidate, publish

_SHOWN_REPLACED = 20
# Each stands at the table it is about. There it blocks nothing: what reads the table is what the check looks at.
_ABOUT = {name: check_about(name) for name in check_names()}
_SOUND = dg.AssetCheckSpec(
    "candidate_is_sound",
    asset=CANDIDATE,
    blocking=True,
    description="全部检查通过才发布。One row that fails one check, of whatever table, blocks the release.",
)
_CHECKS = [
    _SOUND,
    *(
        dg.AssetCheckSpec(
            name,
            asset=about,
            additional_deps=[] if about == CANDIDATE else [CANDIDATE],
            description=check_description(name),
        )
        for name, about in _ABOUT.items()
    ),
]


@dg.asset(group_name="release", deps=list(CONTRACTS), kinds={"duckdb"})
def release_candidate(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """候选数据版本。Parquet, database and manifest built beside the current release."""
    with phase("progress.database"):
        manifest = read_manifest(build_candidate(warehouse.layout, rebuild=warehouse.rebuild))
    rows = sum(int(about["rows"]) for about in manifest["tables"].values())
    return dg.MaterializeResult(metadata={"rows": rows, "content_hash": manifest["content_hash"]})


@dg.multi_asset_check(specs=_CHECKS, can_subset=True)
def candidate_checks(context: dg.AssetCheckExecutionContext, warehouse: Warehouse):  # type: ignore[no-untyped-def]  # dagster reads it
    """发布前检查。Each query of sql/checks selects failing rows; one row blocks the release."""
    if _SOUND.key not in context.selected_asset_check_keys:
        context.log.info(said("run.checked_later"))
        return
    failing: dict[str, int] = {}
    results = run_checks(warehouse.layout.candidate / DATABASE, list(_ABOUT))
    for result in counted(results, len(_ABOUT), "progress.checks"):
        failing |= {result.name: result.failing} if result.failing else {}
        yield _evaluated(result)
    if not failing:
        note_checked(warehouse.layout)
    yield dg.AssetCheckResult(
        check_name=_SOUND.name, asset_key=CANDIDATE, passed=not failing, metadata={"checks": len(_ABOUT), **failing}
    )


def _evaluated(result: CheckResult) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=result.name,
        asset_key=_ABOUT[result.name],
        passed=result.failing == 0,
        metadata={"failing_rows": result.failing, **({"examples": str(result.examples)} if result.failing else {})},
    )


@dg.asset(group_name="release", deps=[release_candidate], kinds={"duckdb"})
def release(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """发布。The candidate becomes current by rename; equal content, or a loss nobody accepted, publishes nothing."""
    with phase("progress.publishing"):
        done = _published(warehouse)
        changes = _changes(warehouse)
    if (accepted := accepted_loss(read_manifest(done.path))) is not None:
        changes["accepted_loss"] = dg.MetadataValue.md("\n\n".join(accepted_loss_in_words(accepted)))
    if done.not_removed is not None:
        changes["not_removed"] = dg.MetadataValue.text(done.not_removed)
    if done.left_aside:
        changes["left_aside"] = dg.MetadataValue.text(", ".join(done.left_aside))
    return dg.MaterializeResult(
        metadata={"release": done.release_id, "is_new": done.is_new, **dict(counts(done.path)), **changes}
    )


@dg.asset(group_name="release", deps=[release], kinds={"s3"})
def stored_release(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """存储中的数据版本。The current release in the storage of GONGKAI_STORAGE; where none is named, nothing is done."""
    try:
        storage = storage_named()
        if storage is None:
            return dg.MaterializeResult(metadata={"storage": "none"})
        with phase("progress.sending") as progress:
            current, over = current_release(warehouse.layout), replaceable(warehouse.layout, storage)
            sent = publish_to(storage, current, over=over, progress=progress)
            if sent.is_new:
                note_replaceable(warehouse.layout, storage, current.name)
    except StorageError as error:
        raise dg.Failure(said("run.not_sent", error=error)) from error
    removed = remove_unnamed(storage)
    return dg.MaterializeResult(metadata={"storage": storage.address, **sent._asdict(), "removed_files": removed})


def _published(warehouse: Warehouse) -> Published:
    """Publish the candidate; where that loses what nobody accepted, the run stops here."""
    try:
        require_checked(warehouse.layout)
        return publish(warehouse.layout, accept_loss=warehouse.accept_loss, allowed_share=warehouse.allowed_loss)
    except NotChecked as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    except UnacceptedLoss as error:
        raise dg.Failure("\n".join(unaccepted_loss_lines(error)), allow_retries=False) from error


def _changes(warehouse: Warehouse) -> dict[str, dg.MetadataValue | int]:
    """Return what the current release changed against the one before it; it is published, whatever that one is.

    `replaced` has the first rows of what replaced what, for whoever ran it.
    """
    before = release_before(warehouse.layout)
    if before is None:
        return {}
    try:
        with compare(before, current_release(warehouse.layout)) as found:
            replaced = found.replacements()
            return {
                "changes": found.total,
                "changed": dg.MetadataValue.md(comparison_markdown(found)),
                "replacements": len(replaced),
                "replaced": dg.MetadataValue.json([list(each) for each in replaced[:_SHOWN_REPLACED]]),
            }
    except CannotCompare as error:
        return {"changed": dg.MetadataValue.md(str(error))}

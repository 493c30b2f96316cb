"""When sources are crawled and checked, and when the warehouse is rebuilt: more often in the reporting season."""

import hashlib
import os
from collections.abc import Iterator

import dagster as dg

from assets.collecting import fetched_files, sources_are_well
from assets.portals import Portals
from assets.resources import Warehouse
from assets.warehouse import JOB
from pipelines import said
from pipelines.locking import holder

_TIMEZONE = "Asia/Shanghai"

warehouse_job = dg.define_asset_job(
    JOB,
    # Exports take longer than all tables together, and few of those who run read them.
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("collecting", "exports"),
    description="全部资产，全部年度，一次运行并发布。All assets and years in one run; publishes if checks pass.",
)
exports_job = dg.define_asset_job(
    "exports_job",
    selection=dg.AssetSelection.groups("exports"),
    description="导出当前数据版本；只在要求时运行。Exports of the current release; runs only when asked to.",
)

collecting_job = dg.define_asset_job(
    "collecting_job",
    selection=[fetched_files],
    description="抓取一个来源。Crawls one source: a partition is a source.",
)
health_job = dg.define_asset_job(
    "health_job",
    selection=dg.AssetSelection.checks(sources_are_well),
    description="来源健康检查。One request for the first list page of every confirmed source.",
)


def _confirmed(portals: Portals) -> Iterator[dg.RunRequest]:
    for name, source in portals.setup.declared().items():
        if source.confirmed:
            yield dg.RunRequest(partition_key=name)


@dg.schedule(job=collecting_job, cron_schedule="0 20 * 1-4 *", execution_timezone=_TIMEZONE)
def collecting_season_nightly(portals: dg.ResourceParam[Portals]) -> Iterator[dg.RunRequest]:
    """一月至四月每晚抓取已确认的来源；默认关闭。Confirmed sources, every night of the season. Off until on."""
    yield from _confirmed(portals)


@dg.schedule(job=collecting_job, cron_schedule="0 20 * 5-12 0", execution_timezone=_TIMEZONE)
def collecting_off_season_weekly(portals: dg.ResourceParam[Portals]) -> Iterator[dg.RunRequest]:
    """五月至十二月每周日晚抓取；默认关闭。Late and corrected reports. Off until switched on."""
    yield from _confirmed(portals)


def _going_on(instance: dg.DagsterInstance, warehouse: Warehouse) -> str | None:
    """Return what a run that is asked for now would have to wait for: ticks are not to pile up runs behind it.

    A run that is said to have started and holds no lock was killed, and keeps nobody waiting.
    """
    if (held := holder(warehouse.layout.lock)) is not None:
        return said("run.warehouse_held", holder=held)
    waiting = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
    queued = instance.get_runs(dg.RunsFilter(job_name=JOB, statuses=waiting), limit=1)
    return said("run.one_waits", run=queued[0].run_id[:8]) if queued else None


def _rebuilding(name: str, cron: str, description: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name, job=warehouse_job, cron_schedule=cron, execution_timezone=_TIMEZONE, description=description
    )
    def rebuilt(context: dg.ScheduleEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
        going_on = _going_on(context.instance, warehouse)
        return dg.RunRequest() if going_on is None else dg.SkipReason(going_on)

    return rebuilt


schedules = [
    collecting_season_nightly,
    collecting_off_season_weekly,
    dg.ScheduleDefinition(
        name="source_health_nightly",
        job=health_job,
        cron_schedule="0 6 * * *",
        execution_timezone=_TIMEZONE,
        description="每天清晨查看来源；默认关闭。One check of every confirmed source. Off until switched on.",
    ),
    _rebuilding(
        "reporting_season_daily",
        "0 3 * 1-4 *",
        "一月至四月每日；默认关闭。Reports are due by 31 January and 31 March. Off until switched on.",
    ),
    _rebuilding(
        "off_season_weekly",
        "0 3 * 5-12 1",
        "五月至十二月每周一；默认关闭。Late and corrected reports. Off until switched on.",
    ),
]


@dg.sensor(
    job=warehouse_job,
    minimum_interval_seconds=60,
    description="data/raw 有变化时运行；默认关闭。Off until switched on.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """data/raw 有变化时运行。Asks for a run when files in data/raw were added, changed or removed."""
    state = _inbox_state(os.fsencode(warehouse.layout.raw))
    if state == context.cursor:
        return dg.SkipReason(said("run.nothing_arrived"))
    if (going_on := _going_on(context.instance, warehouse)) is not None:
        return dg.SkipReason(said("run.arrived_and_waits", reason=going_on))
    context.update_cursor(state)
    return dg.RunRequest(run_key=state)


def _inbox_state(folder: bytes) -> str:
    """Return a text that changes with the names, sizes and times of the files below a folder."""
    digest = hashlib.sha256()
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            try:
                found = os.lstat(parent + b"/" + name)
            except OSError:
                continue  # removed while we looked: the next look sees it
            digest.update(b"%s/%s\0%d\0%d\0" % (parent, name, found.st_size, found.st_mtime_ns))
    return digest.hexdigest()

"""When the warehouse is rebuilt: daily in the reporting season, weekly else, and when files arrive in data/raw."""

import hashlib
import os

import dagster as dg

from assets.partitions import ALL_YEARS_TAGS
from assets.resources import Warehouse

_TIMEZONE = "Asia/Shanghai"

warehouse_job = dg.define_asset_job(
    "warehouse_job",
    selection=dg.AssetSelection.all(),
    description="全部资产，全部年度，一次运行并发布。All assets and years in one run; publishes if checks pass.",
    tags=ALL_YEARS_TAGS,
)

schedules = [
    dg.ScheduleDefinition(
        name="reporting_season_daily",
        job=warehouse_job,
        cron_schedule="0 3 * 1-4 *",
        execution_timezone=_TIMEZONE,
        description="一月至四月每日；默认关闭。Reports are due by 31 January and 31 March. Off until switched on.",
    ),
    dg.ScheduleDefinition(
        name="off_season_weekly",
        job=warehouse_job,
        cron_schedule="0 3 * 5-12 1",
        execution_timezone=_TIMEZONE,
        description="五月至十二月每周一；默认关闭。Late and corrected reports. Off until switched on.",
    ),
]


@dg.sensor(
    job=warehouse_job,
    minimum_interval_seconds=60,
    description="data/raw 有变化时运行；默认关闭。Off until switched on.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, warehouse: Warehouse) -> dg.RunRequest | dg.SkipReason:
    """收件箱有变化时运行。Asks for a run when files in data/raw were added, changed or removed."""
    state = _inbox_state(os.fsencode(warehouse.layout.raw))
    if state == context.cursor:
        return dg.SkipReason("nothing new in data/raw")
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

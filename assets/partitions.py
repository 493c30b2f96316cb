"""Partitions by the year read from the report; 0 holds the reports whose year cannot be read.

Which there are stands with Dagster's instance, and every run writes it down anew: what is built follows from the
reports and never from this list, so storage that is lost costs nothing. Belongs here: that list. Keep out: which years
have reports (`pipelines/warehouse/star`).
"""

import os
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import cast

import dagster as dg
from sqlalchemy.exc import IntegrityError

from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import years_to_build

_NAME = "year"
# Dynamic: of a static list of all years Dagster recorded some 20 for each table, most of them empty. Not time windows:
# eager automation on time windows asks only for the latest.
YEARS = dg.DynamicPartitionsDefinition(name=_NAME)
SINGLE_RUN = dg.BackfillPolicy.single_run()


def add_years(instance: dg.DagsterInstance, years: Iterable[int]) -> None:
    """Add the partitions of years to those that there are."""
    known = _known(instance)
    _write(instance, known, {*known, *map(str, years)})


def keep_years(instance: dg.DagsterInstance, years: Iterable[int]) -> None:
    """Let there be the partitions of these years and no others; what was recorded of others stays in the log.

    In a database that warehouses share, those of other years may be another's, whose run would fail without: they stay.
    """
    if _is_shared():
        add_years(instance, years)
    else:
        _write(instance, _known(instance), set(map(str, years)))


def range_tags(keys: Sequence[str]) -> dict[str, str]:
    """Return the tags of a run over all partitions from the first to the last of some."""
    return {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}


def run_over_years(context: dg.AssetExecutionContext, inputs: RunInputs, *, alone: bool) -> list[str]:
    """Have a run that was launched for no partition be one for years; returns its partitions.

    They are those of the years there are `alone`, or these with whatever other partitions there are.
    A backfill makes what has no partitions in runs of its own first, and fails where one of its partitions goes.
    """
    wanted = years_to_build(inputs) or [0]
    (keep_years if alone else add_years)(context.instance, wanted)
    # Which years there are is known only now that the reports are read. Dagster looks at the tags of the run whenever a
    # table is done, and fails without a range where a table is made from partitions made in the same step.
    keys = _known(context.instance)
    cast("dict[str, str]", context.run.tags).update(range_tags(keys))
    return keys


def _is_shared() -> bool:
    return bool(os.environ.get(DATABASE_SWITCH))


def _known(instance: dg.DagsterInstance) -> list[str]:
    return list(instance.get_dynamic_partitions(_NAME))


def _write(instance: dg.DagsterInstance, known: list[str], wanted: set[str]) -> None:
    """Change the list as little as leaves it in the order of years: a range is read in the order of the list.

    0 stands last: a range from the first year to 0 is all there are. A list that was cut short by a kill is written
    again by the next run. In a database that warehouses share new years are only put behind what there is.
    """
    if wanted == set(known):
        return
    sorted_keys = sorted(wanted, key=lambda key: (key == "0", key))
    ordered = [*known, *(key for key in sorted_keys if key not in known)] if _is_shared() else sorted_keys
    left = [key for key in known if key in wanted]
    in_order = [old for old, _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, ordered, strict=False))]
    for key in known:
        if key not in in_order:
            instance.delete_dynamic_partition(_NAME, key)
    try:
        instance.add_dynamic_partitions(_NAME, ordered[len(in_order) :])
    except IntegrityError:
        # Another process added one of them at the same moment: now it is seen to be there.
        instance.add_dynamic_partitions(_NAME, ordered[len(in_order) :])

"""What the UI shows of assets beside what they are made from: who answers for them, their code, how fresh they are due.

Added for the UI alone: a run of the command line needs none of it. Belongs here: attributes of specs by rule. Keep
out: the graph, and what an asset is in words (`star`, `release` and their like).
"""

import inspect
import warnings
from collections.abc import Mapping
from datetime import timedelta

import dagster as dg

from pipelines.contracts import CONTRACTS
from pipelines.warehouse.star import BUILDERS

_OWNERS = {"collecting": ["team:collecting"], "exports": ["team:release"], "release": ["team:release"]}
_WAREHOUSE = ["team:warehouse"]
_TIMEZONE = "Asia/Shanghai"
# Reports are due by 31 January, summaries of governments by 31 March: until April a day without a release is late. What
# is looked at is the last deadline that passed, so that of 30 April holds until January.
_IN_SEASON = dg.FreshnessPolicy.cron("0 12 * 1-4 *", timedelta(hours=24), timezone=_TIMEZONE)
# Late and corrected reports: off the season the inbox is looked through weekly, and after five weeks somebody forgot.
_ALL_YEAR = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=35), warn_window=timedelta(days=9))
_FRESH = {"release": _IN_SEASON, "raw_files": _ALL_YEAR}
# What comes into the inbox is asked for by its sensor and schedules; exports only by people.
_NOT_OF_ITSELF = {"collecting", "raw", "exports"}


def described(assets: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """Return assets with owners, links to their code, freshness and what makes them anew."""
    with warnings.catch_warnings():
        # References to code are marked beta; what is lost with them is a link, and a test sees that they are there.
        warnings.simplefilter("ignore", dg.BetaWarning)
        (linked,) = dg.with_source_code_references([assets])
        assert isinstance(linked, dg.AssetsDefinition)
        return linked.map_asset_specs(_described)


def _described(spec: dg.AssetSpec) -> dg.AssetSpec:
    name, group = spec.key.to_user_string(), spec.group_name or ""
    metadata = dict(spec.metadata)
    if name in CONTRACTS:
        metadata |= {"dagster/table_name": f"gongkai.main.{name}", **_code(name, metadata)}
    return spec.replace_attributes(
        owners=_OWNERS.get(group, _WAREHOUSE),
        metadata=metadata,
        freshness_policy=_FRESH.get(name),
        automation_condition=None if group in _NOT_OF_ITSELF else dg.AutomationCondition.eager(),
    )


def _code(table: str, metadata: Mapping[str, object]) -> dict[str, object]:
    """Return the references of a table's code: its step, and the function that makes its rows."""
    key = "dagster/code_references"
    found = metadata[key]
    assert isinstance(found, dg.CodeReferencesMetadataValue)
    make = getattr(BUILDERS[table], "make", None)
    if make is None:
        return {}
    code = inspect.unwrap(make).__code__
    builder = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno, label="rows")
    return {key: dg.CodeReferencesMetadataValue(code_references=[builder, *found.code_references])}

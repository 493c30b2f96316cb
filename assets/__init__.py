"""Everything that imports dagster, in the order of the flow; bodies are thin and call `pipelines`.

Belongs here: what depends on what, partitions, resources, checks, schedules, sensors. Keep out: how anything is done.
"""

import warnings

import dagster as dg

# `backfill_policy` is marked beta; it is what lets all years build in one run, and the tests run it.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*backfill_policy.*")

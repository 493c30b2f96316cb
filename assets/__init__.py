"""Everything that imports dagster, in the order of the flow; bodies are thin and call `pipelines`.

Belongs here: what depends on what, partitions, resources, checks, schedules, sensors. Keep out: how anything is done.
"""

import warnings

# `backfill_policy` is marked beta; it is what lets all years build in one run, and the tests run it. The kind of the
# warning is not named: whoever imports a part of this loads dagster when it has to.
warnings.filterwarnings("ignore", message=".*backfill_policy.*")

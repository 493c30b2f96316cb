"""What the server that workers are forked from loads before: the readers of all formats, and no pandas beside Arrow.

Nothing else imports this: it changes the process that does.
"""

from __future__ import annotations

from pipelines.without_pandas import hide_pandas

hide_pandas()

import pebble.pool.process  # noqa: E402, F401

import pipelines.engine.worker  # noqa: E402, F401

"""The process that serves the explorer: what a first page would wait for is loaded before it."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from pipelines.interruption import begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()  # what follows takes seconds

from streamlit.elements import vega_charts
from streamlit.web import cli

from pipelines.exploring import (
    agencies,
    archived_file,
    audit_findings,
    charts,
    csv_files,
    indicators,
    overview,
    sources,
    statutory,
)

# Modules that keep answers are left to the server, which is what they keep them in.
LOADED = (agencies, audit_findings, charts, csv_files, indicators, overview, sources, statutory, vega_charts)


def main() -> None:
    """Start the worker that reads files, then serve web_app.py with the settings of the command line."""
    threading.Thread(target=archived_file.warm, daemon=True).start()
    cli.main(["run", str(Path(__file__).with_name("web_app.py")), *sys.argv[1:]])


if __name__ == "__main__":
    end_loading()
    main()

"""The portals as a resource: where sources are declared, and where what is fetched from them goes."""

from pathlib import Path
from typing import TypedDict

import dagster as dg

from pipelines.collecting.source import SOURCES
from pipelines.commands.sources import CollectingSetup
from pipelines.releases.layout import Layout, project_root


class CrawlerOptions(TypedDict):
    """What `run_crawler` needs beside the source."""

    root: Path
    sources: Path
    test_configuration: Path | None


class Portals(dg.ConfigurableResource["Portals"]):
    """Where sources are declared and files go. A crawl takes no lock of the warehouse: it only adds files."""

    root: str = str(project_root())
    sources: str = str(SOURCES)
    # Of tests alone: with it nothing but the loopback addresses it names can be reached.
    test_configuration: str | None = None

    @property
    def setup(self) -> CollectingSetup:
        """Return where sources are declared and files go."""
        return CollectingSetup(**self.crawler_options())

    def crawler_options(self) -> CrawlerOptions:
        """Return the arguments of a crawler."""
        test = None if self.test_configuration is None else Path(self.test_configuration)
        return CrawlerOptions(root=Layout(Path(self.root)).raw, sources=Path(self.sources), test_configuration=test)

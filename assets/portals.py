"""The portals as a resource: where sources are declared, and where what is fetched from them goes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from pipelines.collecting.source import SOURCES
from pipelines.commands.sources import CollectingSetup
from pipelines.releases.layout import Layout, project_root


class CrawlerOptions(TypedDict):
    """What `run_crawler` needs beside the source."""

    root: Path
    sources: Path
    test_configuration: Path | None


@dataclass(frozen=True, kw_only=True)
class Portals:
    """Where sources are declared and files go. A crawl takes no lock of the warehouse: it only adds files.

    Nothing of it is configuration of a run: whoever launches one could write, and fetch, wherever they like.
    """

    root: Path = field(default_factory=project_root)
    sources: Path = SOURCES
    # Of tests alone: with it nothing but the loopback addresses it names can be reached.
    test_configuration: Path | None = None

    @property
    def setup(self) -> CollectingSetup:
        """Return where sources are declared and files go."""
        return CollectingSetup(**self.crawler_options())

    def crawler_options(self) -> CrawlerOptions:
        """Return the arguments of a crawler."""
        return CrawlerOptions(
            root=Layout(self.root).raw, sources=self.sources, test_configuration=self.test_configuration
        )

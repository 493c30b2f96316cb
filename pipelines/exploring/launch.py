"""Start the server (`server`) with the settings of the explorer: this machine only, nothing sent, our colours."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines import Told
from pipelines.messages import message
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import RELEASE_SWITCH, Layout, NoRelease, release_to_read

HOST = "127.0.0.1"
# Set for the server by whoever starts it: whether there is a page for a reader's own SQL.
SQL_SWITCH = "GONGKAI_EXPLORE_SQL"
# A page of the web that leads its own name to this machine is not answered.
NAMES = (HOST, "localhost")
# On the command line, so that no file in the project or home folder can loosen them.
_SETTINGS = {
    "server.address": HOST,
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.enableStaticServing": "false",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    # In MiB: what reading takes of one file, with which the page for offices asks for files.
    "server.maxUploadSize": str(DEFAULT_LIMITS.input_bytes // 2**20),
    "server.showEmailPrompt": "false",
    "server.enableAgentApi": "false",
    "browser.gatherUsageStats": "false",
    # Its welcome brings advertisements with it, in the terminal and on the page.
    "logger.hideWelcomeMessage": "true",
    "browser.serverAddress": HOST,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "runner.magicEnabled": "false",
    "global.developmentMode": "false",
    "theme.base": "light",
    "theme.primaryColor": "#1d4f91",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f4f6f9",
    "theme.textColor": "#1f2933",
    "theme.linkColor": "#1d4f91",
    "theme.borderColor": "#d9dee5",
    "theme.baseRadius": "small",
    "theme.baseFontSize": "15",
    "theme.font": "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', "
    "'WenQuanYi Zen Hei', sans-serif",
    "theme.headingFontSizes": '["1.6rem", "1.2rem", "1.05rem"]',
    "theme.showSidebarBorder": "true",
}


class NotInstalled(Told):
    """Streamlit is an extra."""


def command(port: int, *, headless: bool) -> list[str]:
    """Return the command that serves the explorer."""
    settings = {**_SETTINGS, "server.port": str(port), "server.headless": str(headless).lower()}
    given = [f"--{name}={value}" for name, value in settings.items()]
    given += [f"--server.allowedHosts={name}" for name in NAMES]
    # By default pages of a cloud may press its buttons where they have it in a frame.
    given += [f"--client.allowedOrigins=http://{name}:{port}" for name in NAMES]
    return [sys.executable, "-m", "pipelines.exploring.server", *given]


def launch(
    layout: Layout,
    *,
    port: int,
    headless: bool,
    sql: bool,
    release: str | None = None,
    log: Callable[[str], None] = lambda _: None,
) -> None:
    """Become streamlit; returns never. `release` is what a reader named instead of the current one of the project.

    Where nothing was published the page for offices is of use. Raises NotInstalled, and NoRelease where a release was
    named that is none.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise NotInstalled.of("exploring.not_installed")
    _look_for_release(layout, release, log)
    here = Path(__file__).resolve().parents[2]
    os.environ["GONGKAI_ROOT"] = str(layout.root)
    if release is not None:
        os.environ[RELEASE_SWITCH] = release
    os.environ[SQL_SWITCH] = "1" if sql else "0"
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(here), os.environ.get("PYTHONPATH")]))
    arguments = command(port, headless=headless)
    log(message("exploring.at", port=str(port)))
    # Streamlit takes the place of this process: ending it leaves nothing behind.
    os.execv(arguments[0], arguments)


def _look_for_release(layout: Layout, named: str | None, log: Callable[[str], None]) -> None:
    try:
        release_to_read(layout, named)
    except NoRelease:
        if named or os.environ.get(RELEASE_SWITCH):
            raise
        log(message("exploring.no_release"))

"""What the server answers to those who ask its own address: the pages of app.py, and a page's path with its place."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from streamlit.starlette import App

from pipelines.exploring.addresses import at_root
from pipelines.exploring.own_address import OwnAddress

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class FromTheRoot:
    """Lead a browser that asks for a page by its path to the root; nothing else is touched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            target = at_root(scope["path"], scope["query_string"].decode("latin-1"))
            if target is not None:
                await RedirectResponse(target, status_code=307)(scope, receive, send)
                return
        await self.app(scope, receive, send)


@asynccontextmanager
async def prepared(_: App) -> AsyncIterator[None]:
    """Prepare what the first reader would wait for, beside the server."""
    from pipelines.exploring import session  # noqa: PLC0415  # what it keeps belongs to the server, which runs by now

    threading.Thread(target=session.prepare, daemon=True).start()
    yield


# Found by its name when streamlit reads this file.
app = App(
    Path(__file__).with_name("app.py"), middleware=[Middleware(OwnAddress), Middleware(FromTheRoot)], lifespan=prepared
)

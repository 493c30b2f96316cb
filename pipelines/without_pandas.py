"""Hide pandas from this process: nothing here uses it, and DuckDB and pandera import it wherever they find it.

It is installed beside the explorer and for development, and takes longer to import than most commands take. Hidden, it
is as in the plain installation, where it is not installed. Keep out: what else a process imports.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_HIDDEN = "pandas"


class _Hidden(MetaPathFinder, Loader):
    """Finds pandas and fails to load it, in the words that pandera knows; who only looks for it goes on."""

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Return a module that cannot be loaded for pandas, nothing for others."""
        return ModuleSpec(name, self) if name == _HIDDEN else None

    def exec_module(self, module: ModuleType) -> None:
        """Raise ModuleNotFoundError."""
        raise ModuleNotFoundError(f"No module named {module.__name__!r}", name=module.__name__)


def hide_pandas() -> None:
    """Let every later import of pandas in this process fail as where it is not installed."""
    if _HIDDEN not in sys.modules and not any(isinstance(finder, _Hidden) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Hidden())

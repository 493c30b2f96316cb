"""`make install`: compile the loops that make PDFs fast to read, where there is a C compiler.

Keep out: what they do (`reading.pdf.compiled`). Nothing needs them: what hinders compiling is told and fails nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipelines.commands.terminal import warn
from pipelines.messages import message
from pipelines.reading.pdf.compiled import FLAGS, SOURCE, library_path, loaded

_SECONDS = 60


def main() -> None:
    """Build the library of this source unless it is there; tell on stderr why not where that fails."""
    path = library_path()
    if loaded(path) is not None:
        return
    try:
        build(path)
    except (OSError, subprocess.SubprocessError) as error:
        detail = getattr(error, "stderr", None) or error
        warn(message("commands.without_compiled_loops", error=detail))


def build(path: Path) -> None:
    """Compile the library and remove those of other sources.

    Raises OSError or SubprocessError where there is no compiler, or it fails.
    """
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise FileNotFoundError(message("commands.no_compiler"))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    command = [compiler, *FLAGS, "-o", str(draft), str(SOURCE), "-lm"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for other in path.parent.glob("walk-*.so"):
        if other != path:
            other.unlink()


if __name__ == "__main__":
    main()

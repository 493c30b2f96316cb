"""`gongkai sql`: one statement that reads, bounded in time, memory, room on disk and rows, and ended by Ctrl-C at once.

The connection is that of every reader (`releases.open_release`), what may be asked says `releases.statements`. Keep
out: how rows are printed (`printing`).
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipelines import said
from pipelines.commands.failures import fail, fail_with, releases_explained
from pipelines.commands.terminal import console_for_people, flush, waiting, warn

if TYPE_CHECKING:
    import duckdb

# So often the thread that waits for the database looks whether somebody pressed Ctrl-C or the time is over.
_LOOK_SECONDS = 0.1
# A single call of a function cannot be interrupted: so much later the process ends with it.
_GRACE_SECONDS = 2.0
_INTERRUPTED_EXIT = 130
# As DuckDB writes its own limit; and what printing and threads need beside the database.
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_OWN_BYTES = 2**30
# Less does not open a release; the amount that is given by default is never too much.
_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([MGT])(i?)B", re.IGNORECASE | re.ASCII)
_LEAST_BYTES, _DEFAULT_BYTES = 32 * 10**6, 2 * 10**9


@dataclass(frozen=True)
class Bounds:
    """What an answer may take: memory as DuckDB writes it, seconds of the clock, rows."""

    memory: str
    seconds: float
    rows: int


class _Rows:
    """The rows of a cursor, as far as the bound goes."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, most: int) -> None:
        self._cursor, self._left = cursor, most
        self.description: Sequence[Sequence[object]] = cursor.description
        self.is_cut = False
        self.given = 0

    def fetchmany(self, size: int) -> list[tuple[object, ...]]:
        """Return the next rows; none beyond the bound."""
        # One more than is given out tells whether there are more.
        found: list[tuple[object, ...]] = self._cursor.fetchmany(min(size, self._left + 1))
        self.is_cut = self.is_cut or len(found) > self._left
        given = found[: self._left]
        self._left -= len(given)
        self.given += len(given)
        return given


class _Question(threading.Thread):
    """The query with its output, in a thread of its own: the main one stays free to hear Ctrl-C."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, text: str, output: str, most: int) -> None:
        super().__init__(daemon=True)
        self._connection, self._text, self._output, self._most = connection, text, output, most
        self.failure: BaseException | None = None
        self._rows: _Rows | None = None

    @property
    def is_cut(self) -> bool:
        """Return whether there are rows beyond the bound."""
        return self._rows is not None and self._rows.is_cut

    def tell_of_part(self) -> None:
        """Say that what was printed of an answer that did not come to its end is not the whole of it.

        Where it could not be printed, or nobody read on, that is what there is to say.
        """
        if self._rows is not None and self._rows.given and not isinstance(self.failure, OSError):
            warn(said("commands.part_of_answer", rows=self._rows.given))

    def run(self) -> None:
        """Ask and print; what goes wrong is kept for whoever waits."""
        from pipelines.commands.printing import write_rows
        from pipelines.releases.exact import ask_exactly
        from pipelines.releases.statements import require_reading

        try:
            require_reading(self._connection, self._text)
            with waiting("progress.querying"):
                found = ask_exactly(self._connection, self._text, keeps_lists=self._output == "json")
                self._rows = _Rows(found, self._most)
            write_rows(self._rows, self._output, console_for_people())
            flush()
        except BaseException as error:  # raised again where the command ends
            self.failure = error


def text_of(query: str, file: Path | None, output: str) -> str:
    """Return the query of a command line; one that is wrong ends the process with 2."""
    from pipelines.commands.printing import FORMATS

    if bool(query) == (file is not None):
        fail_with("commands.query_or_file", exit_code=2)
    if output not in FORMATS:
        fail_with("commands.unknown_format", exit_code=2, format=output, known=", ".join(FORMATS))
    try:
        # As it is: Python would make every end of a line one character, within texts as well.
        return file.read_bytes().decode("utf-8") if file is not None else query
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else said("commands.no_utf8")
        fail_with("commands.query_file", exit_code=2, file=file, error=why)


def answer(release: Path, text: str, output: str, bounds: Bounds) -> None:
    """Print the answer of a query; ends the process with 1 where it is none or not whole, 130 at Ctrl-C and SIGTERM.

    A bound of memory that cannot be kept ends the process with 2.
    """
    _require_amount(bounds.memory)
    from pipelines.commands.leaving import terminated_as_by_ctrl_c

    try:
        with terminated_as_by_ctrl_c():
            _answer(release, text, output, bounds)
    except KeyboardInterrupt:
        fail(said("commands.interrupted"), _INTERRUPTED_EXIT)  # before the query had begun, or after it had ended


def _require_amount(memory: str) -> None:
    """Refuse an amount of memory that DuckDB does not take, or takes for another."""
    most = max(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), _DEFAULT_BYTES)
    given = _AMOUNT.fullmatch(memory.strip())
    power = "MGT".index(given[2].upper()) + 2 if given else 0
    number = float(given[1]) * (1024 if given[3] else 1000) ** power if given else 0.0
    if not _LEAST_BYTES <= number <= most:
        megabytes = {"least": _LEAST_BYTES // 10**6, "most": most // 10**6}
        fail_with("commands.memory_amount", exit_code=2, given=memory, **megabytes)


def _answer(release: Path, text: str, output: str, bounds: Bounds) -> None:
    from pipelines.releases.open_release import connect

    # Where large sorts and groups go that memory does not hold.
    with tempfile.TemporaryDirectory(prefix="gongkai-sql-") as folder:
        room = shutil.disk_usage(folder).free // 2
        given = {"memory_limit": bounds.memory, "max_temp_directory_size": f"{room}B"}
        with connect(release, temp_directory=folder, **given) as connection:
            question = _Question(connection, text, output, bounds.rows)
            with _bounded_memory(connection):
                question.start()
                _wait(question, connection, bounds.seconds, Path(folder))
        if question.failure is not None:
            question.tell_of_part()
            _explain(question.failure, folder)
    if question.is_cut:
        from pipelines.commands.printing import SHOWN_ROWS

        is_shorter = output == "table" and bounds.rows > SHOWN_ROWS
        code = "commands.more_rows_than_bound" if is_shorter else "commands.first_rows_only"
        fail_with(code, rows=bounds.rows, **({"shown": SHOWN_ROWS} if is_shorter else {}))


def _used_bytes() -> int:
    """Return how much of its data segment this process uses now; where the system does not tell, nothing is bound."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return 2**62
    return int(status.partition("VmData:")[2].split()[0]) * 1024


@contextmanager
def _bounded_memory(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Bound the memory of this process: DuckDB counts its pages, and not the texts that its functions make."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = str(row[0]).split()
    limit = _used_bytes() + int(float(number) * _UNITS[unit]) + _OWN_BYTES
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _wait(question: _Question, connection: duckdb.DuckDBPyConnection, seconds: float, folder: Path) -> None:
    """Wait for an answer until its time is over or Ctrl-C is pressed; then the process ends."""
    deadline = time.monotonic() + seconds
    try:
        while question.is_alive() and time.monotonic() < deadline:
            question.join(_LOOK_SECONDS)
    except KeyboardInterrupt:
        _end(connection, question, folder, said("commands.interrupted"), _INTERRUPTED_EXIT)
    if question.is_alive():
        _end(connection, question, folder, said("commands.no_answer_in_time", seconds=seconds), 1)


def _end(connection: duckdb.DuckDBPyConnection, question: _Question, folder: Path, told: str, code: int) -> NoReturn:
    """End the process whether the database hears it or not, and leave nothing behind."""
    connection.interrupt()
    question.join(_GRACE_SECONDS)
    shutil.rmtree(folder, ignore_errors=True)
    question.tell_of_part()
    warn(f"gongkai: {told}")
    flush()
    os._exit(code)


def _explain(failure: BaseException, folder: str) -> NoReturn:
    """Say why there is no answer, and end the process; `folder` is where went what memory did not hold."""
    import duckdb
    import typer

    from pipelines.releases.statements import NotReading

    if isinstance(failure, typer.Exit):
        raise failure  # said, and with its own code
    if isinstance(failure, duckdb.IOException) and folder in str(failure):
        fail_with("commands.not_spilled", folder=folder, error=str(failure).partition("\n")[0])
    with releases_explained():
        if isinstance(failure, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException):
            raise failure
    if isinstance(failure, duckdb.OutOfMemoryException | MemoryError):
        # Below its first line DuckDB advises settings, which nobody can make here.
        fail_with("commands.out_of_memory", error=str(failure).partition("\n")[0])
    if isinstance(failure, duckdb.Error | NotReading):
        fail(str(failure))
    raise failure

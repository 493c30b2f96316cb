"""The one way to standard output and standard error: what acts on a screen is shown, never sent.

Everything that a command prints passes here: lines, tables, JSON, CSV, progress, and through `guard` what libraries and
Python itself print. On a terminal the only sequences sent are those of rich for layouts and styles of ours. Belongs
here: streams and consoles. Keep out: what is printed, and which characters are harmful (`pipelines.shown`).
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from io import TextIOBase
from math import isfinite
from time import monotonic
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from pipelines.shown import in_cell, in_json, shown, shown_lines

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
    from rich.text import Text

# Wide enough in a pipe or file that no sha256 and no cell path is cut.
PIPE_WIDTH = 160
_FILLED_SCALE = -6
_LASTING_SECONDS = 0.3
# Seconds between two lines in a pipe, for whoever watches a log more closely, or wants it quieter.
SECONDS_SWITCH = "GONGKAI_PROGRESS_SECONDS"
# What CSV quotes, as the exports do.
_QUOTED = re.compile(r'[",]|^\s|\s$')
_LINE_SECONDS, _LEAST_LINE_SECONDS = 60.0, 0.05


class Lines(str):
    """A text of several lines of ours, to be printed as such: what it is made of has been `shown`."""

    __slots__ = ()


class Guarded(TextIOBase):
    """A stream on which what is written is shown; `raw` is the stream below, for consoles that style what they show.

    It is no terminal to those who ask, so that no library styles its text: that would be shown, too.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there, too, of a type that says nothing
        """Return the encoding of the stream below."""
        return self.raw.encoding

    @property
    def buffer(self) -> Any:
        """Return the bytes below, which subprocesses and binary writers ask for."""
        return self.raw.buffer

    def write(self, text: str, /) -> int:
        """Write a text with everything that acts on a screen shown."""
        _write(self.raw, shown_lines(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream below."""
        self.raw.flush()

    def fileno(self) -> int:
        """Return the descriptor below."""
        return self.raw.fileno()

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def isatty(self) -> bool:
        """Tell that it is no terminal."""
        return False


class _Kept:
    """Standard error as it was when the process began, where others redirect it meanwhile; and what was told once."""

    stream: TextIO | None = None
    notes: Console | None = None
    is_setting_told = False


class _Showing:
    """A hook of rich: whatever is printed, the text of its segments is shown, and only then sent."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return the renderables, each with its texts shown."""
        return [cast("ConsoleRenderable", Shown(each)) for each in renderables]


class Shown:
    """A renderable of rich with its texts shown."""

    def __init__(self, inner: RenderableType) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the segments of the renderable; those that are sequences of rich's own are left as they are."""
        from rich.segment import Segment

        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(shown_lines(segment.text), segment.style)


def guard() -> None:
    """Put a guard before both streams of this process: for tracebacks, warnings and whatever libraries print."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Guarded):
            # A name that no encoding can hold is shown, not a reason to end with a traceback.
            with suppress(AttributeError):
                stream.reconfigure(errors="backslashreplace")
            setattr(sys, name, Guarded(stream))


def open_closed_streams() -> bool:
    """Open to nothing what a shell closed (`>&-`), so that no file of ours takes its place; False without an output."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # a descriptor, until the end
    return sys.stdout is not None


def keep_standard_error() -> None:
    """Keep standard error of now: dagster redirects it while its steps run, and what is told must still arrive."""
    if _Kept.stream is None:
        _Kept.stream = open(os.dup(2), "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115, PTH123  # a descriptor, for as long as the process lives
        _Kept.notes = None


def console_for_people() -> Console:
    """Return the console of standard output: as wide as the terminal, or wide enough for whoever reads a pipe."""
    stream = _unguarded(sys.stdout)
    return console_on(stream, width=None if stream.isatty() else PIPE_WIDTH)


def console_for_notes() -> Console:
    """Return the console of standard error: what is told while a command goes on, and what needs somebody."""
    stream = _Kept.stream or _unguarded(sys.stderr)
    if _Kept.notes is None or _Kept.notes.file is not stream:
        # One for all: a note that is printed while something moves has to take its place above that.
        _Kept.notes = console_on(stream, soft_wrap=True)
    return _Kept.notes


def notes_move() -> bool:
    """Tell whether standard error is a terminal on which a line can be written over."""
    return (_Kept.stream or _unguarded(sys.stderr)).isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def show_life() -> None:
    """Send the least there is to a terminal, at once: to load what paints takes half a second."""
    if notes_move():
        stream = _Kept.stream or _unguarded(sys.stderr)
        stream.write("...\r")
        stream.flush()


def console_on(stream: IO[str], *, width: int | None = None, soft_wrap: bool = False) -> Console:
    """Return a console that takes no text for markup, emoji or a thing to highlight, and shows what it prints."""
    from rich.console import Console

    console = Console(file=stream, width=width, markup=False, emoji=False, highlight=False, soft_wrap=soft_wrap)
    console.push_render_hook(cast("RenderHook", _Showing()))
    return console


def line(*parts: str | tuple[str, str]) -> Text:
    """Return one line for a console, of texts and of (text, style); whatever is in them, it stays one line."""
    from rich.text import Text

    return Text.assemble(*(shown(part) if isinstance(part, str) else (shown(part[0]), part[1]) for part in parts))


def say_folded(text: Text, console: Console) -> None:
    """Print a line that people read on as many lines as it takes, no number of it on two."""
    from pipelines.commands.columns import with_folded_lines

    console.print(text if console.soft_wrap else with_folded_lines(text, console.width), soft_wrap=True)


def show_table(title: str | None, names: list[str], rows: list[tuple[object, ...]], console: Console) -> None:
    """Print rows as a table: long texts are folded, never cut, and numbers neither.

    Where the columns do not fit side by side, each row is printed upright, a line for each column.
    """
    from pipelines.commands.columns import fitting_widths, folded, table_width, with_whole_numbers

    heads = [cell(name) for name in names]
    texts = [["" if value is None else cell(_printed(value)) for value in row] for row in rows]
    widths = fitting_widths(heads, texts, console.width)
    if widths is None:
        _show_upright(title, heads, texts, console)
        return
    from rich.table import Table as RichTable

    table = RichTable(title=title and "\n".join(folded(cell(title), table_width(widths))))
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, overflow="fold", width=width)
    for row in texts:
        table.add_row(*(with_whole_numbers(text, width, console) for text, width in zip(row, widths, strict=True)))
    console.print(table)


def _show_upright(title: str | None, heads: list[str], rows: list[list[str]], console: Console) -> None:
    """Print each row as lines of `column: value`, after a sentence that says so; without rows, the columns alone."""
    from rich.cells import cell_len

    from pipelines import said
    from pipelines.commands.columns import folded, has_number, is_number

    if title:
        console.print(line((cell(title), "italic")), soft_wrap=True)
    console.print(line(said("listed.upright", columns=len(heads), width=console.width)), soft_wrap=True)
    for number, row in enumerate(rows or [[""] * len(heads)], start=1):
        if rows:
            console.print(line((f"-[ {number} ]-", "bold")))
        for head, value in zip(heads, row, strict=True):
            first, *others = value.splitlines() or [""]
            name = f"{head.replace(chr(10), ' ')}:"
            if cell_len(f"{name} {first}") > console.width and has_number(first):
                # It might be broken where the line of the terminal ends.
                first, others = "", [first, *others]
            console.print(line(f"{name} {first}" if first else name), soft_wrap=True)
            for other in others:
                for part in folded(other, console.width - 2) if has_number(other) and not is_number(other) else [other]:
                    console.print(line(f"  {part}"), soft_wrap=True)


def _printed(value: object) -> object:
    """Return a value as people write it: printed numbers without the zeros that only fill six decimals."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == _FILLED_SCALE:
        # By its text: `normalize` rounds to 28 digits, and a sum of DuckDB may have 38.
        return _plain(value).rstrip("0").rstrip(".")
    return _plain(value) if isinstance(value, bool | Decimal) else value


def _plain(value: object) -> str:
    """Return a value as SQL writes it: truth in small letters, a decimal with all its digits and no exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def say(text: str) -> None:
    """Print a line, or lines of ours, on standard output."""
    _write(_unguarded(sys.stdout), f"{shown_lines(text)}\n")


def warn(text: str) -> None:
    """Print a line, or lines of ours, on standard error."""
    _write(_Kept.stream or _unguarded(sys.stderr), f"{shown_lines(text)}\n")


def say_json(record: object) -> None:
    """Print a record as one line of JSON, which says exactly what it holds; JSON has no NaN: that is a text there."""
    try:
        text = json.dumps(record, ensure_ascii=False, default=_plain, allow_nan=False)
    except ValueError:
        text = json.dumps(_with_no_nan(record), ensure_ascii=False, default=_plain, allow_nan=False)
    _write(_unguarded(sys.stdout), in_json(text) + "\n")


def _with_no_nan(value: object) -> object:
    """Return a value of JSON in which "NaN", "Infinity" and "-Infinity" are texts: null would be no number at all."""
    if isinstance(value, dict):
        return {key: _with_no_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_no_nan(each) for each in value]
    return json.dumps(value) if isinstance(value, float) and not isfinite(value) else value


def say_csv(rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV, a line each: control characters of texts are spelt, and a backslash is two.

    As in exports nothing is NULL, two quotes are a text without characters, and a text that a spreadsheet could take
    for a formula has an apostrophe before it: the output of a query is opened in spreadsheets, too.
    """
    from pipelines.exporting.safe_text import safe_text

    def in_csv(value: object) -> str:
        if value is None:
            return ""
        text = safe_text(in_cell(str(value))) or "" if _is_text(value) else _plain(value)
        return '"' + text.replace('"', '""') + '"' if not text or _QUOTED.search(text) else text

    # What is written passes the guard, which has nothing left to do but for what no eye sees.
    Guarded(_unguarded(sys.stdout)).write("".join(f"{','.join(map(in_csv, row))}\n" for row in rows))


def line_seconds() -> float:
    """Return the seconds between two lines of progress in a pipe; a setting that is none is told, once."""
    stated = os.environ.get(SECONDS_SWITCH)
    if not stated:
        return _LINE_SECONDS
    try:
        seconds = float(stated)
    except ValueError:
        seconds = 0.0
    if 0 < seconds < float("inf"):
        # The longest that a thread can wait is three hundred years.
        return min(max(_LEAST_LINE_SECONDS, seconds), threading.TIMEOUT_MAX)
    if not _Kept.is_setting_told:
        _Kept.is_setting_told = True
        from pipelines import said

        warn(said("commands.progress_seconds", switch=SECONDS_SWITCH, stated=stated, seconds=_LINE_SECONDS))
    return _LINE_SECONDS


@contextmanager
def waiting(code: str) -> Iterator[None]:
    """Tell, once it lasts, that a command is at something that nobody can count; what tells is loaded only then."""
    ended = threading.Event()

    def tell() -> None:
        begun = monotonic()
        if ended.wait(_LASTING_SECONDS if notes_move() else line_seconds()):
            return
        from pipelines.commands.progress import begin, end

        with begin(since=begun, at=code).phase(code, {}):
            ended.wait()
        end()

    thread = threading.Thread(target=tell, name="waiting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def flush() -> None:
    """Send what was printed and not yet sent. Raises OSError where nobody can take it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as a shell leaves it that closed it
            stream.flush()


def cell(value: object) -> str:
    """Return a value as a cell of a table: one line, but for lines of ours."""
    text = str(value)
    return shown_lines(text) if isinstance(value, Lines) else shown(text)


def _is_text(value: object) -> bool:
    return not (value is None or isinstance(value, int | float | Decimal))


def _unguarded(stream: Any) -> TextIO:
    return cast("TextIO", stream.raw if isinstance(stream, Guarded) else stream)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        # A stream of another encoding, which is none of a terminal's: what it cannot hold is shown.
        stream.write(text.encode(stream.encoding, "backslashreplace").decode(stream.encoding))

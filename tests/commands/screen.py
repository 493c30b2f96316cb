"""A command on a terminal of its own (a pty): what it sends, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic

# What rich sends: colours and styles, moves of the cursor by lines, clearing of a line, the cursor itself.
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|[0-9]*A|2K|1K|0?K|\?25[lh]|[0-9]*G)|\r\n|\r|\n")
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Session:
    """What was sent, with the second it came at, the seconds the command lived, and its exit code."""

    sent: tuple[tuple[float, bytes], ...]
    seconds: float
    code: int

    @property
    def text(self) -> str:
        """Return all that was sent."""
        return b"".join(data for _, data in self.sent).decode("utf-8", "surrogateescape")

    @property
    def longest_pause(self) -> float:
        """Return the longest time between two things sent: to start Python takes as long as the machine is busy."""
        return max((later - earlier for (earlier, _), (later, _) in pairwise(self.sent)), default=0.0)

    @property
    def longest_silence(self) -> float:
        """Return the longest time in which nothing was sent, from the start to the end."""
        times = [0.0, *(at for at, _ in self.sent), self.seconds]
        return max(later - earlier for earlier, later in pairwise(times))


def harmful(text: str, *, on_terminal: bool) -> list[str]:
    """Return what acts on a screen in a text, but for lines, and on a terminal for what rich sends."""
    return _HARMFUL.findall(OURS.sub("", text) if on_terminal else text)


def on_terminal(words: Sequence[str], environment: Mapping[str, str], *, cwd: Path) -> Session:
    """Run a command with all three streams on a terminal of 120 columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    given = {**os.environ, "TERM": "xterm-256color", **environment}
    begun, sent = monotonic(), []
    process = subprocess.Popen(list(words), stdin=its, stdout=its, stderr=its, cwd=cwd, env=given, close_fds=True)
    os.close(its)
    ended = None
    while True:
        ready, _, _ = select.select([ours], [], [], 0.05)
        if ended is None and process.poll() is not None:
            ended = monotonic() - begun
        if not ready:
            if ended is not None:
                break
            continue
        try:
            data = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        sent.append((monotonic() - begun, data))
    os.close(ours)
    code = process.wait()
    return Session(tuple(sent), ended or monotonic() - begun, code)

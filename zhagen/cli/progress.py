"""A bar of progress on the error stream: it moves on a terminal and is a few plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass, field
from typing import TextIO

from zhagen.cli.talk import say

WIDTH = 24
LINES_ELSEWHERE = 4
"""Where there is no terminal, such as a log file: one line for each such part of the way."""


@dataclass(slots=True)
class Progress:
    """Takes how much is done; give it as `tell`.

    Args:
        language: "zh" or "en".
        stream: Where it is shown.
    """

    language: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _started: float = field(default_factory=time.monotonic)
    _before: int = -1
    _parts_told: int = 0

    def __call__(self, done: int, of: int) -> None:
        """Show that some of all rows are done; the first call says what was done before."""
        if self._before < 0:
            self._before = done
            if done:
                self._write(say("experiment.resumed", self.language, done=done, of=of) + "\n")
        if self.stream.isatty():
            self._write("\r" + self._line(done, of) + ("\n" if done == of else "\x1b[K"))
        elif done * LINES_ELSEWHERE // max(of, 1) > self._parts_told:
            self._parts_told = done * LINES_ELSEWHERE // max(of, 1)
            self._write(self._line(done, of) + "\n")

    def _line(self, done: int, of: int) -> str:
        full = WIDTH * done // max(of, 1)
        bar = "█" * full + "░" * (WIDTH - full)
        computed = done - self._before
        seconds = time.monotonic() - self._started
        left = f"{seconds / computed * (of - done):.0f}" if computed else "?"
        return say("experiment.progress", self.language, bar=bar, done=done, of=of, left=left)

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()

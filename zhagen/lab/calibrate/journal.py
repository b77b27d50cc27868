"""Runs kept on disk: a calibration that was stopped goes on where it stood, and one table serves many districts."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from zhagen.core.errors import RuleError
from zhagen.lab.calibrate.box import Floats
from zhagen.lab.calibrate.question import Numbers, Simulator

BLOCK = 250
"""Runs between two savings."""

Key = tuple[int, bytes]
"""A run: its number and its parameters."""


class Journal:
    """A simulator that asks another one only for runs that are not yet in its file.

    As all steps of a calibration follow from its seed, a repeated one asks for the same runs and so finds them.

    Args:
        simulate: what makes new runs.
        about: whatever else decides what a run gives: world, levers, months, seed, code.
        path: the file (.npz); kept in memory only where None.
        told: called after each block with the count of runs made or found so far.
    """

    def __init__(
        self,
        simulate: Simulator,
        about: str,
        path: Path | None = None,
        told: Callable[[int], None] = lambda runs: None,
    ) -> None:
        self.simulate, self.path, self.told = simulate, path, told
        self.about = hashlib.sha256(about.encode()).hexdigest()
        self.made = self.served = 0
        self._known: dict[Key, Floats] = {}
        if path is not None and path.exists():
            self._read(path)

    def __call__(self, values: Floats, numbers: Numbers) -> Floats:
        """Return moments (n, m) of these runs; those not in the file are made and kept, block by block.

        Raises:
            RuleError: "cli.cannot_write".
        """
        rows: list[Floats] = []
        for start in range(0, len(values), BLOCK):
            rows += self._block(values[start : start + BLOCK], numbers[start : start + BLOCK])
            self.served = len(rows)
            self.told(self.served)
        return np.array(rows)

    def _block(self, values: Floats, numbers: Numbers) -> list[Floats]:
        keys = [(int(number), row.tobytes()) for number, row in zip(numbers, values, strict=True)]
        new = [place for place, key in enumerate(keys) if key not in self._known]
        if new:
            fresh = self.simulate(values[new], numbers[new])
            self._known |= {keys[place]: row for place, row in zip(new, fresh, strict=True)}
            self.made += len(new)
            self._write()
        return [self._known[key] for key in keys]

    def apart(self) -> "Journal":
        """Return a journal that knows the same runs and keeps new ones to itself, in memory."""
        other = Journal(self.simulate, "", told=self.told)
        other.about, other._known = self.about, dict(self._known)
        return other

    @property
    def digest(self) -> str:
        """Hash of all runs, in the order of their numbers."""
        whole = hashlib.sha256(self.about.encode())
        for key in sorted(self._known):
            whole.update(np.int64(key[0]).tobytes() + key[1] + self._known[key].tobytes())
        return whole.hexdigest()

    def _read(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as kept:
                about = str(kept["about"])
                keys = [
                    (int(n), row.tobytes()) for n, row in zip(kept["numbers"], kept["values"], strict=True)
                ]
                self._known = dict(zip(keys, kept["moments"], strict=True))
        except (OSError, ValueError, KeyError) as error:
            raise RuleError("calibration.no_table", name=str(path)) from error
        if about != self.about:
            raise RuleError("calibration.other_table", name=str(path))

    def _write(self) -> None:
        if self.path is None:
            return
        part = self.path.with_name(self.path.name + ".part.npz")
        try:
            np.savez(
                part,
                about=np.array(self.about),
                numbers=np.array([number for number, _ in self._known], dtype=np.int64),
                values=np.array([np.frombuffer(row) for _, row in self._known]),
                moments=np.array(list(self._known.values())),
            )
            part.replace(self.path)  # whole or not at all: a kill leaves the file before
        except OSError as error:
            raise RuleError("cli.cannot_write", name=str(self.path), reason=error.strerror) from error

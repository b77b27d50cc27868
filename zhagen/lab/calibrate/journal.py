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


class Journal:
    """A simulator that asks another one only for runs that are not yet in its file.

    A run is known by its number. As all steps of a calibration follow from its seed, a repeated
    calibration asks for the same runs and so takes them from the file.

    Args:
        simulate: what makes new runs.
        about: whatever decides what a run of these parameters gives: world, levers, months, seed, code.
        path: the file (.npz); kept in memory only where None.
        told: called after each block with the count of runs made or read so far.
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
        self._known: dict[int, tuple[Floats, Floats]] = {}
        if path is not None and path.exists():
            self._read(path)

    def __call__(self, values: Floats, numbers: Numbers) -> Floats:
        """Return moments (n, m) of these runs; those not in the file are made and kept, block by block.

        Raises:
            RuleError: "calibration.other_table": the file's runs have other parameters.
        """
        rows: list[Floats] = []
        for start in range(0, len(values), BLOCK):
            part, named = values[start : start + BLOCK], numbers[start : start + BLOCK]
            new = [place for place, number in enumerate(named) if int(number) not in self._known]
            if new:
                fresh = self.simulate(part[new], named[new])
                for place, moments in zip(new, fresh, strict=True):
                    self._known[int(named[place])] = (part[place], moments)
                self.made += len(new)
                self._write()
            rows.append(
                np.array([self._of(number, value) for number, value in zip(named, part, strict=True)])
            )
            self.served += len(part)
            self.told(self.served)
        return np.concatenate(rows)

    @property
    def digest(self) -> str:
        """Hash of all runs in the order of their numbers."""
        whole = hashlib.sha256(self.about.encode())
        for number in sorted(self._known):
            values, moments = self._known[number]
            whole.update(np.int64(number).tobytes() + values.tobytes() + moments.tobytes())
        return whole.hexdigest()

    def _of(self, number: np.int64, values: Floats) -> Floats:
        known, moments = self._known[int(number)]
        if not np.array_equal(known, values):
            raise RuleError("calibration.other_table", name=str(self.path))
        return moments

    def _read(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as kept:
                about, numbers = str(kept["about"]), kept["numbers"]
                rows = list(zip(kept["values"], kept["moments"], strict=True))
        except (OSError, ValueError, KeyError) as error:
            raise RuleError("calibration.no_table", name=str(path)) from error
        if about != self.about:
            raise RuleError("calibration.other_table", name=str(path))
        self._known = {int(number): row for number, row in zip(numbers, rows, strict=True)}

    def _write(self) -> None:
        if self.path is None:
            return
        numbers = sorted(self._known)
        part = self.path.with_suffix(".part.npz")
        np.savez_compressed(
            part,
            about=np.array(self.about),
            numbers=np.array(numbers, dtype=np.int64),
            values=np.array([self._known[number][0] for number in numbers]),
            moments=np.array([self._known[number][1] for number in numbers]),
        )
        part.replace(self.path)  # whole or not at all: a kill leaves the file before

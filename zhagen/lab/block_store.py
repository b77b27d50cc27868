"""Finished blocks of runs in a folder: found again by what they were computed from, never half-written."""

import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zhagen.core.errors import RuleError

Arrays = dict[str, NDArray[np.float64]]
"""Arrays by name, each with one row a run."""

_HASH_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class BlockStore:
    """A folder of blocks; several processes may use it at once.

    A block's name is the hash of its inputs, so whoever computes it writes the same bytes; it appears whole,
    by renaming, and carries its own hash, so a torn or changed file counts as absent.
    """

    folder: Path

    def load(self, key: str) -> Arrays | None:
        """Return a finished block, or None where there is none that is whole."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        stated, payload = content[:_HASH_BYTES], content[_HASH_BYTES:]
        if hashlib.sha256(payload).digest() != stated:
            return None
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}

    def save(self, key: str, arrays: Arrays) -> None:
        """Keep a finished block.

        Raises:
            RuleError: "experiment.cannot_store".
        """
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        payload = buffer.getvalue()
        try:
            self._write(key, hashlib.sha256(payload).digest() + payload)
        except OSError as error:
            name, reason = str(self.folder), error.strerror
            raise RuleError("experiment.cannot_store", name=name, reason=reason) from error

    def _write(self, key: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.block"

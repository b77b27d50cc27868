"""Hashes of what a run depends on: its inputs, and the code that computes it."""

import dataclasses
import hashlib
import struct
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np

from zhagen import __version__

KERNEL_FOLDERS = (("zhagen.lab", "model"), ("zhagen.core", "scoring"))
"""Package and folder of all code that decides the bits of a run."""


def fingerprint(*things: object) -> str:
    """Return the SHA-256 of plain values, arrays, mappings, sequences and dataclasses.

    Two values that differ in kind, shape or order have different hashes; a mapping's order does not count.

    >>> fingerprint(1, "a") == fingerprint(1, "a"), fingerprint((1, 2)) == fingerprint(1, 2)
    (True, False)

    Raises:
        TypeError: something of another kind, which would have no lasting bytes.
    """
    hasher = hashlib.sha256()
    for each in things:
        hasher.update(_bytes_of(each))
    return hasher.hexdigest()


def _bytes_of(thing: object) -> bytes:
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
        return _framed(type(thing).__name__, _bytes_of(fields))
    if isinstance(thing, np.ndarray):
        plain = np.ascontiguousarray(thing, dtype=thing.dtype.newbyteorder("<"))
        return _framed("array", _bytes_of(plain.dtype.str), _bytes_of(thing.shape), plain.tobytes())
    if isinstance(thing, Mapping):
        pairs = sorted((_bytes_of(key), _bytes_of(value)) for key, value in thing.items())
        return _framed("mapping", *(part for pair in pairs for part in pair))
    if isinstance(thing, tuple | list):
        return _framed("sequence", *map(_bytes_of, thing))
    return _framed(*_plain_bytes(thing.item() if isinstance(thing, np.generic) else thing))


def _plain_bytes(thing: object) -> tuple[str, bytes]:
    if isinstance(thing, float):
        return "float", struct.pack("<d", thing)
    if thing is None or isinstance(thing, str | int):
        return type(thing).__name__, str(thing).encode()
    raise TypeError(f"no lasting bytes: {type(thing).__name__}")


def _framed(kind: str, *parts: bytes) -> bytes:
    """Put lengths before parts, so that no two different values run together into the same bytes."""
    return b"".join(struct.pack("<Q", len(part)) + part for part in (kind.encode(), *parts))


@cache
def code_version() -> str:
    """Return the version of the package and the hash of the code that decides a run's bits."""
    hasher = hashlib.sha256()
    for package, folder in KERNEL_FOLDERS:
        for name, content in sorted(_sources(files(package) / folder, f"{package}.{folder}")):
            hasher.update(_framed(name, content))
    return f"{__version__}+{hasher.hexdigest()[:12]}"


def _sources(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _sources(each, f"{name}.{each.name}")
        elif each.name.endswith((".py", ".toml")):
            found.append((f"{name}.{each.name}", each.read_bytes()))
    return found

"""Compile a loop over arrays where Numba is installed (extra `fast`); run the same text as Python where it is not."""

from collections.abc import Callable
from typing import Any, TypeVar

Loop = TypeVar("Loop", bound=Callable[..., Any])

try:
    from numba import njit
except ImportError:
    njit = None

COMPILED = njit is not None
"""Whether loops run compiled in this process."""


def compiled(loop: Loop) -> Loop:
    """Return the loop compiled, kept on disk between runs; the loop itself without Numba."""
    return loop if njit is None else njit(cache=True, nogil=True)(loop)

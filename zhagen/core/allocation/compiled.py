"""Compile a loop over arrays where Numba is installed (extra `fast`); run the same text as Python where it is not.

`NUMBA_DISABLE_JIT=1` runs it as Python also where Numba is installed.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])

try:
    from numba import config, njit
except ImportError:
    COMPILED = False
    """Whether loops run compiled in this process."""
else:
    COMPILED = not getattr(config, "DISABLE_JIT", 0)


def compiled(loop: Loop) -> Loop:
    """Return the loop compiled, kept on disk between runs where a disk can be written; the loop itself without Numba."""
    if not COMPILED:
        return loop
    try:
        return cast(Loop, njit(cache=True, nogil=True)(loop))
    except RuntimeError:  # no folder to keep it in
        return cast(Loop, njit(nogil=True)(loop))

"""Compile a loop over arrays where Numba is installed (extra `fast`); run the same text as Python where it is not.

`NUMBA_DISABLE_JIT=1` runs it as Python also where Numba is installed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])

try:
    import numba
except ImportError:
    COMPILED = False
    """Whether loops run compiled in this process."""
else:
    COMPILED = not getattr(numba.config, "DISABLE_JIT", 0)


def compiled(loop: Loop) -> Loop:
    """Return the loop compiled, kept on disk between runs where a disk can be written; the loop itself without Numba."""
    return _compiled(loop)


def inlined(loop: Loop) -> Loop:
    """Return a part of a loop that makes no array, compiled into it without counting references to what it is given."""
    return _compiled(loop, forceinline=True, _nrt=False)


def _compiled(loop: Loop, **more: Any) -> Loop:
    if not COMPILED:
        return loop
    compile_loop: Any = numba.njit
    try:
        return cast(Loop, compile_loop(cache=True, nogil=True, **more)(loop))
    except RuntimeError:  # no folder to keep it in
        return cast(Loop, compile_loop(nogil=True, **more)(loop))


@contextmanager
def told(tell: Callable[[], None]) -> Iterator[None]:
    """Within it, call `tell` once if a loop is compiled because none is kept on disk: that takes seconds."""
    if not COMPILED:
        yield
        return
    from numba.core import event

    class Compiling(event.Listener):
        said = False

        def on_start(self, event: object) -> None:
            if not self.said:
                tell()
            self.said = True

        def on_end(self, event: object) -> None:
            pass

    with event.install_listener("numba:compile", Compiling()):
        yield

"""One formula for two readers: arrays by NumPy, single sites by Numba.

A submodel is a function of (x, …, c). Numba calls it with x of shape (variable, community) and c a number;
NumPy calls it with x of shape (variable, run, community) and c everything, so that `x[TIE, c]` is one figure
there and a whole block here. To give the same bits on both sides a submodel

- uses only + - × ÷, comparison, & and |, `np.sqrt`, `np.minimum`, `np.maximum`, `np.floor`, `pick`: all
  correctly rounded by IEEE 754 on every machine (`tests/lab/test_kernel.py` holds the list);
- does not branch on a value, and never reads a field it has kept in a name after writing that field.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from zhagen.core.allocation.compiled import COMPILED

Formula = TypeVar("Formula", bound=Callable[..., Any])


def elementwise(formula: Formula) -> Formula:
    """Return the formula itself, callable also from compiled loops."""
    if not COMPILED:
        return formula
    from numba.extending import register_jitable

    jitable: Formula = register_jitable(forceinline=True, _nrt=False)(formula)
    return jitable


def pick(condition: Any, if_true: Any, if_false: Any) -> Any:
    """Return one of two values place by place; both are always worked out."""
    return np.where(condition, if_true, if_false)


def each(x: Any) -> Any:
    """Return the sites of a state: their numbers in a compiled loop, one slice over all of them for NumPy.

    Read off the state itself, so that a compiler knows that no row of it reaches into the next.
    """
    return (slice(None),)


if COMPILED:
    from numba.extending import overload

    @overload(pick)  # NumPy's own makes an array of one figure in a compiled loop
    def _pick(condition: Any, if_true: Any, if_false: Any) -> Any:
        def one(condition: Any, if_true: Any, if_false: Any) -> Any:
            return if_true if condition else if_false

        return one

    @overload(each, jit_options={"forceinline": True})
    def _each(x: Any) -> Any:
        def numbers(x: Any) -> Any:
            return range(np.uint64(x.shape[1]))  # unsigned: no look for indices that count from the end

        return numbers

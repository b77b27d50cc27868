"""The trace of a figure: by which rule and from which rows, so that a page can open it down to rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Value = int | Fraction | str | bool | None


@dataclass(frozen=True, slots=True)
class Trace:
    """One figure and the figures and rows that it was made of.

    Args:
        name: Code of the figure, such as "need.met_share".
        value: The figure in `unit`; None where it could not be measured.
        unit: "bp", "fen", "count", "days", "minutes", "points", "text" and the like.
        rule: Rule, contract term or formula that made the figure from its children.
        rows: Ids of the source rows it rests on directly, such as "need:17".
        children: The figures it was made of.
        low: Lower end of its interval in `unit`, where it has one.
        high: Upper end of its interval.
    """

    name: str
    value: Value
    unit: str
    rule: str = ""
    rows: tuple[str, ...] = ()
    children: tuple["Trace", ...] = ()
    low: int | None = None
    high: int | None = None

    def walk(self) -> Iterator["Trace"]:
        """Yield this figure and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all_rows(self) -> tuple[str, ...]:
        """Return the ids of all source rows below, each once, in order of first use."""
        return tuple(dict.fromkeys(row for figure in self.walk() for row in figure.rows))

    def find(self, name: str) -> "Trace":
        """Return the first figure of that name.

        Raises:
            KeyError: No such figure below.
        """
        for figure in self.walk():
            if figure.name == name:
                return figure
        raise KeyError(name)


def trace_to_dict(trace: Trace) -> dict[str, Any]:
    """Return the trace as plain values for a sealed snapshot; a fraction becomes "3/7"."""
    value = trace.value
    return {
        "name": trace.name,
        "value": {"fraction": str(value)} if isinstance(value, Fraction) else value,
        "unit": trace.unit,
        "rule": trace.rule,
        "rows": list(trace.rows),
        "children": [trace_to_dict(child) for child in trace.children],
        "low": trace.low,
        "high": trace.high,
    }


def trace_from_dict(plain: Mapping[str, Any]) -> Trace:
    """Return the trace that `trace_to_dict` wrote."""
    value = plain["value"]
    return Trace(
        name=plain["name"],
        value=Fraction(value["fraction"]) if isinstance(value, Mapping) else value,
        unit=plain["unit"],
        rule=plain["rule"],
        rows=tuple(plain["rows"]),
        children=tuple(trace_from_dict(child) for child in plain["children"]),
        low=plain["low"],
        high=plain["high"],
    )

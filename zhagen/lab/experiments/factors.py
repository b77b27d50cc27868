"""What a sensitivity analysis varies: levers, the levers of a reform, or parameters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhagen.core.errors import RuleError
from zhagen.lab.experiments.compare import lever_changes
from zhagen.lab.experiments.setup import LEVER_AT, PARAM_AT, WEIGHTS, WHOLE_WEIGHT, WORDS, Floats, Ruleset
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.params import PARAMS

WEIGHTS_TOGETHER = "weights"


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing varied from 0 to 1.

    Args:
        name: What it is called.
        codes: The levers or parameters that it moves.
        low: Their values at 0.
        high: Their values at 1.
        choices: For what is one of some ways: the ways, each with an equal share of 0 … 1.
    """

    name: str
    codes: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    choices: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("low", "high", "choices"):  # 12 and 12.0 would differ in a file
            object.__setattr__(self, name, tuple(float(each) for each in getattr(self, name)))

    def values(self, share: float) -> dict[str, float]:
        """Return the values at a place between 0 and 1.

        >>> Factor("fund", ("fund",), (0.0,), (0.4,)).values(0.5)
        {'fund': 0.2}
        """
        if self.choices:
            place = min(int(share * len(self.choices)), len(self.choices) - 1)
            return {self.codes[0]: self.choices[place]}
        ends = zip(self.codes, self.low, self.high, strict=True)
        return {code: low + share * (high - low) for code, low, high in ends}


def lever_factors(codes: Sequence[str]) -> tuple[Factor, ...]:
    """Return levers over their whole range.

    Raises:
        RuleError: "experiment.unknown_code".
    """
    _known(codes, LEVER_AT)
    bounds = {lever.code: lever for lever in LEVERS}
    return tuple(
        Factor(code, (code,), (bounds[code].low,), (bounds[code].high,), WORDS.get(code, ()))
        for code in codes
    )


def reform_factors(base: Ruleset, reform: Ruleset) -> tuple[Factor, ...]:
    """Return the levers that a reform changes, each from base to reform; the weights move together."""
    changes = {each.code: each for each in lever_changes(base, reform)}
    found = [
        Factor(
            code, (code,), (each.before,), (each.after,), (each.before, each.after) if code in WORDS else ()
        )
        for code, each in changes.items()
        if code not in WEIGHTS
    ]
    if set(changes) & set(WEIGHTS):
        low, high = (tuple(of.levers[LEVER_AT[code]] for code in WEIGHTS) for of in (base, reform))
        found.append(Factor(WEIGHTS_TOGETHER, WEIGHTS, low, high))
    return tuple(found)


def param_factors(codes: Sequence[str] = ()) -> tuple[Factor, ...]:
    """Return parameters over what is known of them; all of them where none is named.

    Raises:
        RuleError: "experiment.unknown_code".
    """
    _known(codes, PARAM_AT)
    chosen = [param for param in PARAMS if (param.code in codes or not codes) and param.low < param.high]
    return tuple(Factor(each.code, (each.code,), (each.low,), (each.high,)) for each in chosen)


def moved(base: Ruleset, factors: Sequence[Factor], point: Floats) -> Ruleset:
    """Return the rulebook at a point of the factors; the weights are brought to their sum."""
    values = {
        code: value
        for factor, at in zip(factors, point, strict=True)
        for code, value in factor.values(float(at)).items()
    }
    levers = list(base.with_levers("", values).levers)
    if set(values) & set(WEIGHTS):
        places = [LEVER_AT[code] for code in WEIGHTS]
        whole = sum(levers[at] for at in places)
        for at in places:
            levers[at] = levers[at] * WHOLE_WEIGHT / whole if whole else WHOLE_WEIGHT / len(places)
    return replace(base, levers=tuple(levers), digest="")


def _known(codes: Sequence[str], known: dict[str, int]) -> None:
    for code in codes:
        if code not in known:
            raise RuleError("experiment.unknown_code", name=code, known=", ".join(known))

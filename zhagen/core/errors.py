"""The one error of the core: a rule that forbids something, with the figures behind it."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from string import Formatter

from zhagen.core.amounts import yuan_text
from zhagen.core.exact import half_up

Catalogue = Mapping[str, Mapping[str, str]]
"""Message texts: code → language ("zh", "en") → text with `{named}` figures."""


class RuleError(Exception):
    """A rule forbids what was asked.

    Tests match `code`; people read the text that `render` makes of it from the message catalogue.

    Args:
        code: Dotted name of the message, such as "tender.bid_period_short".
        source: Article or rulebook entry that forbids it; empty where the product itself does.
        figures: The named figures that the message quotes.
    """

    def __init__(self, code: str, /, *, source: str = "", **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.source = source
        self.figures = figures

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.figures.items())
        return f"{self.code}({shown})" + (f" [{self.source}]" if self.source else "")


class SeveralRulesError(RuleError):
    """Several rules forbid what was asked at once; `errors` keeps each of them."""

    def __init__(self, errors: list[RuleError]) -> None:
        super().__init__("errors.several", count=len(errors))
        self.errors = tuple(errors)


def raise_all(faults: list[RuleError]) -> None:
    """Raise nothing, the one fault, or all of them together."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralRulesError(faults)


def render(error: RuleError, catalogue: Catalogue, language: str) -> str:
    """Return the text of an error: what happened, which rule, what to do.

    A code without a text is shown as the code with its figures, so that nothing is swallowed.
    """
    if isinstance(error, SeveralRulesError):
        return "\n".join(render(each, catalogue, language) for each in error.errors)
    texts = catalogue.get(error.code)
    if texts is None:
        return str(error)
    text = _where(error, language) + Formatter().vformat(texts[language], (), _Figures(error.figures))
    if not error.source:
        return text
    return f"{text}（依据：{error.source}）" if language == "zh" else f"{text} (rule: {error.source})"


def _where(error: RuleError, language: str) -> str:
    """Where in a file an error stands, for those that know it; empty for all others."""
    file, line, key = (error.figures.get(name, "") for name in ("file", "line", "key"))
    if not (file and line):
        return ""
    if language == "zh":
        return f"{file} 第 {line} 行{f' {key}' if key else ''}："
    return f"{file}, line {line}{f', {key}' if key else ''}: "


BP_PER_POINT = 100


def spoken(name: str, value: object) -> object:
    """Return a figure as people read it: its name ends in its unit.

    `_fen` becomes yuan; `_bp` becomes percent or points of a hundred, rounded up to a hundredth; all else stays.

    >>> spoken("amount_fen", 1234560), spoken("least_bp", 1000), spoken("more_bp", "1325/2")
    ('12,345.60', '10', '6.63')
    """
    number = _number(value) if name.endswith(("_fen", "_bp")) else None
    if number is None:
        return value
    if name.endswith("_fen"):
        return yuan_text(half_up(number))
    return f"{ceil(number) / BP_PER_POINT:g}"


def _number(value: object) -> Fraction | None:
    """Return an exact number, also one that a snapshot keeps as text; None where it is none."""
    if isinstance(value, int | Fraction):
        return Fraction(value)
    try:
        return Fraction(value) if isinstance(value, str) else None
    except ValueError:
        return None


class _Figures(dict[str, object]):
    """Figures of a message; a missing one is shown by its name."""

    def __getitem__(self, key: str) -> object:
        return spoken(key, super().__getitem__(key))

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"

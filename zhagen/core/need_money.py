"""Between need and yuan: how money is shared among the needs behind it, who said a need is met, the pace."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhagen.core.money import split_by_weights

WHOLE_BP = 10_000


def share_out(amount_fen: int, keys: Sequence[str]) -> dict[str, int]:
    """Return an amount shared equally among needs, or what else the keys name; the parts sum to it.

    >>> share_out(100, ["a", "b", "a"])
    {'a': 67, 'b': 33}
    """
    shares: dict[str, int] = {}
    parts = split_by_weights(amount_fen, [1] * len(keys)) if keys else []
    for key, part in zip(keys, parts, strict=True):
        shares[key] = shares.get(key, 0) + part
    return shares


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word said of a need.

    Args:
        need: The need it now stands under.
        source: Whose mouth: one raiser (his own entry), one drawn door; a later word replaces an earlier one.
        speaker: "raiser", "sampled" or "reviewer".
        word: "met", "partly_met", "unmet" or "unreachable".
    """

    need: str
    source: str
    speaker: str
    word: str


def heard(words: Iterable[Spoken]) -> dict[str, Counter[tuple[str, str]]]:
    """Return for each need how many said what, as (speaker, word) → people; the words come oldest first.

    >>> said = [Spoken("n", "r", "raiser", "unmet"), Spoken("n", "r", "raiser", "met")]
    >>> heard(said)["n"]
    Counter({('raiser', 'met'): 1})
    """
    last: dict[tuple[str, str, str], str] = {}
    for each in words:
        last[each.need, each.speaker, each.source] = each.word
    counted: dict[str, Counter[tuple[str, str]]] = {}
    for (need, speaker, _), word in last.items():
        counted.setdefault(need, Counter())[speaker, word] += 1
    return counted


@dataclass(frozen=True, slots=True)
class Pace:
    """How spending stands against the year.

    Args:
        spent_bp: Share of the money that is paid, in basis points.
        year_bp: Share of the year that has passed.
        band: "even", "slow" or "late"; "none" where there is no money.
    """

    spent_bp: int
    year_bp: int
    band: str


def pace_of(paid_fen: int, amount_fen: int, *, year: int, on: date, bands: Mapping[str, int]) -> Pace:
    """Return the pace of a budget year on a day.

    Args:
        paid_fen: Paid so far.
        amount_fen: Money of the year.
        year: The budget year.
        on: The day.
        bands: "slow" and "late": basis points behind time from which spending is shown so.
    """
    year_bp = _passed_bp(year, on)
    if amount_fen <= 0:
        return Pace(0, year_bp, "none")
    spent_bp = paid_fen * WHOLE_BP // amount_fen
    behind = year_bp - spent_bp
    band = "late" if behind >= bands["late"] else "slow" if behind >= bands["slow"] else "even"
    return Pace(spent_bp, year_bp, band)


def _passed_bp(year: int, on: date) -> int:
    if on.year != year:
        return WHOLE_BP if on.year > year else 0
    first, last = date(year, 1, 1), date(year, 12, 31)
    return ((on - first).days + 1) * WHOLE_BP // ((last - first).days + 1)

"""Which budget line pays an instalment, and how much of it the line must hold.

The plan's own line in its year, a line of that year in each later one, a line named for it where an amendment added it.
"""

from dataclasses import dataclass

from zhagen.core.errors import RuleError

SOURCE = "预算法实施条例：支出列入所属预算年度"


@dataclass(frozen=True, slots=True)
class Part:
    """An instalment as its budget sees it.

    Args:
        place: Code of the street that pays.
        year: Its budget year.
        plan_year: Year of the line that the plan behind the contract holds; None where there is none, and for
            what an amendment added, of which the plan knows nothing.
        is_tied: A line of its year holds its money already.
    """

    place: str
    year: int
    plan_year: int | None = None
    is_tied: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether no line stands behind its money yet.

        >>> Part("p", 2027, plan_year=2026).is_waiting, Part("p", 2026, plan_year=2026).is_waiting
        (True, False)
        """
        return not self.is_tied and self.plan_year != self.year


def owed_fen(amount_fen: int, payable_fen: int, *, is_decided: bool, is_broken_off: bool) -> int:
    """Return what an instalment may cost its line in all, paid money included.

    All of it until its acceptance is decided; then what was found payable. Once a contract is broken off nothing
    more can be found payable.

    >>> owed_fen(180, 0, is_decided=False, is_broken_off=False)
    180
    >>> owed_fen(180, 150, is_decided=True, is_broken_off=False)
    150
    >>> owed_fen(180, 0, is_decided=False, is_broken_off=True)
    0
    """
    return payable_fen if is_decided or is_broken_off else amount_fen


def check_tie(part: Part, *, line_place: str, line_year: int) -> None:
    """Refuse to put an instalment on a line that may not pay it; whether the money lasts is asked of the line.

    Raises:
        RuleError: "budget.tied_already", "budget.held_by_plan", "budget.other_office", "budget.other_year".
    """
    if part.is_tied:
        raise RuleError("budget.tied_already")
    if part.plan_year == part.year:
        raise RuleError("budget.held_by_plan", year=part.year)
    if line_place != part.place:
        raise RuleError("budget.other_office")
    if line_year != part.year:
        raise RuleError("budget.other_year", source=SOURCE, year=part.year, line_year=line_year)

"""Who wins again and again: shares of the granted money by proposer, building and supplier."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules


class By(StrEnum):
    """By what wins are grouped."""

    PROPOSER = "proposer"
    BUILDING = "building"
    SUPPLIER = "supplier"


@dataclass(frozen=True, slots=True)
class Win:
    """A proposal that got money.

    Args:
        key: The proposal.
        amount_fen: What the fund pays.
        proposer: Key of the proposer; "" where unknown.
        building: Where; "" for the whole community.
        suppliers: Organisation → fen that the cost lines give it.
    """

    key: str
    amount_fen: int
    proposer: str = ""
    building: str = ""
    suppliers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concentration:
    """What one proposer, building or supplier got.

    Args:
        by: What `key` names.
        key: Whom.
        wins: How many proposals.
        amount_fen: How much of their money.
        share_bp: Of all granted money.
        is_high: From the rulebook's share on, once there are enough wins to speak of.
    """

    by: By
    key: str
    wins: int
    amount_fen: int
    share_bp: int
    is_high: bool


def concentration(wins: Iterable[Win], rules: Rules) -> tuple[Concentration, ...]:
    """Return every proposer, building and supplier with its share, the largest first within each kind.

    A share is a reason to look, never a verdict; with few wins in all none is called high.
    """
    every = list(wins)
    total = sum(win.amount_fen for win in every)
    found = []
    for by in By:
        groups: dict[str, list[int]] = defaultdict(list)
        for win in every:
            for key, fen in _parts(win, by):
                groups[key].append(fen)
        rows = [_row(by, key, fens, (total, len(every)), rules) for key, fens in groups.items()]
        found += sorted(rows, key=lambda row: (-row.amount_fen, -row.wins, row.key))
    return tuple(found)


def _parts(win: Win, by: By) -> Iterable[tuple[str, int]]:
    if by is By.SUPPLIER:
        return win.suppliers.items()
    key = win.proposer if by is By.PROPOSER else win.building
    return [(key, win.amount_fen)] if key else []


def _row(by: By, key: str, fens: list[int], whole: tuple[int, int], rules: Rules) -> Concentration:
    total_fen, count = whole
    amount = sum(fens)
    share = amount * FULL_BP // total_fen if total_fen else 0
    is_enough = count >= rules.int("fund.concentration_wins_min")
    is_high = is_enough and share >= rules.table("fund.concentration_share")[by]
    return Concentration(by, key, len(fens), amount, share, is_high)

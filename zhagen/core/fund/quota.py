"""How much a fund has: by formula (a base and so much per 100 people), or a direct sum; and by when it is told."""

from datetime import date, timedelta

from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules

DIRECT = "direct"
HUNDRED = 100
LAST_MONTH = 12


def quota_fen(way: str, *, residents: int, direct_fen: int, rules: Rules) -> int:
    """Return a fund's money for the year, in fen.

    Args:
        way: A key of `fund.quota_base` ("urban", "rural"), or "direct".
        residents: People who live there, for the formula.
        direct_fen: The sum that was set, where the way is direct.
        rules: Rules in force in the place.

    Raises:
        RuleError: "fund_cycle.quota_way_unknown", "fund_cycle.residents_missing", "fund_cycle.quota_missing".
    """
    if way == DIRECT:
        if direct_fen <= 0:
            raise RuleError("fund_cycle.quota_missing")
        return direct_fen
    bases, heads = rules.table("fund.quota_base"), rules.table("fund.quota_per_hundred")
    if way not in bases:
        raise RuleError("fund_cycle.quota_way_unknown", way=way)
    if residents <= 0:
        raise RuleError("fund_cycle.residents_missing")
    return bases[way] * FEN_PER_YUAN + heads[way] * FEN_PER_YUAN * residents // HUNDRED


def check_coaching(coaching_fen: int, quota: int, rules: Rules) -> int:
    """Return the coaching agency's share of a fund in basis points; refuse one above the rule's.

    Raises:
        RuleError: "fund_cycle.coaching_too_much".
    """
    most = rules.value("fund.coaching_share_max")
    share = coaching_fen * FULL_BP // quota
    if coaching_fen * FULL_BP > rules.int("fund.coaching_share_max") * quota:
        raise RuleError(
            "fund_cycle.coaching_too_much", share_bp=share, most_bp=most.value, source=most.source
        )
    return share


def clearing_on(year: int, rules: Rules) -> date:
    """Return the day by which what was not spent of a year's fund is cleared: the end of a month of the next year."""
    return month_end(year + 1, rules.int("fund.clearing_month"))


def next_quota_by(year: int, rules: Rules) -> date:
    """Return the day by which the next year's quota is told."""
    return month_end(year, rules.int("fund.quota_told_month"))


def month_end(year: int, month: int) -> date:
    """Return the last day of a month.

    >>> month_end(2026, 2), month_end(2026, 12)
    (datetime.date(2026, 2, 28), datetime.date(2026, 12, 31))
    """
    first = date(year + month // LAST_MONTH, month % LAST_MONTH + 1, 1)
    return first - timedelta(days=1)

"""Where a year's yuan went, by the themes of the needs behind them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.db.models import Q, Sum

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.need_money import share_out
from zhagen.core.types import Actor
from zhagen.integrity.chain import SIGNED, plan_of
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract, Instalment, Need

PRIVATE, NO_NEED, IMPORTED = "private", "no_need", "imported"
"""Keys beside the themes: private needs (their theme is told to nobody), plans that named no need but a reason,
contracts that were running before the product came."""

HEARD = (NeedState.MET, NeedState.PARTLY_MET, NeedState.UNMET)


@dataclass(frozen=True)
class ThemeLine:
    """The money of one theme in one budget year.

    Args:
        key: Theme, or `PRIVATE`, `NO_NEED`, `IMPORTED`.
        contracted_fen: Instalments of the year.
        paid_fen: Of these, paid.
        contracts: Contracts that share in it.
        states: How many of its needs stand where.
    """

    key: str
    contracted_fen: int
    paid_fen: int
    contracts: int
    states: Mapping[str, int]

    @property
    def needs(self) -> int:
        """Needs of the theme behind this year's money."""
        return sum(self.states.values())


def years_of(actor: Actor) -> list[int]:
    """Return the budget years with instalments that the reader may see, the newest first."""
    mine = visible(actor, "chain.overview", Contract).filter(SIGNED).order_by().values("pk")
    years = Instalment.objects.filter(contract__in=mine).order_by("-budget_year")
    return list(years.values_list("budget_year", flat=True).distinct())


def spending_by_theme(actor: Actor, year: int) -> list[ThemeLine]:
    """Return a year's money by theme, the largest first; each contract's money is shared equally among its needs."""
    contracts = visible(actor, "chain.overview", Contract).filter(SIGNED).select_related("previous")
    money = _money_of(contracts, year)
    chosen = [each for each in contracts if each.pk in money]
    plans = {each.pk: plan_of(each) for each in chosen}
    behind: dict[object, list[tuple[str, str, object]]] = {}
    rows = Need.objects.filter(plans__in={p for p in plans.values() if p}).order_by("code")
    for plan, theme, is_private, state, pk in rows.values_list("plans", "theme", "is_private", "state", "pk"):
        behind.setdefault(plan, []).append((PRIVATE if is_private else theme, state, pk))
    contracted, paid, shared = Counter[str](), Counter[str](), Counter[str]()
    needs: dict[object, tuple[str, str]] = {}
    for each in chosen:
        found = behind.get(plans[each.pk], [])
        alone = IMPORTED if plans[each.pk] is None else NO_NEED
        keys = [key for key, _, _ in found] or [alone]
        contracted.update(share_out(money[each.pk][0], keys))
        paid.update(share_out(money[each.pk][1], keys))
        shared.update(set(keys))
        needs |= {pk: (key, state) for key, state, pk in found}
    line = partial(_line, contracted=contracted, paid=paid, shared=shared, needs=needs)
    return sorted(map(line, contracted), key=_order)


def _line(
    key: str, *, contracted: Counter[str], paid: Counter[str], shared: Counter[str], needs: Mapping
) -> ThemeLine:
    states = Counter(state for of, state in needs.values() if of == key)
    return ThemeLine(key, contracted[key], paid[key], shared[key], states)


def _order(line: ThemeLine) -> tuple[int, int, str]:
    """Order themes by money, and put after them what no need stands behind."""
    return (
        (PRIVATE, NO_NEED, IMPORTED).index(line.key) + 1 if line.key in (PRIVATE, NO_NEED, IMPORTED) else 0,
        -line.contracted_fen,
        line.key,
    )


def _money_of(contracts: object, year: int) -> dict[object, tuple[int, int]]:
    rows = Instalment.objects.filter(contract__in=contracts.order_by().values("pk"), budget_year=year)  # type: ignore[attr-defined]
    # two sums apart: one join would count an instalment once for each of its claims
    whole = dict(rows.order_by().values_list("contract").annotate(all=Sum("amount_fen")))
    is_paid = Q(claims__state=ClaimState.PAID)
    paid = dict(
        rows.filter(is_paid).order_by().values_list("contract").annotate(all=Sum("claims__amount_fen"))
    )
    return {pk: (amount, paid.get(pk, 0)) for pk, amount in whole.items()}

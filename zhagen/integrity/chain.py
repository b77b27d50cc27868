"""The chain between need and yuan: one query path from money to needs, one from a need to its money."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.need_money import Spoken, heard, share_out
from zhagen.core.types import Actor
from zhagen.delivery.models import Acceptance, Activity
from zhagen.platform.scope import visible
from zhagen.procurement.models import Claim, Contract, Need, NeedWord

SIGNED = Q(
    state__in=[s.value for s in ContractState if s not in (ContractState.DRAFT, ContractState.CANCELLED)]
)
"""Contracts that money can follow."""

Words = Counter[tuple[str, str]]
"""How many said what: (speaker, word) → people."""


@dataclass(frozen=True)
class NeedSeen:
    """A need as this reader may see it, with what was said of it.

    Args:
        need: The need.
        text: Its words, or the cleared public ones.
        may_open: Whether the reader may open its page.
        merged: How many needs of others stand under it.
        words: How many said what.
        share_fen: Its equal share of the money asked about.
    """

    need: Need
    text: str
    may_open: bool
    merged: int
    words: Words
    share_fen: int = 0


@dataclass(frozen=True)
class NeedsBehind:
    """The needs behind some money: those that the reader may see, and how many he may not."""

    shown: tuple[NeedSeen, ...]
    private: int = 0
    uncleared: int = 0
    words: Words = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """All needs, seen or not."""
        return len(self.shown) + self.private + self.uncleared


def plan_of(contract: Contract) -> uuid.UUID | None:
    """Return the key of the plan a contract came from, a renewal's through the contract before it."""
    seen: set[uuid.UUID] = set()
    at: Contract | None = contract
    while at is not None and at.pk not in seen:
        if at.plan_id is not None:
            return at.plan_id
        seen.add(at.pk)
        at = at.previous
    return None


def needs_behind(actor: Actor, contract: Contract, amount_fen: int) -> NeedsBehind:
    """Return the needs behind an amount of a contract; four queries, however many needs."""
    plan = plan_of(contract)
    if plan is None:
        return NeedsBehind(())
    needs = list(
        Need.objects.filter(plans=plan)
        .select_related("place")
        .annotate(merged_in=Count("merged"))
        .order_by("code")
    )
    words = words_of(each.pk for each in needs)
    shares = share_out(amount_fen, [str(each.pk) for each in needs])
    readable = set(
        visible(actor, "need.view", Need).filter(pk__in=[n.pk for n in needs]).values_list("pk", flat=True)
    )
    shown = []
    for need in needs:
        may_open = need.pk in readable
        text = need.text if may_open else "" if need.is_private else need.public_text
        if text:
            said, share = words.get(str(need.pk), Counter()), shares[str(need.pk)]
            shown.append(NeedSeen(need, text, may_open, need.merged_in, said, share))
    hidden = [each for each in needs if each.pk not in {seen.need.pk for seen in shown}]
    private = sum(each.is_private for each in hidden)
    # what was said of hidden needs is told by nothing, not even by a sum that leaves them over
    told = sum((each.words for each in shown), Counter())
    return NeedsBehind(tuple(shown), private, len(hidden) - private, told)


def words_of(needs: Iterable[uuid.UUID]) -> dict[str, Words]:
    """Return what was said of each need, each mouth counted once by its last word."""
    rows = NeedWord.objects.filter(need__in=list(needs)).order_by("said_at", "pk")
    return heard(
        Spoken(str(need), str(door or raised_as or need), speaker, word)
        for need, raised_as, door, speaker, word in rows.values_list(
            "need_id", "raised_as_id", "drawn_door_id", "speaker", "word"
        )
    )


@dataclass(frozen=True)
class MoneyLine:
    """One contract that serves a need: what it costs, this need's share, what came of it.

    Args:
        contract: The contract.
        share_fen: The need's equal share of its amount.
        paid_fen: Paid of the whole contract so far.
        paid_share_fen: The need's equal share of that.
        sessions: Sessions logged under it that name the need, and all of them.
        accepted: Instalments accepted.
        needs: How many needs it serves.
        may_open: Whether the reader may open the contract.
    """

    contract: Contract
    share_fen: int
    paid_fen: int
    paid_share_fen: int
    sessions: tuple[int, int]
    accepted: int
    needs: int
    may_open: bool


def head_of(need: Need) -> Need:
    """Return the need that another was merged into, to the end of the line; itself where there is none."""
    seen = {need.pk}
    while need.merged_into is not None and need.merged_into.pk not in seen:
        need = need.merged_into
        seen.add(need.pk)
    return need


def money_of(actor: Actor, need: Need) -> list[MoneyLine]:
    """Return the contracts behind which a need stands, renewals with them; six queries, however many."""
    head = head_of(need)
    plans = list(head.plans.values_list("pk", flat=True))
    found = _with_renewals(plans)
    contracts = list(
        Contract.objects.filter(SIGNED, pk__in=found).select_related("agency").order_by("starts_on")
    )
    keys = [each.pk for each in contracts]
    beside = _needs_of(plans)
    paid = _sums(Claim.objects.filter(contract__in=keys, state=ClaimState.PAID), Sum("amount_fen"))
    every = _sums(Activity.objects.filter(contract__in=keys, is_withdrawn=False), Count("pk"))
    named = _sums(Activity.objects.filter(contract__in=keys, is_withdrawn=False, needs=head), Count("pk"))
    passed = Acceptance.objects.filter(contract__in=keys, payable_fen__gt=0)
    accepted = _sums(passed, Count("pk"))
    open_ones = set(
        visible(actor, "contract.view", Contract).filter(pk__in=keys).values_list("pk", flat=True)
    )
    lines = []
    for each in contracts:
        needs = beside[found[each.pk]]
        paid_fen = paid.get(each.pk, 0)
        lines.append(
            MoneyLine(
                contract=each,
                share_fen=share_out(each.amount_fen, needs)[str(head.pk)],
                paid_fen=paid_fen,
                paid_share_fen=share_out(paid_fen, needs)[str(head.pk)],
                sessions=(named.get(each.pk, 0), every.get(each.pk, 0)),
                accepted=accepted.get(each.pk, 0),
                needs=len(needs),
                may_open=each.pk in open_ones,
            )
        )
    return lines


def _needs_of(plans: list[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the needs of each plan in the order in which money is shared out."""
    found: dict[uuid.UUID, list[str]] = {}
    rows = Need.objects.filter(plans__in=plans).order_by("code").values_list("plans", "pk")
    for plan, need in rows:
        found.setdefault(plan, []).append(str(need))
    return found


def _sums(rows: object, figure: object) -> dict[uuid.UUID, int]:
    return dict(rows.order_by().values_list("contract").annotate(figure=figure))  # type: ignore[attr-defined]


def _with_renewals(plans: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return each contract of some plans, and the renewals after it, with the plan it came from."""
    found = dict(Contract.objects.filter(plan__in=plans).values_list("pk", "plan_id"))
    fresh = list(found)
    while fresh:
        after = Contract.objects.filter(previous__in=fresh, plan=None).values_list("pk", "previous_id")
        newer = {pk: found[previous] for pk, previous in after if pk not in found}
        found |= newer
        fresh = list(newer)
    return found

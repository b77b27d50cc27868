"""What follows a decided annual review: a renewal drafted, a new plan begun, the hand-over opened."""

import datetime as dt
from dataclasses import replace

from zhagen.audit.record import record
from zhagen.core.calendar import after
from zhagen.core.contract_terms import months_of
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.money import split_by_weights
from zhagen.core.types import Actor
from zhagen.delivery.actions.annual_review import months_served, rules_of
from zhagen.delivery.actions.evaluation import day_of
from zhagen.delivery.models import AnnualReview
from zhagen.parties.rules import rules_for
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import (
    ContractDraft,
    InstalmentDraft,
    begin_ending,
    draft_contract,
    sealed_terms,
)
from zhagen.procurement.actions.plan import PlanDraft, draft_plan
from zhagen.procurement.models import BudgetLine, Contract, Plan

USUAL = "contract.term_max"


def renewal_months(contract: Contract, now: dt.datetime) -> int:
    """Return for how many months a contract may be renewed: as long as before, the usual most, the ceiling."""
    rules = rules_of(contract, now)
    left = rules.int("contract.term_ceiling") - months_served(contract, contract.ends_on)
    return max(0, min(months_of(contract.starts_on, contract.ends_on), rules.int(USUAL), left))


@write_tx
def draft_renewal(review: AnnualReview, number: str, *, by: Actor, now: dt.datetime) -> Contract:
    """Draft the contract that renews the reviewed one: same terms, months as the ceiling leaves.

    Args:
        review: Decided to renew.
        number: Number of the new contract.
        by: The handler.
        now: Moment.

    Raises:
        RuleError: "annual_review.decided_otherwise", "annual_review.done_already",
            "annual_review.year_goes_on", "annual_review.term_used_up", or as `draft_contract`.
    """
    review = _to_carry_out(review, Advice.RENEW, by)
    before = review.contract
    if review.renewal_id is not None:
        raise RuleError("annual_review.done_already")
    if review.period_until < before.ends_on:
        raise RuleError("annual_review.year_goes_on", ends=before.ends_on)
    months = renewal_months(before, now)
    if not months:
        source = rules_of(before, now).value("contract.term_ceiling").source
        raise RuleError(
            "annual_review.term_used_up", source=source, served=months_served(before, before.ends_on)
        )
    draft = _renewed(before, number, months)
    contract = draft_contract(draft, by=by, now=now, rules=rules_for(before.place_id, day_of(now)))
    review.renewal = contract
    review.save(update_fields=["renewal"])
    payload = {"contract": str(contract.pk), "months": months}
    record("annual_review.renewal_drafted", review, by=by, at=now, payload=payload)
    return contract


def _renewed(before: Contract, number: str, months: int) -> ContractDraft:
    starts_on = before.ends_on + dt.timedelta(days=1)
    ends_on = after(starts_on, months, "months") - dt.timedelta(days=1)
    whole = months_of(before.starts_on, before.ends_on)
    amount_fen = before.amount_fen * months // whole
    terms = sealed_terms(before)
    promises = tuple(
        replace(each, promised=max(1, each.promised * months // whole)) for each in terms.promises
    )
    return ContractDraft(
        place=before.place,
        agency=before.agency,
        title=before.title,
        number=number,
        kind=before.kind,
        amount_fen=amount_fen,
        starts_on=starts_on,
        ends_on=ends_on,
        terms=replace(terms, promises=promises),
        instalments=_instalments(before, amount_fen, starts_on, ends_on),
        communities=tuple(before.communities.all()),
        plan=before.plan,
        previous=before,
        origin=before.origin,
    )


def _instalments(
    before: Contract, amount_fen: int, starts_on: dt.date, ends_on: dt.date
) -> tuple[InstalmentDraft, ...]:
    """Return the former instalments moved by the former term; the last ones fall due with the new end."""
    old = list(before.instalments.order_by("order"))
    shares = split_by_weights(amount_fen, [each.amount_fen for each in old])
    made = []
    for each, fen in zip(old, shares, strict=True):
        due_on = min(starts_on + (each.due_on - before.starts_on), ends_on)
        made.append(InstalmentDraft(fen, due_on.year, due_on, each.condition, each.is_on_signing))
    return tuple(made)


@write_tx
def start_replan(
    review: AnnualReview, budget_line: BudgetLine, method: str, *, by: Actor, now: dt.datetime
) -> Plan:
    """Begin the plan of a new purchase from the reviewed contract; the agency may bid like any other.

    Raises:
        RuleError: "annual_review.decided_otherwise", "annual_review.done_already", or as `draft_plan`.
    """
    review = _to_carry_out(review, Advice.REPROCURE, by)
    if review.plan_id is not None:
        raise RuleError("annual_review.done_already")
    contract = review.contract
    former = contract.plan
    draft = PlanDraft(
        title=contract.title,
        kind=contract.kind,
        category=former.category if former else Plan.Category.SOCIAL_WORK,
        method=method,
        content=former.content if former else contract.title,
        budget_line=budget_line,
        budget_fen=contract.amount_fen,
        year_fen=min(contract.amount_fen, budget_line.left_fen),
        term_months=min(
            months_of(contract.starts_on, contract.ends_on), rules_of(contract, now).int(USUAL)
        ),
        needs=tuple(former.needs.all()) if former else (),
        communities=tuple(contract.communities.all()),
    )  # fmt: skip
    review.plan = draft_plan(draft, by=by, now=now)
    review.save(update_fields=["plan"])
    payload = {"plan": str(review.plan_id)}
    record("annual_review.plan_begun", review, by=by, at=now, payload=payload)
    return review.plan


@write_tx
def let_end(review: AnnualReview, *, by: Actor, now: dt.datetime) -> Contract:
    """Open the hand-over of a contract that is not renewed; it still serves to its last day.

    Raises:
        RuleError: "annual_review.decided_otherwise", "annual_review.year_goes_on", or as `begin_ending`.
    """
    review = _to_carry_out(review, Advice.NOT_RENEW, by)
    if review.period_until < review.contract.ends_on:
        raise RuleError("annual_review.year_goes_on", ends=review.contract.ends_on)
    reason = f"{review.decision_body} {review.decision_no}"
    contract = begin_ending(review.contract, reason, by=by, now=now)
    record("annual_review.ending_begun", review, by=by, at=now)
    return contract


def _to_carry_out(review: AnnualReview, decision: Advice, by: Actor) -> AnnualReview:
    rows = AnnualReview.objects.select_for_update(of=("self",)).select_related("contract__plan")
    review = rows.get(pk=review.pk)
    permit(by, "annual_review.carry_out", review)
    if review.decision != decision:
        raise RuleError("annual_review.decided_otherwise")
    return review

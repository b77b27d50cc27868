"""Every change of an award: decided collectively, published in the office's name."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from zhagen.audit.record import record
from zhagen.core.buying.plan import Decision, check_decision
from zhagen.core.contract_terms import ContractTerms, terms_digest, terms_from_plain
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.plan import PLAN, PlanState
from zhagen.core.lifecycle.tender import TENDER
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, Place
from zhagen.parties.rules import calendar, freeze
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.budget import hold_budget
from zhagen.procurement.actions.buying_notes import release_all, tell_result
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.tender import WITHOUT_ROUND, check_frozen, digest_of, frozen_form, rules_in
from zhagen.procurement.models import Award, Bid, Contract, Plan, Tender

OUTSIDE_PAPER = "award_letter"
"""Kind of paper without which no award from outside is recorded."""


@dataclass(frozen=True)
class AwardedTerms:
    """What the contract of an award must carry.

    Args:
        plan: The plan that was bought.
        tender: The round.
        agency: Who won.
        amount_fen: The price.
        kind: "project" or "post".
        term_months: Length of service.
        communities: Where.
        terms: Frozen at the notice.
        terms_digest: SHA-256 of the terms.
        frozen_digest: SHA-256 of the whole notice.
        rules_digest: The rulebook that the round froze.
        grounds: Recorded grounds of a longer term.
        hours: Service hours offered; None where the round did not ask.
        proposal: SHA-256 of the agency's file in the evidence store; empty for an award from outside.
    """

    plan: Plan
    tender: Tender
    agency: Organisation
    amount_fen: int
    kind: str
    term_months: int
    communities: tuple[Place, ...]
    terms: ContractTerms
    terms_digest: str
    frozen_digest: str
    rules_digest: str
    grounds: dict[str, str]
    hours: int | None
    proposal: str


def awarded_terms(award: Award) -> AwardedTerms:
    """Return what the contract of an award must carry, from the frozen notice and not from live rows.

    Raises:
        RuleError: "award.annulled" or "tender.frozen_differs".
    """
    if award.annulled_at:
        raise RuleError("award.annulled")
    tender = award.tender
    check_frozen(tender)
    frozen = tender.frozen
    terms = terms_from_plain(frozen["terms"])
    return AwardedTerms(
        plan=tender.plan,
        tender=tender,
        agency=award.agency,
        amount_fen=award.amount_fen,
        kind=frozen["kind"],
        term_months=frozen["term_months"],
        communities=tuple(Place.objects.filter(pk__in=frozen["communities"])),
        terms=terms,
        terms_digest=terms_digest(terms),
        frozen_digest=tender.frozen_digest,
        rules_digest=frozen["rules"] or "",
        grounds=dict(tender.plan.long_term_grounds),
        hours=award.bid.hours if award.bid else None,
        proposal=award.bid.opened_file if award.bid else "",
    )


@write_tx
def decide_award(tender: Tender, decision: Decision, *, by: Actor, now: dt.datetime) -> Award:
    """Award a scored round to the first of its ranking by a decision on record, and publish the result.

    Raises:
        RuleError: "award.panel_member", one of `check_decision`.
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "award.decide", tender)
    tender.state = TENDER.after("award", tender.state)
    check_frozen(tender)
    first = tender.result["ranking"][0]
    _check_decision(tender, decision, first["amount_fen"], now)
    bid = Bid.objects.get(pk=first["bid"])
    given = _Given(bid.agency, first["amount_fen"], bid, tender.result)
    return _award(tender, given, decision, by=by, now=now)


@write_tx
def award_directly(
    tender: Tender, agency: Organisation, amount_fen: int, decision: Decision, *, by: Actor, now: dt.datetime
) -> Award:
    """Award a direct small purchase, with the plan's reason, and freeze its terms at once.

    Raises:
        RuleError: "award.not_direct", "award.over_budget", one of `check_decision`.
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "award.decide", tender)
    tender.state = TENDER.after("award_directly", tender.state)
    if tender.method not in WITHOUT_ROUND:
        raise RuleError("award.not_direct")
    _check_amount(tender, amount_fen)
    _check_decision(tender, decision, amount_fen, now)
    _freeze_now(tender, now)
    given = _Given(agency, amount_fen, reason=tender.plan.method_reason)
    return _award(tender, given, decision, by=by, now=now)


@write_tx
def record_outside_award(
    tender: Tender, agency: Organisation, amount_fen: int, decision: Decision, *, by: Actor, now: dt.datetime
) -> Award:
    """Record what was awarded on the finance department's platform, with its papers.

    Raises:
        RuleError: "award.not_outside", "award.over_budget", "award.letter_missing", "decision.…".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "award.record", tender)
    rules = rules_in(tender, now)
    if tender.method in rules.texts(LIGHT_METHODS):
        raise RuleError("award.not_outside")
    tender.state = TENDER.after("record_outside_award", tender.state)
    _check_amount(tender, amount_fen)
    _check_decision(tender, decision, amount_fen, now)
    if not tender.papers.filter(kind=OUTSIDE_PAPER).exists():
        raise RuleError("award.letter_missing")
    _freeze_now(tender, now)
    return _award(tender, _Given(agency, amount_fen, is_from_outside=True), decision, by=by, now=now)


def decide_by(tender: Tender, rules: Rules) -> dt.date | None:
    """Return the day by which a ranked round is to be decided; None before the ranking."""
    if tender.scored_at is None:
        return None
    period = rules.value(rules.keyed("award", tender.method, "decision_max"))
    return calendar().due_on(today_of(tender.scored_at), rules.int(period.name), period.unit)


@dataclass(frozen=True)
class _Given:
    agency: Organisation
    amount_fen: int
    bid: Bid | None = None
    result: dict[str, Any] | None = None
    reason: str = ""
    is_from_outside: bool = False


def _check_amount(tender: Tender, amount_fen: int) -> None:
    budget = tender.plan.budget_fen
    if not 0 < amount_fen <= budget:
        raise RuleError("award.over_budget", amount=format_yuan(amount_fen), budget=format_yuan(budget))


def _check_decision(tender: Tender, decision: Decision, amount_fen: int, now: dt.datetime) -> None:
    check_decision(decision, amount_fen, rules_in(tender, now), today_of(now))


def _freeze_now(tender: Tender, now: dt.datetime) -> None:
    """Freeze the terms of a purchase that had no notice in the product."""
    tender.rules = freeze(rules_in(tender, now), now)
    tender.frozen = frozen_form(tender)
    tender.frozen_digest = digest_of(tender.frozen)
    tender.save(update_fields=["rules", "frozen", "frozen_digest"])


def _award(tender: Tender, given: _Given, decision: Decision, *, by: Actor, now: dt.datetime) -> Award:
    tender.ended_at = now
    tender.save(update_fields=["state", "ended_at"])
    release_all(tender, now)
    plan = Plan.objects.select_for_update().get(pk=tender.plan_id)
    if plan.state == PlanState.APPROVED:
        plan.state = PLAN.after("buy", plan.state)
        plan.save(update_fields=["state"])
    hold_budget(plan, min(plan.year_fen, given.amount_fen))
    award = Award.objects.create(
        tender=tender,
        agency=given.agency,
        bid=given.bid,
        amount_fen=given.amount_fen,
        is_from_outside=given.is_from_outside,
        reason=given.reason,
        decision_body=decision.body,
        decision_no=decision.number,
        decided_on=decision.decided_on,
        attendees=decision.attendees,
        result=given.result or {},
        published_at=now,
        recorded_by=user_of(by),
    )
    tell_result(tender, now)
    payload = {"amount_fen": given.amount_fen, "agency": str(given.agency.pk), **asdict(decision)}
    record("tender.awarded", tender, by=by, at=now, payload=payload)
    return award


@write_tx
def annul_award(award: Award, reason: str, *, by: Actor, now: dt.datetime) -> Award:
    """Annul an award that an upheld challenge has overturned, before its contract is signed.

    Raises:
        RuleError: "award.contract_signed" or "award.annulled".
    """
    award = Award.objects.select_for_update().get(pk=award.pk)
    permit(by, "award.annul", award)
    tender = Tender.objects.select_for_update().get(pk=award.tender_id)
    if award.annulled_at:
        raise RuleError("award.annulled")
    if Contract.objects.filter(award=award).exclude(state__in=("draft", "cancelled")).exists():
        raise RuleError("award.contract_signed")
    tender.state = TENDER.after("annul", tender.state)
    tender.fail_reason = reason
    tender.save(update_fields=["state", "fail_reason"])
    award.annulled_at, award.annulled_reason = now, reason
    award.save(update_fields=["annulled_at", "annulled_reason"])
    plan = Plan.objects.select_for_update().get(pk=tender.plan_id)
    plan.state = PLAN.after("restart", plan.state)
    plan.save(update_fields=["state"])
    hold_budget(plan, 0)
    record("award.annulled", award, by=by, at=now, payload={"reason": reason})
    return award

"""Every change of a requirement plan."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from zhagen.audit.record import record
from zhagen.core.buying.plan import (
    Decision,
    PlanFacts,
    Purchase,
    SplitWarning,
    amount_faults,
    check_decision,
    check_plan,
    split_warning,
)
from zhagen.core.contract_terms import ContractTerms, default_terms, terms_from_plain, terms_to_plain
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.plan import PLAN, PlanState
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules
from zhagen.core.types import Actor, Role
from zhagen.parties.actor import user_of
from zhagen.parties.models import Place
from zhagen.parties.rules import freeze, rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.budget import hold_budget
from zhagen.procurement.actions.buying_notes import tell_returned, tell_turn
from zhagen.procurement.actions.need_plan import mark_planned, mark_unplanned
from zhagen.procurement.models import BudgetLine, Need, Plan

SPENT_STATES = (PlanState.APPROVED, PlanState.BUYING, PlanState.CONTRACTED)
EDITABLE = (PlanState.DRAFT, PlanState.RETURNED)


@dataclass(frozen=True)
class PlanDraft:
    """What a handler writes of a plan."""

    title: str
    kind: str
    category: str
    method: str
    content: str
    budget_line: BudgetLine
    budget_fen: int
    year_fen: int
    term_months: int
    needs: Sequence[Need] = ()
    communities: Sequence[Place] = ()
    method_reason: str = ""
    no_needs_reason: str = ""
    not_reserved_reason: str = ""
    long_term_grounds: Mapping[str, str] = field(default_factory=dict)
    terms: ContractTerms | None = None


FIELDS = (
    "title", "kind", "category", "method", "content", "budget_line", "budget_fen", "year_fen", "term_months",
    "method_reason", "no_needs_reason", "not_reserved_reason",
)  # fmt: skip


def today_of(now: dt.datetime) -> dt.date:
    """Return the day of a moment in Shanghai, which is the day every document means."""
    return now.astimezone(SHANGHAI).date()


def rules_of(plan: Plan, now: dt.datetime) -> Rules:
    """Return the rules in force for a plan today; a published notice has frozen its own."""
    return rules_for(plan.place_id, today_of(now))


@write_tx
def draft_plan(draft: PlanDraft, *, by: Actor, now: dt.datetime) -> Plan:
    """Begin a plan; nothing of it binds before it is approved."""
    place = draft.budget_line.place
    plan = Plan(
        place=place, number=next_number("计划", place.pk, now), created_at=now, drafted_by=user_of(by)
    )
    _write(plan, draft, rules_for(place.pk, today_of(now)))
    plan.save(force_insert=True)
    permit(by, "plan.draft", plan)
    _link(plan, draft)
    record(
        "plan.drafted", plan, by=by, at=now, payload={"budget_fen": plan.budget_fen, "method": plan.method}
    )
    return plan


@write_tx
def edit_plan(plan: Plan, draft: PlanDraft, *, by: Actor, now: dt.datetime) -> Plan:
    """Rewrite a draft or a returned plan.

    Raises:
        RuleError: "plan.no_longer_a_draft".
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.draft", plan)
    if plan.state not in EDITABLE:
        raise RuleError("plan.no_longer_a_draft")
    if draft.budget_line.place_id != plan.place_id:
        raise RuleError("plan.line_of_another_office")
    _write(plan, draft, rules_of(plan, now))
    plan.save()
    _link(plan, draft)
    record("plan.edited", plan, by=by, at=now, payload={"budget_fen": plan.budget_fen, "method": plan.method})
    return plan


def _write(plan: Plan, draft: PlanDraft, rules: Rules) -> None:
    faults = amount_faults(draft.budget_fen, draft.year_fen)
    if faults:
        raise faults[0]
    for name in FIELDS:
        setattr(plan, name, getattr(draft, name))
    plan.long_term_grounds = dict(draft.long_term_grounds)
    plan.terms = terms_to_plain(draft.terms or default_terms(rules))


def _link(plan: Plan, draft: PlanDraft) -> None:
    plan.needs.set(draft.needs)
    plan.communities.set(draft.communities)


def facts_of(plan: Plan) -> PlanFacts:
    """Return what the rules need to know of a plan."""
    return PlanFacts(
        kind=plan.kind,
        method=plan.method,
        method_reason=plan.method_reason,
        budget_fen=plan.budget_fen,
        year_fen=plan.year_fen,
        term_months=plan.term_months,
        grounds=plan.long_term_grounds,
        needs=plan.needs.count(),
        no_needs_reason=plan.no_needs_reason,
        communities=plan.communities.count(),
        not_reserved_reason=plan.not_reserved_reason,
        terms=terms_from_plain(plan.terms),
    )


def split_warning_of(plan: Plan, rules: Rules) -> SplitWarning | None:
    """Return the figures if this year's light purchases of the line or category reach the threshold."""
    same_year = Plan.objects.filter(
        place=plan.place_id, budget_line__year=plan.budget_line.year, state__in=SPENT_STATES
    ).exclude(pk=plan.pk)
    light = rules.texts(LIGHT_METHODS)
    others = [
        Purchase(each.number, each.budget_fen, each.method in light)
        for each in same_year
        if each.budget_line_id == plan.budget_line_id or each.category == plan.category
    ]
    return split_warning(plan.budget_fen, plan.method in light, others, rules)


@write_tx
def submit_plan(plan: Plan, *, by: Actor, now: dt.datetime) -> Plan:
    """Hand a complete plan to the chief; the needs it serves are marked as planned."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.submit", plan)
    plan.state = PLAN.after("submit", plan.state)
    rules = rules_of(plan, now)
    check_plan(facts_of(plan), rules, today_of(now))
    warning = split_warning_of(plan, rules)
    plan.split_figures = asdict(warning) if warning else {}
    plan.rules = freeze(rules, now)
    plan.save(update_fields=["state", "split_figures", "rules"])
    mark_planned(plan, by=by, now=now)
    tell_turn(plan, Role.CHIEF, now)
    record("plan.submitted", plan, by=by, at=now, payload={"split": plan.split_figures})
    return plan


@write_tx
def check_submitted_plan(plan: Plan, *, by: Actor, now: dt.datetime) -> Plan:
    """Sign the chief's check; where the plan serves no need he signs the waiver with it.

    Raises:
        RuleError: "plan.same_person".
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.check", plan)
    plan.state = PLAN.after("check", plan.state)
    user = user_of(by)
    if user == plan.drafted_by:
        raise RuleError("plan.same_person")
    plan.checked_by, plan.checked_at = user, now
    plan.save(update_fields=["state", "checked_by", "checked_at"])
    tell_turn(plan, Role.LEADER, now)
    record("plan.checked", plan, by=by, at=now, payload={"waiver": bool(plan.no_needs_reason)})
    return plan


@write_tx
def return_plan(plan: Plan, reason: str, *, by: Actor, now: dt.datetime) -> Plan:
    """Send a plan back to its handler with a reason."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.return", plan)
    plan.state = PLAN.after("return", plan.state)
    plan.returned_reason, plan.checked_by, plan.checked_at = reason, None, None
    plan.save(update_fields=["state", "returned_reason", "checked_by", "checked_at"])
    tell_returned(plan, now)
    record("plan.returned", plan, by=by, at=now, payload={"reason": reason})
    return plan


@write_tx
def approve_plan(plan: Plan, decision: Decision, *, by: Actor, now: dt.datetime) -> Plan:
    """Record the decision on a checked plan and hold its money; nobody approves alone.

    Raises:
        RuleError: "plan.same_person", one of `check_decision`, or "budget.line_exceeded".
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.approve", plan)
    plan.state = PLAN.after("approve", plan.state)
    user = user_of(by)
    if user in (plan.drafted_by, plan.checked_by):
        raise RuleError("plan.same_person")
    check_decision(decision, plan.budget_fen, rules_of(plan, now), today_of(now))
    plan.decision_body, plan.decision_no = decision.body, decision.number
    plan.decided_on, plan.attendees = decision.decided_on, decision.attendees
    plan.approved_by, plan.approved_at = user, now
    plan.save(
        update_fields=[
            "state",
            "decision_body",
            "decision_no",
            "decided_on",
            "attendees",
            "approved_by",
            "approved_at",
        ]
    )
    hold_budget(plan, plan.year_fen)
    record("plan.approved", plan, by=by, at=now, payload=asdict(decision))
    return plan


@write_tx
def drop_plan(plan: Plan, reason: str, *, by: Actor, now: dt.datetime) -> Plan:
    """Give a plan up: its money goes back to the line, its needs back to the list."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    permit(by, "plan.drop", plan)
    plan.state = PLAN.after("drop", plan.state)
    plan.returned_reason = reason
    plan.save(update_fields=["state", "returned_reason"])
    hold_budget(plan, 0)
    mark_unplanned(plan, by=by, now=now)
    record("plan.dropped", plan, by=by, at=now, payload={"reason": reason})
    return plan

"""Every change of a procurement project up to its deadline, and its end without an award."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhagen.audit.record import record
from zhagen.core.buying.notice import NoticeFacts, PanelPlan, check_notice
from zhagen.core.draws import SEED_BYTES, commit
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.plan import PLAN, PlanState
from zhagen.core.lifecycle.tender import TENDER, TenderState
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules, canonical_json
from zhagen.core.scoring import bid_terms
from zhagen.core.scoring.defaults import bid_scheme
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, User
from zhagen.parties.rules import calendar, freeze, rules_for, thawed
from zhagen.platform.holders import seal_share
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.seals import HOLDERS, make_round_key
from zhagen.platform.texts import say
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.budget import hold_budget
from zhagen.procurement.actions.buying_notes import release_all, tell_holders, tell_invited
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.models import Criterion, Plan, Tender

WITHOUT_ROUND = ("direct",)
"""Methods without a round of sealed bids in the product."""

PAST = {"fail": "failed", "cancel": "cancelled"}

KINDS = {
    Criterion.Kind.PRICE: bid_terms.CriterionKind.PRICE,
    Criterion.Kind.HOURS: bid_terms.CriterionKind.MOST,
    Criterion.Kind.QUALITY: bid_terms.CriterionKind.PANEL,
}


@dataclass(frozen=True)
class CriterionDraft:
    """One line of the scoring table."""

    kind: str
    title: str
    weight_bp: int
    standard: str = ""
    top_mark: int = 100


@dataclass(frozen=True)
class TenderDraft:
    """What a handler writes of a procurement project."""

    title: str
    notice: str
    closes_at: dt.datetime | None = None
    requirements: str = ""
    is_invited_only: bool = False
    invited: Sequence[Organisation] = ()
    fixed_price_fen: int | None = None
    expert_seats: int = 1
    resident_seats: int = 1
    buyer: User | None = None
    draw_kind: str = Tender.DrawKind.OWN
    criteria: Sequence[CriterionDraft] = ()


FIELDS = (
    "title", "notice", "closes_at", "requirements", "is_invited_only", "fixed_price_fen", "expert_seats",
    "resident_seats", "buyer", "draw_kind",
)  # fmt: skip


def has_round(method: str, rules: Rules) -> bool:
    """Return whether a method has a round of sealed bids here: a light one that is not direct."""
    return method in rules.texts(LIGHT_METHODS) and method not in WITHOUT_ROUND


def rules_in(tender: Tender, now: dt.datetime) -> Rules:
    """Return the rules that a round froze; before its notice the ones in force today."""
    if tender.rules_id:
        return thawed(tender.rules_id)
    return rules_for(tender.plan.place_id, today_of(now))


@write_tx
def draft_tender(plan: Plan, draft: TenderDraft, *, by: Actor, now: dt.datetime) -> Tender:
    """Begin the purchase of an approved plan by the plan's method.

    Raises:
        RuleError: "tender.plan_not_approved" or "tender.one_at_a_time".
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state not in {PlanState.APPROVED, PlanState.BUYING}:
        raise RuleError("tender.plan_not_approved")
    if any(TENDER.moves_from(each.state) for each in plan.tenders.all()):
        raise RuleError("tender.one_at_a_time")
    number = next_number("采购", plan.place_id, now)
    tender = Tender(plan=plan, number=number, method=plan.method, created_by=user_of(by), created_at=now)
    tender.previous = plan.tenders.order_by("-created_at").first()
    _write(tender, draft)
    tender.save(force_insert=True)
    permit(by, "tender.draft", tender)
    _write_table(tender, draft)
    if tender.criteria.exists():
        tell_holders(tender, now)
    record("tender.drafted", tender, by=by, at=now, payload={"method": tender.method})
    return tender


@write_tx
def edit_tender(tender: Tender, draft: TenderDraft, *, by: Actor, now: dt.datetime) -> Tender:
    """Rewrite a draft; once published nothing may be changed, only a new notice be made.

    Raises:
        RuleError: "tender.frozen".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.draft", tender)
    if tender.state != TenderState.DRAFT:
        raise RuleError("tender.frozen", number=tender.number)
    _write(tender, draft)
    tender.save()
    _write_table(tender, draft)
    record("tender.edited", tender, by=by, at=now)
    return tender


def _write(tender: Tender, draft: TenderDraft) -> None:
    for name in FIELDS:
        setattr(tender, name, getattr(draft, name))


def _write_table(tender: Tender, draft: TenderDraft) -> None:
    tender.invited.set(draft.invited)
    tender.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(tender=tender, order=order, **vars(line))
        for order, line in enumerate(draft.criteria, start=1)
    )


def scoring_table(tender: Tender) -> tuple[bid_terms.Criterion, ...]:
    """Return the scoring table as the core reads it; the standard of a marked line must be written."""
    return tuple(
        bid_terms.Criterion(
            name=str(line.order), kind=KINDS[Criterion.Kind(line.kind)], weight_bp=line.weight_bp,
            high=line.top_mark, label="" if _lacks_standard(line) else line.title,
        )
        for line in tender.criteria.all()
    )  # fmt: skip


def _lacks_standard(line: Criterion) -> bool:
    """Return whether the panel would mark this line by nothing that is written down."""
    return line.kind == Criterion.Kind.QUALITY and not line.standard.strip()


def scheme_of(tender: Tender, rules: Rules) -> bid_terms.BidScheme:
    """Return the terms of scoring of a round."""
    return bid_scheme(
        rules, tender.method, budget_fen=tender.plan.budget_fen, fixed_price_fen=tender.fixed_price_fen
    )


def panel_of(tender: Tender) -> PanelPlan:
    """Return how many seats of each kind the panel has."""
    return PanelPlan(tender.expert_seats, tender.resident_seats, int(tender.buyer_id is not None))


@write_tx
def publish_tender(tender: Tender, *, by: Actor, now: dt.datetime) -> Tender:
    """Publish the notice: freeze everything by hash, make the round's key, commit the draw.

    Raises:
        RuleError: "tender.no_round", "tender.on_finance_platform", "tender.no_deadline",
            "tender.holders_missing", one of `check_notice`.
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.publish", tender)
    tender.state = TENDER.after("publish", tender.state)
    rules = rules_in(tender, now)
    _check_ready(tender, rules, now)
    tender.rules, tender.published_at = freeze(rules, now), now
    seed = secrets.token_bytes(SEED_BYTES)
    tender.draw_seed, tender.draw_commitment = seed.hex(), commit(seed)
    tender.seal_recipient = _deal_shares(tender)
    tender.frozen = frozen_form(tender)
    tender.frozen_digest = digest_of(tender.frozen)
    tender.save()
    plan = Plan.objects.select_for_update().get(pk=tender.plan_id)
    plan.state = PLAN.after("buy", plan.state) if plan.state != PlanState.BUYING else plan.state
    plan.save(update_fields=["state"])
    hold_budget(plan, plan.year_fen)
    tell_invited(tender, now)
    record("tender.published", tender, by=by, at=now, payload={"frozen": tender.frozen_digest})
    return tender


def _check_ready(tender: Tender, rules: Rules, now: dt.datetime) -> None:
    if tender.method in WITHOUT_ROUND:
        raise RuleError("tender.no_round", method=say(f"method.{tender.method}"))
    if not has_round(tender.method, rules):
        raise RuleError("tender.on_finance_platform", method=say(f"method.{tender.method}"))
    if tender.closes_at is None:
        raise RuleError("tender.no_deadline")
    check_notice(
        NoticeFacts(
            method=tender.method, published_on=today_of(now), closes_on=today_of(tender.closes_at),
            criteria=scoring_table(tender), scheme=scheme_of(tender, rules), invited=tender.invited.count(),
            is_invited_only=tender.is_invited_only, panel=panel_of(tender),
        ),
        rules,
        calendar(),
    )  # fmt: skip
    missing = set(HOLDERS) - set(tender.holders.values_list("kind", flat=True))
    if missing:
        raise RuleError("tender.holders_missing", count=len(missing))


def _deal_shares(tender: Tender) -> str:
    """Make the round's key, seal each share to its holder, keep the public half only."""
    recipient, shares = make_round_key(tender.number)
    holders = {holder.kind: holder for holder in tender.holders.all()}
    for share in shares:
        holder = holders[share.holder]
        holder.sealed_share = seal_share(share, holder.recipient)
        holder.save(update_fields=["sealed_share"])
    return recipient


def frozen_form(tender: Tender) -> dict[str, Any]:
    """Return all that binds once the notice is out, as plain data."""
    plan = tender.plan
    return {
        "number": tender.number,
        "title": tender.title,
        "method": tender.method,
        "notice": tender.notice,
        "requirements": tender.requirements,
        "closes_at": tender.closes_at.astimezone(dt.UTC).isoformat() if tender.closes_at else "",
        "is_invited_only": tender.is_invited_only,
        "fixed_price_fen": tender.fixed_price_fen,
        "criteria": [
            {
                "order": line.order,
                "kind": line.kind,
                "title": line.title,
                "standard": line.standard,
                "weight_bp": line.weight_bp,
                "top_mark": line.top_mark,
            }
            for line in tender.criteria.order_by("order")
        ],
        "panel": {
            "experts": tender.expert_seats,
            "residents": tender.resident_seats,
            "draw": tender.draw_kind,
        },
        "kind": plan.kind,
        "budget_fen": plan.budget_fen,
        "term_months": plan.term_months,
        "communities": sorted(plan.communities.values_list("pk", flat=True)),
        "terms": plan.terms,
        "rules": tender.rules_id,
        "seal_recipient": tender.seal_recipient,
        "draw_commitment": tender.draw_commitment,
    }


def digest_of(frozen: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a frozen form."""
    return hashlib.sha256(canonical_json(frozen)).hexdigest()


def check_frozen(tender: Tender) -> None:
    """Refuse to go on with a round whose rows no longer say what its notice froze.

    Raises:
        RuleError: "tender.frozen_differs".
    """
    if digest_of(tender.frozen) != tender.frozen_digest or frozen_form(tender) != tender.frozen:
        raise RuleError("tender.frozen_differs", digest=tender.frozen_digest[:12])


@write_tx
def close_tender(tender: Tender, *, by: Actor, now: dt.datetime) -> Tender:
    """Close a round whose deadline has passed.

    Raises:
        RuleError: "tender.still_open".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.close", tender)
    tender.state = TENDER.after("close", tender.state)
    if now < tender.closes_at:
        raise RuleError("tender.still_open", closes=tender.closes_at.isoformat(timespec="minutes"))
    tender.closed_at = now
    tender.save(update_fields=["state", "closed_at"])
    record("tender.closed", tender, by=by, at=now)
    return tender


@write_tx
def fail_tender(tender: Tender, reason: str, *, by: Actor, now: dt.datetime) -> Tender:
    """End a round without an award, with its report; the plan may be bought anew, its money is free."""
    return _end(tender, "fail", reason, by=by, now=now)


@write_tx
def cancel_tender(tender: Tender, reason: str, *, by: Actor, now: dt.datetime) -> Tender:
    """Call a round off before its award; a changed notice begins with a new round and a new clock."""
    return _end(tender, "cancel", reason, by=by, now=now)


def _end(tender: Tender, move: str, reason: str, *, by: Actor, now: dt.datetime) -> Tender:
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, f"tender.{move}", tender)
    tender.state = TENDER.after(move, tender.state)
    tender.fail_reason, tender.ended_at = reason, now
    tender.save(update_fields=["state", "fail_reason", "ended_at"])
    release_all(tender, now)
    plan = Plan.objects.select_for_update().get(pk=tender.plan_id)
    if plan.state == PlanState.BUYING:
        plan.state = PLAN.after("restart", plan.state)
        plan.save(update_fields=["state"])
    hold_budget(plan, 0)
    record(f"tender.{PAST[move]}", tender, by=by, at=now, payload={"reason": reason})
    return tender

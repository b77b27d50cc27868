"""Every step of a grant's claim (报账): handed in, signed desk by desk, returned, paid by the treasury's voucher."""

import datetime as dt

from django.urls import reverse

from zhagen.audit.record import record
from zhagen.community.actions.fund_cycle import cycle_rules, day_of
from zhagen.community.actions.fund_entry import locked_grant, post
from zhagen.community.actions.fund_receipt import claimable
from zhagen.community.actions.fund_tie import check_untied
from zhagen.community.actions.grant import carriers, settle
from zhagen.community.models import ClaimSignature, Grant, GrantClaim
from zhagen.core.errors import RuleError
from zhagen.core.fund.book import Posting, Way
from zhagen.core.fund.claim_way import check_signer, claim_desks, is_last_signature
from zhagen.core.lifecycle.fund_receipt import FUND_RECEIPT, FundReceiptState
from zhagen.core.lifecycle.grant_claim import GRANT_CLAIM, GrantClaimState
from zhagen.core.types import Actor, Role
from zhagen.parties.actions.notice import Note, notify, people_at
from zhagen.parties.actor import user_of
from zhagen.parties.rules import rules_for
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import office_of, permit
from zhagen.platform.tx import write_tx

YES, BACK = ClaimSignature.Says.YES, ClaimSignature.Says.BACK


@write_tx
def submit_grant_claim(grant: Grant, *, by: Actor, now: dt.datetime) -> GrantClaim:
    """Hand in all checked receipts of a grant for payment; the desks are the rulebook's of today.

    Raises:
        RuleError: "permission.denied", "grant_claim.no_receipts", "grant_claim.desks_wrong".
    """
    grant = locked_grant(grant)
    permit(by, "grant_claim.submit", grant)
    receipts = claimable(grant)
    if not receipts:
        raise RuleError("grant_claim.no_receipts")
    place = grant.cycle.place_id
    claim = GrantClaim.objects.create(
        grant=grant,
        number=next_number("报账", place, now),
        amount_fen=sum(each.amount_fen for each in receipts),
        desks=[role.value for role in claim_desks(rules_for(place, day_of(now)))],
        desk_since=now,
        submitted_by=user_of(by),
        submitted_at=now,
    )
    state = FUND_RECEIPT.after("claim", FundReceiptState.CHECKED)
    grant.receipts.filter(pk__in=[each.pk for each in receipts]).update(claim=claim, state=state)
    payload = {"amount_fen": claim.amount_fen, "receipts": len(receipts)}
    record("grant_claim.submitted", claim, by=by, at=now, payload=payload)
    _tell(claim, now)
    return claim


@write_tx
def resubmit_grant_claim(claim: GrantClaim, *, by: Actor, now: dt.datetime) -> GrantClaim:
    """Hand a returned claim in again; its way begins anew.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant_claim.other_reporter".
    """
    claim = _moved(claim, "resubmit", by)
    if str(claim.submitted_by_id) != by.key:
        raise RuleError("grant_claim.other_reporter")
    claim.desk, claim.round, claim.missing_papers = 0, claim.round + 1, ""
    _save(claim, now, "desk", "round", "missing_papers")
    record("grant_claim.resubmitted", claim, by=by, at=now)
    _tell(claim, now)
    return claim


@write_tx
def sign_grant_claim(claim: GrantClaim, *, by: Actor, now: dt.datetime) -> GrantClaim:
    """Sign a claim at one's desk and pass it on; one person signs once, and never his own claim.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant_claim.not_your_desk",
            "grant_claim.same_person", codes of ties.
    """
    claim = _moved(claim, "sign", by)
    _check_signer(claim, by)
    check_untied(claim.grant.proposal, by=by, now=now)
    _sign(claim, YES, "", by=by, now=now)
    if is_last_signature(claim.desks, claim.desk):
        claim.state = GRANT_CLAIM.after("approve", claim.state)
    claim.desk += 1
    _save(claim, now, "desk")
    record("grant_claim.signed", claim, by=by, at=now, payload={"desk": claim.desks[claim.desk - 1]})
    _tell(claim, now)
    return claim


@write_tx
def return_grant_claim(claim: GrantClaim, *, missing: str, by: Actor, now: dt.datetime) -> GrantClaim:
    """Send a claim back and say which paper is missing.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant_claim.not_your_desk",
            "grant_claim.same_person", "grant_claim.missing_unsaid".
    """
    claim = _moved(claim, "return", by)
    _check_signer(claim, by)
    if not missing.strip():
        raise RuleError("grant_claim.missing_unsaid")
    _sign(claim, BACK, missing.strip(), by=by, now=now)
    claim.missing_papers = missing.strip()
    _save(claim, now, "missing_papers")
    record("grant_claim.returned", claim, by=by, at=now, payload={"missing": claim.missing_papers})
    _tell(claim, now)
    return claim


@write_tx
def withdraw_grant_claim(claim: GrantClaim, *, by: Actor, now: dt.datetime) -> GrantClaim:
    """Take a claim back; its receipts may be claimed again.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now".
    """
    claim = _moved(claim, "withdraw", by)
    state = FUND_RECEIPT.after("release", FundReceiptState.CLAIMED)
    claim.receipts.update(claim=None, state=state)
    _save(claim, now)
    record("grant_claim.withdrawn", claim, by=by, at=now)
    return claim


@write_tx
def record_grant_payment(
    claim: GrantClaim, *, voucher_no: str, paid_on: dt.date, by: Actor, now: dt.datetime
) -> GrantClaim:
    """Record that the treasury paid; the payment itself is made there.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "grant_claim.same_person",
            "grant_claim.voucher_missing", "grant_claim.voucher_taken", "grant_claim.paid_in_future",
            "grant_claim.paid_before".
    """
    claim = _moved(claim, "record_payment", by)
    _check_signer(claim, by)
    voucher_no = voucher_no.strip()
    if not voucher_no:
        raise RuleError("grant_claim.voucher_missing")
    twins = GrantClaim.objects.filter(
        grant__cycle__place_id=claim.grant.cycle.place_id, voucher_no=voucher_no
    )
    if twins.exists():
        raise RuleError("grant_claim.voucher_taken", voucher=voucher_no)
    if paid_on > day_of(now):
        raise RuleError("grant_claim.paid_in_future", day=paid_on.isoformat())
    if paid_on < day_of(claim.submitted_at):
        raise RuleError("grant_claim.paid_before", day=day_of(claim.submitted_at).isoformat())
    _enter(claim, voucher_no, by=by, now=now)
    claim.voucher_no, claim.paid_on, claim.paid_by = voucher_no, paid_on, user_of(by)
    _save(claim, now, "voucher_no", "paid_on", "paid_by")
    payload = {"voucher": voucher_no, "paid_on": paid_on.isoformat(), "amount_fen": claim.amount_fen}
    record("grant_claim.paid", claim, by=by, at=now, payload=payload)
    _tell(claim, now)
    return claim


def _enter(claim: GrantClaim, voucher_no: str, *, by: Actor, now: dt.datetime) -> None:
    grant = claim.grant
    posting = Posting(Way.PAID, claim.amount_fen, str(grant.pk))
    post(grant.cycle, grant, posting, asked_by=claim.submitted_by, reference=voucher_no, by=by, now=now)
    claim.receipts.update(state=FUND_RECEIPT.after("pay", FundReceiptState.CLAIMED))
    settle(grant, by=by, now=now)


def _moved(claim: GrantClaim, move: str, by: Actor) -> GrantClaim:
    grant = locked_grant(claim.grant)
    rows = GrantClaim.objects.select_for_update(of=("self",)).select_related("submitted_by")
    claim = rows.get(pk=claim.pk)
    claim.grant = grant
    permit(by, f"grant_claim.{move}", claim)
    claim.state = GRANT_CLAIM.after(move, claim.state)
    return claim


def _check_signer(claim: GrantClaim, by: Actor) -> None:
    signed = [each for each in claim.signatures.all() if each.round == claim.round and each.says == YES]
    before = [str(claim.submitted_by_id), *(str(each.signed_by_id) for each in signed)]
    check_signer(roles_here(claim, by), by.key, claim.desks[claim.desk], before)


def may_act_at_desk(claim: GrantClaim, actor: Actor) -> bool:
    """Return whether the claim lies on the actor's desk and he has neither handed it in nor signed it."""
    if claim.role is None:
        return False
    try:
        _check_signer(claim, actor)
    except RuleError:
        return False
    return True


def has_desk_role(claim: GrantClaim, actor: Actor) -> bool:
    """Return whether the actor holds the role on whose desk the claim lies."""
    return claim.role is not None and claim.role in roles_here(claim, actor)


def roles_here(claim: GrantClaim, by: Actor) -> frozenset[Role]:
    """Return the roles that a person holds in the street of a claim."""
    street = office_of(claim.grant.cycle.place_id)
    return frozenset(each.role for each in by.grants if each.place and office_of(each.place) == street)


def _sign(claim: GrantClaim, says: str, remark: str, *, by: Actor, now: dt.datetime) -> None:
    ClaimSignature.objects.create(
        claim=claim,
        round=claim.round,
        desk=claim.desk,
        role=claim.desks[claim.desk],
        says=says,
        remark=remark,
        signed_by=user_of(by),
        signed_at=now,
    )


def _save(claim: GrantClaim, now: dt.datetime, *fields: str) -> None:
    claim.desk_since = now
    claim.save(update_fields=["state", "desk_since", *fields])


def _tell(claim: GrantClaim, now: dt.datetime) -> None:
    state = GrantClaimState(claim.state)
    figures = {"number": claim.number, "title": claim.grant.proposal.title, "missing": claim.missing_papers}
    url, is_urgent = reverse("grant_claim_view", args=[claim.pk]), state is GrantClaimState.RETURNED
    about = claim if state is not GrantClaimState.PAID else None
    note = Note(f"grant_claim.{state}", url, figures=figures, is_urgent=is_urgent, about=about)
    role = claim.role
    to = people_at(claim.grant.cycle.place_id, role) if role else carriers(claim.grant)
    notify(note, to=to, now=now)


def late_after(claim: GrantClaim, now: dt.datetime) -> int:
    """Return after how many working days on one desk a claim is shown as late."""
    return cycle_rules(claim.grant.cycle, now).int("claim.desk_stay_warning")

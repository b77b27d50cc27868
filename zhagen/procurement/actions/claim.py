"""Every change of a payment claim."""

import datetime as dt

from django.db.models import F

from zhagen.audit.record import record
from zhagen.core.claims import Cause, check_claim_amount, check_two_people
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.claim import CLAIM
from zhagen.core.types import Actor
from zhagen.parties.actions.notice import settle_left
from zhagen.parties.actor import user_of
from zhagen.platform.numbers import next_number
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.tell import tell_of_claim
from zhagen.procurement.models import Claim, Instalment


@write_tx
def submit_claim(
    instalment: Instalment, amount_fen: int, *, invoice_no: str, by: Actor, now: dt.datetime
) -> Claim:
    """Ask for an instalment, or a part of it, that acceptance has released.

    Raises:
        RuleError: "claim.amount_not_positive", "claim.more_than_payable", "claim.invoice_missing".
    """
    permit(by, "claim.submit", instalment)
    if not invoice_no.strip():
        raise RuleError("claim.invoice_missing")
    instalment = Instalment.objects.select_related("contract").get(pk=instalment.pk)
    check_claim_amount(amount_fen, payable_fen=instalment.payable_fen, claimed_fen=instalment.claimed_fen)
    if not _take(instalment, amount_fen):
        instalment.refresh_from_db()  # another claim came between: say what is left now
        left_fen = instalment.payable_fen - instalment.claimed_fen
        raise RuleError("claim.more_than_payable", amount_fen=amount_fen, left_fen=left_fen)
    claim = Claim.objects.create(
        contract=instalment.contract,
        instalment=instalment,
        number=next_number("付款", instalment.contract.place_id, now),
        amount_fen=amount_fen,
        state=CLAIM.after("submit", CLAIM.initial),
        requested_by=user_of(by),
        invoice_no=invoice_no.strip(),
        submitted_at=now,
        desk_since=now,
        created_at=now,
    )
    record("claim.submitted", claim, by=by, at=now, payload={"amount_fen": amount_fen, "invoice": invoice_no})
    instalment.claimed_fen += amount_fen
    settle_left(instalment, now)
    tell_of_claim(claim, now=now)
    return claim


def _take(instalment: Instalment, amount_fen: int) -> bool:
    """Take a sum out of what is payable if it is there: one statement, so that two claims cannot both succeed."""
    room = F("payable_fen") - amount_fen
    free = Instalment.objects.filter(pk=instalment.pk, claimed_fen__lte=room)
    return free.update(claimed_fen=F("claimed_fen") + amount_fen) == 1


@write_tx
def resubmit_claim(claim: Claim, *, invoice_no: str, by: Actor, now: dt.datetime) -> Claim:
    """Send a returned claim again with the papers that were missing."""
    claim = _locked(claim, "submit", by)
    claim.invoice_no, claim.missing_papers, claim.delay_cause = invoice_no.strip(), "", ""
    if not claim.invoice_no:
        raise RuleError("claim.invoice_missing")
    _save(claim, now, "invoice_no", "missing_papers", "delay_cause")
    record("claim.resubmitted", claim, by=by, at=now)
    tell_of_claim(claim, now=now)
    return claim


@write_tx
def check_claim(claim: Claim, *, by: Actor, now: dt.datetime) -> Claim:
    """Check the papers of a claim and pass it on for approval."""
    claim = _locked(claim, "check", by)
    check_two_people(by.key, str(claim.requested_by_id))
    claim.checked_by, claim.missing_papers, claim.delay_cause = user_of(by), "", ""
    _save(claim, now, "checked_by", "missing_papers", "delay_cause")
    record("claim.checked", claim, by=by, at=now)
    tell_of_claim(claim, now=now)
    return claim


@write_tx
def approve_claim(claim: Claim, *, by: Actor, now: dt.datetime) -> Claim:
    """Approve a checked claim; neither who asked nor who checked may.

    Raises:
        RuleError: "claim.same_person".
    """
    claim = _locked(claim, "approve", by)
    check_two_people(by.key, str(claim.requested_by_id), str(claim.checked_by_id))
    claim.approved_by = user_of(by)
    _save(claim, now, "approved_by")
    record("claim.approved", claim, by=by, at=now)
    tell_of_claim(claim, now=now)
    return claim


@write_tx
def return_claim(claim: Claim, *, missing: str, cause: str, by: Actor, now: dt.datetime) -> Claim:
    """Send a claim back and say which paper is missing; both sides see it.

    Raises:
        RuleError: "claim.missing_unsaid".
    """
    claim = _locked(claim, "return", by)
    if not missing.strip():
        raise RuleError("claim.missing_unsaid")
    claim.missing_papers, claim.delay_cause = missing.strip(), Cause(cause)
    _save(claim, now, "missing_papers", "delay_cause")
    record("claim.returned", claim, by=by, at=now, payload={"missing": missing, "cause": cause})
    tell_of_claim(claim, now=now)
    return claim


@write_tx
def note_delay(claim: Claim, *, cause: str, by: Actor, now: dt.datetime) -> Claim:
    """Say why a claim lies on this desk; the agency sees the cause."""
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    permit(by, "claim.note_delay", claim)
    claim.delay_cause = Cause(cause)
    claim.save(update_fields=["delay_cause"])
    record("claim.delay_noted", claim, by=by, at=now, payload={"cause": cause})
    return claim


@write_tx
def withdraw_claim(claim: Claim, *, by: Actor, now: dt.datetime) -> Claim:
    """Take a claim back; its amount is free for another."""
    claim = _locked(claim, "withdraw", by)
    Instalment.objects.filter(pk=claim.instalment_id).update(claimed_fen=F("claimed_fen") - claim.amount_fen)
    _save(claim, now)
    record("claim.withdrawn", claim, by=by, at=now)
    return claim


@write_tx
def record_payment(claim: Claim, *, voucher_no: str, paid_on: dt.date, by: Actor, now: dt.datetime) -> Claim:
    """Record that the treasury paid; the payment itself is made there.

    Raises:
        RuleError: "claim.voucher_missing", "claim.voucher_taken", "claim.paid_in_future".
    """
    claim = _locked(claim, "record_payment", by)
    voucher_no = voucher_no.strip()
    if not voucher_no:
        raise RuleError("claim.voucher_missing")
    if Claim.objects.filter(contract__place_id=claim.contract.place_id, voucher_no=voucher_no).exists():
        raise RuleError("claim.voucher_taken", voucher=voucher_no)
    if paid_on > now.date() + dt.timedelta(days=1):
        raise RuleError("claim.paid_in_future", day=str(paid_on))
    claim.voucher_no, claim.paid_on, claim.delay_cause = voucher_no, paid_on, ""
    _save(claim, now, "voucher_no", "paid_on", "delay_cause")
    record("claim.paid", claim, by=by, at=now, payload={"voucher": voucher_no, "paid_on": str(paid_on)})
    tell_of_claim(claim, now=now)
    return claim


def _locked(claim: Claim, move: str, by: Actor) -> Claim:
    claim = Claim.objects.select_for_update(of=("self",)).select_related("contract").get(pk=claim.pk)
    permit(by, f"claim.{move}", claim)
    claim.state = CLAIM.after(move, claim.state)
    return claim


def _save(claim: Claim, now: dt.datetime, *fields: str) -> None:
    claim.desk_since = now
    claim.save(update_fields=["state", "desk_since", *fields])

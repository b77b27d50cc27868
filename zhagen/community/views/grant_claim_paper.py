"""A claim on paper: its papers in the street's order, each filled from what stands in the book."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhagen.community.models import FundReceipt, Grant, GrantClaim, ListDecision
from zhagen.community.views.grant import is_report_public, uses_of
from zhagen.core.errors import RuleError
from zhagen.core.money import capital_yuan, format_yuan
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.documents import in_chinese
from zhagen.platform.files import read_stored
from zhagen.platform.home import data_home
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.texts import say

TEMPLATE = "community/grant_claim"
PDF = "application/pdf"
MOST_SCANNED_BYTES = 6 * 1024 * 1024
"""How much of scans a paper holds: the template gets them number by number, which costs memory."""


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper of the claim: what it is called and whether it is there."""

    code: str
    name: str
    is_there: bool


def papers_of(grant: Grant, receipts: Sequence[FundReceipt], on: dt.date) -> list[PaperState]:
    """Return the papers of a claim in the street's order on a day; own money only where some was promised."""
    there = {
        "claim_form": True,
        "decision_minutes": len(decisions_of(grant)) == len(ListDecision.Step),
        "proposal_costs": grant.proposal.cost_lines.exists(),
        "receipts": bool(receipts),
        "own_money": grant.own_shown_fen >= grant.own_fen,
        "report": is_report_public(grant),
    }
    order = rules_for(grant.cycle.place_id, on).texts("fund.claim_papers")
    wanted = [code for code in order if code != "own_money" or grant.own_fen]
    return [PaperState(code, say(f"paper.fund.{code}"), there.get(code, False)) for code in wanted]


def decisions_of(grant: Grant) -> list[ListDecision]:
    """Return the decisions that passed the list on which the grant rests."""
    rows = ListDecision.objects.filter(proposed_list__cycle=grant.cycle, is_passed=True)
    last = grant.cycle.proposed_lists.order_by("-version").first()
    return list(rows.filter(proposed_list=last).select_related("recorded_by").order_by("recorded_at"))


def claim_pdf(claim: GrantClaim, on: dt.date) -> bytes:
    """Return a claim with its papers as a PDF; an invoice's PDF that cannot be set is attached apart.

    Raises:
        RuleError: codes of `pdf_from_typst`.
    """
    data = claim_paper(claim, on)
    try:
        return pdf_from_typst(TEMPLATE, data)
    except RuleError:
        scans = [each if each["kind"] != "pdf" else {**each, "kind": ""} for each in data["scans"]]
        return pdf_from_typst(TEMPLATE, {**data, "scans": scans})


@in_chinese
def claim_paper(claim: GrantClaim, on: dt.date) -> dict[str, Any]:
    """Return what the template of a claim prints, a part for each paper in order."""
    grant = claim.grant
    receipts = list(claim.receipts.select_related("cost_line", "added_by", "checked_by"))
    papers = papers_of(grant, receipts, on)
    return {
        "number": claim.number,
        "title": grant.proposal.title,
        "papers": [{"code": each.code, "name": each.name, "there": each.is_there} for each in papers],
        "form": _form(claim, receipts),
        "minutes": [_minutes(each) for each in decisions_of(grant)],
        "costs": _costs(grant),
        "scans": _scans(receipts),
        "own": _own(grant),
        "report": _report(grant),
    }


def _form(claim: GrantClaim, receipts: Sequence[FundReceipt]) -> dict[str, Any]:
    grant = claim.grant
    signed = {
        each.desk: each for each in claim.signatures.filter(round=claim.round).select_related("signed_by")
    }
    return {
        "place": grant.cycle.place.name,
        "cycle": grant.cycle.title,
        "budget_code": grant.cycle.budget_code,
        "grant": grant.number,
        "grantee": grant.grantee.name,
        "leader": grant.leader_shown,
        "amount": format_yuan(claim.amount_fen),
        "capital": capital_yuan(claim.amount_fen),
        "submitted_by": claim.submitted_by.name,
        "submitted_on": claim.submitted_at.astimezone(SHANGHAI).date().isoformat(),
        "voucher": f"{claim.voucher_no}（{claim.paid_on}）" if claim.voucher_no else "",
        "rows": [_receipt_row(number, each) for number, each in enumerate(receipts, 1)],
        "desks": [_desk(role, signed.get(desk)) for desk, role in enumerate(claim.desks)],
    }


def _receipt_row(number: int, receipt: FundReceipt) -> dict[str, Any]:
    return {
        "number": number,
        "what": receipt.what,
        "line": receipt.cost_line.what if receipt.cost_line else "预算外",
        "supplier": receipt.supplier_name,
        "invoice": receipt.invoice_no,
        "day": receipt.invoiced_on.isoformat(),
        "amount": format_yuan(receipt.amount_fen),
        "added_by": receipt.added_by.name,
        "checked_by": receipt.checked_by.name if receipt.checked_by else "",
    }


def _desk(role: str, signature: Any) -> dict[str, str]:
    if signature is None:
        return {"role": say(f"role.{role}"), "name": "", "day": ""}
    day = signature.signed_at.astimezone(SHANGHAI).date().isoformat()
    return {"role": say(f"role.{role}"), "name": signature.signed_by.name, "day": day}


def _minutes(decision: ListDecision) -> dict[str, Any]:
    return {
        "step": decision.get_step_display(),
        "body": say(f"body.fund.{decision.body}"),
        "held_on": decision.held_on.isoformat(),
        "minutes_no": decision.minutes_no,
        "minutes": decision.minutes,
        "entitled": decision.entitled,
        "present": decision.present,
        "in_favour": decision.in_favour,
        "against": decision.against,
        "abstained": decision.abstained,
        "recused": decision.recused,
    }


def _costs(grant: Grant) -> dict[str, Any]:
    proposal = grant.proposal
    rows = [
        {
            "what": use.what or "预算外",
            "planned": format_yuan(use.planned_fen),
            "spent": format_yuan(use.spent_fen),
        }
        for use in uses_of(grant)
    ]
    return {
        "need": proposal.need,
        "steps": proposal.steps,
        "rows": rows,
        "cost": format_yuan(proposal.cost_fen),
    }


def _own(grant: Grant) -> dict[str, str]:
    sums = {"promised": grant.own_fen, "shown": grant.own_shown_fen, "matched": grant.matched_fen}
    return {name: format_yuan(fen) for name, fen in sums.items()}


def _report(grant: Grant) -> dict[str, Any]:
    if not is_report_public(grant):
        return {"text": ""}
    people = str(grant.people_reached) if grant.people_reached is not None else "—"
    return {"text": grant.report, "people": people, "led_by": grant.led_by, "accepted": grant.accepted_note}


def _scans(receipts: Sequence[FundReceipt]) -> list[dict[str, Any]]:
    """Return the scans of the invoices; what is lost, or too much for one paper, is said to be attached apart."""
    shown, room = [], MOST_SCANNED_BYTES
    for number, receipt in enumerate(receipts, 1):
        content = _kept(receipt)
        is_in = 0 < len(content) <= room
        room -= len(content) if is_in else 0
        kind = ("pdf" if receipt.content_type == PDF else "jpg") if is_in else ""
        bytes_of = list(content) if is_in else []
        shown.append({"number": number, "invoice": receipt.invoice_no, "kind": kind, "content": bytes_of})
    return shown


def _kept(receipt: FundReceipt) -> bytes:
    try:
        return read_stored(data_home() / "evidence", receipt.file_digest)
    except RuleError:
        return b""

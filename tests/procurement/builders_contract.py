"""Contracts for tests: `a_contract(people, state="in_service")` and a claim on its first instalment."""

import datetime as dt

from tests.cast import COMMUNITY, STREET
from zhagen.core.contract_terms import default_terms
from zhagen.core.scoring.acceptance import Promise
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.procurement.actions.claim import submit_claim
from zhagen.procurement.actions.contract import (
    ContractDraft,
    InstalmentDraft,
    begin_ending,
    draft_contract,
    sign_contract,
    start_contract,
)
from zhagen.procurement.models import Claim, Contract

NOW = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)
STARTS, ENDS = dt.date(2026, 3, 1), dt.date(2027, 2, 28)
STATES = ("draft", "signed", "in_service", "ending")
PROMISES = (
    Promise("group_sessions", "count", 24),
    Promise("cases", "count", 12),
    Promise("hours", "hours", 1200),
)
SCAN = "ab" * 32


def contract_draft(people, **changes) -> ContractDraft:
    street = changes.pop("place", None) or Place.objects.get(pk=STREET)
    values = {
        "place": street,
        "agency": people["agency_head"].user.appointments.get().organisation,
        "title": "东园社区为老服务",
        "number": f"HT-{Contract.objects.count() + 1:04d}",
        "kind": "project",
        "amount_fen": 30_000_000,
        "starts_on": STARTS,
        "ends_on": ENDS,
        "terms": default_terms(rules_for(street.code, STARTS), PROMISES),
        "instalments": (
            InstalmentDraft(12_000_000, 2026, dt.date(2026, 3, 20), "合同签订后", is_on_signing=True),
            InstalmentDraft(18_000_000, 2027, dt.date(2027, 2, 20), "履约验收合格后"),
        ),
        "communities": (Place.objects.get(pk=COMMUNITY),),
    }
    return ContractDraft(**{**values, **changes})


def a_contract(people, state: str = "in_service", **changes) -> Contract:
    handler = people["handler"].actor
    draft = contract_draft(people, **changes)
    contract = draft_contract(draft, by=handler, now=NOW, rules=rules_for(draft.place.code, STARTS))
    if STATES.index(state) >= 1:
        contract = sign_contract(contract, signed_on=STARTS, scan_digest=SCAN, by=handler, now=NOW)
    if STATES.index(state) >= 2:
        contract = start_contract(contract, by=handler, now=NOW)
    if STATES.index(state) >= 3:
        contract = begin_ending(contract, "服务期将满", by=handler, now=NOW)
    return contract


def a_claim(people, amount_fen: int = 12_000_000, contract: Contract | None = None) -> Claim:
    contract = contract or a_contract(people)
    first = contract.instalments.get(order=1)
    return submit_claim(first, amount_fen, invoice_no="00112233", by=people["agency_head"].actor, now=NOW)

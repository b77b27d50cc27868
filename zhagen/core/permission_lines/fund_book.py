"""The money of a community's fund after the grant: receipts, claims, entries, clearing, the public book."""

from zhagen.core.permission_lines.fund import EYES, HOUSE
from zhagen.core.reach import AGENCY, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

LEADS = HOUSE | each(AGENCY, S.ORGANISATION)
"""The residents' committee or the agency that carries a grant out."""
HANDS_IN = HOUSE | each((R.AGENCY_HEAD, R.STATION_LEAD), S.ORGANISATION)
"""The reporter (报账员)."""
SECTION = {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE}
SIGNERS = HOUSE | SECTION | {R.LEADER: S.OFFICE}
"""Whose desks a claim may pass; which of them is the rulebook's, and the action holds it."""

GRANT: Lines = {
    "grant.list": EYES,
    "grant.view": EYES,
    "grant.public": {R.PUBLIC: S.PUBLISHED},
    "grant.start": LEADS,
    "grant.report": LEADS,
    "grant.return": SECTION,
    "grant.accept": SECTION,
    "grant.stop": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "grant.show_own": HANDS_IN,
    "grant.clear": {R.HANDLER: S.OFFICE, R.FINANCE: S.OFFICE},
}

RECEIPT: Lines = {
    "fund_receipt.add": LEADS,
    "fund_receipt.view": EYES,
    "fund_receipt.withdraw": LEADS,
    "fund_receipt.check": HOUSE | SECTION,
    "fund_receipt.refuse": HOUSE | SECTION,
    "fund_receipt.strike": SECTION | {R.FINANCE: S.OFFICE},
}

CLAIM: Lines = {
    "grant_claim.list": EYES,
    "grant_claim.view": EYES,
    "grant_claim.print": EYES,
    "grant_claim.submit": HANDS_IN,
    "grant_claim.resubmit": HANDS_IN,
    "grant_claim.withdraw": HANDS_IN,
    "grant_claim.sign": SIGNERS,
    "grant_claim.return": SIGNERS | {R.FINANCE: S.OFFICE},
    "grant_claim.record_payment": {R.FINANCE: S.OFFICE},
}

BOOK: Lines = {
    "fund_book.public": {R.PUBLIC: S.PUBLISHED},
    "fund_book.view": EYES,
    "fund_entry.approve": HOUSE | SECTION | {R.FINANCE: S.OFFICE},
    "fund_entry.refuse": HOUSE | SECTION | {R.FINANCE: S.OFFICE},
    "fund_cycle.pay_coaching": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "fund_cycle.clear": {R.HANDLER: S.OFFICE, R.FINANCE: S.OFFICE, R.SYSTEM: S.ALL},
    "fund_cycle.close": {R.FINANCE: S.OFFICE},
}

LINES: Lines = {**GRANT, **RECEIPT, **CLAIM, **BOOK}

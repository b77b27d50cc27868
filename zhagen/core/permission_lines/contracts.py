"""Contracts, amendments and payment claims."""

from zhagen.core.reach import BUYERS_EYES, CONTRACT_READERS, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

CONTRACT: Lines = {
    "contract.list": CONTRACT_READERS,
    "contract.view": CONTRACT_READERS,
    "contract.draft": {R.HANDLER: S.OFFICE},
    "contract.import_running": {R.HANDLER: S.OFFICE},
    "contract.write_text": {R.HANDLER: S.OFFICE},
    "contract.sign": {R.HANDLER: S.OFFICE},
    "contract.start": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.suspend": {R.CHIEF: S.OFFICE},
    "contract.resume": {R.CHIEF: S.OFFICE},
    "contract.begin_ending": {R.HANDLER: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.cancel": {R.HANDLER: S.OFFICE},
    "contract.end": {R.HANDLER: S.OFFICE},
    "contract.terminate": {R.CHIEF: S.OFFICE},
    "contract.release": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.SYSTEM: S.ALL},
    "contract.amend": {R.HANDLER: S.OFFICE},
    "amendment.agree": {R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
}

INSTALMENT: Lines = {
    "instalment.to_budget": each(BUYERS_EYES, S.OFFICE),
    "instalment.budget": {R.FINANCE: S.OFFICE},
}

CLAIM: Lines = {
    "claim.list": each(BUYERS_EYES, S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.view": each(BUYERS_EYES, S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.print": each(BUYERS_EYES, S.OFFICE)
    | {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.submit": {R.AGENCY_HEAD: S.ORGANISATION, R.STATION_LEAD: S.ORGANISATION},
    "claim.check": {R.HANDLER: S.OFFICE},
    "claim.approve": {R.LEADER: S.OFFICE},
    "claim.return": {R.HANDLER: S.OFFICE, R.LEADER: S.OFFICE},
    "claim.note_delay": {R.HANDLER: S.OFFICE, R.FINANCE: S.OFFICE},
    "claim.withdraw": {R.AGENCY_HEAD: S.ORGANISATION},
    "claim.record_payment": {R.FINANCE: S.OFFICE},
}

LINES: Lines = {
    **CONTRACT,
    **INSTALMENT,
    **CLAIM,
}

"""Lines of the permission table: the office, its people, organisations and rulebook."""

from zhagen.core.reach import STAFF, STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

OFFICE: Lines = {
    "office.set_up": {R.PUBLIC: S.ALL},
    "office.view": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE},
    "place.activate": {R.OPERATOR: S.OFFICE},
    "place.choose_intake": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE},
    "place.rules": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

PERSON: Lines = {
    "person.list": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "person.view": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "person.invite": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "invitation.view": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "invitation.renew": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "invitation.withdraw": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "invitation.accept": {R.PUBLIC: S.ALL},
    "appointment.end": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.AGENCY_HEAD: S.ORGANISATION},
    "access_reset.ask": {R.OPERATOR: S.OFFICE},
    "access_reset.confirm": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE, R.AUDITOR: S.OFFICE},
    "access_reset.list": {R.OPERATOR: S.OFFICE, R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE, R.AUDITOR: S.OFFICE},
    "access_reset.use": {R.PUBLIC: S.ALL},
    "account.settings": each(STAFF, S.ALL) | {R.RESIDENT: S.ALL},
}

ORGANISATION: Lines = {
    "organisation.list": each((*STREET, R.FINANCE, R.DISCIPLINE, R.AUDITOR, R.OPERATOR), S.ALL),
    "organisation.add": {R.HANDLER: S.ALL, R.OPERATOR: S.ALL},
    "organisation.edit": {R.HANDLER: S.ALL, R.OPERATOR: S.ALL, R.AGENCY_HEAD: S.ORGANISATION},
}

RULEBOOK: Lines = {
    "rulebook.view": each(STAFF, S.ALL),
    "rule_change.list": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE, R.AUDITOR: S.OFFICE},
    "rule_change.draft": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "rule_change.confirm": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "rule_change.withdraw": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "holiday_year.add": {R.OPERATOR: S.ALL, R.SYSTEM: S.ALL},
}

PAPER_TEMPLATE: Lines = {
    "paper_template.view": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.AUDITOR: S.OFFICE},
    "paper_template.change": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

LINES: Lines = {**OFFICE, **PAPER_TEMPLATE, **PERSON, **ORGANISATION, **RULEBOOK}

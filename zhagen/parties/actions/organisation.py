"""Organisations: enter and correct; a doubtful credit code is noted, never refused."""

import datetime as dt
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.permissions import require
from zhagen.core.types import Actor
from zhagen.core.uscc import doubt_about, normal
from zhagen.parties.models import Organisation
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@dataclass(frozen=True)
class OrganisationDraft:
    """What is known of an organisation."""

    name: str
    kind: str
    uscc: str = ""
    contact: str = ""
    mail: str = ""
    bank_account_name: str = ""


@write_tx
def add_organisation(draft: OrganisationDraft, *, by: Actor, now: dt.datetime) -> Organisation:
    """Enter an organisation.

    Raises:
        RuleError: "organisation.name_taken", "organisation.uscc_taken".
    """
    require(by, "organisation.add")
    organisation = Organisation(created_at=now)
    _write(organisation, draft)
    record("organisation.added", organisation, by=by, at=now, payload={"uscc": organisation.uscc})
    return organisation


@write_tx
def edit_organisation(
    organisation: Organisation, draft: OrganisationDraft, *, by: Actor, now: dt.datetime
) -> Organisation:
    """Correct what is known of an organisation.

    Raises:
        RuleError: "organisation.name_taken", "organisation.uscc_taken".
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    permit(by, "organisation.edit", organisation)
    before = {"name": organisation.name, "uscc": organisation.uscc}
    _write(organisation, draft)
    after = {"name": organisation.name, "uscc": organisation.uscc}
    record("organisation.edited", organisation, by=by, at=now, payload={"before": before, "after": after})
    return organisation


def _write(organisation: Organisation, draft: OrganisationDraft) -> None:
    uscc = normal(draft.uscc)
    others = Organisation.objects.exclude(pk=organisation.pk)
    if others.filter(name=draft.name).exists():
        raise RuleError("organisation.name_taken", name=draft.name)
    if uscc and (holder := others.filter(uscc=uscc).first()):
        raise RuleError("organisation.uscc_taken", uscc=uscc, name=holder.name)
    doubt = doubt_about(uscc)
    organisation.name, organisation.kind, organisation.uscc = draft.name, draft.kind, uscc
    organisation.contact, organisation.mail = draft.contact, draft.mail
    organisation.bank_account_name = draft.bank_account_name
    organisation.uscc_doubt = doubt.code if doubt else ""
    organisation.save()

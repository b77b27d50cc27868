"""A raiser's name and phone: read for a reason, erased on request or when their time is over."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.calendar import after
from zhagen.core.lifecycle.need import ENDED
from zhagen.core.types import PUBLIC, SYSTEM, Actor
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import PersonalData, erase_person, read_person
from zhagen.procurement.actions.need import day_of, locked, rules_of
from zhagen.procurement.models import Need


@write_tx
def read_contact(need: Need, *, reason: str, by: Actor, now: dt.datetime) -> PersonalData:
    """Return the raiser's name and phone; the need's story and the vault's log both keep the reading.

    Raises:
        RuleError: "permission.denied", "vault.reason_missing", "vault.no_such_person", "vault.erased".
    """
    permit(by, "need.contact", need)
    data = read_person(need.raiser_ref, by=by, reason=reason)
    record("need.contact_read", need, by=by, at=now, payload={"reason": reason.strip()[:200]})
    return data


@write_tx
def erase_contact(need: Need, *, reason: str, by: Actor, now: dt.datetime) -> Need:
    """Erase the raiser's name and phone; the need stays and is followed by its receipt.

    Raises:
        RuleError: "permission.denied", "vault.reason_missing", "vault.no_such_person".
    """
    permit(by, "need.erase", need)
    return _erase(need, reason=reason, by=by, now=now)


@write_tx
def forget_by_receipt(need: Need, *, now: dt.datetime) -> Need:
    """Erase them at the raiser's own wish; the caller has checked his receipt."""
    return _erase(need, reason="本人凭回执要求", by=PUBLIC, now=now) if need.raiser_ref else need


def _erase(need: Need, *, reason: str, by: Actor, now: dt.datetime) -> Need:
    need = locked(need)
    erase_person(need.raiser_ref, by=by, reason=reason)
    need.raiser_ref = ""
    need.save(update_fields=["raiser_ref"])
    record("need.contact_erased", need, by=by, at=now, payload={"reason": reason.strip()[:200]})
    return need


def erase_expired(now: dt.datetime, *, most: int = 500) -> int:
    """Erase the contacts of needs that ended longer ago than the rulebook keeps them; return how many."""
    ended = Need.objects.filter(
        state__in=[state.value for state in ENDED], ended_at__isnull=False, next_on=None
    )
    done = 0
    for need in ended.exclude(raiser_ref="").order_by("ended_at")[:most]:
        months = rules_of(need.place_id, now).int("retention.contact_max")
        if day_of(now) > after(day_of(need.ended_at), months, "months"):  # type: ignore[arg-type]
            expire_contact(need, now=now)
            done += 1
    return done


@write_tx
def expire_contact(need: Need, *, now: dt.datetime) -> Need:
    """Erase the contact of one need whose time is over."""
    return _erase(need, reason="保存期满", by=SYSTEM, now=now)

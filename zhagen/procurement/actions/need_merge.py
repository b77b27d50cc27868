"""Needs that are one: duplicates suggested, merged and parted again; neighbours who have it too."""

import datetime as dt

from django.db import IntegrityError, transaction

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import ENDED, NeedState
from zhagen.core.similar import build_index, suggest_same
from zhagen.core.types import PUBLIC, Actor
from zhagen.platform.scope import permit, visible
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import blind_index, normal_phone, phone_index_of
from zhagen.procurement.actions.need import locked, move
from zhagen.procurement.actions.need_receipt import need_of_receipt
from zhagen.procurement.models import Need, NeedSupport

COMPARED = 500
"""The latest needs of the community that a new one is compared with."""

SUGGESTED = 5


def likely_duplicates(need: Need, *, by: Actor) -> list[tuple[Need, float]]:
    """Return needs of the same community that say much the same, the likest first."""
    if need.merged_into_id:
        return []
    rows = (
        visible(by, "need.merge", Need)
        .filter(place_id=need.place_id, is_private=need.is_private)
        .exclude(pk=need.pk)
        .exclude(state=NeedState.MERGED)
        .order_by("-raised_at")[:COMPARED]
    )
    by_id = {str(row.pk): row for row in rows}
    index = build_index({key: f"{row.building} {row.text}" for key, row in by_id.items()})
    found = suggest_same(f"{need.building} {need.text}", index, most=SUGGESTED)
    return [(by_id[each.key], each.score) for each in found]


@write_tx
def merge_need(need: Need, main: Need, *, by: Actor, now: dt.datetime) -> Need:
    """Merge a need into another; each raiser keeps his receipt, sees the other's steps and has his own word.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "need.merge_itself", "need.merge_elsewhere",
            "need.merge_private", "need.merge_ended".
    """
    need, main = (locked(each) for each in sorted((need, main), key=lambda each: each.pk != need.pk))
    for each in (need, main):
        permit(by, "need.merge", each)
    _check_pair(need, main)
    fields = move(need, "merge", now=now)
    need.merged_into = main
    need.save(update_fields=[*fields, "merged_into"])
    Need.objects.filter(merged_into=need).update(merged_into=main)
    record("need.merged", need, by=by, at=now, payload={"into": str(main.pk)})
    record("need.joined", main, by=by, at=now, payload={"from": str(need.pk)})
    return main


def _check_pair(need: Need, main: Need) -> None:
    if need.pk == main.pk:
        raise RuleError("need.merge_itself")
    if need.place_id != main.place_id:
        raise RuleError("need.merge_elsewhere")
    if need.is_private or main.is_private:
        raise RuleError("need.merge_private")
    if main.state in ENDED:
        raise RuleError("need.merge_ended")


@write_tx
def unmerge_need(need: Need, *, by: Actor, now: dt.datetime) -> Need:
    """Part a need from the one it was merged into; it is sorted anew, its raiser's word goes with it.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now".
    """
    need = locked(need)
    permit(by, "need.merge", need)
    main = need.merged_into
    fields = move(need, "unmerge", now=now)
    need.merged_into = None
    need.save(update_fields=[*fields, "merged_into"])
    record("need.unmerged", need, by=by, at=now)
    main.words.filter(raised_as=need).update(need=need)
    record("need.parted", main, by=by, at=now, payload={"from": str(need.pk)})
    return need


@write_tx
def support_need(
    need: Need,
    *,
    phone: str = "",
    receipt: str = "",
    building: str = "",
    by: Actor = PUBLIC,
    now: dt.datetime,
) -> bool:
    """Count a neighbour who has the same need, once a phone or receipt; return whether he is new.

    Raises:
        RuleError: "permission.denied", "need.support_needs_phone", "vault.bad_phone",
            "need.receipt_unknown", "need.own_support".
    """
    permit(by, "need.support", need)
    key = _support_key(need, phone, receipt, now)
    try:
        with transaction.atomic():
            NeedSupport.objects.create(need=need, key=key, building=building.strip()[:40], said_at=now)
    except IntegrityError:
        return False
    record("need.supported", need, by=by, at=now)
    return True


def _support_key(need: Need, phone: str, receipt: str, now: dt.datetime) -> str:
    if receipt.strip():
        own = need_of_receipt(receipt, now=now)
        if need.pk in {own.pk, own.merged_into_id}:
            raise RuleError("need.own_support")
        return phone_index_of(own.raiser_ref) or blind_index(str(own.pk), purpose="support-receipt")
    digits = normal_phone(phone)
    if not digits:
        raise RuleError("need.support_needs_phone")
    key = blind_index(digits, purpose="phone")
    if key == phone_index_of(need.raiser_ref):
        raise RuleError("need.own_support")
    return key

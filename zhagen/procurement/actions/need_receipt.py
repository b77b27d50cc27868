"""Receipts of needs: eight letters that name the need, and four that only its raiser was given."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.calendar import after
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.receipts import check_receipt, plain_receipt, receipt_letters
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.need import CODE_LENGTH, day_of, locked, rules_of
from zhagen.procurement.models import Need


def receipt_of(need: Need) -> str:
    """Return the receipt of a need in groups of four: "ABCD-EFGH-JKMN"."""
    return receipt_letters(need.code, f"{need.pk}:{need.receipt_version}")


def need_of_receipt(typed: str, *, now: dt.datetime) -> Need:
    """Return the need that a receipt opens.

    Raises:
        RuleError: "need.receipt_unknown"; "need.receipt_expired"; "request.too_many" after ten wrong
            guesses at one need within an hour.
    """
    letters = plain_receipt(typed)
    code = letters[:CODE_LENGTH]
    need = Need.objects.select_related("place", "owner", "merged_into").filter(code=code).first()
    if need is None:
        raise RuleError("need.receipt_unknown")
    check_receipt(letters, code, receipt_of(need), unknown="need.receipt_unknown")
    _check_age(need, now)
    return need


def _check_age(need: Need, now: dt.datetime) -> None:
    if need.ended_at is None:
        return
    months = rules_of(need.place_id, now).int("retention.receipt_code_max")
    if day_of(now) > after(day_of(need.ended_at), months, "months"):
        raise RuleError("need.receipt_expired", months=months)


@write_tx
def reissue_receipt(need: Need, *, by: Actor, now: dt.datetime) -> str:
    """Return a new receipt for the raiser who lost his; the old one no longer works.

    Raises:
        RuleError: "permission.denied"; "need.own_receipt": who owns the need may not hold its receipt.
    """
    need = locked(need)
    permit(by, "need.receipt", need)
    if str(need.owner_id) == by.key:
        raise RuleError("need.own_receipt")
    need.receipt_version += 1
    need.save(update_fields=["receipt_version"])
    record("need.receipt_reissued", need, by=by, at=now, payload={"version": need.receipt_version})
    return receipt_of(need)

"""Receipts of needs: eight letters that name the need, and four that only its raiser was given.

The last four are computed from a key of the data home, never stored, never shown to the desk: whoever
reads the list of needs cannot speak for a raiser.
"""

import datetime as dt
import hmac
import re
import unicodedata

from zhagen.audit.record import record
from zhagen.core.calendar import after
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.codes import CODE_LETTERS
from zhagen.platform.limits import hit, is_over
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import blind_index
from zhagen.procurement.actions.need import CODE_LENGTH, day_of, locked, rules_of
from zhagen.procurement.models import Need

SECRET_LENGTH = 4
WRONG_TRIES, WITHIN_SECONDS = 10, 3600


def receipt_of(need: Need) -> str:
    """Return the receipt of a need in groups of four: "ABCD-EFGH-JKMN"."""
    digest = bytes.fromhex(blind_index(f"{need.pk}:{need.receipt_version}", purpose="receipt"))
    number = int.from_bytes(digest, "big")
    letters = need.code
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def plain_receipt(typed: str) -> str:
    """Return what was typed as bare capital letters and digits.

    >>> plain_receipt(" abcd－efgh jkmn ")
    'ABCDEFGHJKMN'
    """
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())


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
    if is_over("receipt", code, most=WRONG_TRIES):
        raise RuleError("request.too_many", minutes=WITHIN_SECONDS // 60)
    if not hmac.compare_digest(letters, plain_receipt(receipt_of(need))):
        hit("receipt", code, seconds=WITHIN_SECONDS)
        raise RuleError("need.receipt_unknown")
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

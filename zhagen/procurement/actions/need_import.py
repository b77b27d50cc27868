"""Many needs at once: a hotline's sheet with its order numbers, or a chain pasted from a chat."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zhagen.audit.record import record_first
from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.types import Actor
from zhagen.parties.models import Place
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import keep_people
from zhagen.procurement.actions.need import Intake, NeedDraft, checked_need, intake_of, raised_payload
from zhagen.procurement.models import Need

ROWS_AT_ONCE = 500
MOST_PASTED = 100


@dataclass(frozen=True)
class OrderRow:
    """One row of a hotline's sheet.

    Args:
        number: Its row in the sheet, from 1.
        place_code: Code or name of the community, as typed.
        draft: The need, with any place; the action puts the right one in.
    """

    number: int
    place_code: str
    draft: NeedDraft


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Args:
        raised: The needs taken in.
        known: Row and order number of orders that were registered before; skipped.
        wrong: Row and reason of rows that the rules do not take; skipped, or all refused.
    """

    raised: tuple[Need, ...]
    known: tuple[tuple[int, str], ...]
    wrong: tuple[tuple[int, RuleError], ...]


@write_tx
def import_orders(
    rows: Sequence[OrderRow], *, keep_good: bool = False, by: Actor, now: dt.datetime
) -> Imported:
    """Take in a hotline's orders: all of them or none, unless asked to keep the good ones.

    Orders whose number is registered already are skipped and named, so a sheet may be sent again.

    Args:
        rows: What was read from the sheet.
        keep_good: Take in the rows without faults and report the others.
        by: The handler.
        now: Moment.

    Raises:
        SeveralRulesError: rows that the rules do not take, each with `row`; nothing is kept then.
    """
    places = _places(row.place_code for row in rows)
    known_numbers = set(Need.objects.exclude(work_order_no="").values_list("work_order_no", flat=True))
    fresh = [row for row in rows if row.draft.work_order_no not in known_numbers]
    known = [
        (row.number, row.draft.work_order_no) for row in rows if row.draft.work_order_no in known_numbers
    ]
    good, wrong = _checked(fresh, places, by, now)
    if wrong and not keep_good:
        raise SeveralRulesError([_at_row(number, error) for number, error in wrong])
    _save(good, by=by, now=now)
    return Imported(tuple(need for need, _ in good), tuple(known), tuple(wrong))


def _places(codes: Iterable[str]) -> dict[str, Place]:
    """Return active communities by the code or name that a sheet uses; a name used twice is no key."""
    asked = set(codes)
    found: dict[str, Place] = {}
    active = Place.objects.filter(is_active=True, level=Place.Level.COMMUNITY)
    names = [place.name for place in active]
    for place in active:
        if place.pk in asked:
            found[place.pk] = place
        if place.name in asked and names.count(place.name) == 1:
            found[place.name] = place
    return found


def _checked(
    rows: Sequence[OrderRow], places: dict[str, Place], by: Actor, now: dt.datetime
) -> tuple[list[tuple[Need, NeedDraft]], list[tuple[int, RuleError]]]:
    good: list[tuple[Need, NeedDraft]] = []
    wrong: list[tuple[int, RuleError]] = []
    intakes: dict[str, Intake] = {}
    first_row: dict[str, int] = {}
    for row in rows:
        try:
            order = row.draft.work_order_no
            if order in first_row:
                raise RuleError("need.order_twice", number=order, row=row.number, first=first_row[order])
            first_row[order] = row.number
            place = places.get(row.place_code)
            if place is None:
                raise RuleError("need.place_unknown", code=row.place_code)
            if place.pk not in intakes:
                intakes[place.pk] = intake_of(place.pk, now)
            draft = replace(row.draft, place=place)
            good.append((checked_need(draft, intakes[place.pk], by=by, now=now), draft))
        except RuleError as error:
            wrong.append((row.number, error))
    return good, wrong


def _at_row(number: int, error: RuleError) -> RuleError:
    return RuleError(error.code, source=error.source, **{**error.figures, "row": number})


def _save(pairs: Sequence[tuple[Need, NeedDraft]], *, by: Actor, now: dt.datetime) -> None:
    refs = keep_people([draft.person for _, draft in pairs], by=by)
    for (need, _), ref in zip(pairs, refs, strict=True):
        need.raiser_ref = ref
    needs = [need for need, _ in pairs]
    Need.objects.bulk_create(needs, batch_size=ROWS_AT_ONCE)
    record_first("need.raised", [(need, raised_payload(need)) for need in needs], by=by, at=now)


@write_tx
def raise_pasted(drafts: Sequence[NeedDraft], *, by: Actor, now: dt.datetime) -> list[Need]:
    """Take in the entries of a pasted chain that a helper has looked through; all of them or none.

    Raises:
        RuleError: "need.paste_empty", "need.paste_too_many", or what `raise_need` raises.
    """
    if not drafts:
        raise RuleError("need.paste_empty")
    if len(drafts) > MOST_PASTED:
        raise RuleError("need.paste_too_many", most=MOST_PASTED, count=len(drafts))
    intakes = {place: intake_of(place, now) for place in {draft.place.pk for draft in drafts}}
    pairs = [(checked_need(draft, intakes[draft.place.pk], by=by, now=now), draft) for draft in drafts]
    _save(pairs, by=by, now=now)
    return [need for need, _ in pairs]

"""Running numbers of a street's papers: QH-2026-P-007."""

import datetime as dt

from zhagen.parties.models import Place
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Plan, Tender

LETTERS = {"plan": ("P", Plan), "tender": ("T", Tender)}


def next_number(kind: str, place: Place, now: dt.datetime) -> str:
    """Return the next free number of a kind in a street and year; the unique column settles a race.

    Args:
        kind: A key of `LETTERS`.
        place: The street.
        now: The moment.
    """
    letter, model = LETTERS[kind]
    stem = f"{place.pk[:9]}-{now.astimezone(SHANGHAI).year}-{letter}-"
    last = model.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True)
    return f"{stem}{int(last[0].removeprefix(stem)) + 1 if last else 1:04d}"

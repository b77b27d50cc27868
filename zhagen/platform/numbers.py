"""Running numbers of documents: 付款〔2026〕0012号, one series a kind, street and year."""

import datetime as dt

from django.db.models import F

from zhagen.platform.clock import SHANGHAI
from zhagen.platform.models import NumberSeries


def next_number(kind: str, place_code: str, now: dt.datetime) -> str:
    """Return the next number of a series; inside `write_tx`, so that none is skipped or given twice."""
    year = now.astimezone(SHANGHAI).year
    series, _ = NumberSeries.objects.get_or_create(kind=kind, place=place_code, year=year)
    NumberSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db()
    return f"{place_code[4:9]}-{kind}〔{year}〕{series.last:04d}号"

"""A whole database as lines that either kind of database can read: how PostgreSQL is backed up."""

import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

LEFT_OUT = {"contenttypes", "auth", "sessions"}
"""Apps whose rows are made by the migrations or can be lost."""
BATCH = 500


class _WholeMoments(DjangoJSONEncoder):
    """Keep microseconds, which the log has committed to; Django's own encoder drops three digits."""

    def default(self, o: object) -> object:
        """Write a moment whole."""
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)


def dumped_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to the office, tables between two models included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in LEFT_OUT and model._meta.managed and not model._meta.proxy
    ]


def write_dump(target: Path) -> None:
    """Write all rows as they stand at one moment, one JSON object a line, compressed."""
    with transaction.atomic(), gzip.open(target, "wt", encoding="utf-8") as file:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for model in dumped_models():
            rows = model._base_manager.order_by("pk").iterator(chunk_size=BATCH)
            serializers.serialize("jsonl", rows, stream=file, ensure_ascii=False, cls=_WholeMoments)


def load_dump(source: Path) -> int:
    """Load a dump into an empty, migrated database in one transaction; return how many rows."""
    count = 0
    with transaction.atomic():
        for batch in _batches(source):
            type(batch[0])._base_manager.bulk_create(batch)
            count += len(batch)
        statements = connection.ops.sequence_reset_sql(no_style(), dumped_models())
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    return count


def _batches(source: Path) -> Iterator[list[models.Model]]:
    batch: list[models.Model] = []
    with gzip.open(source, "rt", encoding="utf-8") as file:
        for each in serializers.deserialize("jsonl", file):
            if batch and (type(batch[0]) is not type(each.object) or len(batch) >= BATCH):
                yield batch
                batch = []
            batch.append(each.object)
    if batch:
        yield batch

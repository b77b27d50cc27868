"""Rows by the thousand: one prepared statement, no model instance a row."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows of plain values; what no name covers must have a default in the database.

    For tables that every action writes to, such as the log: making model instances costs more than the
    writing. Nothing is checked but what the database checks.

    Args:
        model: Whose table.
        names: Field names, in the order of the values; a foreign key by its column, such as "event_id".
        rows: The values, as a model would hold them.
    """
    by_column = {field.column: field for field in model._meta.concrete_fields}
    fields = [by_column[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - own names
    with connection.cursor() as cursor:
        cursor.executemany(
            sql,
            [
                [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                for row in rows
            ],
        )

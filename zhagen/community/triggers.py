"""Triggers that keep the fund's book append-only in the database itself, on SQLite and PostgreSQL.

A waiting entry may be decided, once; its figures never change. What stands, stands: a mistake is put right by
an entry of its own.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "community_fundentry"
FIXED = (
    "id", "cycle_id", "grant_id", "way", "source", "target", "amount_fen", "what", "reference",
    "submitted_by_id", "submitted_at",
)  # fmt: skip
"""What no update may touch, not even while an entry waits."""

MESSAGE = "the fund book is append-only"
_CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED),
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION fund_book_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}: % on %', TG_OP, TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing."""
    create = _postgresql if connection.vendor == "postgresql" else _sqlite
    for statement in create():
        _execute(connection, statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: to undo the migration, and for tests that empty the whole database."""
    is_postgresql = connection.vendor == "postgresql"
    for operation in ("update", "delete", *(("truncate",) if is_postgresql else ())):
        on = f" ON {TABLE}" if is_postgresql else ""
        _execute(connection, f"DROP TRIGGER IF EXISTS {TABLE}_no_{operation}{on}")
    if is_postgresql:
        _execute(connection, "DROP FUNCTION IF EXISTS fund_book_refuse()")


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_update BEFORE UPDATE ON {TABLE} "
        f"WHEN OLD.state <> 'waiting' OR {_CHANGED['sqlite']} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_delete BEFORE DELETE ON {TABLE} {refuse}",
    ]


def _postgresql() -> list[str]:
    begin, call = "CREATE OR REPLACE TRIGGER", "EXECUTE FUNCTION fund_book_refuse()"
    return [
        _FUNCTION,
        f"{begin} {TABLE}_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN (OLD.state <> 'waiting' OR {_CHANGED['postgresql']}) {call}",
        f"{begin} {TABLE}_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW {call}",
        f"{begin} {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {call}",
    ]


def _execute(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

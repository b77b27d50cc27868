"""Triggers that make the log's tables append-only in the database itself, on SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = {
    "audit_event": ("UPDATE", "DELETE"),
    "audit_eventpayload": ("UPDATE",),
    "audit_leaf": ("UPDATE", "DELETE"),
    "audit_tile": ("UPDATE", "DELETE"),
    "audit_logkey": ("UPDATE", "DELETE"),
    "audit_signedroot": ("UPDATE", "DELETE"),
}
"""What each table refuses; a payload may be deleted, which is its erasure."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the event log is append-only: % on %', TG_OP, TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that are missing."""
    for statement in _creating(connection.vendor):
        _execute(connection, statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: to undo the migration, and for tests that empty the whole database."""
    for table, refused in APPEND_ONLY.items():
        for operation in _operations(connection.vendor, refused):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            _execute(connection, f"DROP TRIGGER IF EXISTS {_name(table, operation)}{on}")
    if connection.vendor == "postgresql":
        _execute(connection, "DROP FUNCTION IF EXISTS audit_refuse()")


def _creating(vendor: str) -> list[str]:
    statements = [_FUNCTION] if vendor == "postgresql" else []
    for table, refused in APPEND_ONLY.items():
        for operation in _operations(vendor, refused):
            name = _name(table, operation)
            if vendor == "postgresql":
                row = "STATEMENT" if operation == "TRUNCATE" else "ROW"
                statements.append(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {operation} ON {table} "
                    f"FOR EACH {row} EXECUTE FUNCTION audit_refuse()"
                )
            else:
                statements.append(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {operation} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
                )
    return statements


def _operations(vendor: str, refused: tuple[str, ...]) -> tuple[str, ...]:
    return (*refused, "TRUNCATE") if vendor == "postgresql" else refused


def _name(table: str, operation: str) -> str:
    return f"{table}_no_{operation.lower()}"


def _execute(connection: BaseDatabaseWrapper, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

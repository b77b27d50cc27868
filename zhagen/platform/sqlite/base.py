"""Django's SQLite backend with the fair write lock taken before BEGIN IMMEDIATE."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.sqlite3 import base, features

from zhagen.platform.sqlite.lock import FairLock, lock_for

FIXED_IN = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Releases without the WAL-reset bug: 3.51.3 and later, and the back-ports of two older lines."""


def is_safe_for_wal(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite keeps committed pages when the WAL is reset."""
    newest, *older = FIXED_IN
    return version >= newest or any(line[:2] == version[:2] and version >= line for line in older)


class DatabaseFeatures(features.DatabaseFeatures):
    """What this SQLite can do; Django 6 would ask the connection for its limit, and pysqlite3 has no such method."""

    max_query_params = 999


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that queues for the one write turn of its file."""

    features_class = DatabaseFeatures
    _held: FairLock | None = None

    def get_new_connection(self, conn_params):  # type: ignore[no-untyped-def]
        """Refuse to open a WAL with a SQLite that can lose committed pages."""
        version = base.Database.sqlite_version_info
        if not is_safe_for_wal(version):
            raise ImproperlyConfigured(
                f"SQLite {'.'.join(map(str, version))} can lose committed pages in WAL mode; "
                "install pysqlite3 (the package does) or SQLite 3.51.3."
            )
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._end_turn()
            raise

    def _commit(self):  # type: ignore[no-untyped-def]
        try:
            return super()._commit()
        finally:
            self._end_turn()

    def _rollback(self):  # type: ignore[no-untyped-def]
        try:
            return super()._rollback()
        finally:
            self._end_turn()

    def _close(self):  # type: ignore[no-untyped-def]
        try:
            return super()._close()
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._held is None and ":memory:" not in name and "mode=memory" not in name:
            lock = lock_for(Path(name + ".lock"))
            lock.acquire()
            self._held = lock

    def _end_turn(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.release()

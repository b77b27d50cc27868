"""Which table lives in which file."""

THROWAWAY_APPS = {"sessions"}


class ThrowawayRouter:
    """Sessions and cache live apart: losing them costs a sign-in, not a record."""

    def _is_throwaway(self, app_label: str) -> bool:
        return app_label in THROWAWAY_APPS or app_label == "django_cache"

    def db_for_read(self, model, **hints):  # type: ignore[no-untyped-def]
        """Return the alias for reading."""
        return "throwaway" if self._is_throwaway(model._meta.app_label) else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):  # type: ignore[no-untyped-def]
        """Say in which file an app's tables are made."""
        return (db == "throwaway") == self._is_throwaway(app_label)

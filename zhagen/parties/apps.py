"""The parties app: settles what was waited for after each change."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Puts the settling of notices behind every record."""

    name = "zhagen.parties"

    def ready(self) -> None:
        """Register the settling with `record`."""
        from zhagen.audit.record import after_record
        from zhagen.parties.actions.notice import settle_left

        after_record(settle_left)

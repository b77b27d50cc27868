"""The audit app: seals the log at the end of each transaction where the database allows it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Puts the sealer at the end of every write."""

    name = "zhagen.audit"

    def ready(self) -> None:
        """Register the sealer with `write_tx`."""
        from zhagen.audit.record import forget_batch, write_waiting
        from zhagen.audit.sealer import seal_in_transaction
        from zhagen.platform.tx import at_batch_end, before_commit

        before_commit(write_waiting)
        at_batch_end(forget_batch)
        before_commit(seal_in_transaction)

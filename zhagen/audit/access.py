"""Joins the vault of personal data to the log: whoever reads a person leaves an event with his reason."""

from typing import Any

from django.db import models

from zhagen.audit.record import record
from zhagen.core.types import Actor
from zhagen.platform.clock import now
from zhagen.platform.vault import record_with


def record_vault(kind: str, person: models.Model, by: Actor, payload: dict[str, Any]) -> None:
    """Write an event of the vault at the clock's moment."""
    record(kind, person, by=by, at=now(), payload=payload)


record_with(record_vault)

"""Joins the vault of personal data to the log: whoever reads a person leaves an event with his reason."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from zhagen.audit.record import record, record_first
from zhagen.core.types import Actor
from zhagen.platform.clock import now
from zhagen.platform.vault import record_with


def record_vault(kind: str, person: models.Model, by: Actor, payload: dict[str, Any]) -> None:
    """Write one event of the vault at the clock's moment."""
    record(kind, person, by=by, at=now(), payload=payload)


def record_many(kind: str, people: Sequence[tuple[models.Model, dict[str, Any]]], by: Actor) -> None:
    """Write the events of people who were put in together."""
    record_first(kind, people, by=by, at=now())


record_with(record_vault, record_many)

"""What was done, and what of it participants and askers confirm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, share, unmeasured

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One logged session.

    Args:
        key: Id of the activity.
        held_on: Day.
        minutes: Length.
        participants: Ids of known participants, without names.
        confirmed: Ids of those who confirmed of their own that they were there.
    """

    key: str
    held_on: date
    minutes: int
    participants: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OffPlanRow:
    """One off-plan task: minutes, whether the asker confirmed it, and who asked (a code of office)."""

    key: str
    held_on: date
    minutes: int
    is_confirmed: bool
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class DrawnParticipant:
    """A participant drawn at random and asked: did it take place with you, was it of use."""

    key: str
    session: str
    took_place: bool
    was_of_use: bool


def sessions(rows: Sequence[SessionRow]) -> Measure:
    """Return the number of sessions on the agency's own record."""
    keys = [f"activity:{row.key}" for row in rows]
    return counted("activity.sessions", len(rows), len(rows), keys, "sessions logged")


def hours(rows: Sequence[SessionRow]) -> Measure:
    """Return the service hours on the agency's own record."""
    total = Fraction(sum(row.minutes for row in rows), MINUTES_PER_HOUR)
    return counted(
        "activity.hours", total, len(rows), [f"activity:{row.key}" for row in rows], "sum of hours"
    )


def confirmed_share(asked: Sequence[DrawnParticipant], population: int, confidence_bp: int) -> Measure:
    """Return the share of drawn participants who say that it took place and was of use.

    Args:
        asked: Those drawn who answered.
        population: All participations on the record from which they were drawn.
        confidence_bp: Stated coverage.
    """
    yes = sum(each.took_place and each.was_of_use for each in asked)
    return share(
        "activity.confirmed_share", yes, len(asked), population, confidence_bp=confidence_bp,
        rows=[f"confirmation:{each.key}" for each in asked],
        rule="took place and was of use ÷ drawn and heard",
    )  # fmt: skip


def confirmed_participants(rows: Sequence[SessionRow]) -> Measure:
    """Return how many different people confirmed of their own to have been there."""
    name, rule = "activity.confirmed_participants", "distinct participants who confirmed"
    people = {person for row in rows for person in row.confirmed}
    keys = [f"activity:{row.key}" for row in rows if row.confirmed]
    return counted(name, len(people), len(people), keys, rule)


def off_plan_share(rows: Sequence[SessionRow], tasks: Sequence[OffPlanRow]) -> Measure:
    """Return confirmed off-plan minutes out of all minutes worked for the community."""
    name, rule = "activity.off_plan_share", "confirmed off-plan minutes ÷ all minutes"
    confirmed = [task for task in tasks if task.is_confirmed]
    extra = sum(task.minutes for task in confirmed)
    total = extra + sum(row.minutes for row in rows)
    keys = [f"off_plan:{task.key}" for task in confirmed]
    if not total:
        return unmeasured(name, 0, keys, rule)
    return counted(name, Fraction(extra * BP, total), len(rows) + len(confirmed), keys, rule)


def presence_share(days_present: Iterable[date], working_days: Sequence[date]) -> Measure:
    """Return the share of working days on which a worker was there, seen by others or on a visit or with a case."""
    name, rule = "activity.presence_share", "working days present ÷ working days"
    days = set(working_days)
    present = sorted(days & set(days_present))
    keys = [f"day:{day.isoformat()}" for day in present]
    if not days:
        return unmeasured(name, 0, keys, rule)
    return counted(name, Fraction(len(present) * BP, len(days)), len(days), keys, rule)

"""Who stays: tenure, turnover that also counts those still here, the same face for a year, hand-overs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from statistics import median_low

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, share, unmeasured

DAYS_PER_YEAR = 365


@dataclass(frozen=True, slots=True)
class Spell:
    """One worker's stay at one place of work.

    Args:
        key: Id of the staffing row.
        worker: Who.
        began_on: First day.
        ended_on: Last day; None = still here.
        open_cases: Open cases when it ended.
        received_cases: Of these, cases with a named receiver and a note.
    """

    key: str
    worker: str
    began_on: date
    ended_on: date | None = None
    open_cases: int = 0
    received_cases: int = 0

    def days(self, today: date) -> int:
        """Return the days from the first day to the last, or to today, both counted."""
        return (min(self.ended_on or today, today) - self.began_on).days + 1

    def has_ended(self, today: date) -> bool:
        """Return whether the stay was over on a day."""
        return self.ended_on is not None and self.ended_on < today


@dataclass(frozen=True, slots=True)
class Contact:
    """A resident met by a worker on a day: a case, a group, a home visit."""

    key: str
    resident: str
    worker: str
    met_on: date


def joined_spells(spells: Sequence[Spell]) -> tuple[Spell, ...]:
    """Return the spells with those of one worker that follow each other without a gap joined into one.

    A worker kept on under the next contract has one stay, not two; the last row's cases count.
    """
    joined: list[Spell] = []
    for spell in sorted(spells, key=lambda each: (each.worker, each.began_on, each.key)):
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.worker == spell.worker
            and before.ended_on is not None
            and spell.began_on <= before.ended_on + timedelta(days=1)
        ):
            joined[-1] = replace(spell, key=before.key, began_on=before.began_on)
        else:
            joined.append(spell)
    return tuple(joined)


def tenure_days(spells: Sequence[Spell], today: date) -> Measure:
    """Return the median days that the present workers have been here."""
    name, rule = "staffing.tenure_days", "median days of the present workers"
    present = [spell for spell in spells if spell.began_on <= today and not spell.has_ended(today)]
    rows = [f"staffing:{spell.key}" for spell in present]
    if not present:
        return unmeasured(name, 0, rows, rule)
    return counted(name, median_low(spell.days(today) for spell in present), len(present), rows, rule)


def survival_steps(spells: Sequence[Spell], today: date) -> tuple[tuple[int, Fraction], ...]:
    """Return the Kaplan–Meier curve of stays: (days, share that stays longer) at each leaving."""
    begun = [spell for spell in spells if spell.began_on <= today]
    surviving, steps = Fraction(1), []
    for days in sorted({spell.days(today) for spell in begun if spell.has_ended(today)}):
        at_risk = sum(spell.days(today) >= days for spell in begun)
        left = sum(spell.has_ended(today) and spell.days(today) == days for spell in begun)
        surviving *= Fraction(at_risk - left, at_risk)
        steps.append((days, surviving))
    return tuple(steps)


def median_stay_days(spells: Sequence[Spell], today: date) -> Measure:
    """Return the days within which half of the workers leave; no value before half have been seen to."""
    name, rule = "staffing.median_stay_days", "Kaplan–Meier median"
    begun = [spell for spell in spells if spell.began_on <= today]
    rows = [f"staffing:{spell.key}" for spell in begun]
    for days, surviving in survival_steps(spells, today):
        if surviving <= Fraction(1, 2):
            return counted(name, days, len(begun), rows, rule)
    return unmeasured(name, len(begun), rows, f"{rule}; fewer than half have left")


def turnover(spells: Sequence[Spell], began_on: date, today: date) -> Measure:
    """Return leavings a worker-year in a period, in bp: 2,000 = two of ten in a year."""
    name, rule = "staffing.turnover", "leavings ÷ worker-days × 365"
    touched = [
        spell
        for spell in spells
        if spell.began_on <= today and (spell.ended_on is None or spell.ended_on >= began_on)
    ]
    rows = [f"staffing:{spell.key}" for spell in touched]
    if not touched:
        return unmeasured(name, 0, rows, rule)
    exposed = sum(
        (min(spell.ended_on or today, today) - max(spell.began_on, began_on)).days + 1 for spell in touched
    )
    left = sum(spell.has_ended(today) for spell in touched)
    return counted(name, Fraction(left * DAYS_PER_YEAR * BP, exposed), len(touched), rows, rule)


def same_worker_share(contacts: Sequence[Contact], today: date, confidence_bp: int) -> Measure:
    """Return, of residents served both before and within the last year, how many still have the same worker.

    A resident counts if met a year or more ago and again within the last year; the same worker means that
    the last contact is by one who had met the resident a year or more ago.
    """
    year_ago = today - timedelta(days=DAYS_PER_YEAR)
    early: dict[str, set[str]] = {}
    latest: dict[str, Contact] = {}
    for contact in sorted(contacts, key=lambda each: (each.met_on, each.key)):
        if contact.met_on <= year_ago:
            early.setdefault(contact.resident, set()).add(contact.worker)
        elif contact.met_on <= today:
            latest[contact.resident] = contact
    known = [contact for resident, contact in latest.items() if resident in early]
    same = sum(contact.worker in early[contact.resident] for contact in known)
    return share(
        "staffing.same_worker_share", same, len(known), len(known), confidence_bp=confidence_bp,
        rows=[f"contact:{contact.key}" for contact in known],
        rule="same worker as a year ago ÷ served then and now",
    )  # fmt: skip


def hand_over_share(spells: Sequence[Spell], today: date) -> Measure:
    """Return the share of open cases of leavers that have a named receiver."""
    name, rule = "staffing.hand_over_share", "cases with a receiver ÷ open cases of leavers"
    left = [spell for spell in spells if spell.has_ended(today) and spell.open_cases]
    rows = [f"staffing:{spell.key}" for spell in left]
    cases = sum(spell.open_cases for spell in left)
    if not cases:
        return unmeasured(name, 0, rows, rule)
    received = sum(min(spell.received_cases, spell.open_cases) for spell in left)
    return counted(name, Fraction(received * BP, cases), cases, rows, rule)

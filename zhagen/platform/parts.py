"""What views hand to the shared parts of a page; `docs/guides/pages.md` says which part when."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Look = Literal["primary", "secondary", "danger"]
Words = object
"""A text, plain or lazily translated."""

TONES: dict[str, str] = {
    **dict.fromkeys(
        ("met", "accepted", "deemed_accepted", "approved", "paid", "awarded", "final", "confirmed", "done"),
        "good",
    ),
    **dict.fromkeys(
        ("partly_met", "to_correct", "returned", "suspended", "disputed", "under_review", "ending", "asked"),
        "wait",
    ),
    **dict.fromkeys(
        ("unmet", "refused", "terminated", "failed", "cancelled", "unreachable", "declined"), "bad"
    ),
    **dict.fromkeys(("open", "in_service", "buying", "signed", "submitted", "checked", "asking"), "now"),
}
"""State → colour of its badge; a state not listed is neutral."""


@dataclass(frozen=True, slots=True)
class Move:
    """A button for a step that core allows.

    Args:
        label: The move's name.
        url: The page of the step, or the address that takes it.
        look: "primary" for the usual next step, "danger" for one that ends something.
        is_post: The step has no form of its own: the button posts.
    """

    label: Words
    url: str
    look: Look = "secondary"
    is_post: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure.

    Args:
        label: What it is.
        value: Already formatted, with its unit or without.
        unit: Shown small behind the value.
        url: Where the figure comes from: its trace or its rows.
        note: A short word below: of how much, since when, which interval.
        is_to_confirm: It rests on a rule value not yet verified.
        tone: "bad", "wait" or "" as for states.
    """

    label: Words
    value: object
    unit: Words = ""
    url: str = ""
    note: Words = ""
    is_to_confirm: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One dated thing of an object's story.

    Args:
        at: Moment or day.
        what: What happened, in words.
        who: Role or name of whoever did it; empty for the public.
        detail: Figures or reasons, in words.
        url: Page with more.
    """

    at: dt.datetime | dt.date
    what: Words
    who: Words = ""
    detail: Words = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A rule value used on the page that nobody has verified against the official text yet.

    Args:
        label: What the value governs.
        value: The value with its unit.
        source: Where it is said to stand.
    """

    label: Words
    value: object
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """How far away a day is.

    Args:
        due_on: The day.
        days_left: Days until then; negative when past.
    """

    due_on: dt.date
    days_left: int

    @property
    def days_over(self) -> int:
        """Days since the day has passed."""
        return -self.days_left

    @property
    def urgency(self) -> str:
        """One of "overdue", "today", "soon" (three days), "week", "later"."""
        if self.days_left < 0:
            return "overdue"
        if self.days_left == 0:
            return "today"
        if self.days_left <= SOON_DAYS:
            return "soon"
        return "week" if self.days_left <= WEEK_DAYS else "later"


SOON_DAYS, WEEK_DAYS = 3, 7

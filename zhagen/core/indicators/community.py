"""The agency's part in the life of the community, as the community side recorded it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from zhagen.core.exact import BP
from zhagen.core.indicators.measure import Measure, counted, estimated, unmeasured
from zhagen.core.sampling import answer_mean_interval


class Part(StrEnum):
    """What the agency did at a meeting."""

    INVITED = "invited"
    PRESENT = "present"
    SPOKE = "spoke"
    TOOK_TASK = "took_task"


@dataclass(frozen=True, slots=True)
class MeetingPart:
    """The agency's part in one meeting.

    Args:
        key: Id of the meeting.
        held_on: Day.
        is_own_project: Whether the meeting was about its own project.
        part: What it did.
        by_community: Whether the community side recorded it; else it does not count.
        is_election: Meetings of an election are never scored.
    """

    key: str
    held_on: date
    is_own_project: bool
    part: Part
    by_community: bool
    is_election: bool = False


@dataclass(frozen=True, slots=True)
class LoadRating:
    """One rating by a community office: 5 = the agency added no load, 1 = much."""

    key: str
    community: str
    rating: int


def _counted(parts: Sequence[MeetingPart]) -> list[MeetingPart]:
    return [
        each
        for each in parts
        if each.by_community
        and not each.is_own_project
        and not each.is_election
        and each.part is not Part.INVITED
    ]


def other_meetings(parts: Sequence[MeetingPart], meetings_held: int) -> Measure:
    """Return the meetings outside its own project at which it was seen.

    Args:
        parts: Parts recorded.
        meetings_held: Meetings the community held; with none there is no value, and 0 of some is a value.
    """
    name, rule = "community.other_meetings", "meetings outside its own project, recorded by the community"
    taken = {each.key for each in _counted(parts)}
    return counted(name, len(taken), meetings_held, [f"meeting:{key}" for key in sorted(taken)], rule)


def took_task_share(parts: Sequence[MeetingPart]) -> Measure:
    """Return the share of such meetings at which it took a task."""
    name, rule = "community.took_task_share", "meetings where it took a task ÷ meetings it was at"
    seen = _counted(parts)
    rows = [f"meeting:{each.key}" for each in seen]
    if not seen:
        return unmeasured(name, 0, rows, rule)
    took = sum(each.part is Part.TOOK_TASK for each in seen)
    return counted(name, Fraction(took * BP, len(seen)), len(seen), rows, rule)


def load_mean(ratings: Sequence[LoadRating], communities: int, confidence_bp: int) -> Measure:
    """Return the mean rating by the communities served in hundredths of a point; 500 = no load added.

    Each community counts once, by its newest word. They are all there are, so that a contract of one or two
    communities has a figure as well; while more of them are silent than have rated there is none.

    Args:
        ratings: In the order of time.
        communities: How many communities the contract serves.
        confidence_bp: Coverage of the interval, which is the figure itself once all have rated.
    """
    name, rule = "community.load_mean", "mean of the community offices' ratings"
    newest = {each.community: each for each in ratings}
    rows = [f"rating:{each.key}" for each in newest.values()]
    if len(newest) < communities - len(newest) or not newest:
        rule = f"{rule}; {len(newest)} of {communities} communities served have rated, half needed"
        return unmeasured(name, len(newest), rows, rule)
    said = [each.rating for each in newest.values()]
    return estimated(name, answer_mean_interval(said, max(communities, len(said)), confidence_bp), rows, rule)

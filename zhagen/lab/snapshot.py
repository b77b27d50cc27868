"""The de-identified snapshot of a district: aggregates for the lab, no names, no ids, no day, nothing of few.

Its tables stand apart: no row of one can be joined to a row of another. Which figures are told, and which
are merged or left out because too few stand behind them, is decided in `zhagen.lab.guard`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date

from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.guard import Bin, Window
from zhagen.lab.lab_file import digest_of, read_file, to_plain, write_file

KIND = "zhagen-district-snapshot"

NEED_CLASSES = ("care", "family", "daily_life", "together")
"""The lab's four classes of need, in the order of its arrays."""

CLASS_OF_THEME = {
    "elderly": "care", "disability": "care", "health": "care",
    "children": "family", "family": "family",
    "livelihood": "daily_life", "environment": "daily_life", "safety": "daily_life", "property": "daily_life",
    "neighbours": "together", "culture": "together",
}  # fmt: skip
"""Class of each theme of the rulebook's `need.themes`; any other theme is of the last class."""

NEVER = 999
"""On a scale of months: not by the end."""

NOT_RECORDED = ("committee_diary", "recognition_by_stratum", "turnout_by_stratum", "wages")
"""Moments of the lab for which the product keeps no figure by design: nobody is asked his stratum, time or pay."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of `n` values, rounded to whole units."""

    n: int
    mean: int
    sd: int


@dataclass(frozen=True, slots=True)
class Leavings:
    """Leavings of workers of one kind of slot.

    Args:
        slot: "lead" or "worker".
        first: First month, or fewest months in post.
        last: Last month, or most months in post; None = and above.
        person_months: Months in post of all, within.
        left: Those who left before their contract ended.
    """

    slot: str
    first: int
    last: int | None
    person_months: int
    left: int


@dataclass(frozen=True, slots=True)
class NeedsOfClass:
    """Needs of one class.

    Args:
        need_class: One of `NEED_CLASSES`.
        arrivals: Raised in which months.
        closing: Of these, months from being raised to the end; from `NEVER` on = still open.
    """

    need_class: str
    arrivals: tuple[Window, ...]
    closing: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Evaluations with a grade that ended within some months.

    Args:
        first: First month.
        last: Last month.
        score: Scores in bp.
        met: Shares of needs met by the raisers' word in bp; None = measured in too few.
        corr_percent: Correlation of the two in hundredths; None as well where one of them never varies.
        passed: How many got any but the lowest grade; None = these, or the others, are few.
    """

    first: int
    last: int
    score: Spread
    met: Spread | None
    corr_percent: int | None
    passed: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What doors drawn at random answered to one question within some months.

    Args:
        question: "satisfied", "trust" (1…5, in hundredths), "knows_agency" or "knows_work" (yes in bp).
        first: First month.
        last: Last month.
        answers: How many, mean, deviation.
    """

    question: str
    first: int
    last: int
    answers: Spread


@dataclass(frozen=True, slots=True)
class Audited:
    """Participations drawn from the agencies' records and asked after.

    Args:
        first: First month.
        last: Last month.
        in_all: On record in the periods evaluated.
        asked: Drawn and heard.
        denied: Of these, it did not take place with them; None = these, or the others, are few.
    """

    first: int
    last: int
    in_all: int
    asked: int
    denied: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """`part` of `whole`; None = these, or the others, are few."""

    part: int | None
    whole: int


@dataclass(frozen=True, slots=True)
class YearOfMoney:
    """Money of one year (0 = that of the first month): contracts by their first day, funds by their year."""

    year: int
    contracts_fen: int
    funds_fen: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A district as the lab may know it.

    Args:
        least: Smallest count told (`sample.published_group_min`).
        first_month: "YYYY-MM"; month 0 of all windows.
        months: How many; the last is the end of a quarter.
        streets: How many communities each street has, the largest first.
        agencies: How many had a contract.
        slots_percent: Front-line workers a community under contract, in hundredths.
        served: Month by month, communities under contract.
        spells_ended: Months that an agency stayed in a community without a break, of stays that ended.
        spells_running: The same of stays that still run.
        leavings: By month, by kind of slot.
        leavings_by_tenure: By months in post, by kind of slot.
        needs: By class.
        mix: The same needs by class in the order of `NEED_CLASSES`, a community a row in no order; None = not told.
        evaluated: Grades and needs met.
        targets: Month of the contract year, from 1, in which all that was promised for it had been delivered;
            from `NEVER` on = not within the year.
        asked: What residents answered.
        audited: Whether what is on record took place.
        committees: Yearly rating of the load by community offices, in hundredths (5 = none added).
        affiliated: Agency–community pairs whose agency has a declared tie to someone of that community's office or
            of its street.
        bidders: Valid bids a round, of rounds with several.
        margins: Of the same rounds, points by which the first bid led the second, in bp.
        votes: Fund votes that were counted.
        turnout: Entries of their rolls that voted.
        off_plan: Minutes of confirmed off-plan work, of all minutes of service.
        money: Year by year; what contracts and funds cost is public by law, so it is told whole.
        left_out: Tables of which nothing, or not all, is told because too few stand behind it.
        not_recorded: Moments for which there is no record.
    """

    least: int
    first_month: str
    months: int
    streets: tuple[int, ...]
    agencies: int
    slots_percent: int
    served: tuple[int, ...]
    spells_ended: tuple[Bin, ...] = ()
    spells_running: tuple[Bin, ...] = ()
    leavings: tuple[Leavings, ...] = ()
    leavings_by_tenure: tuple[Leavings, ...] = ()
    needs: tuple[NeedsOfClass, ...] = ()
    mix: tuple[tuple[int, ...] | None, ...] = ()
    evaluated: tuple[Evaluated, ...] = ()
    targets: tuple[Bin, ...] = ()
    asked: tuple[Asked, ...] = ()
    audited: tuple[Audited, ...] = ()
    committees: Spread | None = None
    affiliated: Part | None = None
    bidders: tuple[Bin, ...] = ()
    margins: Spread | None = None
    votes: int = 0
    turnout: Part | None = None
    off_plan: Part | None = None
    money: tuple[YearOfMoney, ...] = ()
    left_out: tuple[str, ...] = ()
    not_recorded: tuple[str, ...] = field(default=NOT_RECORDED)

    @property
    def communities(self) -> int:
        """How many communities the district has."""
        return sum(self.streets)

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest_of(to_plain(self))


def is_enough(snapshot: Snapshot, rules: Rules) -> bool:
    """Return whether there is enough to calibrate on; below, all stays 未校准 and says so first."""
    served = sum(bool(each) for each in snapshot.served)
    return snapshot.communities >= rules.int("lab.communities_min") and served >= rules.int("lab.months_min")


def write_snapshot(snapshot: Snapshot) -> str:
    """Return the text of a snapshot's file.

    Raises:
        RuleError: as `check_snapshot`.
    """
    check_snapshot(snapshot)
    return write_file(KIND, snapshot)


def read_snapshot(text: str) -> Snapshot:
    """Return the snapshot that a file holds; one that is broken, newer or tells of few is refused.

    Raises:
        RuleError: as `read_file` and `check_snapshot`.
    """
    snapshot = read_file(text, KIND, Snapshot)
    check_snapshot(snapshot)
    return snapshot


def check_snapshot(snapshot: Snapshot) -> None:
    """Refuse a snapshot that cannot be, or that tells of fewer than its own smallest count.

    Raises:
        RuleError: "snapshot.impossible" or "snapshot.tells_of_few", with the table.
    """
    if snapshot.least < 1:
        raise RuleError("snapshot.impossible", table="least")
    _check_months(snapshot)
    for table, count in _counts(snapshot):
        if 0 < count < snapshot.least:
            raise RuleError("snapshot.tells_of_few", table=table, least=snapshot.least)
    for table, value in _numbers(snapshot):
        if value < 0 and not table.endswith("corr_percent"):
            raise RuleError("snapshot.impossible", table=table)


def _check_months(snapshot: Snapshot) -> None:
    try:
        date.fromisoformat(f"{snapshot.first_month}-01")
    except ValueError:
        raise RuleError("snapshot.impossible", table="first_month") from None
    if snapshot.months < 1 or len(snapshot.served) != snapshot.months:
        raise RuleError("snapshot.impossible", table="served")
    if max(snapshot.served) > snapshot.communities or len(snapshot.mix) not in {0, snapshot.communities}:
        raise RuleError("snapshot.impossible", table="streets")
    if any(row is not None and len(row) != len(NEED_CLASSES) for row in snapshot.mix):
        raise RuleError("snapshot.impossible", table="mix")
    for table, spans in _spans(snapshot):
        befores = [-1, *(last for _, last in spans)]
        follow = all(before < first <= last for before, (first, last) in zip(befores, spans, strict=False))
        if not follow or befores[-1] >= snapshot.months:
            raise RuleError("snapshot.impossible", table=table)


def _spans(snapshot: Snapshot) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield the spans of months of each series, which must follow each other."""
    yield "audited", [(each.first, each.last) for each in snapshot.audited]
    yield "evaluated", [(each.first, each.last) for each in snapshot.evaluated]
    for of in snapshot.needs:
        yield "needs", [(each.first, each.last) for each in of.arrivals]
    for slot in sorted({each.slot for each in snapshot.leavings}):
        yield "leavings", [(e.first, e.last or 0) for e in snapshot.leavings if e.slot == slot]
    for question in sorted({each.question for each in snapshot.asked}):
        yield "asked", [(e.first, e.last) for e in snapshot.asked if e.question == question]


def _counts(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """Yield every count of people, needs, answers or cases that is told, with those that it leaves over."""
    for name in ("spells_ended", "spells_running", "targets", "bidders"):
        yield from ((name, each.n) for each in getattr(snapshot, name))
    yield from (("leavings", each.left) for each in (*snapshot.leavings, *snapshot.leavings_by_tenure))
    for of in snapshot.needs:
        yield from (("needs", each.n) for each in of.arrivals)
        yield from (("needs", each.n) for each in of.closing)
    yield from (("mix", cell) for mixed in snapshot.mix if mixed is not None for cell in mixed)
    for graded in snapshot.evaluated:
        yield "evaluated", graded.score.n
        yield from _parts("evaluated", graded.passed, graded.score.n)
        yield "evaluated", graded.met.n if graded.met else 0
    yield from (("asked", each.answers.n) for each in snapshot.asked)
    for audit in snapshot.audited:
        yield "audited", audit.asked
        yield from _parts("audited", audit.denied, audit.asked)
    yield "committees", snapshot.committees.n if snapshot.committees else 0
    yield "margins", snapshot.margins.n if snapshot.margins else 0
    for part, name in ((snapshot.affiliated, "affiliated"), (snapshot.turnout, "turnout")):
        if part is not None:
            yield name, part.whole
            yield from _parts(name, part.part, part.whole)


def _parts(name: str, part: int | None, whole: int) -> Iterator[tuple[str, int]]:
    if part is not None:
        yield name, part
        yield name, whole - part


def _numbers(value: object, where: str = "snapshot") -> Iterator[tuple[str, int]]:
    """Yield every number of a snapshot with its place."""
    if isinstance(value, int):
        yield where, value
    elif isinstance(value, tuple):
        for each in value:
            yield from _numbers(each, where)
    elif is_dataclass(value) and not isinstance(value, type):
        for name in (each.name for each in fields(value)):
            yield from _numbers(getattr(value, name), f"{where}.{name}")

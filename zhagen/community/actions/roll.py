"""The roll of a vote: from the community's doors or a sheet, no names; a code on paper for each."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhagen.audit.record import record
from zhagen.community.actions.ballot import locked_ballot
from zhagen.community.models import Ballot, Proposal, RollEntry
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.lifecycle.proposal import IN_COUNT
from zhagen.core.types import Actor
from zhagen.parties.models import Door, User
from zhagen.platform.codes import clean_code, new_code
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.vault import blind_index

CODE_LENGTH = 12
SLIPS_AT_ONCE = 300
ROWS_AT_ONCE = 500
MOST_ENTRIES = 100_000
PERSONAL = re.compile(r"\d{17}[\dXx]|1[3-9]\d{9}")
"""An identity or mobile number: a roll holds none."""


@dataclass(frozen=True)
class RollLine:
    """One who may vote.

    Args:
        label: Door, household or delegate number.
        barred: Numbers of proposals to which a tie was declared.
        account: User name of a delegate who has one.
    """

    label: str
    barred: tuple[int, ...] = ()
    account: str = ""


def code_digest(code: str) -> str:
    """Return the keyed digest under which a code is kept; without the data home's key nobody can try codes."""
    return blind_index(clean_code(code), purpose="ballot")


@write_tx
def roll_from_doors(ballot: Ballot, *, by: Actor, now: dt.datetime) -> Ballot:
    """Make the roll of a household vote from the doors of its community; what stood before is replaced.

    Raises:
        RuleError: "permission.denied", "ballot.roll_frozen", "ballot.no_doors".
    """
    ballot = _draft(ballot, by)
    doors = Door.objects.filter(place=ballot.cycle.place)
    if ballot.cycle.building:
        doors = doors.filter(building=ballot.cycle.building)
    lines = [RollLine(str(door)) for door in doors.order_by("building", "number")]
    if not lines:
        raise RuleError("ballot.no_doors", place=ballot.cycle.place.name)
    return _fill(ballot, lines, by=by, now=now, source="doors")


@write_tx
def import_roll(ballot: Ballot, lines: Sequence[RollLine], *, by: Actor, now: dt.datetime) -> Ballot:
    """Make the roll from the lines of a sheet; what stood before is replaced.

    Raises:
        RuleError: "permission.denied", "ballot.roll_frozen", "ballot.roll_empty", "ballot.label_twice",
            "ballot.label_personal", "ballot.account_unknown", "ballot.barred_unknown", "ballot.roll_too_long".
    """
    ballot = _draft(ballot, by)
    if not lines:
        raise RuleError("ballot.roll_empty")
    return _fill(ballot, lines, by=by, now=now, source="sheet")


def _draft(ballot: Ballot, by: Actor) -> Ballot:
    ballot = locked_ballot(ballot)
    permit(by, "ballot.make_roll", ballot)
    if ballot.state != BallotState.DRAFT:
        raise RuleError("ballot.roll_frozen")
    return ballot


def check_lines(lines: Sequence[RollLine]) -> None:
    """Refuse a roll that names somebody twice or by what only a person has."""
    if len(lines) > MOST_ENTRIES:
        raise RuleError("ballot.roll_too_long", count=len(lines), most=MOST_ENTRIES)
    seen: set[str] = set()
    for line in lines:
        if PERSONAL.search(line.label):
            raise RuleError("ballot.label_personal")
        if line.label in seen:
            raise RuleError("ballot.label_twice", label=line.label)
        seen.add(line.label)


def _fill(ballot: Ballot, lines: Sequence[RollLine], *, by: Actor, now: dt.datetime, source: str) -> Ballot:
    check_lines(lines)
    members = _members({line.account for line in lines if line.account})
    proposals = _proposals(ballot, {number for line in lines for number in line.barred})
    RollEntry.barred.through.objects.filter(rollentry__ballot=ballot).delete()
    ballot.roll.all().delete()
    rows = [
        RollEntry(ballot=ballot, number=number, label=line.label, member=members.get(line.account))
        for number, line in enumerate(lines, start=1)
    ]
    RollEntry.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    bars = [
        RollEntry.barred.through(rollentry=row, proposal=proposals[number])
        for row, line in zip(rows, lines, strict=True)
        for number in line.barred
    ]
    RollEntry.barred.through.objects.bulk_create(bars, batch_size=ROWS_AT_ONCE)
    ballot.roll_count = len(rows)
    ballot.save(update_fields=["roll_count"])
    record("ballot.roll_made", ballot, by=by, at=now, payload={"entries": len(rows), "source": source})
    return ballot


def _members(names: set[str]) -> dict[str, User]:
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    for name in sorted(names - found.keys()):
        raise RuleError("ballot.account_unknown", account=name)
    return found


def _proposals(ballot: Ballot, numbers: set[int]) -> dict[int, Proposal]:
    rows = Proposal.objects.filter(cycle_id=ballot.cycle_id, state__in=IN_COUNT, number__in=numbers)
    found = {each.number: each for each in rows}
    for number in sorted(numbers - found.keys()):
        raise RuleError("ballot.barred_unknown", number=number)
    return found


@dataclass(frozen=True)
class Slip:
    """A slip to print: the only place where its code stands in clear."""

    number: int
    label: str
    code: str


@write_tx
def issue_codes(ballot: Ballot, *, by: Actor, now: dt.datetime) -> list[Slip]:
    """Give a code to the next entries that have none; return their slips, which cannot be had again.

    Raises:
        RuleError: "permission.denied", "ballot.roll_frozen", "ballot.codes_all_printed".
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.print", ballot)
    if ballot.state != BallotState.DRAFT:
        raise RuleError("ballot.roll_frozen")
    entries = list(ballot.roll.filter(code_digest="").order_by("number")[:SLIPS_AT_ONCE])
    if not entries:
        raise RuleError("ballot.codes_all_printed")
    slips = [_coded(entry) for entry in entries]
    RollEntry.objects.bulk_update(entries, ["code_digest"], batch_size=ROWS_AT_ONCE)
    record("ballot.codes_issued", ballot, by=by, at=now, payload={"count": len(slips)})
    return slips


@write_tx
def reissue_code(ballot: Ballot, number: int, *, by: Actor, now: dt.datetime) -> Slip:
    """Give an entry that has not voted a new code for a lost slip; the old one is void at once.

    Raises:
        RuleError: "permission.denied", "ballot.not_open", "ballot.number_unknown", "ballot.voted_already".
    """
    permit(by, "ballot.print", ballot)
    if ballot.state not in (BallotState.DRAFT, BallotState.OPEN):
        raise RuleError("ballot.not_open")
    entry = ballot.roll.select_for_update().filter(number=number).first()
    if entry is None:
        raise RuleError("ballot.number_unknown", number=number)
    if entry.has_voted:
        raise RuleError("ballot.voted_already", number=number)
    slip = _coded(entry)
    entry.save(update_fields=["code_digest"])
    record("ballot.code_reissued", ballot, by=by, at=now, payload={"number": number})
    return slip


def _coded(entry: RollEntry) -> Slip:
    code = new_code(CODE_LENGTH)
    entry.code_digest = code_digest(code)
    return Slip(entry.number, entry.label, "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)))

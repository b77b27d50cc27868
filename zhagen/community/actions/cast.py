"""Casting a ballot: the roll is marked and a drawer of the box grows, in one transaction; no other trace of the choice.

One entry of the roll votes once, whatever the channel: its mark is set by a conditional UPDATE, and whoever comes
second changes no row. The log says that entry N voted and how; what was voted stands in the drawer alone.
"""

import datetime as dt
import secrets
from collections.abc import Mapping

from django.db.models import F

from zhagen.audit.record import record
from zhagen.community.actions.ballot import terms_of
from zhagen.community.actions.roll import code_digest
from zhagen.community.models import Ballot, Drawer, RollEntry
from zhagen.core.errors import RuleError
from zhagen.core.fund.vote import line_of, with_line
from zhagen.core.lifecycle.ballot import BallotState
from zhagen.core.types import PUBLIC, Actor
from zhagen.parties.actor import user_key
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

Choice = Mapping[int, int]


def entry_of(code: str, ballot: Ballot | None = None) -> RollEntry:
    """Return the roll's entry of a code on paper.

    Raises:
        RuleError: "ballot.code_unknown".
    """
    rows = RollEntry.objects.select_related("ballot__cycle__place").filter(code_digest=code_digest(code))
    found = rows.filter(ballot=ballot).first() if ballot else rows.first()
    if found is None:
        raise RuleError("ballot.code_unknown")
    return found


@write_tx
def cast_ballot(code: str, choice: Choice, *, now: dt.datetime) -> RollEntry:
    """Cast the ballot of a code, without an account; it cannot be changed afterwards.

    Raises:
        RuleError: "ballot.code_unknown", "ballot.not_open", "ballot.voted_already" and what `line_of` refuses.
    """
    return _cast(entry_of(code), choice, RollEntry.Way.PAGE, by=PUBLIC, now=now)


@write_tx
def assist_ballot(ballot: Ballot, code: str, choice: Choice, *, by: Actor, now: dt.datetime) -> RollEntry:
    """Cast the ballot of somebody who asked for help, with his code; the helper is recorded, the choice is not.

    Raises:
        RuleError: "permission.denied" and as `cast_ballot`.
    """
    permit(by, "ballot.assist", ballot)
    return _cast(entry_of(code, ballot), choice, RollEntry.Way.ASSISTED, by=by, now=now)


@write_tx
def mark_paper(ballot: Ballot, code: str, *, by: Actor, now: dt.datetime) -> RollEntry:
    """Mark that the holder of a code hands in a paper ballot; which paper is his nobody writes down.

    Raises:
        RuleError: "permission.denied", "ballot.code_unknown", "ballot.not_open", "ballot.voted_already",
            "ballot.tied_votes_by_code".
    """
    permit(by, "ballot.mark_paper", ballot)
    take_turn(ballot)
    entry = entry_of(code, ballot)
    check_open(entry.ballot, now)
    if entry.barred.exists():
        raise RuleError("ballot.tied_votes_by_code")
    _mark(entry, RollEntry.Way.PAPER, by)
    Ballot.objects.filter(pk=ballot.pk).update(papers_marked=F("papers_marked") + 1)
    _log(entry, by, now)
    return entry


def check_open(ballot: Ballot, now: dt.datetime) -> None:
    """Refuse a ballot before the opening or from the closing time on.

    Raises:
        RuleError: "ballot.not_open".
    """
    if ballot.state != BallotState.OPEN or now >= ballot.closes_at:
        raise RuleError("ballot.not_open")


def barred_numbers(entry: RollEntry) -> list[int]:
    """Return the numbers of the proposals that an entry may not vote on."""
    return sorted(entry.barred.values_list("number", flat=True))


def take_turn(ballot: Ballot) -> None:
    """Let one change of a vote's roll and box at a time: locks of entry, papers and drawer never wait in a ring."""
    Ballot.objects.select_for_update(of=("self",)).only("pk").get(pk=ballot.pk)


def _cast(entry: RollEntry, choice: Choice, way: str, *, by: Actor, now: dt.datetime) -> RollEntry:
    take_turn(entry.ballot)
    check_open(entry.ballot, now)
    line = line_of(choice, terms_of(entry.ballot), barred_numbers(entry))
    _mark(entry, way, by)
    put_into_box(entry.ballot, line)
    _log(entry, by, now)
    return entry


def _mark(entry: RollEntry, way: str, by: Actor) -> None:
    """Mark an entry as having voted, if it has not; the row itself decides who comes first."""
    helper = user_key(by) if way == RollEntry.Way.ASSISTED else None
    unvoted = RollEntry.objects.filter(pk=entry.pk, has_voted=False)
    if not unvoted.update(has_voted=True, way=way, helper_id=helper):
        raise RuleError("ballot.voted_already", number=entry.number)
    entry.has_voted, entry.way = True, way


def put_into_box(ballot: Ballot, line: str) -> None:
    """Put one ballot into a drawer chosen by chance; a box already taken out for the count takes none.

    Raises:
        RuleError: "ballot.not_open".
    """
    places = list(Drawer.objects.filter(ballot=ballot).values_list("pk", flat=True))
    drawer = places and Drawer.objects.select_for_update().filter(pk=secrets.choice(places)).first()
    if not drawer:
        raise RuleError("ballot.not_open")
    grown = {"lines": with_line(drawer.lines, line), "votes": drawer.votes + 1}
    if not Drawer.objects.filter(pk=drawer.pk, votes=drawer.votes).update(**grown):
        raise RuntimeError("a drawer changed under its lock")


def _log(entry: RollEntry, by: Actor, now: dt.datetime) -> None:
    payload = {"number": entry.number, "way": str(entry.way), "ballot": str(entry.ballot_id)}
    record("ballot.voted", entry, by=by, at=now, payload=payload)

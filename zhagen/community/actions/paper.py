"""Ballots on paper: printed with random numbers, keyed in by two people, a third looks where they differ."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import F

from zhagen.audit.record import record
from zhagen.community.actions.ballot import locked_ballot, terms_of
from zhagen.community.actions.cast import put_into_box, take_turn
from zhagen.community.models import Ballot, PaperBallot
from zhagen.core.errors import RuleError
from zhagen.core.fund.vote import SPOILT, line_of
from zhagen.core.lifecycle.ballot import KEYING, PAPER_BALLOT, BallotState, PaperState
from zhagen.core.types import Actor
from zhagen.parties.actor import user_key
from zhagen.platform.codes import clean_code, new_code
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

SERIAL_LENGTH = 6
PRINTED_AT_ONCE = 200


@write_tx
def print_papers(ballot: Ballot, count: int, *, by: Actor, now: dt.datetime) -> list[str]:
    """Return the random numbers of so many new ballot papers, in an order that tells nothing.

    Raises:
        RuleError: "permission.denied", "ballot.not_open", "ballot.papers_at_once", "ballot.papers_beyond_roll".
    """
    ballot = locked_ballot(ballot)
    permit(by, "ballot.print", ballot)
    if ballot.state != BallotState.OPEN:
        raise RuleError("ballot.not_open")
    if not 1 <= count <= PRINTED_AT_ONCE:
        raise RuleError("ballot.papers_at_once", most=PRINTED_AT_ONCE)
    printed = ballot.papers.count()
    if printed + count > 2 * ballot.roll_count:
        raise RuleError("ballot.papers_beyond_roll", printed=printed, roll=ballot.roll_count)
    serials = _fresh(ballot, count)
    PaperBallot.objects.bulk_create(PaperBallot(ballot=ballot, serial=serial) for serial in serials)
    record("ballot.papers_printed", ballot, by=by, at=now, payload={"count": count})
    return serials


def _fresh(ballot: Ballot, count: int) -> list[str]:
    known = set(ballot.papers.values_list("serial", flat=True))
    fresh: set[str] = set()
    while len(fresh) < count:
        fresh |= {new_code(SERIAL_LENGTH)} - known
    return sorted(fresh)


@write_tx
def key_paper(
    ballot: Ballot,
    serial: str,
    choice: Mapping[int, int],
    *,
    is_spoilt: bool = False,
    by: Actor,
    now: dt.datetime,
) -> PaperBallot:
    """Key in a paper: the first and the second person alike put it into the box, a difference waits for a third.

    Raises:
        RuleError: "permission.denied", "ballot.not_open", "ballot.serial_unknown", "ballot.paper_done",
            "ballot.keyed_by_you", "ballot.third_agrees_with_none", "ballot.more_papers_than_marked" and what
            `line_of` refuses.
    """
    permit(by, "ballot.key_paper", ballot)
    take_turn(ballot)
    ballot = Ballot.objects.get(pk=ballot.pk)
    if ballot.state not in KEYING or ballot.is_box_sealed:
        raise RuleError("ballot.not_open")
    paper = ballot.papers.select_for_update().filter(serial=clean_code(serial)).first()
    if paper is None:
        raise RuleError("ballot.serial_unknown", serial=serial[:SERIAL_LENGTH])
    line = SPOILT if is_spoilt else line_of(choice, terms_of(ballot))
    if paper.state in (PaperState.BOXED, PaperState.SPOILT):
        raise RuleError("ballot.paper_done", serial=paper.serial)
    who = user_key(by)
    if who in (paper.first_by_id, paper.second_by_id):
        raise RuleError("ballot.keyed_by_you", serial=paper.serial)
    _take_entry(paper, line, who)
    paper.save()
    record(
        "ballot.paper_keyed", ballot, by=by, at=now, payload={"serial": paper.serial, "state": paper.state}
    )
    return paper


def _take_entry(paper: PaperBallot, line: str, who: object) -> None:
    """Take one person's reading of a paper."""
    if paper.state == PaperState.PRINTED:
        paper.state = PAPER_BALLOT.after("key", paper.state)
        paper.first_line, paper.first_by_id = line, who
        return
    if paper.state == PaperState.KEYED_ONCE:
        paper.second_by_id = who
        if line != paper.first_line:
            paper.state, paper.second_line = PAPER_BALLOT.after("differ", paper.state), line
            return
    else:
        if line not in (paper.first_line, paper.second_line):
            raise RuleError("ballot.third_agrees_with_none", serial=paper.serial)
        paper.third_by_id = who
    _box(paper, line)


def _box(paper: PaperBallot, line: str) -> None:
    """Put an agreed paper into the box and forget here what it said; no more papers than the roll has marked."""
    column = "papers_spoilt" if line == SPOILT else "papers_boxed"
    room = Ballot.objects.filter(
        pk=paper.ballot_id, papers_marked__gt=F("papers_boxed") + F("papers_spoilt"), is_box_sealed=False
    )
    if not room.update(**{column: F(column) + 1}):
        raise RuleError("ballot.more_papers_than_marked")
    paper.state = PAPER_BALLOT.after("spoil" if line == SPOILT else "box", paper.state)
    paper.first_line = paper.second_line = ""
    if line != SPOILT:
        put_into_box(paper.ballot, line)

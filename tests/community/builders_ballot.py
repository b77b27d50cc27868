"""What tests of votes begin with: a cycle whose list is public, its roll with codes, a vote at any step."""

import datetime as dt

from tests.community.builders import AT, an_open_cycle
from zhagen.community.actions import ballot as actions
from zhagen.community.actions import ballot_count, paper, roll
from zhagen.community.actions.cast import cast_ballot, mark_paper
from zhagen.community.models import FundCycle, PaperBallot, Proposal

OPENED_AT = dt.datetime(2026, 4, 10, 2, 0, tzinfo=dt.UTC)
VOTED_AT = dt.datetime(2026, 4, 12, 2, 0, tzinfo=dt.UTC)
CLOSED_AT = dt.datetime(2026, 4, 16, 16, 0, tzinfo=dt.UTC)
PROJECTS = ((1, "棋牌桌", 600_000), (2, "楼道扶手", 900_000), (3, "儿童角", 700_000))


def a_listed_cycle(people, projects=PROJECTS, **changes):
    """Return a cycle whose list is public."""
    cycle = an_open_cycle(people, **{"mode": "household", **changes})
    FundCycle.objects.filter(pk=cycle.pk).update(state="listed", listed_at=AT)
    for number, title, cost_fen in projects:
        Proposal.objects.create(
            cycle=cycle, number=number, title=title, need="居民需要", steps="七月做完", theme="elderly",
            cost_fen=cost_fen, state="listed", listed_at=AT, written_by=people["station_lead"].user, written_at=AT,
            proposer_shown="赵大爷",
        )  # fmt: skip
    cycle.refresh_from_db()
    return cycle


def a_draft_ballot(people, size=4, lines=None, **changes):
    """Return a vote in preparation with a roll."""
    cycle = a_listed_cycle(people, **changes)
    by = people["community"].actor
    ballot = actions.prepare_ballot(cycle, by=by, now=AT)
    made = lines or [roll.RollLine(f"3号楼{100 + number}") for number in range(1, size + 1)]
    return roll.import_roll(ballot, made, by=by, now=AT)


def an_open_ballot(people, size=4, lines=None, **changes):
    """Return an open vote and the codes of its roll, in order of number."""
    ballot = a_draft_ballot(people, size, lines, **changes)
    codes = []
    while len(codes) < ballot.roll_count:
        codes += [slip.code for slip in roll.issue_codes(ballot, by=people["community"].actor, now=AT)]
    return actions.open_ballot(ballot, by=people["chief"].actor, now=OPENED_AT), codes


def a_counted_ballot(people, choices=((1,), (1, 2), (1, 2), (3,), (2,), (1, 3)), **changes):
    """Return a counted vote."""
    ballot, codes = an_open_ballot(people, len(choices), **changes)
    for code, choice in zip(codes, choices, strict=True):
        cast_ballot(code, dict.fromkeys(choice, 1), now=VOTED_AT)
    ballot = actions.close_ballot(ballot, by=people["community"].actor, now=CLOSED_AT)
    return ballot_count.count_ballot(ballot, by=people["handler"].actor, now=CLOSED_AT)


def a_printed_paper(people, ballot):
    """Return a printed ballot paper."""
    serial = paper.print_papers(ballot, 1, by=people["community"].actor, now=VOTED_AT)[0]
    return PaperBallot.objects.get(ballot=ballot, serial=serial)


def a_paper_in_the_box(people, ballot, code, choice):
    """Mark the roll, key one paper by two people alike."""
    mark_paper(ballot, code, by=people["community"].actor, now=VOTED_AT)
    printed = a_printed_paper(people, ballot)
    for who in ("community", "overseer"):
        paper.key_paper(ballot, printed.serial, choice, by=people[who].actor, now=VOTED_AT)
    printed.refresh_from_db()
    return printed

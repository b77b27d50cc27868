"""Votes: frozen at the opening, one ballot an entry whatever the channel, papers keyed twice, a count that adds up."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import COMMUNITY, cast, make_person
from tests.community import builders_ballot as made
from tests.community.builders_ballot import AT, CLOSED_AT, OPENED_AT, VOTED_AT
from zhagen.audit.models import Event, EventPayload
from zhagen.cli import recount_votes
from zhagen.community.actions import ballot as actions
from zhagen.community.actions import ballot_count, paper, roll
from zhagen.community.actions import cast as casting
from zhagen.community.models import Ballot, Drawer, Proposal, ProposerTie, RollEntry
from zhagen.core.errors import RuleError
from zhagen.core.types import SYSTEM, Role
from zhagen.parties.models import Door, Tie


@pytest.fixture
def people(db):
    return cast()


def refused(act, *args, **kwargs):
    with pytest.raises(RuleError) as error, transaction.atomic():
        act(*args, **kwargs)
    return error.value.code


def lines_of(ballot):
    return sorted("\n".join(d.lines for d in Drawer.objects.filter(ballot=ballot) if d.lines).split("\n"))


def test_a_vote_waits_for_the_public_list_and_a_cycle_has_one_at_a_time(people):
    cycle = made.a_listed_cycle(people)
    by = people["community"].actor
    Ballot.objects.all().delete()
    cycle.state = "checking"
    cycle.save()

    assert refused(actions.prepare_ballot, cycle, by=by, now=AT) == "ballot.list_not_public"
    cycle.state = "listed"
    cycle.save()
    actions.prepare_ballot(cycle, by=by, now=AT)
    assert refused(actions.prepare_ballot, cycle, by=by, now=AT) == "ballot.has_one"


def test_the_roll_is_made_from_the_doors_of_the_community_or_of_one_building(people):
    for number in ("101", "102"):
        Door.objects.create(place_id=COMMUNITY, building="3号楼", number=number)
    Door.objects.create(place_id=COMMUNITY, building="5号楼", number="101")
    ballot = made.a_draft_ballot(people)
    by = people["community"].actor

    roll.roll_from_doors(ballot, by=by, now=AT)

    assert list(ballot.roll.values_list("number", "label")) == [
        (1, "3号楼101"),
        (2, "3号楼102"),
        (3, "5号楼101"),
    ]
    ballot.cycle.building = "5号楼"
    ballot.cycle.save()
    assert roll.roll_from_doors(ballot, by=by, now=AT).roll_count == 1
    Door.objects.all().delete()
    assert refused(roll.roll_from_doors, ballot, by=by, now=AT) == "ballot.no_doors"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "ballot.roll_empty"),
        ([roll.RollLine("代表1"), roll.RollLine("代表1")], "ballot.label_twice"),
        ([roll.RollLine("赵 13800138000")], "ballot.label_personal"),
        ([roll.RollLine("110101199001011234")], "ballot.label_personal"),
        ([roll.RollLine("代表1", account="nobody")], "ballot.account_unknown"),
        ([roll.RollLine("代表1", barred=(9,))], "ballot.barred_unknown"),
    ],
)
def test_a_roll_that_cannot_be_is_refused_and_the_old_one_stays(people, lines, code):
    ballot = made.a_draft_ballot(people)

    assert refused(roll.import_roll, ballot, lines, by=people["community"].actor, now=AT) == code
    assert ballot.roll.count() == 4


def test_a_roll_too_long_is_refused(people, monkeypatch):
    monkeypatch.setattr(roll, "MOST_ENTRIES", 1)

    assert refused(roll.check_lines, [roll.RollLine("1"), roll.RollLine("2")]) == "ballot.roll_too_long"


def test_opening_freezes_roll_rule_and_money_and_asks_for_another_person(people):
    ballot = made.a_draft_ballot(people)
    handler, chief = people["handler"].actor, people["chief"].actor

    assert refused(actions.open_ballot, ballot, by=chief, now=OPENED_AT) == "ballot.codes_missing"
    roll.issue_codes(ballot, by=people["community"].actor, now=AT)
    assert refused(actions.open_ballot, ballot, by=chief, now=AT) == "ballot.not_yet"
    assert refused(actions.open_ballot, ballot, by=chief, now=CLOSED_AT) == "ballot.too_late"
    ballot = actions.open_ballot(ballot, by=handler, now=OPENED_AT)

    assert ballot.state == "open"
    ballot.cycle.refresh_from_db()
    assert (ballot.cycle.state, ballot.cycle.roll_digest) == ("voting", ballot.roll_digest)
    assert ballot.closes_at == CLOSED_AT
    terms = actions.terms_of(ballot)
    assert [each.number for each in terms.projects] == [1, 2, 3]
    assert terms.budget_fen == ballot.cycle.votable_fen
    Proposal.objects.filter(number=1).update(cost_fen=1)
    assert actions.terms_of(Ballot.objects.get(pk=ballot.pk)).projects[0].asked_fen == 600_000
    by = people["community"].actor
    assert (
        refused(roll.import_roll, ballot, [roll.RollLine("1")], by=by, now=OPENED_AT) == "ballot.roll_frozen"
    )
    assert refused(roll.roll_from_doors, ballot, by=by, now=OPENED_AT) == "ballot.roll_frozen"
    assert refused(roll.issue_codes, ballot, by=by, now=OPENED_AT) == "ballot.roll_frozen"


def test_who_prepared_a_vote_does_not_open_it(people):
    ballot = made.a_draft_ballot(people)
    roll.issue_codes(ballot, by=people["community"].actor, now=AT)
    ballot.prepared_by = people["chief"].user
    ballot.save()

    assert (
        refused(actions.open_ballot, ballot, by=people["chief"].actor, now=OPENED_AT) == "ballot.same_person"
    )


def test_a_vote_without_roll_does_not_open(people):
    cycle = made.a_listed_cycle(people)
    ballot = actions.prepare_ballot(cycle, by=people["community"].actor, now=AT)

    assert refused(actions.open_ballot, ballot, by=people["chief"].actor, now=OPENED_AT) == "ballot.no_roll"


def test_terms_that_somebody_changed_stop_the_vote(people):
    ballot, codes = made.an_open_ballot(people)
    Ballot.objects.filter(pk=ballot.pk).update(terms={**ballot.terms, "budget_fen": 1})

    assert refused(casting.cast_ballot, codes[0], {1: 1}, now=VOTED_AT) == "ballot.terms_changed"


def test_a_code_votes_once_and_the_choice_stands_in_the_box_alone(people):
    ballot, codes = made.an_open_ballot(people)

    entry = casting.cast_ballot(codes[1].lower().replace("-", " "), {3: 1, 1: 1}, now=VOTED_AT)

    assert (entry.number, entry.way) == (2, "page")
    assert lines_of(ballot) == ["1,3"]
    assert refused(casting.cast_ballot, codes[1], {2: 1}, now=VOTED_AT) == "ballot.voted_already"
    assert refused(casting.cast_ballot, "NOSUCHCODE22", {}, now=VOTED_AT) == "ballot.code_unknown"
    assert lines_of(ballot) == ["1,3"]


def test_a_refused_ballot_leaves_the_roll_unmarked(people):
    ballot, codes = made.an_open_ballot(people, most_named=1)

    assert refused(casting.cast_ballot, codes[0], {1: 1, 2: 1}, now=VOTED_AT) == "ballot.too_many_named"
    assert not ballot.roll.filter(has_voted=True).exists()


def test_the_time_of_the_vote_is_kept_to_the_moment(people):
    ballot, codes = made.an_open_ballot(people)
    last = CLOSED_AT - dt.timedelta(microseconds=1)

    casting.cast_ballot(codes[0], {1: 1}, now=last)

    assert refused(casting.cast_ballot, codes[1], {1: 1}, now=CLOSED_AT) == "ballot.not_open"
    assert (
        refused(casting.mark_paper, ballot, codes[1], by=people["community"].actor, now=CLOSED_AT)
        == "ballot.not_open"
    )


def test_neither_log_nor_roll_says_what_was_voted_or_when_the_box_grew(people):
    ballot, codes = made.an_open_ballot(people)
    for code, choice in zip(codes, ((1,), (2,), (3,), (1, 2)), strict=True):
        casting.cast_ballot(code, dict.fromkeys(choice, 1), now=VOTED_AT)

    events = Event.objects.filter(kind="ballot.voted")
    told = [json.loads(each.text) for each in EventPayload.objects.filter(event__in=events)]
    assert sorted(each["number"] for each in told) == [1, 2, 3, 4]
    assert {key for each in told for key in each} == {"number", "way", "ballot"}
    assert lines_of(ballot) == ["1", "1,2", "2", "3"]
    assert {field.name for field in Drawer._meta.fields} == {"id", "ballot", "place", "votes", "lines"}
    drawer = Drawer.objects.get(ballot=ballot)
    assert (drawer.votes, drawer.lines) == (4, "1\n1,2\n2\n3")


def test_the_box_has_no_row_a_voter(people):
    """What a database keeps of a row (place, transaction, time) is that of a drawer with a hundred ballots."""
    ballot, codes = made.an_open_ballot(people, size=30)
    rows = Drawer.objects.filter(ballot=ballot).count()
    for code in codes:
        casting.cast_ballot(code, {1: 1}, now=VOTED_AT)

    assert Drawer.objects.filter(ballot=ballot).count() == rows == 1


def test_a_helper_is_recorded_and_the_choice_is_not(people):
    ballot, codes = made.an_open_ballot(people)

    casting.assist_ballot(ballot, codes[0], {1: 1}, by=people["community"].actor, now=VOTED_AT)

    entry = ballot.roll.get(number=1)
    assert (entry.way, entry.helper) == ("assisted", people["community"].user)
    assert refused(casting.cast_ballot, codes[0], {1: 1}, now=VOTED_AT) == "ballot.voted_already"


def test_one_entry_votes_once_across_channels(people):
    ballot, codes = made.an_open_ballot(people)
    by = people["community"].actor
    casting.mark_paper(ballot, codes[0], by=by, now=VOTED_AT)
    casting.cast_ballot(codes[1], {1: 1}, now=VOTED_AT)

    assert refused(casting.cast_ballot, codes[0], {1: 1}, now=VOTED_AT) == "ballot.voted_already"
    assert refused(casting.mark_paper, ballot, codes[1], by=by, now=VOTED_AT) == "ballot.voted_already"
    assert refused(casting.assist_ballot, ballot, codes[1], {}, by=by, now=VOTED_AT) == "ballot.voted_already"
    assert actions.turnout(ballot) == {"page": 1, "paper": 1, "assisted": 0}


def test_a_code_of_another_vote_marks_nothing_here(people):
    ballot, _ = made.an_open_ballot(people)
    _, others = made.an_open_ballot(people, title="另一轮")

    code = refused(casting.mark_paper, ballot, others[0], by=people["community"].actor, now=VOTED_AT)

    assert code == "ballot.code_unknown"


def test_a_paper_counts_once_two_people_read_it_alike_and_is_then_forgotten(people):
    ballot, codes = made.an_open_ballot(people)

    printed = made.a_paper_in_the_box(people, ballot, codes[0], {2: 1})

    assert (printed.state, printed.first_line, printed.second_line) == ("boxed", "", "")
    assert lines_of(ballot) == ["2"]
    by = people["community"].actor
    assert (
        refused(paper.key_paper, ballot, printed.serial, {1: 1}, by=by, now=VOTED_AT) == "ballot.paper_done"
    )


def test_one_person_cannot_key_a_paper_twice_nor_a_paper_that_was_not_printed(people):
    ballot, codes = made.an_open_ballot(people)
    by = people["community"].actor
    casting.mark_paper(ballot, codes[0], by=by, now=VOTED_AT)
    printed = made.a_printed_paper(people, ballot)
    paper.key_paper(ballot, printed.serial, {1: 1}, by=by, now=VOTED_AT)

    assert (
        refused(paper.key_paper, ballot, printed.serial, {1: 1}, by=by, now=VOTED_AT) == "ballot.keyed_by_you"
    )
    assert refused(paper.key_paper, ballot, "NOSUCH", {}, by=by, now=VOTED_AT) == "ballot.serial_unknown"


def test_where_two_readings_differ_a_third_person_decides(people):
    ballot, codes = made.an_open_ballot(people)
    by = people["community"].actor
    third = make_person("second_overseer", "吴监委", Role.OVERSEER, COMMUNITY).actor
    casting.mark_paper(ballot, codes[0], by=by, now=VOTED_AT)
    printed = made.a_printed_paper(people, ballot)
    paper.key_paper(ballot, printed.serial, {1: 1}, by=by, now=VOTED_AT)
    paper.key_paper(ballot, printed.serial, {2: 1}, by=people["overseer"].actor, now=VOTED_AT)

    printed.refresh_from_db()
    assert (printed.state, lines_of(ballot)) == ("differs", [""])
    again = refused(
        paper.key_paper, ballot, printed.serial, {1: 1}, by=people["overseer"].actor, now=VOTED_AT
    )
    assert again == "ballot.keyed_by_you"
    neither = refused(paper.key_paper, ballot, printed.serial, {3: 1}, by=third, now=VOTED_AT)
    assert neither == "ballot.third_agrees_with_none"
    assert paper.key_paper(ballot, printed.serial, {2: 1}, by=third, now=VOTED_AT).state == "boxed"
    assert lines_of(ballot) == ["2"]


def test_a_spoilt_paper_is_counted_as_handed_in_and_not_as_a_ballot(people):
    ballot, codes = made.an_open_ballot(people)
    casting.mark_paper(ballot, codes[0], by=people["community"].actor, now=VOTED_AT)
    printed = made.a_printed_paper(people, ballot)

    for who in ("community", "overseer"):
        paper.key_paper(ballot, printed.serial, {}, is_spoilt=True, by=people[who].actor, now=VOTED_AT)

    ballot.refresh_from_db()
    assert (ballot.papers_spoilt, ballot.papers_boxed, lines_of(ballot)) == (1, 0, [""])


def test_no_more_papers_get_into_the_box_than_the_roll_has_marked(people):
    ballot, _ = made.an_open_ballot(people)
    printed = made.a_printed_paper(people, ballot)
    paper.key_paper(ballot, printed.serial, {1: 1}, by=people["community"].actor, now=VOTED_AT)

    code = refused(paper.key_paper, ballot, printed.serial, {1: 1}, by=people["overseer"].actor, now=VOTED_AT)

    assert code == "ballot.more_papers_than_marked"
    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(papers_boxed=1)


def test_papers_are_printed_for_an_open_vote_some_at_a_time(people):
    ballot, _ = made.an_open_ballot(people)
    by = people["community"].actor

    assert refused(paper.print_papers, ballot, 0, by=by, now=VOTED_AT) == "ballot.papers_at_once"
    assert refused(paper.print_papers, ballot, 9, by=by, now=VOTED_AT) == "ballot.papers_beyond_roll"
    assert len(set(paper.print_papers(ballot, 8, by=by, now=VOTED_AT))) == 8
    Ballot.objects.filter(pk=ballot.pk).update(state="closed")
    assert refused(paper.print_papers, ballot, 1, by=by, now=VOTED_AT) == "ballot.not_open"


def test_a_delegate_abstains_where_a_tie_is_declared(people):
    lines = [
        roll.RollLine("代表1", barred=(2,)),
        roll.RollLine("代表2", account="community"),
        roll.RollLine("代表3"),
    ]
    draft = made.a_draft_ballot(people, lines=lines, mode="delegate")
    user = people["community"].user
    first, third = Proposal.objects.get(number=1), Proposal.objects.get(number=3)
    ProposerTie.objects.create(proposal=third, kind="kin", member=user, declared_at=AT)
    agency = people["agency_head"].user.appointments.get().organisation
    Tie.objects.create(person=user, organisation=agency, kind="director", since_on=AT.date(), declared_at=AT)
    first.cost_lines.create(order=1, what="桌", quantity=1, unit_fen=600_000, supplier=agency)
    codes = [slip.code for slip in roll.issue_codes(draft, by=people["community"].actor, now=AT)]
    ballot = actions.open_ballot(draft, by=people["chief"].actor, now=OPENED_AT)

    assert refused(casting.cast_ballot, codes[0], {1: 1, 2: 1}, now=VOTED_AT) == "ballot.tied_to_project"
    assert refused(casting.cast_ballot, codes[1], {3: 1}, now=VOTED_AT) == "ballot.tied_to_project"
    assert refused(casting.cast_ballot, codes[1], {1: 1}, now=VOTED_AT) == "ballot.tied_to_project"
    by = people["community"].actor
    assert refused(casting.mark_paper, ballot, codes[0], by=by, now=VOTED_AT) == "ballot.tied_votes_by_code"
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    casting.cast_ballot(codes[1], {2: 1}, now=VOTED_AT)
    casting.cast_ballot(codes[2], {1: 1, 2: 1, 3: 1}, now=VOTED_AT)


def test_where_the_rules_do_not_say_so_a_tie_of_an_account_bars_nobody(people):
    draft = made.a_draft_ballot(people, lines=[roll.RollLine("3号楼101", account="community")])
    ProposerTie.objects.create(
        proposal=Proposal.objects.get(number=3), kind="kin", member=people["community"].user, declared_at=AT
    )
    codes = [slip.code for slip in roll.issue_codes(draft, by=people["community"].actor, now=AT)]
    actions.open_ballot(draft, by=people["chief"].actor, now=OPENED_AT)

    assert casting.cast_ballot(codes[0], {3: 1}, now=VOTED_AT).has_voted


def test_a_lost_slip_is_replaced_and_the_old_code_is_void(people):
    ballot, codes = made.an_open_ballot(people)
    by = people["community"].actor

    slip = roll.reissue_code(ballot, 1, by=by, now=VOTED_AT)

    assert refused(casting.cast_ballot, codes[0], {1: 1}, now=VOTED_AT) == "ballot.code_unknown"
    casting.cast_ballot(slip.code, {1: 1}, now=VOTED_AT)
    assert refused(roll.reissue_code, ballot, 1, by=by, now=VOTED_AT) == "ballot.voted_already"
    assert refused(roll.reissue_code, ballot, 99, by=by, now=VOTED_AT) == "ballot.number_unknown"
    Ballot.objects.filter(pk=ballot.pk).update(state="closed")
    ballot.refresh_from_db()
    assert refused(roll.reissue_code, ballot, 2, by=by, now=VOTED_AT) == "ballot.not_open"


def test_all_codes_printed_cannot_be_printed_again(people):
    ballot = made.a_draft_ballot(people)
    by = people["community"].actor
    slips = roll.issue_codes(ballot, by=by, now=AT)

    assert len({slip.code for slip in slips}) == 4
    assert refused(roll.issue_codes, ballot, by=by, now=AT) == "ballot.codes_all_printed"
    assert not RollEntry.objects.filter(code_digest__in=[slip.code for slip in slips]).exists()


def test_a_vote_closes_at_its_time_or_once_all_have_voted(people):
    ballot, codes = made.an_open_ballot(people, size=1)
    by = people["community"].actor

    assert refused(actions.close_ballot, ballot, by=by, now=VOTED_AT) == "ballot.still_open"
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    assert actions.close_ballot(ballot, by=by, now=VOTED_AT).state == "closed"


def test_the_clock_closes_a_vote_whose_time_is_over(people):
    ballot, _ = made.an_open_ballot(people)

    assert actions.close_passed(VOTED_AT) == 0
    assert actions.close_passed(CLOSED_AT) == 1
    assert Ballot.objects.get(pk=ballot.pk).state == "closed"
    assert Event.objects.filter(kind="ballot.closed", actor_key=SYSTEM.key).exists()


def test_the_count_says_who_won_and_the_published_list_counts_alike(people, tmp_path):
    ballot = made.a_counted_ballot(people)

    result = ballot_count.result_of(ballot)
    assert ballot.state == "counted"
    assert result.voters == 6
    assert ballot_count.winners_with(ballot, result.budget_fen) == result.winners
    assert set(ballot_count.winners_with(ballot, 600_000)) == {1}
    assert not Drawer.objects.filter(ballot=ballot).exists()
    assert ballot_count.may_publish_ballots(ballot)
    file, script = tmp_path / "votes.pb", tmp_path / "recount.py"
    file.write_text(ballot.votes_file, "utf-8")
    script.write_text(Path(recount_votes.__file__).read_text("utf-8"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ballot.votes_digest in done.stdout
    assert [line.split()[1] for line in done.stdout.splitlines() if line[:3].strip().isdigit()] == [
        str(number) for number in result.winners
    ]


def test_an_interrupted_count_is_taken_up_again(people):
    ballot, codes = made.an_open_ballot(people, size=1)
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    by = people["handler"].actor
    actions.close_ballot(ballot, by=by, now=VOTED_AT)

    ballot_count.take_out_box(ballot, by=by, now=CLOSED_AT)
    late = refused(casting.put_into_box, ballot, "1")
    counted = ballot_count.count_ballot(ballot, by=by, now=CLOSED_AT)

    assert late == "ballot.not_open"
    assert (counted.state, counted.votes) == ("counted", "1")
    assert refused(ballot_count.count_ballot, ballot, by=by, now=CLOSED_AT) == "lifecycle.not_now"


def test_papers_not_settled_stop_the_count(people):
    ballot, codes = made.an_open_ballot(people, size=2)
    by = people["community"].actor
    for code in codes:
        casting.mark_paper(ballot, code, by=by, now=VOTED_AT)
    printed = made.a_printed_paper(people, ballot)
    actions.close_ballot(ballot, by=by, now=VOTED_AT)
    paper.key_paper(ballot, printed.serial, {1: 1}, by=by, now=CLOSED_AT)

    assert refused(ballot_count.count_ballot, ballot, by=by, now=CLOSED_AT) == "ballot.papers_unsettled"


def test_a_box_that_does_not_add_up_is_not_counted(people):
    ballot, codes = made.an_open_ballot(people, size=1)
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    by = people["community"].actor
    actions.close_ballot(ballot, by=by, now=VOTED_AT)
    Drawer.objects.filter(ballot=ballot).update(lines="1\n1")

    assert refused(ballot_count.count_ballot, ballot, by=by, now=CLOSED_AT) == "ballot.box_differs"


def test_too_few_voters_elect_nobody_and_the_cycle_may_vote_anew(people):
    ballot, codes = made.an_open_ballot(people, size=20)
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    by = people["community"].actor
    actions.close_ballot(ballot, by=by, now=CLOSED_AT)

    ballot = ballot_count.count_ballot(ballot, by=by, now=CLOSED_AT)

    assert ballot.state == "no_quorum"
    assert not ballot_count.may_publish_ballots(ballot)
    assert refused(actions.prepare_ballot, ballot.cycle, by=by, now=CLOSED_AT) == "ballot.day_missing"


def test_a_vote_held_anew_ends_on_a_day_of_its_own(people):
    ballot, _ = made.an_open_ballot(people, size=20)
    by = people["community"].actor
    actions.close_ballot(ballot, by=by, now=CLOSED_AT)
    ballot_count.count_ballot(ballot, by=by, now=CLOSED_AT)

    def prepare(until_on):
        return {"until_on": until_on, "by": by, "now": CLOSED_AT}

    short = refused(actions.prepare_ballot, ballot.cycle, **prepare(CLOSED_AT.date()))
    late = refused(actions.prepare_ballot, ballot.cycle, **prepare(ballot.cycle.clearing_on))
    assert (short, late) == ("fund_cycle.vote_too_short", "fund_cycle.dates_out_of_order")
    again = actions.prepare_ballot(ballot.cycle, **prepare(dt.date(2026, 4, 30)))
    roll.import_roll(again, [roll.RollLine(f"3号楼{number}") for number in (101, 102)], by=by, now=CLOSED_AT)
    codes = [slip.code for slip in roll.issue_codes(again, by=by, now=CLOSED_AT)]
    opened = actions.open_ballot(again, by=people["chief"].actor, now=CLOSED_AT)

    assert (opened.round, opened.closes_at) == (2, dt.datetime(2026, 4, 30, 16, 0, tzinfo=dt.UTC))
    assert opened.cycle.state == "voting"
    for code in codes:
        casting.cast_ballot(code, {1: 1}, now=dt.datetime(2026, 4, 30, 15, 59, tzinfo=dt.UTC))
    actions.close_ballot(opened, by=by, now=opened.closes_at)
    assert ballot_count.count_ballot(opened, by=by, now=opened.closes_at).state == "counted"


def test_a_box_taken_out_for_the_count_takes_no_ballot(people):
    ballot, _ = made.an_open_ballot(people)
    Drawer.objects.filter(ballot=ballot).delete()

    assert refused(casting.put_into_box, ballot, "1") == "ballot.not_open"


def test_a_drawer_that_changed_under_the_hand_loses_no_ballot(people):
    ballot, _ = made.an_open_ballot(people)

    def another_was_faster(execute, sql, params, many, context):
        if sql.startswith("UPDATE"):
            execute("UPDATE community_drawer SET votes = votes + 1", (), False, context)
        return execute(sql, params, many, context)

    with (
        pytest.raises(RuntimeError),
        transaction.atomic(),
        connection.execute_wrapper(another_was_faster),
    ):
        casting.put_into_box(ballot, "1")
    assert lines_of(ballot) == [""]


def test_no_paper_is_keyed_before_the_vote_opens(people):
    ballot = made.a_draft_ballot(people)

    by = people["community"].actor
    assert refused(paper.key_paper, ballot, "X", {}, by=by, now=VOTED_AT) == "ballot.not_open"


def test_an_empty_box_is_counted_too(people):
    ballot, _ = made.an_open_ballot(people, size=2)
    by = people["community"].actor
    actions.close_ballot(ballot, by=by, now=CLOSED_AT)

    ballot = ballot_count.count_ballot(ballot, by=by, now=CLOSED_AT)

    assert ballot.state == "no_quorum"
    assert (ballot.votes, ballot_count.result_of(ballot).voters) == ("", 0)


def test_a_stopped_vote_says_why_and_keeps_no_ballot(people):
    ballot, codes = made.an_open_ballot(people)
    casting.cast_ballot(codes[0], {1: 1}, now=VOTED_AT)
    chief = people["chief"].actor

    assert refused(actions.stop_ballot, ballot, reason=" ", by=chief, now=VOTED_AT) == "ballot.reason_missing"
    ballot = actions.stop_ballot(ballot, reason="名册有误", by=chief, now=VOTED_AT)

    assert (ballot.state, ballot.stopped_reason) == ("stopped", "名册有误")
    assert not Drawer.objects.filter(ballot=ballot).exists()


def test_the_database_itself_refuses_a_second_mark_or_a_voter_without_a_way(people):
    ballot, _ = made.an_open_ballot(people)
    for wrong in ({"has_voted": True}, {"way": "page"}, {"helper": people["community"].user}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ballot.roll.filter(number=1).update(**wrong)
    assert connection.vendor in {"sqlite", "postgresql"}


def test_only_whom_the_table_names_takes_part(people):
    ballot, codes = made.an_open_ballot(people)
    agency, handler = people["agency_head"].actor, people["handler"].actor

    assert refused(casting.mark_paper, ballot, codes[0], by=agency, now=VOTED_AT) == "permission.denied"
    assert refused(paper.key_paper, ballot, "X", {}, by=handler, now=VOTED_AT) == "permission.denied"
    assert (
        refused(casting.assist_ballot, ballot, codes[0], {}, by=handler, now=VOTED_AT) == "permission.denied"
    )

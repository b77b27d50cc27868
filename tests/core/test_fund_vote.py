"""What a vote freezes, what one ballot may say, the count and its reasons, and the recount by the script anyone may run."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import zhagen
from zhagen.core.errors import RuleError
from zhagen.core.fund.vote import (
    VotedLimit,
    VotedProject,
    VoteTerms,
    check_terms,
    choice_of,
    chosen_fen,
    is_quorate,
    line_of,
    sorted_lines,
    with_line,
)
from zhagen.core.fund.vote_count import VoteResult, count_vote, votes_file, winners_at

SCRIPT = Path(zhagen.__file__).parent / "cli" / "recount_votes.py"
PROJECTS = (
    VotedProject(1, "棋牌桌", 300_000, "elderly", "3号楼"),
    VotedProject(2, "楼道扶手", 800_000, "elderly", "5号楼"),
    VotedProject(3, "儿童角", 600_050, "children", ""),
    VotedProject(12, "儿童角（小）", 200_000, "children", "", ""),
)


def terms(**changes):
    plain = VoteTerms(
        "household", "approval", 1_200_000, "equal-shares", "cost", "add1u", "cost", projects=PROJECTS
    )
    return replace(plain, **changes)


def refused(act, *args, **kwargs):
    with pytest.raises(RuleError) as error:
        act(*args, **kwargs)
    return error.value.code


def test_terms_come_back_from_json_as_they_were():
    frozen = terms(limits=(VotedLimit("theme", "elderly", most_fen=900_000),))

    assert VoteTerms.of({**frozen.plain(), "roll": 12}) == frozen


def test_a_vote_about_nothing_is_refused():
    assert refused(check_terms, terms(projects=())) == "ballot.nothing_to_vote_on"
    assert refused(check_terms, terms(budget_fen=0)) == "ballot.nothing_to_vote_on"
    check_terms(terms())


def test_a_majority_of_votes_cannot_be_asked_of_points():
    code = refused(check_terms, terms(vote_type="cumulative", utility="points", majority_bp=5000))

    assert code == "ballot.majority_needs_votes"


def test_a_ballot_is_kept_in_an_order_that_tells_nothing():
    assert line_of({3: 1, 1: 1}, terms()) == line_of({1: 1, 3: 1}, terms()) == "1,3"
    assert line_of({}, terms()) == "-"


@pytest.mark.parametrize(
    ("choice", "changes", "code"),
    [
        ({9: 1}, {}, "ballot.project_unknown"),
        ({1: 1, 2: 1}, {"most_named": 1}, "ballot.too_many_named"),
        ({1: 1, 2: 1}, {"vote_type": "choose-1"}, "ballot.too_many_named"),
        ({1: 4, 2: 5}, {"vote_type": "cumulative", "points": 10}, "ballot.points_differ"),
        ({1: 11}, {"vote_type": "cumulative", "points": 10}, "ballot.mark_off_scale"),
        ({1: 6}, {"vote_type": "scoring", "mark_most": 5}, "ballot.mark_off_scale"),
        ({1: 1, 2: 1}, {"vote_type": "ordinal"}, "ballot.rank_twice"),
        ({1: 1, 2: 3}, {"vote_type": "ordinal"}, "ballot.rank_twice"),
    ],
)
def test_a_ballot_against_its_form_is_refused(choice, changes, code):
    assert refused(line_of, choice, terms(**changes)) == code


def test_who_has_a_tie_to_a_project_cannot_name_it():
    assert refused(line_of, {1: 1, 2: 1}, terms(), barred=(2,)) == "ballot.tied_to_project"
    assert line_of({1: 1}, terms(), barred=(2,)) == "1"


@pytest.mark.parametrize(
    ("vote_type", "choice"),
    [
        ("approval", {1: 1, 12: 1}),
        ("choose-1", {3: 1}),
        ("cumulative", {1: 4, 2: 6}),
        ("scoring", {2: 5}),
        ("ordinal", {12: 1, 1: 2, 3: 3}),
        ("approval", {}),
    ],
)
def test_what_a_ballot_said_is_read_back(vote_type, choice):
    form = terms(vote_type=vote_type, points=10, mark_most=5)

    assert choice_of(line_of(choice, form), form) == choice


def test_a_ballot_s_money_is_what_its_projects_ask_for():
    assert chosen_fen({1: 1, 3: 1}, terms()) == 900_050


def test_quorum_is_more_than_the_share():
    assert not is_quorate(50, 100, terms(quorum_bp=5000))
    assert is_quorate(51, 100, terms(quorum_bp=5000))
    assert not is_quorate(0, 100, terms())


@given(st.lists(st.sampled_from(["1", "2", "1,2", "-"]), max_size=12))
def test_a_drawer_holds_all_ballots_in_no_order_of_casting(lines):
    drawer = ""
    for line in lines:
        drawer = with_line(drawer, line)

    assert sorted_lines([drawer, ""]) == sorted(lines)
    assert drawer == "\n".join(sorted(lines))


LINES = ["1,2"] * 6 + ["2"] * 3 + ["3,12"] * 5 + ["3"] * 2 + ["-"]


def test_the_result_says_who_won_and_what_would_have_made_the_losers_win():
    result = count_vote(LINES, terms())

    won = {each.number for each in result.projects if each.place}
    assert won == set(result.winners)
    assert result.spent_fen == sum(each.asked_fen for each in PROJECTS if each.number in won) <= 1_200_000
    assert result.voters == 17
    for loser in (each for each in result.projects if not each.place):
        more = [*LINES, *[str(loser.number)] * loser.ballots_more]
        assert loser.number in count_vote(more, terms()).winners
        cheaper = [
            replace(p, asked_fen=loser.wins_at_fen) if p.number == loser.number else p for p in PROJECTS
        ]
        assert loser.number in count_vote(LINES, terms(projects=tuple(cheaper))).winners
    assert VoteResult.of(result.plain()) == result


def test_a_majority_bars_whoever_fewer_ballots_name_and_the_reason_counts_the_further_ballots():
    form = terms(rule="greedy", completion="none", majority_bp=5000, budget_fen=10_000_000)

    result = count_vote(["1"] * 6 + ["2"] * 4, form)

    assert (result.bar, result.winners) == (6, (1,))
    second = next(each for each in result.projects if each.number == 2)
    more = second.ballots_more
    assert 2 in count_vote(["1"] * 6 + ["2"] * (4 + more), form).winners
    assert 2 not in count_vote(["1"] * 6 + ["2"] * (3 + more), form).winners


def test_limits_of_themes_and_of_those_that_exclude_each_other_hold():
    limited = terms(
        rule="greedy", completion="none", limits=(VotedLimit("theme", "elderly", most_fen=500_000),),
        projects=(*PROJECTS[:2], *(replace(each, excludes="角") for each in PROJECTS[2:])),
    )  # fmt: skip

    assert count_vote(LINES, limited).winners == (3, 1)


def test_the_same_vote_is_counted_again_for_another_sum_of_money():
    assert winners_at(LINES, terms(), 1_200_000) == count_vote(LINES, terms()).winners
    assert set(winners_at(LINES, terms(), 10_000_000)) == {1, 2, 3, 12}


def test_an_empty_box_elects_nobody_and_breaks_nothing():
    result = count_vote([], terms(rule="greedy", completion="none", least_votes=1))

    assert (result.winners, result.voters) == ((), 0)


def recount(tmp_path, text):
    """Run the script as an outsider does: no site packages, no environment, its own folder."""
    script, file = tmp_path / "recount_votes.py", tmp_path / "votes.pb"
    script.write_bytes(SCRIPT.read_bytes())
    file.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    return done.returncode, done.stdout


def test_the_script_agrees_with_the_result_and_notices_another(tmp_path):
    won = count_vote(LINES, terms()).winners

    assert recount(tmp_path, votes_file(LINES, terms(), winners=won))[0] == 0
    assert recount(tmp_path, votes_file(LINES, terms(), winners=won[:-1]))[0] == 1
    assert recount(tmp_path, votes_file([*LINES, *["12"] * 9], terms(), winners=won))[0] == 1
    assert recount(tmp_path, "nonsense")[0] == 2


KINDS = {
    "approval": ("cost", "cardinality"),
    "choose-1": ("cost",),
    "cumulative": ("points", "cost"),
    "scoring": ("points",),
    "ordinal": ("borda", "cardinality"),
}


@st.composite
def votes(draw):
    """A vote of any form and rule with up to six projects and twelve ballots."""
    size = draw(st.integers(1, 6))
    projects = tuple(
        VotedProject(n, f"项目{n}；\"{n}\"", draw(st.integers(1, 40)) * draw(st.sampled_from([1000, 950, 333])),
                     draw(st.sampled_from(["a", "b"])), "", draw(st.sampled_from(["", "", "x"])))
        for n in range(1, size + 1)
    )  # fmt: skip
    vote_type = draw(st.sampled_from(sorted(KINDS)))
    rule = draw(st.sampled_from(["equal-shares", "greedy", "greedy-per-cost", "phragmen"]))
    completions = ["none", "add1", "greedy", "add1u"] if rule == "equal-shares" else ["none"]
    utility = draw(st.sampled_from(KINDS[vote_type]))
    form = VoteTerms(
        "household", vote_type, draw(st.integers(1, 900)) * 100, rule, utility, draw(st.sampled_from(completions)),
        draw(st.sampled_from(["cost", "votes", "id", "seed"])), seed="7", points=6, mark_most=5,
        least_votes=draw(st.integers(0, 2)), majority_bp=draw(st.sampled_from([0, 0, 3000])) if utility not in ("points", "borda") else 0,
        projects=projects, limits=draw(st.sampled_from([(), (VotedLimit("theme", "a", most_fen=25_000),), (VotedLimit("theme", "b", most_count=1),)])),
    )  # fmt: skip
    return draw(st.lists(a_line(form), max_size=12)), form


def a_line(form):
    numbers = sorted(form.numbers)
    some = st.lists(st.sampled_from(numbers), unique=True, max_size=3)
    return {
        "approval": some.map(lambda n: dict.fromkeys(n, 1)),
        "choose-1": some.map(lambda n: dict.fromkeys(n[:1], 1)),
        "cumulative": some.map(lambda n: {p: 6 // len(n) for p in n}),
        "scoring": st.dictionaries(st.sampled_from(numbers), st.integers(1, 5), max_size=3),
        "ordinal": some.map(lambda n: {p: place for place, p in enumerate(n, start=1)}),
    }[form.vote_type].map(lambda choice: line_of(choice, form))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes())
def test_the_script_and_the_engine_count_alike_under_every_rule(tmp_path_factory, vote):
    from zhagen.cli import recount_votes

    lines, form = vote
    won = count_vote(lines, form).winners
    file = tmp_path_factory.mktemp("count") / "votes.pb"
    file.write_text(votes_file(lines, form, winners=won), "utf-8")

    again = recount_votes.Vote(file)

    assert [int(again.ids[p]) for p in recount_votes.winners_of(again)] == list(won)

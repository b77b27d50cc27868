"""Other sums of money: which may be tried, what moves, and who of which voters gets what he named."""

from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_fund_vote import LINES, PROJECTS, terms
from zhagen.core.fund.rehearsal import MOST_STEPS, moved, scale_of
from zhagen.core.fund.vote_count import VoteResult, count_vote, winners_at
from zhagen.core.fund.vote_groups import GroupReached, groups_reached

FEN = st.integers(1, 10**11)


@given(FEN, st.integers(0, 10**12))
def test_the_sums_that_may_be_tried_are_few_and_hold_the_real_one(real, asked):
    scale = scale_of(real, asked)

    assert 0 < scale.lowest_fen <= real <= scale.highest_fen >= asked
    assert (scale.highest_fen - scale.lowest_fen) % scale.step_fen == 0
    assert (scale.highest_fen - scale.lowest_fen) // scale.step_fen + 1 <= MOST_STEPS + 1
    assert scale.nearest(real) == real


@given(FEN, st.integers(0, 10**12), st.integers(-(10**13), 10**13))
def test_whatever_is_typed_becomes_the_nearest_sum_of_the_scale(real, asked, typed):
    scale = scale_of(real, asked)
    nearest = scale.nearest(typed)

    assert scale.lowest_fen <= nearest <= scale.highest_fen
    assert (nearest - scale.lowest_fen) % scale.step_fen == 0
    if scale.lowest_fen <= typed <= scale.highest_fen:
        assert abs(nearest - typed) * 2 <= scale.step_fen


def test_stops_are_shares_of_the_real_sum_without_itself():
    scale = scale_of(1_200_000, 2_200_000)

    assert scale.stops((5_000, 9_999, 10_000, 15_000)) == (600_000, 1_800_000)


def test_what_moves_is_told_against_the_real_winners():
    asked = {1: 10, 2: 20, 3: 30}

    found = moved((1, 2), (3, 1), asked, 80)

    assert (found.winners, found.enters, found.leaves) == ((3, 1), (3,), (2,))
    assert (found.spent_fen, found.spent_bp) == (40, 5_000)


def test_a_rehearsal_with_enough_money_takes_in_every_project_that_anyone_named():
    asked = sum(each.asked_fen for each in PROJECTS)
    scale = scale_of(1_200_000, asked)

    assert set(winners_at(LINES, terms(), scale.highest_fen)) == {1, 2, 3, 12}


def test_voters_are_grouped_by_what_they_named():
    won = (2, 12)

    found = {(each.over, each.name): each for each in groups_reached(LINES, terms(), won)}

    assert found["theme", "elderly"] == GroupReached("theme", "elderly", 9, (9, 0, 0))
    assert found["theme", "children"] == GroupReached("theme", "children", 7, (5, 0, 0))
    assert found["building", "3号楼"].voters == 6
    assert ("building", "") not in found


def test_a_mark_of_nothing_names_nothing():
    form = terms(vote_type="cumulative", utility="points", points=10)

    found = groups_reached(["1:4,3:6", "2:10"], form, (1,))

    assert [(each.name, each.voters, each.at_least) for each in found if each.over == "theme"] == [
        ("children", 1, (1, 0, 0)),
        ("elderly", 2, (1, 0, 0)),
    ]


def test_groups_are_kept_with_the_result():
    result = count_vote(LINES, terms())

    assert result.groups
    assert VoteResult.of(result.plain()) == result
    plain = {name: value for name, value in result.plain().items() if name != "groups"}
    assert VoteResult.of(plain).groups == ()

"""The table of a need: every move from every state, and what no sequence of moves can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import DESK_MOVES, ENDED, NEED, OPEN, WORD_MOVES, NeedState

ALLOWED = {
    "raised": "buy transfer explain rule_out merge",
    "to_buy": "transfer explain rule_out merge plan serve",
    "transferred": "buy explain rule_out merge ask confirm_met confirm_partly deny",
    "explained": "buy transfer merge ask confirm_met confirm_partly deny",
    "planned": "unplan serve",
    "in_service": "unserve ask confirm_met confirm_partly deny",
    "asked": "confirm_met confirm_partly deny lose_contact",
    "met": "confirm_partly deny reopen",
    "partly_met": "buy transfer explain confirm_met deny reopen",
    "unmet": "buy transfer explain confirm_met confirm_partly reopen",
    "unreachable": "confirm_met confirm_partly deny reopen",
    "outside_remit": "reopen",
    "merged": "unmerge",
}


@pytest.mark.parametrize("state", list(NeedState))
@pytest.mark.parametrize("move", list(NEED.moves))
def test_each_move_is_allowed_from_exactly_the_states_written_here(move, state):
    if move in ALLOWED[state].split():
        assert NEED.after(move, state) == NEED.moves[move][1]
    else:
        with pytest.raises(RuleError) as refused:
            NEED.after(move, state)
        assert refused.value.code == "lifecycle.not_now"


def test_every_state_is_open_or_ended_and_every_state_can_be_reached():
    assert set(OPEN) | set(ENDED) == set(NeedState)
    assert not set(OPEN) & set(ENDED)
    reached = {NEED.initial}
    while True:
        more = {NEED.after(move, state) for state in reached for move in NEED.moves_from(state)} - reached
        if not more:
            break
        reached |= more
    assert reached == set(NeedState)


@given(
    st.lists(st.sampled_from([*DESK_MOVES, "plan", "unplan", "serve", "unserve", "lose_contact", "reopen"]))
)
def test_without_a_word_of_residents_no_sequence_of_moves_makes_a_need_met(moves):
    state = NEED.initial
    for move in moves:
        if move in NEED.moves_from(state):
            state = NEED.after(move, state)

    assert state not in {NeedState.MET, NeedState.PARTLY_MET, NeedState.UNMET}


@given(st.lists(st.sampled_from(list(NEED.moves)), max_size=30))
def test_a_need_nobody_has_answered_is_never_met(moves):
    state, was_answered = NEED.initial, False
    for move in moves:
        if move in NEED.moves_from(state):
            state = NEED.after(move, state)
            was_answered |= move in {"transfer", "explain", "serve"}
            assert state not in {NeedState.MET, NeedState.UNMET} or was_answered


def test_the_words_of_residents_are_the_only_moves_to_an_outcome():
    outcomes = {NeedState.MET, NeedState.PARTLY_MET, NeedState.UNMET}

    assert {move for move, (_, target) in NEED.moves.items() if target in outcomes} == set(WORD_MOVES)

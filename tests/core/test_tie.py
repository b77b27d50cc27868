"""The closure over declared ties: who may not sit, and who is tied to whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.flags.tie import DeclaredTie, TieKind, blocked_by_ties, ties_between, years_before

OPENED = date(2026, 3, 2)
K = TieKind


def tie(
    left: str, right: str, kind: TieKind, since: date | None = None, until: date | None = None
) -> DeclaredTie:
    return DeclaredTie(f"{left}-{right}", left, right, kind, since, until)


def blocked(*ties: DeclaredTie, years: int = 3) -> bool:
    return bool(blocked_by_ties("u:1", ["org:x"], ties, OPENED, years))


@pytest.mark.parametrize("kind", list(TieKind))
def test_a_direct_tie_of_any_kind_blocks_in_either_direction(kind) -> None:
    assert blocked(tie("u:1", "org:x", kind))
    assert blocked(tie("org:x", "u:1", kind))


def test_a_bidder_is_an_organisation_whatever_its_key_looks_like() -> None:
    chain = [tie("u:1", "u:2", K.SAME_PERSON), tie("u:2", "firm 7", K.EMPLOYMENT)]

    assert blocked_by_ties("u:1", ["firm 7"], chain, OPENED, 3)
    assert blocked_by_ties("u:2", ["firm 7"], chain, OPENED, 3)


@pytest.mark.parametrize("kind", [K.EMPLOYMENT, K.DIRECTOR, K.SHAREHOLDER, K.OTHER])
def test_a_tie_that_ended_counts_for_three_years_to_the_day(kind) -> None:
    assert blocked(tie("u:1", "org:x", kind, until=date(2023, 3, 2)))
    assert not blocked(tie("u:1", "org:x", kind, until=date(2023, 3, 1)))
    assert blocked(tie("u:1", "org:x", kind, until=date(2022, 3, 2)), years=4)


def test_kin_does_not_end_and_a_tie_not_begun_does_not_count() -> None:
    assert blocked(tie("u:1", "org:x", K.KIN, until=date(2010, 1, 1)))
    assert not blocked(tie("u:1", "org:x", K.DIRECTOR, since=date(2026, 3, 3)))
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)


def test_a_chain_over_the_same_person_and_one_relative_blocks() -> None:
    chain = [
        tie("u:1", "u:2", K.SAME_PERSON), tie("u:2", "u:3", K.KIN),
        tie("u:3", "org:h", K.SHAREHOLDER), tie("org:h", "org:x", K.SHAREHOLDER),
    ]  # fmt: skip

    path = blocked_by_ties("u:1", ["org:y", "org:x", "org:x"], chain, OPENED, 3)

    assert len(path) == 1
    assert path[0].kinds == (K.SAME_PERSON, K.KIN, K.SHAREHOLDER, K.SHAREHOLDER)


def test_a_relative_of_a_relative_and_a_colleague_do_not_block() -> None:
    assert not blocked(tie("u:1", "u:2", K.KIN), tie("u:2", "u:3", K.KIN), tie("u:3", "org:x", K.DIRECTOR))
    assert not blocked(
        tie("u:1", "org:office", K.EMPLOYMENT), tie("u:2", "org:office", K.EMPLOYMENT),
        tie("u:2", "org:x", K.DIRECTOR),
    )  # fmt: skip
    assert not blocked(tie("u:1", "u:2", K.OTHER), tie("u:2", "org:x", K.OTHER))
    assert not blocked(tie("u:1", "u:2", K.EMPLOYMENT), tie("u:2", "org:x", K.DIRECTOR))


def test_one_is_tied_to_oneself() -> None:
    assert blocked_by_ties("org:x", ["org:x"], [], OPENED, 3)[0].ties == ()


def test_two_bidders_are_tied_by_a_shared_director_a_holding_or_kin_of_their_heads() -> None:
    shared = [tie("u:1", "org:a", K.DIRECTOR), tie("u:1", "org:b", K.DIRECTOR)]
    holding = [tie("org:a", "org:h", K.SHAREHOLDER), tie("org:h", "org:b", K.SHAREHOLDER)]
    kin = [tie("u:1", "org:a", K.DIRECTOR), tie("u:1", "u:2", K.KIN), tie("u:2", "org:b", K.DIRECTOR)]
    contract = [tie("org:a", "org:b", K.EMPLOYMENT), tie("org:c", "org:b", K.EMPLOYMENT)]

    assert len(ties_between(["org:a", "org:b", "org:c"], shared, OPENED, 3)) == 1
    assert ties_between(["org:a", "org:b"], holding, OPENED, 3)
    assert ties_between(["org:a", "org:b"], kin, OPENED, 3)
    assert not ties_between(["org:a", "org:c"], contract, OPENED, 3)


def test_a_ring_of_ties_ends() -> None:
    ring = [
        tie("u:1", "u:2", K.SAME_PERSON),
        tie("u:2", "u:3", K.SAME_PERSON),
        tie("u:3", "u:1", K.SAME_PERSON),
    ]

    assert not blocked(*ring)


PARTIES = st.sampled_from(["u:1", "u:2", "u:3", "org:a", "org:b", "org:x"])
TIES = st.lists(st.builds(tie, PARTIES, PARTIES, st.sampled_from(list(TieKind))), max_size=8)


@given(TIES, TIES)
def test_a_further_declaration_never_frees_anyone(ties, more) -> None:
    bidders = ["org:a", "org:b", "org:x"]

    before = {path.end for path in blocked_by_ties("u:1", bidders, ties, OPENED, 3)}
    after = {path.end for path in blocked_by_ties("u:1", bidders, ties + more, OPENED, 3)}

    assert before <= after


@given(TIES)
def test_a_path_is_a_chain_from_the_person_to_the_bidder(ties) -> None:
    for path in blocked_by_ties("u:1", ["org:x"], ties, OPENED, 3):
        at = path.start
        for step in path.ties:
            assert at in {step.left, step.right}
            at = step.right if at == step.left else step.left
        assert at == path.end


@given(TIES)
def test_organisations_are_tied_in_both_directions_alike(ties) -> None:
    assert bool(ties_between(["org:a", "org:b"], ties, OPENED, 3)) == bool(
        ties_between(["org:b", "org:a"], ties, OPENED, 3)
    )


def test_a_chain_that_is_seen_from_one_end_only_counts_from_both() -> None:
    """A worker of B also works for X, and an owner of X owns A: from A the walk would end at X."""
    ties = [
        tie("u:1", "org:a", TieKind.SHAREHOLDER),
        tie("u:1", "org:x", TieKind.SHAREHOLDER),
        tie("u:3", "org:b", TieKind.EMPLOYMENT),
        tie("u:3", "org:x", TieKind.EMPLOYMENT),
    ]

    (there,) = ties_between(["org:a", "org:b"], ties, OPENED, 3)
    (back,) = ties_between(["org:b", "org:a"], ties, OPENED, 3)

    assert (there.start, there.end) == ("org:a", "org:b")
    assert there.ties == tuple(reversed(back.ties))

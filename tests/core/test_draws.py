"""A committed draw is fair, can be run again by anyone, and shows any change afterwards."""

import random
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.draws import commit, draw, lot, ranking, verify_draw
from zhagen.core.errors import RuleError

SEED = bytes(range(32))
DOORS = [f"{building}-{door}" for building in range(1, 5) for door in range(101, 111)]
IDS = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=30)


def shell_sha256(text: str) -> str:
    return (
        subprocess.run(["sha256sum"], input=text.encode(), capture_output=True, check=True)
        .stdout[:64]
        .decode()
    )


def test_an_outsider_gets_commitment_and_lots_with_sha256sum_alone() -> None:
    assert shell_sha256(SEED.hex()) == commit(SEED)
    lots = {door: shell_sha256(f"{SEED.hex()}:root 17:{door}") for door in DOORS[:8]}

    assert draw(SEED, DOORS[:8], 3, public="root 17") == sorted(lots, key=lots.__getitem__)[:3]
    assert lots[DOORS[0]] == lot(SEED, DOORS[0], public="root 17")


@given(IDS, st.binary(min_size=32, max_size=32), st.randoms())
def test_the_order_in_which_candidates_are_listed_does_not_matter(ids, seed, rng: random.Random) -> None:
    shuffled = list(ids)
    rng.shuffle(shuffled)

    assert ranking(seed, ids) == ranking(seed, shuffled)
    assert sorted(ranking(seed, ids)) == sorted(ids)


@given(IDS.filter(bool), st.binary(min_size=32, max_size=32), st.data())
def test_an_honest_draw_verifies_and_substitutes_follow_in_order(ids, seed, data) -> None:
    count = data.draw(st.integers(0, len(ids)))

    drawn = draw(seed, ids, count)

    verify_draw(commit(seed).upper(), seed, ids, drawn)
    assert ranking(seed, ids)[:count] == drawn


def test_every_door_is_drawn_equally_often() -> None:
    rng = random.Random(1)
    times = Counter(door for _ in range(2000) for door in draw(rng.randbytes(32), DOORS, 4))

    expected = 2000 * 4 / len(DOORS)
    chi_square = sum((times[door] - expected) ** 2 / expected for door in DOORS)
    assert chi_square < 73  # 39 degrees of freedom: 99.9 % lie below


def test_another_public_text_gives_another_draw() -> None:
    assert draw(SEED, DOORS, 10, public="root 17") != draw(SEED, DOORS, 10, public="root 18")


def test_any_change_after_the_commitment_shows() -> None:
    drawn = draw(SEED, DOORS, 4, public="root 17")
    honest = {"seed": SEED, "population": DOORS, "drawn": drawn, "public": "root 17"}
    without_first = [door for door in DOORS if door != drawn[0]]
    changes = [
        ({"seed": bytes(32)}, "draw.seed_not_committed"),
        ({"drawn": drawn[::-1]}, "draw.result_differs"),
        ({"population": without_first}, "draw.result_differs"),
        ({"public": "root 18"}, "draw.result_differs"),
    ]

    verify_draw(commit(SEED), **honest)
    for change, code in changes:
        with pytest.raises(RuleError) as caught:
            verify_draw(commit(SEED), **(honest | change))
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("ids", "count", "code"),
    [
        (["a", "b"], 3, "draw.too_few_candidates"),
        (["a", "b"], -1, "draw.too_few_candidates"),
        (["a", "a", "b"], 1, "draw.candidate_twice"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_is_refused(ids: list[str], count: int, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        draw(SEED, ids, count)
    assert caught.value.code == code


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        commit(b"short")
    assert caught.value.code == "draw.seed_length"

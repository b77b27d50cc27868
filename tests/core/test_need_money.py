"""Money shared among needs, voices counted once, the pace of a year."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.need_money import Spoken, heard, pace_of, share_out

BANDS = {"slow": 1000, "late": 2500}


@given(st.integers(0, 10**14), st.lists(st.sampled_from("abcd"), min_size=1, max_size=30))
def test_shares_add_up_to_the_amount_and_differ_by_at_most_a_fen_a_need(amount, keys):
    shares = share_out(amount, keys)

    assert sum(shares.values()) == amount
    assert all(amount // len(keys) * keys.count(key) <= part for key, part in shares.items())


def test_nothing_is_shared_where_there_is_no_need():
    assert share_out(100, []) == {}


def test_each_mouth_counts_once_by_its_last_word():
    words = [
        Spoken("n", "wang", "raiser", "unmet"),
        Spoken("n", "door 1", "sampled", "met"),
        Spoken("n", "wang", "raiser", "met"),
        Spoken("n", "li", "raiser", "met"),
        Spoken("m", "wang", "raiser", "unmet"),
    ]

    assert heard(words) == {
        "n": {("raiser", "met"): 2, ("sampled", "met"): 1},
        "m": {("raiser", "unmet"): 1},
    }


@pytest.mark.parametrize(
    ("paid", "on", "band"),
    [
        (50, dt.date(2026, 7, 1), "even"),
        (40, dt.date(2026, 7, 2), "slow"),
        (25, dt.date(2026, 7, 2), "late"),
        (0, dt.date(2025, 12, 31), "even"),
        (99, dt.date(2027, 1, 1), "even"),
        (75, dt.date(2027, 1, 1), "late"),
    ],
)
def test_the_pace_is_the_share_paid_beside_the_share_of_the_year(paid, on, band):
    assert pace_of(paid, 100, year=2026, on=on, bands=BANDS).band == band


def test_a_year_without_money_has_no_pace():
    assert pace_of(0, 0, year=2026, on=dt.date(2026, 5, 1), bands=BANDS).band == "none"

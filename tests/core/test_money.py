"""Amounts: typed, shown, split, written in capitals; never a fen lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.errors import RuleError
from zhagen.core.money import LARGEST_FEN, capital_yuan, format_yuan, parse_yuan, split_by_weights

DIGITS = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """Return the fen that capitals say, read slowly by another way than they are written."""
    whole, _, rest = text.removesuffix("整").partition("元")
    if "元" not in text:
        whole, rest = "", text
    yuan = 0
    for word in ("万亿", "亿", "万", ""):
        before, found, after = whole.rpartition(word) if word else ("", "", whole)
        if word == "万" and found and after.startswith("亿"):
            before, found, after = "", "", whole
        if word and not found:
            continue
        group = digit = 0
        for letter in before if word else after:
            if letter in UNITS:
                group, digit = group + digit * UNITS[letter], 0
            else:
                digit = DIGITS[letter]
        yuan += (group + digit) * {"万亿": 10**12, "亿": 10**8, "万": 10**4, "": 1}[word]
        whole = after
    fen, digit = yuan * 100, 0
    for letter in rest:
        if letter in "角分":
            fen += digit * (10 if letter == "角" else 1)
        else:
            digit = DIGITS[letter]
    return fen


@given(st.integers(0, 10**15))
def test_capitals_say_the_amount_and_no_other(fen):
    assert read_capitals(capital_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (5, "伍分"), (50, "伍角"), (100, "壹元整"), (105, "壹元零伍分"), (1_000_000, "壹万元整"),
        (10_010_000, "壹拾万零壹佰元整"), (10_000_000_100, "壹亿零壹元整"), (100_000_000_000_000, "壹万亿元整"),
        (20_300_405, "贰拾万叁仟零肆元零伍分"),
    ],
)  # fmt: skip
def test_capitals_as_a_bank_writes_them(fen, words):
    assert capital_yuan(fen) == words


@given(st.integers(0, LARGEST_FEN))
def test_what_is_shown_can_be_typed_back(fen):
    assert parse_yuan(format_yuan(fen)) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12,345.6", 1_234_560), ("１２０００", 1_200_000), ("¥300元", 30_000), (" 0.05 ", 5), ("7．5", 750)],
)
def test_amounts_are_read_as_people_type_them(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("一万", "money.not_an_amount"), ("-5", "money.not_an_amount"), ("1.234", "money.not_an_amount"),
        ("", "money.not_an_amount"), ("1e5", "money.not_an_amount"), ("٣", "money.not_an_amount"),
        ("1000000000001", "money.too_large"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed, code):
    with pytest.raises(RuleError) as refused:
        parse_yuan(typed)
    assert refused.value.code == code


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10_000), min_size=1, max_size=9).filter(any))
def test_parts_sum_to_the_whole_and_lie_within_a_fen_of_their_share(amount, weights):
    parts = split_by_weights(amount, weights)

    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(RuleError) as refused:
        split_by_weights(100, weights)
    assert refused.value.code == "money.bad_weights"

"""Check digits of the unified social credit code: vectors, single slips, and doubts that do not block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.uscc import SYMBOLS, check_symbol, doubt_about, inner_check, normal


@pytest.mark.parametrize("code", ["91110000600037341L", "52110105MJ00000XX8", ""])
def test_good_codes_raise_no_doubt(code):
    assert doubt_about(code) is None


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("91350100M0001TGQXM", "uscc.check"),
        ("91110000600037341", "uscc.length"),
        ("91110000600037341O", "uscc.symbol"),
        ("91110000600037341X", "uscc.check"),
    ],
)
def test_each_slip_has_its_own_doubt(code, doubt):
    assert doubt_about(code).code == doubt


def test_a_code_typed_in_full_width_small_letters_and_blanks_is_read():
    assert normal("９１１１００００ 600037341ｌ") == "91110000600037341L"


@given(st.text(SYMBOLS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SYMBOLS))
def test_any_single_wrong_symbol_is_noticed(first, place, other):
    code = first + check_symbol(first)
    wrong = code[:place] + other + code[place + 1 :]

    assert other == code[place] or doubt_about(wrong).code == "uscc.check"


def test_the_inner_code_is_checked_as_well():
    first = "91110000" + "60003734" + "2"
    code = first + check_symbol(first)

    assert inner_check("60003734") == "1"
    assert doubt_about(code).code == "uscc.inner_check"

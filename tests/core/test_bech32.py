"""Keys are written and read as age writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.bech32 import decode, encode
from zhagen.core.errors import RuleError


@given(st.binary(max_size=60))
def test_what_is_written_is_read_back_in_either_case(data: bytes) -> None:
    assert decode("age", encode("age", data)) == data
    assert decode("age", encode("age", data).upper()) == data


def test_a_key_of_age_is_read_and_written_the_same() -> None:
    pyrage = pytest.importorskip("pyrage")
    key = str(pyrage.x25519.Identity.generate())

    secret = decode("age-secret-key-", key)

    assert len(secret) == 32
    assert encode("age-secret-key-", secret).upper() == key


@pytest.mark.parametrize("text", ["", "age1", "other1qqqqqqqqqqqq", "age1qqqqlpnwan", "age1qqbqlpnwam"])
def test_a_mistyped_key_is_refused(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        decode("age", text)
    assert caught.value.code == "seal.key_malformed"

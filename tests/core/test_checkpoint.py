"""Signed roots keep the C2SP note form, and only the right key's signature over the right text counts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.core.checkpoint import (
    Checkpoint,
    PublicKey,
    is_signed_by,
    parse,
    parse_public_key,
    public_key,
    sign,
)
from zhagen.core.errors import RuleError

SEED = bytes(range(32))
NAME = "zhagen.example/log"
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)


def test_the_text_is_that_of_the_published_form() -> None:
    text = sign(Checkpoint(NAME, 3, b"r" * 32), SEED, name=NAME)

    assert text.splitlines()[:4] == [NAME, "3", "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=", ""]
    assert text.splitlines()[4].startswith("— zhagen.example/log ")
    assert text.endswith("\n")


def test_a_key_and_its_hash_are_those_of_the_published_example() -> None:
    """Source: the verifier key of the Go checksum database, golang.org/x/mod/sumdb."""
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

    assert str(parse_public_key(text)) == text


@given(LINE, st.integers(0, 10**9), st.binary(min_size=32, max_size=32), st.lists(LINE, max_size=3))
def test_what_is_signed_is_read_back_and_verifies(
    origin: str, size: int, root: bytes, notes: list[str]
) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(notes))

    read, signatures = parse(sign(checkpoint, SEED, name=NAME))

    assert read == checkpoint
    assert is_signed_by(read, signatures, public_key(NAME, SEED))


def test_a_checkpoint_pasted_from_a_mail_with_other_line_ends_still_verifies() -> None:
    text = "\n  " + sign(Checkpoint(NAME, 3, b"r" * 32), SEED, name=NAME).replace("\n", "\r\n") + "  \n"

    assert is_signed_by(*parse(text), public_key(NAME, SEED))


def test_one_changed_figure_ends_the_signature() -> None:
    checkpoint, signatures = parse(sign(Checkpoint(NAME, 3, b"r" * 32), SEED, name=NAME))
    key = public_key(NAME, SEED)

    assert is_signed_by(checkpoint, signatures, key)
    for changed in (
        Checkpoint(NAME, 2, b"r" * 32),
        Checkpoint(NAME, 3, b"s" * 32),
        Checkpoint("other/log", 3, b"r" * 32),
        Checkpoint(NAME, 3, b"r" * 32, ("more",)),
    ):
        assert not is_signed_by(changed, signatures, key)


def test_another_key_or_name_does_not_count() -> None:
    signed = parse(sign(Checkpoint(NAME, 3, b"r" * 32), SEED, name=NAME))

    assert not is_signed_by(*signed, public_key(NAME, bytes(32)))
    assert not is_signed_by(*signed, public_key("someone-else", SEED))
    assert not is_signed_by(signed[0], (), public_key(NAME, SEED))


def test_no_flipped_bit_of_a_signature_verifies() -> None:
    rng = random.Random(7)
    checkpoint, (signature,) = parse(sign(Checkpoint(NAME, 3, b"r" * 32), SEED, name=NAME))
    for _ in range(200):
        bit = rng.randrange(512)
        flipped = (int.from_bytes(signature.value, "big") ^ (1 << bit)).to_bytes(64, "big")
        forged = type(signature)(signature.name, signature.key_hash, flipped)
        assert not is_signed_by(checkpoint, (forged,), public_key(NAME, SEED))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "only-origin",
        "origin\n3",
        "origin\nthree\ncnJy",
        "origin\n٣\ncnJy",
        "origin\n3\nnot base64!",
        "o\n3\ncnJy",
    ],
)
def test_a_text_that_is_no_checkpoint_says_so(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text)
    assert caught.value.code == "log.checkpoint_malformed"


@pytest.mark.parametrize("line", ["no mark", "— name", "— name c2hvcnQ="])
def test_a_line_that_is_no_signature_says_so(line: str) -> None:
    body = Checkpoint(NAME, 3, b"r" * 32).body
    with pytest.raises(RuleError) as caught:
        parse(f"{body}\n{line}\n")
    assert caught.value.code == "log.signature_malformed"


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+00", f"{NAME}+00000000+AQ==", str(PublicKey(NAME, b"k" * 32)).replace(NAME, "other")],
)
def test_a_text_that_is_no_key_says_so(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_public_key(text)
    assert caught.value.code == "log.key_malformed"

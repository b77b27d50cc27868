"""Any two of three holders open a sealed bid; one alone, a wrong share or a flipped bit opens nothing."""

import itertools
import random

import pyrage
import pytest
from shamir_mnemonic import MnemonicError, combine_mnemonics

from zhagen.core import bech32
from zhagen.core.errors import RuleError
from zhagen.platform.seals import HOLDERS, Share, make_round_key, open_seals, parse_share, seal

ROUND = "R-2026-007"
BID = "响应文件：报价 128000 元".encode()


@pytest.fixture(scope="module")
def key() -> tuple[str, tuple[Share, Share, Share]]:
    return make_round_key(ROUND)


def opened(sealed: list[bytes], shares, recipient: str) -> list[bytes]:
    return list(open_seals(sealed, shares, round_id=ROUND, recipient=recipient))


def refused(call) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call()
    return caught.value


def test_each_pair_of_the_three_holders_opens_every_bid_in_either_order(key) -> None:
    recipient, shares = key
    bids = [BID, b"\x00" * 100_000, b"x"]
    sealed = [seal(bid, recipient) for bid in bids]

    for pair in itertools.permutations(shares, 2):
        assert opened(sealed, pair, recipient) == bids


def test_the_holders_are_handler_finance_and_discipline_witness(key) -> None:
    assert [share.holder for share in key[1]] == list(HOLDERS)
    assert all(share.round_id == ROUND for share in key[1])


def test_one_share_opens_nothing(key) -> None:
    recipient, shares = key
    sealed = [seal(BID, recipient)]
    for share in shares:
        with pytest.raises(MnemonicError):
            combine_mnemonics([share.words])
        error = refused(lambda share=share: opened(sealed, (share, share), recipient))
        assert (error.code, error.figures["holder"]) == ("seal.share_same_holder", share.holder)
        value = bech32.encode("age-secret-key-", bytes(32)).upper()
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(sealed[0], [pyrage.x25519.Identity.from_str(value)])


def test_200_flipped_bits_are_all_refused(key) -> None:
    recipient, shares = key
    sealed = seal(BID * 40, recipient)
    rng = random.Random(1946)
    for bit in rng.sample(range(len(sealed) * 8), 200):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        error = refused(lambda flipped=flipped: opened([bytes(flipped)], shares[:2], recipient))
        assert error.code == "seal.broken"


def test_a_broken_bid_is_named_by_its_place_and_the_ones_before_it_open(key) -> None:
    recipient, shares = key
    good = seal(BID, recipient)
    bids = open_seals([good, good[:-1], good], shares[1:], round_id=ROUND, recipient=recipient)

    assert next(bids) == BID
    assert refused(lambda: next(bids)).figures == {"place": 2}


def test_the_slip_is_read_back_also_retyped_in_capitals_on_one_line(key) -> None:
    for share in key[1]:
        assert parse_share(share.text) == share
        assert parse_share(share.text.replace("\n", "\r\n").replace(": ", "：")) == share
        words_alone = parse_share("  " + share.words.upper())
        assert (words_alone.holder, words_alone.words, words_alone.round_id) == (
            share.holder,
            share.words,
            "",
        )


def test_four_letters_of_each_word_suffice(key) -> None:
    share = key[1][0]

    assert parse_share(" ".join(word[:4] for word in share.words.split())).words == share.words


def test_words_alone_open_too(key) -> None:
    recipient, shares = key
    typed = (parse_share(shares[0].words), parse_share(shares[2].words))

    assert opened([seal(BID, recipient)], typed, recipient) == [BID]


def test_a_word_outside_the_list_is_named(key) -> None:
    words = key[1][0].words.split()
    words[4] = "zhagen"

    error = refused(lambda: parse_share(" ".join(words)))

    assert error.code == "seal.share_word_unknown"
    assert error.figures == {"words": "zhagen", "place": 5}


def test_a_word_that_only_begins_right_is_not_taken_for_it() -> None:
    assert refused(lambda: parse_share("academy")).code == "seal.share_word_unknown"


def test_swapped_words_and_missing_words_are_noticed(key) -> None:
    words = key[1][0].words.split()
    swapped = [*words[:10], words[11], words[10], *words[12:]]

    assert refused(lambda: parse_share(" ".join(swapped))).code == "seal.share_mistyped"
    assert refused(lambda: parse_share(" ".join(words[:-1]))).code == "seal.share_mistyped"
    assert refused(lambda: parse_share("")).code == "seal.share_mistyped"


def test_a_share_of_a_larger_split_is_not_ours() -> None:
    from shamir_mnemonic import generate_mnemonics

    (words,) = generate_mnemonics(1, [(2, 5)], bytes(32))

    assert refused(lambda: parse_share(words[4])).code == "seal.share_mistyped"


def test_a_share_of_another_round_is_named(key) -> None:
    recipient, shares = key
    _, others = make_round_key("R-2026-008")

    error = refused(lambda: opened([], (shares[0], others[1]), recipient))

    assert error.code == "seal.share_other_round"
    assert error.figures == {"round": "R-2026-008", "expected": ROUND, "holder": "finance"}


def test_words_of_another_key_are_refused_before_any_bid_is_read(key) -> None:
    recipient, shares = key
    _, others = make_round_key(ROUND)

    mixed = refused(lambda: open_seals(iter(()), (shares[0], others[1]), round_id=ROUND, recipient=recipient))
    foreign = refused(lambda: open_seals(iter(()), others[:2], round_id=ROUND, recipient=recipient))

    assert mixed.code == foreign.code == "seal.share_not_of_key"


def test_an_empty_and_an_oversized_bid_are_refused(key) -> None:
    assert refused(lambda: seal(b"", key[0])).code == "seal.empty"
    error = refused(lambda: seal(b"x" * (2**20 + 1), key[0], limit_bytes=2**20))
    assert (error.code, error.figures["most"]) == ("seal.too_large", 1)


def test_a_share_never_shows_its_words_by_accident(key) -> None:
    share = key[1][0]

    assert share.words.split()[5] not in repr(share)
    assert len(share.fingerprint) == 8


def test_two_seals_of_the_same_bid_differ(key) -> None:
    assert seal(BID, key[0]) != seal(BID, key[0])

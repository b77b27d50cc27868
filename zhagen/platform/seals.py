"""Sealed bids: each is encrypted to a key of its round that no file of the server can open.

`make_round_key` makes an age key and splits its private half 2 of 3 (SLIP-39 words) among the holders; only
the public half stays. `seal` encrypts a bid as it arrives; `open_seals` needs the shares of two holders and
works in memory alone. Python cannot wipe memory: whoever reads the process at the opening reads the bids.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

import pyrage
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share as SlipShare
from shamir_mnemonic.wordlist import WORDLIST

from zhagen.core import bech32
from zhagen.core.errors import RuleError

HOLDERS = ("handler", "finance", "discipline")
"""Who holds a share: the handler, the finance and the discipline witness (practice §5)."""

SHARES_NEEDED = 2
LIMIT_BYTES = 50 * 1024 * 1024
"""Largest bid: it is held in memory once plain and once sealed."""

_SECRET_PREFIX = "age-secret-key-"  # noqa: S105 - the format's name, not a secret
_FIELD = re.compile(r"^\s*(round|holder)\s*[:：]\s*(\S+)\s*$", re.MULTILINE)
_LETTERS_THAT_TELL = 4
_WORD = {word[:_LETTERS_THAT_TELL]: word for word in WORDLIST}


@dataclass(frozen=True, slots=True)
class Share:
    """One holder's part of a round's private key.

    Args:
        round_id: The round it opens; empty if only the words were typed.
        holder: One of `HOLDERS`.
        words: The secret words; never stored, logged or shown in a repr.
    """

    round_id: str
    holder: str
    words: str = field(repr=False)

    @property
    def text(self) -> str:
        """The printable slip of the holder; `parse_share` reads it back."""
        words = self.words.split()
        lines = [" ".join(words[i : i + 6]) for i in range(0, len(words), 6)]
        return (
            "\n".join(["ZHAGEN-SHARE/1", f"round: {self.round_id}", f"holder: {self.holder}", *lines]) + "\n"
        )

    @property
    def fingerprint(self) -> str:
        """Eight hex digits by which two people compare slips without reading the words aloud."""
        return sha256(self.words.encode()).hexdigest()[:8]


def make_round_key(round_id: str) -> tuple[str, tuple[Share, Share, Share]]:
    """Return the public key of a new round and the three shares; the private half is kept nowhere.

    Args:
        round_id: Id of the round without spaces; printed on each share.
    """
    identity = pyrage.x25519.Identity.generate()
    secret = bech32.decode(_SECRET_PREFIX, str(identity))
    (words,) = generate_mnemonics(1, [(SHARES_NEEDED, len(HOLDERS))], secret)
    first, second, third = (Share(round_id, *pair) for pair in zip(HOLDERS, words, strict=True))
    return str(identity.to_public()), (first, second, third)


def parse_share(text: str) -> Share:
    """Return the share on a slip, or in its words alone; the first four letters of a word suffice.

    Raises:
        RuleError: "seal.share_word_unknown" or "seal.share_mistyped".
    """
    fields = dict(_FIELD.findall(text))
    words = typed_words(_FIELD.sub("", text).replace("ZHAGEN-SHARE/1", ""))
    try:
        slip = SlipShare.from_mnemonic(words)
    except MnemonicError as error:
        raise RuleError("seal.share_mistyped", words=len(words.split())) from error
    if slip.index >= len(HOLDERS):
        raise RuleError("seal.share_mistyped", words=len(words.split()))
    return Share(fields.get("round", ""), HOLDERS[slip.index], words)


def typed_words(text: str) -> str:
    """Return the whole words behind what was typed: capitals, line breaks, four letters a word.

    Raises:
        RuleError: "seal.share_word_unknown".
    """
    typed = re.findall(r"[a-z]+", text.lower())
    unknown = [word for word in typed if not _is_word(word)]
    if unknown:
        raise RuleError("seal.share_word_unknown", words=" ".join(unknown), place=typed.index(unknown[0]) + 1)
    return " ".join(_WORD[word[:_LETTERS_THAT_TELL]] for word in typed)


def seal(plain: bytes, recipient: str, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return the bytes encrypted to a round's public key.

    Raises:
        RuleError: "seal.empty" or "seal.too_large".
    """
    if not plain:
        raise RuleError("seal.empty")
    if len(plain) > limit_bytes:
        raise RuleError("seal.too_large", megabytes=f"{len(plain) / 2**20:.1f}", most=limit_bytes // 2**20)
    return pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient)])


def open_seals(
    sealed: Iterable[bytes], shares: tuple[Share, Share], *, round_id: str, recipient: str
) -> Iterator[bytes]:
    """Check the two shares at once; then yield each bid in plain, one at a time in memory.

    Args:
        sealed: The sealed bids, read one by one.
        shares: The shares of two different holders.
        round_id: The round that is opened.
        recipient: Its public key.

    Raises:
        RuleError: "seal.share_other_round", "seal.share_same_holder" or "seal.share_not_of_key"; while
            iterating "seal.broken" with the place of the bid, counted from 1.
    """
    identity = _identity(shares, round_id, recipient)
    return _opened(sealed, identity)


def _opened(sealed: Iterable[bytes], identity: pyrage.x25519.Identity) -> Iterator[bytes]:
    for place, each in enumerate(sealed, start=1):
        try:
            yield pyrage.decrypt(each, [identity])
        except pyrage.DecryptError as error:
            raise RuleError("seal.broken", place=place) from error


def _identity(shares: tuple[Share, Share], round_id: str, recipient: str) -> pyrage.x25519.Identity:
    for share in shares:
        if share.round_id not in {"", round_id}:
            raise RuleError(
                "seal.share_other_round", round=share.round_id, expected=round_id, holder=share.holder
            )
    if shares[0].holder == shares[1].holder:
        raise RuleError("seal.share_same_holder", holder=shares[0].holder)
    try:
        secret = combine_mnemonics([share.words for share in shares])
    except MnemonicError as error:
        raise RuleError("seal.share_not_of_key", round=round_id) from error
    identity = pyrage.x25519.Identity.from_str(bech32.encode(_SECRET_PREFIX, secret).upper())
    if str(identity.to_public()) != recipient:
        raise RuleError("seal.share_not_of_key", round=round_id)
    return identity


def _is_word(typed: str) -> bool:
    word = _WORD.get(typed[:_LETTERS_THAT_TELL])
    return word is not None and (typed == word[: len(typed)])

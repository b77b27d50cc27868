"""Twenty words by which one holder of a seal opens his own share of a round's key, and nobody else.

Each holder gets his words on his own page before the notice is published; the server keeps only the public
key that follows from them. At publication each share is sealed to its holder, so what lies on the server
opens nothing without two people's words.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256

import pyrage
from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from zhagen.core import bech32
from zhagen.core.errors import RuleError
from zhagen.platform.seals import Share, parse_share, seal, typed_words

SECRET_BYTES = 16
_PURPOSE = b"zhagen-holder/1:"
_PREFIX = "age-secret-key-"


@dataclass(frozen=True, slots=True)
class HolderWords:
    """A holder's words and the public key that is kept.

    Args:
        words: Twenty words, shown once.
        recipient: Public key.
    """

    words: str = field(repr=False)
    recipient: str

    @property
    def rows(self) -> list[str]:
        """The words in rows of five, for a slip."""
        words = self.words.split()
        return [" ".join(words[i : i + 5]) for i in range(0, len(words), 5)]


def make_holder_words() -> HolderWords:
    """Return new words; they are kept nowhere."""
    secret = secrets.token_bytes(SECRET_BYTES)
    ((words,),) = generate_mnemonics(1, [(1, 1)], secret)
    return HolderWords(words, str(_identity(secret).to_public()))


def seal_share(share: Share, recipient: str) -> bytes:
    """Return a share that only its holder's words open."""
    return seal(share.text.encode(), recipient)


def open_share(typed: str, sealed_share: bytes, *, holder: str) -> Share:
    """Return a holder's share by his words; the first four letters of a word suffice.

    Raises:
        RuleError: "seal.share_word_unknown", "seal.share_mistyped" or "seal.words_of_another".
    """
    words = typed_words(typed)
    try:
        secret = combine_mnemonics([words])
    except MnemonicError as error:
        raise RuleError("seal.share_mistyped", words=len(words.split())) from error
    try:
        return parse_share(pyrage.decrypt(sealed_share, [_identity(secret)]).decode())
    except pyrage.DecryptError as error:
        raise RuleError("seal.words_of_another", holder=holder) from error


def _identity(secret: bytes) -> pyrage.x25519.Identity:
    key = sha256(_PURPOSE + secret).digest()
    return pyrage.x25519.Identity.from_str(bech32.encode(_PREFIX, key).upper())

"""Receipts of events: a short code for people, and a file that proves the event is in the log, offline."""

import json
from collections.abc import Sequence

from zhagen.core.checkpoint import PublicKey, is_signed_by, parse
from zhagen.core.errors import RuleError
from zhagen.core.log_form import canonical
from zhagen.core.merkle import leaf_hash, verify_inclusion

FORM = "zhagen-receipt/1"
"""Name of the form of a receipt's file."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SEEN_AS = str.maketrans("OIL", "011")
_CODE_LETTERS, _LETTER_BITS, _GROUP = 12, 5, 4
CODE_HEX = _CODE_LETTERS * _LETTER_BITS // 4
"""How many hex digits of the leaf hash a code holds: 60 bits."""


def code_of(leaf_hash_hex: str) -> str:
    """Return the receipt code of an event: 12 letters in three groups.

    >>> code_of("00443214c74254b" + "0" * 49)
    '0123-4567-89AB'
    """
    number = int(leaf_hash_hex[:CODE_HEX], 16)
    places = range(_CODE_LETTERS - 1, -1, -1)
    letters = "".join(_ALPHABET[number >> _LETTER_BITS * place & len(_ALPHABET) - 1] for place in places)
    return "-".join(letters[i : i + _GROUP] for i in range(0, _CODE_LETTERS, _GROUP))


def hex_of(code: str) -> str:
    """Return the first hex digits of the leaf hash of a code as people type it.

    Raises:
        RuleError: "log.code_malformed".

    >>> hex_of("o123 4567 89ab")
    '00443214c74254b'
    """
    letters = "".join(each for each in code.upper() if each.isalnum()).translate(_SEEN_AS)
    if len(letters) != _CODE_LETTERS or not set(letters) <= set(_ALPHABET):
        raise RuleError("log.code_malformed", text=code.strip()[:40])
    number = 0
    for letter in letters:
        number = number << _LETTER_BITS | _ALPHABET.index(letter)
    return f"{number:0{CODE_HEX}x}"


def receipt_text(leaf: bytes, number: int, proof: Sequence[bytes], signed_root: str) -> bytes:
    """Return the file of a receipt: event, number from 1, proof, and the signed root that it leads to."""
    hashes = json.dumps([step.hex() for step in proof], separators=(",", ":"))
    frame = (canonical(signed_root), leaf, FORM.encode(), number, hashes.encode())
    return b'{"checkpoint":%b,"event":%b,"form":"%b","number":%d,"proof":%b}\n' % frame


def check_receipt(text: bytes, *, keys: Sequence[PublicKey] = ()) -> dict[str, object]:
    """Check a receipt's file; return the event it proves.

    Args:
        text: The file.
        keys: Public keys of the log; without them the signature is not checked.

    Raises:
        RuleError: "log.receipt_malformed", "log.receipt_false" or "log.signature_wrong".
    """
    try:
        receipt = json.loads(text)
        if receipt["form"] != FORM:
            raise RuleError("log.receipt_malformed")
        event, number = dict(receipt["event"]), int(receipt["number"])
        proof = [bytes.fromhex(step) for step in receipt["proof"]]
        checkpoint, signatures = parse(str(receipt["checkpoint"]))
    except (ValueError, KeyError, TypeError, RuleError) as error:
        raise RuleError("log.receipt_malformed") from error
    leaf = leaf_hash(canonical(event))
    if not verify_inclusion(leaf, number - 1, checkpoint.size, proof, checkpoint.root):
        raise RuleError("log.receipt_false", number=number)
    if keys and not any(is_signed_by(checkpoint, signatures, key) for key in keys):
        names = " / ".join(key.name for key in keys)
        raise RuleError("log.signature_wrong", where="receipt", key=names)
    return event

"""Receipts that residents keep: letters that name a thing, and four that only whoever handed it in was given.

The last four are computed from a key of the data home, never stored, never shown to the desk: whoever reads
the list cannot speak for the person.
"""

import hmac
import re
import unicodedata

from zhagen.core.errors import RuleError
from zhagen.platform.codes import CODE_LETTERS
from zhagen.platform.limits import hit, is_over
from zhagen.platform.vault import blind_index

SECRET_LENGTH = 4
WRONG_TRIES, WITHIN_SECONDS = 10, 3600


def receipt_letters(code: str, key: str) -> str:
    """Return a receipt in groups of four: "ABCD-EFGH-JKMN".

    Args:
        code: The code that names the thing.
        key: What the secret letters are computed from: its id and the receipt's version.
    """
    number = int.from_bytes(bytes.fromhex(blind_index(key, purpose="receipt")), "big")
    letters = code
    for _ in range(SECRET_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def plain_receipt(typed: str) -> str:
    """Return what was typed as bare capital letters and digits.

    >>> plain_receipt(" abcd－efgh jkmn ")
    'ABCDEFGHJKMN'
    """
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", typed).upper())


def check_receipt(typed: str, code: str, receipt: str, *, unknown: str) -> None:
    """Refuse letters that are not the receipt; wrong guesses at one code are counted.

    Args:
        typed: What was typed.
        code: The code that it names.
        receipt: The receipt of that code.
        unknown: Code of the error to raise.

    Raises:
        RuleError: `unknown`; "request.too_many" after ten wrong guesses within an hour.
    """
    if is_over("receipt", code, most=WRONG_TRIES):
        raise RuleError("request.too_many", minutes=WITHIN_SECONDS // 60)
    if not hmac.compare_digest(plain_receipt(typed), plain_receipt(receipt)):
        hit("receipt", code, seconds=WITHIN_SECONDS)
        raise RuleError(unknown)

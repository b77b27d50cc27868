"""Short codes that people read out on the phone and copy from paper."""

import secrets

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters and digits that people mix up."""


def new_code(length: int = 8) -> str:
    """Return a fresh random code; eight letters are 39 bits."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


def clean_code(text: str) -> str:
    """Return a code as it is kept, from how people type it: lower case, blanks and dashes forgiven."""
    return "".join(letter for letter in text.upper() if letter in CODE_LETTERS)

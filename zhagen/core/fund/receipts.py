"""Receipts of a grant: one invoice once, and what was done against what was planned."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhagen.core.errors import RuleError


def invoice_key(text: str) -> str:
    """Return an invoice number as it is compared: half width, capitals, without blanks and dashes.

    Raises:
        RuleError: "fund_receipt.invoice_missing".
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    key = "".join(each for each in plain if each.isalnum())
    if not key:
        raise RuleError("fund_receipt.invoice_missing")
    return key


def supplier_key(name: str) -> str:
    """Return a supplier's name as it is compared: half width, without blanks and brackets' kinds.

    >>> supplier_key("青禾石材店 （东园）") == supplier_key("青禾石材店(东园)")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if not each.isspace())


@dataclass(frozen=True, slots=True)
class LineUse:
    """A cost line of the proposal beside its receipts.

    Args:
        what: The line; "" for receipts of no line.
        planned_fen: What the proposal said.
        spent_fen: What receipts say.
    """

    what: str
    planned_fen: int
    spent_fen: int

    @property
    def over_fen(self) -> int:
        """How much was spent above the plan; below 0 where less was spent."""
        return self.spent_fen - self.planned_fen


def line_uses(planned: Iterable[tuple[str, str, int]], spent: Mapping[str, int]) -> tuple[LineUse, ...]:
    """Return each cost line with what receipts spent on it; receipts of no line come last.

    Args:
        planned: Key, words and fen of each line.
        spent: Key of a line, or "", → fen of its receipts.
    """
    rows = [LineUse(what, fen, spent.get(key, 0)) for key, what, fen in planned]
    rest = spent.get("", 0)
    return (*rows, LineUse("", 0, rest)) if rest else tuple(rows)

"""What to try in the demo as which role, and what is worth looking at: for the terminal and for a page."""

from dataclasses import dataclass

from zhagen.core.errors import RuleError
from zhagen.lab.district import PLANT_OF_AGENCY
from zhagen.lab.names import AGENCIES
from zhagen.web.demo.accounts import ACCOUNTS, Account


@dataclass(frozen=True)
class Try:
    """An account and what to try with it, as messages that the edge renders.

    Args:
        account: The account; None for a visitor without one.
        role: Message with the name of the role.
        hint: Message with what to try.
    """

    account: Account | None
    role: RuleError
    hint: RuleError


def tries() -> list[Try]:
    """Return what to try, in the order of the accounts, the visitor without one first."""
    visitor = Try(None, RuleError("role.public"), RuleError("demo.try.public"))
    return [visitor] + [
        Try(each, RuleError(f"role.{each.role}"), RuleError(f"demo.try.{each.role}")) for each in ACCOUNTS
    ]


def stories() -> list[RuleError]:
    """Return what is worth looking at: one story an agency."""
    return [
        RuleError(f"demo.story.{plant}", first=name)
        for plant, name in zip(PLANT_OF_AGENCY, AGENCIES, strict=False)
    ]


def fund_stories() -> list[RuleError]:
    """Return what is worth looking at in the money that communities run themselves."""
    return [RuleError(f"demo.fund.{each}") for each in ("past", "concentration", "tie", "now")]

"""What waits for people whose browser runs no script: an open round, a contract in service, an asking."""

from tests.delivery.builders_judging import an_evaluation
from tests.procurement.builders_contract import a_contract
from tests.procurement.builders_tender import a_round


def settle(people: dict) -> None:
    """Build it, each step at its builder's own hour of 2026."""
    a_round(people, "open")
    an_evaluation(people, "asking", a_contract(people))

"""Who must be on file before a fund is told: the residents' committee that gets its grants."""

from tests.cast import make_organisation
from tests.journeys.scenario_fund import COMMITTEE


def settle(people: dict) -> None:
    """Enter the committee."""
    make_organisation(COMMITTEE, "committee")

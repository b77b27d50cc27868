"""What workers of a made-up contract say of their paperwork in a short survey each quarter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zhagen.lab.district import ContractPlan, District, Plant
from zhagen.lab.district_work import last_day, work_of

QUARTER_DAYS = 91
_MINUTES_AN_HOUR = {Plant.PERFECT_PAPER: (35, 60), Plant.PLAIN_PAPER: (5, 12)}
_USUAL = (15, 30)
_SERVICE_MINUTES = (600, 900, 1_200)


@dataclass(frozen=True, slots=True)
class PaperSaid:
    """One worker's answer on last week: minutes on paper, minutes with residents."""

    key: str
    worker: str
    said_on: date
    paper_minutes: int
    service_minutes: int


def paperwork_of(district: District, contract: ContractPlan) -> Iterator[PaperSaid]:
    """Yield the answers of the workers present at the end of each quarter of a contract."""
    rng = district.stream("paperwork", contract.key)
    few, many = _MINUTES_AN_HOUR.get(district.truths[contract.key].plant, _USUAL)
    last, said_on = last_day(district, contract), contract.starts_on + timedelta(days=QUARTER_DAYS)
    while said_on <= last:
        for stay in work_of(district, contract).stays:
            if stay.began_on <= said_on <= (stay.ended_on or said_on):
                service = rng.choice(_SERVICE_MINUTES)
                paper = service * rng.randint(few, many) // 60
                yield PaperSaid(f"{stay.key}/{said_on}", stay.worker, said_on, paper, service)
        said_on += timedelta(days=QUARTER_DAYS)

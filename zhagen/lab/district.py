"""A fictional district over some years, with truths planted in it: the one source of the demo and the proofs.

`make_district` returns frozen plain records. What the product may see of them are `events_of` (in
`world_events`) and the rows of `observe`; `truths` and the fields named `is_true_…` are for checking only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from zhagen.lab.names import AGENCIES, COMMUNITIES, EVALUATORS, GIVEN, STREETS, SURNAMES, uscc_of


class Plant(StrEnum):
    """What is planted in an agency."""

    PERFECT_PAPER = "perfect_paper"
    """All sheets and photos, little effect."""
    PLAIN_PAPER = "plain_paper"
    """Few sheets, real effect."""
    EARLY_CLOSING = "early_closing"
    """Sprints to its indicators, then asks to close."""
    TURNOVER = "turnover"
    """Workers leave within the year."""
    CLOSE_ALLY = "close_ally"
    """Its head is kin of the chief's; it wins by narrow rounds."""
    TO_SUPERVISOR = "to_supervisor"
    """A frontline worker leaves and comes back as a dear supervisor who is hardly seen."""
    ORDINARY = "ordinary"


PLANT_OF_AGENCY = (
    Plant.PERFECT_PAPER,
    Plant.PLAIN_PAPER,
    Plant.EARLY_CLOSING,
    Plant.TURNOVER,
    Plant.CLOSE_ALLY,
    Plant.TO_SUPERVISOR,
)
"""Plants of the first six agencies; further ones are ordinary."""


@dataclass(frozen=True, slots=True)
class Building:
    """A building with its door numbers, such as "3号楼-402"."""

    name: str
    doors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Community:
    """A community (社区) of a street with its buildings."""

    code: str
    name: str
    street: str
    buildings: tuple[Building, ...]


@dataclass(frozen=True, slots=True)
class Street:
    """A sub-district office (街道)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An agency or an evaluator; `kind` is "agency" or "evaluator"."""

    key: str
    name: str
    kind: str
    uscc: str


@dataclass(frozen=True, slots=True)
class Person:
    """A named person: `role` as in the permission table, `place` and `organisation` where it holds."""

    key: str
    name: str
    role: str
    place: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """One contract: which agency serves which communities from when to when, for how much."""

    key: str
    number: str
    title: str
    kind: str
    street: str
    communities: tuple[str, ...]
    agency: str
    amount_fen: int
    starts_on: date
    ends_on: date
    promised_sessions: int
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really so in a contract; no function of the core ever sees it.

    Args:
        plant: What is planted.
        met: Chance that a need is met while the agency works.
        on_paper: Share of reported sessions that never took place.
        reported: Reported sessions as a share of the promised.
        useful: Chance that a participant found a real session of use.
        known: Share of doors that know the agency.
        trust: Mean trust of those who know it, 1–5.
        load: Chance in fifths that the community office feels no load.
        stay_days: Mean stay of a worker.
        worked_until: Last day of real work; early closers stop before the end.
    """

    plant: Plant
    met: float
    on_paper: float
    reported: float
    useful: float
    known: float
    trust: float
    load: float
    stay_days: int
    worked_until: date


@dataclass(frozen=True, slots=True)
class District:
    """The whole made-up district; `work` holds what happened in each contract."""

    seed: int
    begins_on: date
    ends_on: date
    streets: tuple[Street, ...]
    communities: tuple[Community, ...]
    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    contracts: tuple[ContractPlan, ...]
    truths: Mapping[str, Truth]

    def community(self, code: str) -> Community:
        """Return a community by its code."""
        return next(each for each in self.communities if each.code == code)

    def stream(self, *names: object) -> Random:
        """Return the random stream of that name: a draw depends on its place, not on call order."""
        return stream(self.seed, *names)


def stream(seed: int, *names: object) -> Random:
    """Return an independent random stream for a seed and a name."""
    return Random("/".join(str(each) for each in (seed, *names)))  # noqa: S311 - a made-up world, no secret


RANGES: Mapping[Plant, Mapping[str, tuple[float, float]]] = {
    Plant.PERFECT_PAPER: {
        "met": (0.12, 0.30), "on_paper": (0.35, 0.65), "reported": (1.00, 1.15), "useful": (0.55, 0.75),
        "known": (0.10, 0.25), "trust": (2.0, 2.9), "load": (0.20, 0.45), "stay_days": (240, 420),
    },
    Plant.PLAIN_PAPER: {
        "met": (0.55, 0.75), "on_paper": (0.00, 0.03), "reported": (0.80, 0.95), "useful": (0.80, 0.95),
        "known": (0.45, 0.70), "trust": (3.6, 4.3), "load": (0.60, 0.85), "stay_days": (700, 1400),
    },
    Plant.EARLY_CLOSING: {
        "met": (0.35, 0.55), "on_paper": (0.05, 0.15), "reported": (1.00, 1.05), "useful": (0.60, 0.80),
        "known": (0.20, 0.40), "trust": (2.6, 3.3), "load": (0.35, 0.60), "stay_days": (300, 600),
    },
    Plant.TURNOVER: {
        "met": (0.30, 0.50), "on_paper": (0.02, 0.10), "reported": (0.85, 1.00), "useful": (0.60, 0.85),
        "known": (0.15, 0.35), "trust": (2.5, 3.2), "load": (0.35, 0.60), "stay_days": (120, 220),
    },
    Plant.CLOSE_ALLY: {
        "met": (0.25, 0.45), "on_paper": (0.10, 0.30), "reported": (0.95, 1.05), "useful": (0.55, 0.80),
        "known": (0.25, 0.45), "trust": (2.6, 3.4), "load": (0.55, 0.80), "stay_days": (400, 700),
    },
    Plant.TO_SUPERVISOR: {
        "met": (0.35, 0.55), "on_paper": (0.03, 0.12), "reported": (0.90, 1.02), "useful": (0.65, 0.85),
        "known": (0.25, 0.45), "trust": (3.0, 3.6), "load": (0.45, 0.70), "stay_days": (350, 650),
    },
    Plant.ORDINARY: {
        "met": (0.35, 0.60), "on_paper": (0.02, 0.12), "reported": (0.90, 1.02), "useful": (0.65, 0.85),
        "known": (0.25, 0.45), "trust": (2.9, 3.7), "load": (0.45, 0.70), "stay_days": (350, 700),
    },
}  # fmt: skip
"""From which to which value a truth is drawn for each contract of an agency with that plant."""

LOT = 2
"""Communities served by one contract."""
YEAR_MONTHS = 12
SPRINT_DAYS = 215
"""Days after which an early closer has ticked all its indicators."""
PURCHASE_DAYS = 60
"""Days from the plan to the signature."""


def make_district(
    seed: int,
    *,
    streets: int = 2,
    communities: int = 20,
    agencies: int = 6,
    workers: int = 40,
    months: int = 36,
    doors: int = 240,
    ends_on: date = date(2026, 5, 31),
) -> District:
    """Return a made-up district; equal arguments give an equal district.

    Args:
        seed: Any whole number.
        streets: One or two.
        communities: In all, at most ten a street.
        agencies: The first six carry the plants.
        workers: Named social workers; one who left may be hired again elsewhere.
        months: Length of the world.
        doors: About how many doors a community has.
        ends_on: Last day of the world, the day on which the demo stands.
    """
    begins_on = months_after(ends_on + timedelta(days=1), -months)
    made_streets = tuple(Street(code, name) for code, name in STREETS[:streets])
    places = _communities(seed, communities // streets, made_streets, doors)
    organisations = _organisations(agencies)
    people = _people(seed, made_streets, places, organisations, workers)
    contracts = tuple(_contracts(seed, places, agencies, begins_on, ends_on))
    truths = {contract.key: _truth(seed, contract) for contract in contracts}
    return District(
        seed, begins_on, ends_on, made_streets, places, organisations, people, contracts, truths
    )  # fmt: skip


def months_after(day: date, months: int) -> date:
    """Return the first day of the month that many months from the month of a day."""
    place = day.year * YEAR_MONTHS + day.month - 1 + months
    return date(place // YEAR_MONTHS, place % YEAR_MONTHS + 1, 1)


def _communities(seed: int, each: int, streets: tuple[Street, ...], doors: int) -> tuple[Community, ...]:
    made = []
    for street, names in zip(streets, COMMUNITIES, strict=False):
        for number, name in enumerate(names[:each], start=1):
            code = f"{street.code[:9]}{number:03d}"
            rng = stream(seed, "buildings", code)
            count = rng.randint(4, 8)
            made.append(
                Community(
                    code,
                    name,
                    street.code,
                    tuple(_building(rng, at + 1, doors // count) for at in range(count)),
                )
            )
    return tuple(made)


def _building(rng: Random, number: int, doors: int) -> Building:
    a_floor = rng.choice((3, 4, 6))
    floors = max(2, round(doors * rng.uniform(0.7, 1.3) / a_floor))
    name = f"{number}号楼"
    return Building(
        name,
        tuple(
            f"{name}-{floor}{door:02d}" for floor in range(1, floors + 1) for door in range(1, a_floor + 1)
        ),
    )


def _organisations(agencies: int) -> tuple[Organisation, ...]:
    made = [
        Organisation(f"org:a{at}", AGENCIES[at - 1], "agency", uscc_of(at)) for at in range(1, agencies + 1)
    ]
    made += [
        Organisation(f"org:e{at}", name, "evaluator", uscc_of(100 + at))
        for at, name in enumerate(EVALUATORS, start=1)
    ]
    return tuple(made)


_STREET_ROLES = ("handler", "chief", "leader", "finance", "discipline")


def _people(
    seed: int, streets: tuple[Street, ...], places: tuple[Community, ...],
    organisations: tuple[Organisation, ...], workers: int,
) -> tuple[Person, ...]:  # fmt: skip
    agencies = [each for each in organisations if each.kind == "agency"]
    wanted = [
        (f"{role}:{street.code}", role, street.code, "") for street in streets for role in _STREET_ROLES
    ]
    wanted += [(f"community:{place.code}", "community", place.code, "") for place in places]
    wanted += [(f"head:{each.key}", "agency_head", "", each.key) for each in agencies]
    wanted += [
        (f"evaluator:{each.key}", "evaluator", "", each.key)
        for each in organisations
        if each.kind == "evaluator"
    ]
    wanted += [(f"expert:{at}", "expert", "", "") for at in range(1, 8)]
    wanted += [
        (f"worker:{at}", "social_worker", "", agencies[(at - 1) % len(agencies)].key)
        for at in range(1, workers + 1)
    ]
    names = full_names(seed)
    return tuple(
        Person(key, next(names), role, place, organisation) for key, role, place, organisation in wanted
    )


def full_names(seed: int) -> Iterator[str]:
    """Yield made-up names, each once."""
    every = [surname + given for surname in SURNAMES for given in GIVEN]
    stream(seed, "names").shuffle(every)
    yield from every


def _contracts(
    seed: int, places: tuple[Community, ...], agencies: int, begins_on: date, ends_on: date
) -> list[ContractPlan]:  # fmt: skip
    lots = [
        [place.code for place in places if place.street == street][at : at + LOT]
        for street in dict.fromkeys(place.street for place in places)
        for at in range(0, sum(place.street == street for place in places), LOT)
    ]
    made: list[ContractPlan] = []
    for lot_at, lot in enumerate(lots):
        starts_on, previous, year = months_after(begins_on, 2), "", 0
        while starts_on < ends_on - timedelta(days=PURCHASE_DAYS):
            agency = f"org:a{_agency_of(lot_at, year, agencies) + 1}"
            contract = _contract(seed, lot_at, tuple(lot), agency, starts_on)
            carried = previous if made and previous and made[-1].agency == agency else ""
            made.append(replace(contract, previous=carried))
            starts_on, previous, year = contract.ends_on + timedelta(days=1), contract.key, year + 1
    return made


_STAYS = 2
"""The first two agencies keep their lots; the others move on as rounds are won and lost."""


def _agency_of(lot: int, year: int, agencies: int) -> int:
    usual = lot % agencies
    if (
        usual < _STAYS
        or agencies <= _STAYS
        or PLANT_OF_AGENCY[usual % len(PLANT_OF_AGENCY)] is Plant.CLOSE_ALLY
    ):
        return usual
    return _STAYS + (usual - _STAYS + year) % (agencies - _STAYS)


_THEMES = ("社区综合服务", "为老服务", "困境家庭服务", "邻里共治", "新市民融入")


def _contract(
    seed: int, lot: int, communities: tuple[str, ...], agency: str, starts_on: date
) -> ContractPlan:
    rng = stream(seed, "contract", lot, starts_on)
    ends_on = months_after(starts_on, YEAR_MONTHS) - timedelta(days=1)
    key = f"contract:{starts_on.year}-{lot + 1:02d}"
    return ContractPlan(
        key=key, number=f"QS{starts_on.year}-{lot + 1:02d}", title=f"{rng.choice(_THEMES)}项目",
        kind="post" if lot % 5 == 3 else "project",
        street=communities[0][:9] + "000", communities=communities,
        agency=agency, amount_fen=rng.randrange(180_000, 320_000, 1_000) * 100, starts_on=starts_on,
        ends_on=ends_on, promised_sessions=rng.randint(48, 64),
    )  # fmt: skip


def _truth(seed: int, contract: ContractPlan) -> Truth:
    at = int(contract.agency.removeprefix("org:a")) - 1
    plant = PLANT_OF_AGENCY[at] if at < len(PLANT_OF_AGENCY) else Plant.ORDINARY
    rng = stream(seed, "truth", contract.key)
    drawn = {name: rng.uniform(low, high) for name, (low, high) in RANGES[plant].items()}
    until = contract.ends_on
    if plant is Plant.EARLY_CLOSING:
        until = contract.starts_on + timedelta(days=SPRINT_DAYS)
    return Truth(
        plant, drawn["met"], drawn["on_paper"], drawn["reported"], drawn["useful"], drawn["known"],
        drawn["trust"], drawn["load"], round(drawn["stay_days"]), until,
    )  # fmt: skip

"""What happened in each contract of a made-up district: needs, sessions, stays, favours, money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from zhagen.core.indicators.community import Part
from zhagen.core.indicators.need import NeedWord
from zhagen.lab.district import ContractPlan, District, Plant, Truth
from zhagen.lab.names import MEETING_TITLES, OFF_PLAN_TASKS, SESSION_TITLES
from zhagen.lab.need_texts import NEED_TEXTS

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class NeedPlan:
    """A need with what its raiser would say of it (`true_word`); `own_word` is None where not heard."""

    key: str
    community: str
    building: str
    contract: str
    theme: str
    is_shared: bool
    route: str
    text: str
    channel: str
    raised_on: date
    due_on: date
    answered_on: date
    closed_on: date
    true_word: NeedWord
    own_word: NeedWord | None


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A logged session; `is_real` and `found_useful` are the truth behind the sheet."""

    key: str
    contract: str
    community: str
    kind: str
    title: str
    worker: str
    held_on: date
    minutes: int
    participants: tuple[str, ...]
    photos: int
    is_real: bool
    found_useful: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """A worker's stay in one community of a contract; `carries_on` = was there under the contract before."""

    key: str
    worker: str
    contract: str
    community: str
    post: str
    began_on: date
    ended_on: date | None
    open_cases: int = 0
    received_cases: int = 0


@dataclass(frozen=True, slots=True)
class Favour:
    """An off-plan task: who asked, what, how long, and whether the asker confirmed it."""

    key: str
    contract: str
    community: str
    worker: str
    asker: str
    what: str
    done_on: date
    minutes: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Supervised:
    """A supervision with minutes by both logs."""

    key: str
    contract: str
    supervisor: str
    worker: str
    held_on: date
    supervisor_minutes: int
    worker_minutes: int


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting of a community and the agency's part in it; recorded by the community side."""

    key: str
    contract: str
    community: str
    title: str
    held_on: date
    part: Part


@dataclass(frozen=True, slots=True)
class Payment:
    """An instalment: due, claimed, paid; `cause` says where it lay."""

    key: str
    contract: str
    order: int
    amount_fen: int
    due_on: date
    claimed_on: date
    paid_on: date
    cause: str


@dataclass(frozen=True, slots=True)
class Rating:
    """A community office's yearly word on the load that the agency added; 5 = none."""

    key: str
    contract: str
    community: str
    rating: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that happened in one contract."""

    needs: tuple[NeedPlan, ...]
    sessions: tuple[SessionPlan, ...]
    stays: tuple[Stay, ...]
    favours: tuple[Favour, ...]
    supervised: tuple[Supervised, ...]
    meetings: tuple[Met, ...]
    payments: tuple[Payment, ...]
    ratings: tuple[Rating, ...]


def work_of(district: District, contract: ContractPlan) -> Work:
    """Return what happened in a contract up to the end of the world; made once a district and contract."""
    return _made(ContractKey(district, contract))


@dataclass(frozen=True, slots=True, eq=False)
class ContractKey:
    """District and contract as a key: equal seeds and sizes make equal districts."""

    district: District
    contract: ContractPlan

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContractKey) and self._names() == other._names()

    def __hash__(self) -> int:
        return hash(self._names())

    def _names(self) -> tuple[object, ...]:
        return self.district.seed, self.contract, id(self.district)


@lru_cache(maxsize=64)
def _made(key: ContractKey) -> Work:
    district, contract = key.district, key.contract
    truth = district.truths[contract.key]
    stays = tuple(_stays(district, contract, truth))
    return Work(
        needs=tuple(_needs(district, contract, truth)),
        sessions=tuple(_sessions(district, contract, truth, stays)),
        stays=stays,
        favours=tuple(_favours(district, contract, truth, stays)),
        supervised=tuple(_supervised(district, contract, truth, stays)),
        meetings=tuple(_meetings(district, contract, truth)),
        payments=tuple(_payments(district, contract)),
        ratings=tuple(_ratings(district, contract, truth)),
    )


def last_day(district: District, contract: ContractPlan) -> date:
    """Return the last day of the contract that the world has seen."""
    return min(contract.ends_on, district.ends_on)


def _some_day(rng: Random, first: date, last: date) -> date:
    day = first + timedelta(days=rng.randint(0, max((last - first).days, 0)))
    back = max(day.weekday() - 4, 0)
    return max(day - timedelta(days=back), first)


_CHANNELS = ("page", "page", "helper", "helper", "helper", "hotline", "survey")
_HEARD = 0.8
_PARTLY = 0.4


def _needs(district: District, contract: ContractPlan, truth: Truth) -> Iterator[NeedPlan]:
    rng = district.stream("needs", contract.key)
    last = last_day(district, contract) - timedelta(days=MONTH_DAYS)
    first = contract.starts_on - timedelta(days=MONTH_DAYS)
    months = max(1, (last - first).days // MONTH_DAYS)
    for number in range(round(len(contract.communities) * months * rng.uniform(1.1, 1.5))):
        text = rng.choice(NEED_TEXTS)
        place = district.community(rng.choice(contract.communities))
        raised_on = _some_day(rng, first, last)
        answered_on = raised_on + timedelta(days=rng.choice((0, 1, 1, 2, 3, 5, 9)))
        closed_on = answered_on + timedelta(days=rng.randint(5, 25))
        works = text.route == "buy" and raised_on <= truth.worked_until
        word = _word(rng, truth.met if works else 0.06)
        yield NeedPlan(
            key=f"{contract.key.removeprefix('contract:')}-n{number + 1:03d}", community=place.code,
            building=rng.choice(place.buildings).name, contract=contract.key, theme=text.theme,
            is_shared=text.is_shared, route=text.route, text=text.text, channel=rng.choice(_CHANNELS),
            raised_on=raised_on, due_on=raised_on + timedelta(days=5), answered_on=answered_on,
            closed_on=closed_on, true_word=word, own_word=word if rng.random() < _HEARD else None,
        )  # fmt: skip


def _word(rng: Random, met: float) -> NeedWord:
    if rng.random() < met:
        return NeedWord.MET
    return NeedWord.PARTLY if rng.random() < _PARTLY else NeedWord.UNMET


def _sessions(
    district: District, contract: ContractPlan, truth: Truth, stays: tuple[Stay, ...]
) -> Iterator[SessionPlan]:  # fmt: skip
    rng = district.stream("sessions", contract.key)
    last = last_day(district, contract)
    elapsed = (min(last, truth.worked_until) - contract.starts_on).days + 1
    whole = (truth.worked_until - contract.starts_on).days + 1
    count = round(contract.promised_sessions * truth.reported * elapsed / whole)
    doors = {
        code: [door for building in district.community(code).buildings for door in building.doors]
        for code in contract.communities
    }
    sprint = truth.plant is Plant.PERFECT_PAPER
    for number in range(count):
        code = rng.choice(contract.communities)
        held_on = _some_day(rng, contract.starts_on, min(last, truth.worked_until))
        kind = rng.choice(("case", "group", "community", "visit"))
        real = rng.random() >= truth.on_paper
        people = tuple(rng.sample(doors[code], rng.randint(4, 10) if kind != "case" else 1))
        yield SessionPlan(
            key=f"{contract.key.removeprefix('contract:')}-s{number + 1:03d}", contract=contract.key,
            community=code, kind=kind, title=rng.choice(SESSION_TITLES[kind]),
            worker=_worker_on(rng, stays, code, held_on), held_on=held_on, minutes=rng.choice((60, 90, 120)),
            participants=people, photos=rng.randint(3, 6) if sprint else rng.choice((0, 0, 0, 1)),
            is_real=real, found_useful=tuple(real and rng.random() < truth.useful for _ in people),
        )  # fmt: skip


def _worker_on(rng: Random, stays: tuple[Stay, ...], community: str, day: date) -> str:
    there = [
        stay.worker
        for stay in stays
        if stay.community == community
        and stay.began_on <= day <= (stay.ended_on or day)
        and stay.post != "supervisor"
    ]
    return rng.choice(there) if there else stays[0].worker


_GAP_DAYS = (5, 35)


def _stays(district: District, contract: ContractPlan, truth: Truth) -> Iterator[Stay]:
    """Yield stays post by post; a contract that follows one of the same agency takes its last worker over."""
    last = last_day(district, contract)
    for community in contract.communities:
        held = _carried(district, contract, community)
        rng = district.stream("stays", contract.key, community)
        began_on, number = contract.starts_on, 0
        while began_on < last:
            worker = held or rng.choice(_pool(district, contract.agency))
            held, number = "", number + 1
            ends = began_on + timedelta(days=max(25, round(rng.expovariate(1 / truth.stay_days))))
            left = ends if ends < last else None
            cases = rng.randint(0, 6) if left else 0
            handed = cases if truth.plant is Plant.PLAIN_PAPER else rng.randint(0, cases)
            yield Stay(
                f"{contract.key.removeprefix('contract:')}-{community[-3:]}-{number}", worker, contract.key,
                community, "worker", began_on, left, cases, handed,
            )  # fmt: skip
            began_on = ends + timedelta(days=rng.randint(*_GAP_DAYS))


def _carried(district: District, contract: ContractPlan, community: str) -> str:
    before = next((each for each in district.contracts if each.key == contract.previous), None)
    if before is None:
        return ""
    stays = _stays(district, before, district.truths[before.key])
    return next((stay.worker for stay in stays if stay.community == community and stay.ended_on is None), "")


def _pool(district: District, agency: str) -> list[str]:
    return [
        each.key for each in district.people if each.organisation == agency and each.role == "social_worker"
    ]


_FAVOURS_A_MONTH = 0.6


def _favours(
    district: District, contract: ContractPlan, truth: Truth, stays: tuple[Stay, ...]
) -> Iterator[Favour]:  # fmt: skip
    rng = district.stream("favours", contract.key)
    last = last_day(district, contract)
    days = (last - contract.starts_on).days
    for number in range(round(days / MONTH_DAYS * len(contract.communities) * _FAVOURS_A_MONTH)):
        code, done_on = rng.choice(contract.communities), _some_day(rng, contract.starts_on, last)
        asker = rng.choice(("street", "community", "community", "resident"))
        yield Favour(
            f"{contract.key.removeprefix('contract:')}-f{number + 1:03d}", contract.key, code,
            _worker_on(rng, stays, code, done_on), asker, rng.choice(OFF_PLAN_TASKS), done_on,
            rng.choice((30, 60, 90, 120, 240)), rng.random() < 0.5 + truth.load / 2,
        )  # fmt: skip


def _supervised(
    district: District, contract: ContractPlan, truth: Truth, stays: tuple[Stay, ...]
) -> Iterator[Supervised]:  # fmt: skip
    rng = district.stream("supervised", contract.key)
    last = last_day(district, contract)
    quarters = max(1, (last - contract.starts_on).days // 91)
    ghost = truth.plant is Plant.TO_SUPERVISOR
    supervisor = _pool(district, contract.agency)[0] if ghost else f"head:{contract.agency}"
    for number in range(quarters * 2):
        held_on = _some_day(rng, contract.starts_on, last)
        minutes = rng.choice((60, 90, 120))
        seen = 0 if ghost and rng.random() < 0.7 else minutes
        yield Supervised(
            f"{contract.key.removeprefix('contract:')}-v{number + 1:02d}", contract.key, supervisor,
            _worker_on(rng, stays, rng.choice(contract.communities), held_on), held_on, minutes, seen,
        )  # fmt: skip


_PARTS = (Part.INVITED, Part.PRESENT, Part.SPOKE, Part.TOOK_TASK)


def _meetings(district: District, contract: ContractPlan, truth: Truth) -> Iterator[Met]:
    rng = district.stream("meetings", contract.key)
    last = last_day(district, contract)
    quarters = max(1, (last - contract.starts_on).days // 91)
    for code in contract.communities:
        for number in range(quarters):
            weights = (1 - truth.met, 0.5, truth.met, truth.met)
            yield Met(
                f"{contract.key.removeprefix('contract:')}-{code[-3:]}-m{number + 1}", contract.key, code,
                rng.choice(MEETING_TITLES), _some_day(rng, contract.starts_on, last),
                rng.choices(_PARTS, weights)[0],
            )  # fmt: skip


_SHARES = (40, 40, 20)
_CAUSES = ("资金未到位", "等评估报告", "发票要重开", "缺验收单", "等上会")


def _payments(district: District, contract: ContractPlan) -> Iterator[Payment]:
    rng = district.stream("payments", contract.key)
    due = (30, 190, 385)
    left = contract.amount_fen
    for order, (share, days) in enumerate(zip(_SHARES, due, strict=True), start=1):
        amount = contract.amount_fen * share // 100 if order < len(_SHARES) else left
        left -= amount
        due_on = contract.starts_on + timedelta(days=days)
        late = rng.choice((0, 0, 4, 12, 35, 70))
        yield Payment(
            f"{contract.key.removeprefix('contract:')}-p{order}", contract.key, order, amount, due_on,
            due_on - timedelta(days=rng.randint(8, 20)), due_on + timedelta(days=late),
            rng.choice(_CAUSES) if late else "",
        )  # fmt: skip


_RATERS = 3
"""Party branch, committee and service station each give their word."""


def _ratings(district: District, contract: ContractPlan, truth: Truth) -> Iterator[Rating]:
    rng = district.stream("ratings", contract.key)
    for code in contract.communities:
        for number in range(_RATERS):
            rating = 1 + sum(rng.random() < truth.load for _ in range(4))
            yield Rating(
                f"{contract.key.removeprefix('contract:')}-{code[-3:]}-r{number + 1}",
                contract.key,
                code,
                rating,
            )

"""What a made-up community's fund goes through: who says what, what it costs, who likes it, what is planted.

Pure records, like the rest of the made-up world. Planted: one proposer stands behind three projects and is kin
of the shop that all three buy from (`Planted.PROPOSER`, `Planted.SHOP`); one proposer is kin of a member of the
community office, another of the street's finance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from zhagen.lab.district import District


class Planted(StrEnum):
    """Keys of who is planted; the product is told only what he declares."""

    PROPOSER = "resident:sun"
    SHOP = "org:s1"


class Way(StrEnum):
    """How a resident votes."""

    PAGE = "page"
    ASSISTED = "assisted"
    PAPER = "paper"
    SPOILT = "spoilt"


@dataclass(frozen=True, slots=True)
class Buy:
    """One line of a proposal's cost; `seller` is the key of an organisation, "" for no one yet."""

    what: str
    quantity: int
    unit_yuan: int
    seller: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What an idea became.

    Args:
        title: As on the list.
        steps: How it is done.
        buys: Its cost.
        liked: Chance that a resident without a leaning names it.
        own_yuan: What residents raise themselves.
        kin_of: Keys of people and organisations to whom the proposer declares that he is kin.
        fate: "" goes all the way; "refused", "returned", "submitted" or "draft" says where it stays or what
            befell it.
        grantee: Key of who gets the grant if it wins; "" for the residents' committee.
        shop: Who wrote the invoices of lines without a seller on file.
        stops: At which step of its money it stands on the story's last day: "check", "sign" or "pay"; "" for
            none, or for one that was settled.
        spent_bp: Part of its cost that was spent in the end, in basis points.
    """

    title: str
    steps: str
    buys: tuple[Buy, ...]
    liked: float = 0.0
    own_yuan: int = 0
    kin_of: tuple[str, ...] = ()
    fate: str = ""
    grantee: str = ""
    shop: str = ""
    stops: str = ""
    spent_bp: int = 10_000

    @property
    def cost_yuan(self) -> int:
        """What it costs."""
        return sum(each.quantity * each.unit_yuan for each in self.buys)


@dataclass(frozen=True, slots=True)
class Said:
    """An idea: in the resident's words, then in words that name nobody ("" where nobody has shown it yet)."""

    key: str
    raiser: str
    shown_as: str
    text: str
    public: str
    theme: str
    channel: str
    day: int
    building: str = ""
    signers: int = 6
    project: Project | None = None
    declined: str = ""


@dataclass(frozen=True, slots=True)
class FundDays:
    """The days of a cycle on which somebody acts; what lies after the world's end is not told."""

    drafted: date
    opened: date
    ideas_until: date
    written: date
    checked: date
    listed: date
    vote_from: date
    vote_until: date
    counted: date
    decided: tuple[date, date, date]
    granted: date
    clearing: date


@dataclass(frozen=True, slots=True)
class FundPlan:
    """A cycle of a community's fund as it happened.

    Args:
        key: Such as "fund:2025-003".
        residents: For the quota's formula.
        direct_yuan: The quota where the street sets a sum instead; 0 for the formula.
        coaching_yuan: To the agency, for its coaching.
        pot_yuan: For matching what residents raise.
        expert_weight_bp: Of the experts' marks.
        roll: How many may vote.
        turnout: Share of the roll that votes by the last day.
        sign: First letters of its papers' numbers.
        again: Titles of proposals of the cycle before that are raised again from the library.
        ideas: In the order in which they came.
    """

    key: str
    community: str
    title: str
    year: int
    days: FundDays
    residents: int
    coaching_yuan: int
    pot_yuan: int
    coach: str
    ideas: tuple[Said, ...]
    expert_weight_bp: int = 0
    direct_yuan: int = 0
    roll: int = 0
    turnout: float = 0.0
    sign: str = ""
    again: tuple[str, ...] = ()

    @property
    def projects(self) -> tuple[Project, ...]:
        """Return what the ideas became."""
        return tuple(each.project for each in self.ideas if each.project)


@dataclass(frozen=True, slots=True)
class Voter:
    """One who votes: where in the roll he stands, on which day, how, for which projects by their titles."""

    number: int
    on: date
    way: Way
    titles: tuple[str, ...]


MOST_NAMED = 5
"""Projects that a ballot may name."""

LEANINGS = {
    "elder": {"elderly": 1.6, "disability": 1.5, "children": 0.5},
    "parent": {"children": 2.2, "safety": 1.3, "elderly": 0.6},
    "young": {"environment": 1.9, "neighbours": 1.6, "elderly": 0.5, "culture": 1.3},
}  # fmt: skip
"""How much likelier a resident with that leaning names a project of a theme."""

_WEIGHTS = (46, 30, 24)
_WAYS = (Way.PAGE,) * 13 + (Way.PAPER,) * 5 + (Way.ASSISTED,) * 2


def voters_of(district: District, plan: FundPlan, listed: dict[str, tuple[str, float]]) -> tuple[Voter, ...]:
    """Return who votes, in the order of days; drawn from the district's seed.

    Args:
        district: For its seed and last day.
        plan: The cycle.
        listed: Title → theme and liking of what stands on the ballot.
    """
    rng = district.stream("fund votes", plan.key)
    last = (plan.days.vote_until - plan.days.vote_from).days
    came = sorted(rng.sample(range(1, plan.roll + 1), round(plan.roll * plan.turnout)))
    made = [_voter(rng, number, plan, last, listed) for number in came]
    seen = [each for each in made if each.on <= district.ends_on]
    return tuple(sorted(seen, key=lambda each: (each.on, each.number)))


def _voter(
    rng: Random, number: int, plan: FundPlan, last: int, listed: dict[str, tuple[str, float]]
) -> Voter:
    leaning = LEANINGS[rng.choices(tuple(LEANINGS), _WEIGHTS)[0]]
    way = rng.choice(_WAYS)
    named = [
        title for title, (theme, liked) in listed.items() if rng.random() < liked * leaning.get(theme, 1)
    ]
    titles = sorted(rng.sample(named, min(len(named), MOST_NAMED)), key=list(listed).index)
    if way is Way.PAPER and not titles:
        way = Way.SPOILT
    return Voter(number, plan.days.vote_from + timedelta(rng.randint(0, last)), way, tuple(titles))


def roll_of(district: District, plan: FundPlan) -> tuple[str, ...]:
    """Return the labels of a roll: so many of the community's doors, spread over its buildings."""
    doors = [door for building in district.community(plan.community).buildings for door in building.doors]
    step = max(1, len(doors) // plan.roll)
    return tuple(doors[::step][: plan.roll])


def signer_phone(plan: FundPlan, number: int) -> str:
    """Return the made-up phone of a neighbour; no place has local numbers that begin with 990.

    >>> from zhagen.lab.fund_texts import PAST
    >>> signer_phone(PAST, 7)
    '99003007'
    """
    return f"990{plan.community[-2:]}{number:03d}"


def raiser_phone(raiser: str, plans: Iterable[FundPlan]) -> str:
    """Return the made-up phone of who raised an idea: the same in every cycle, of no neighbour.

    >>> from zhagen.lab.fund_texts import PLANS
    >>> raiser_phone("resident:e1", PLANS)
    '99000000'
    """
    every = sorted({each.raiser for plan in plans for each in plan.ideas})
    return f"99000{every.index(raiser):03d}"

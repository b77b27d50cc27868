"""Places, organisations, people and doors of the demo, before its first day."""

import datetime as dt
from collections.abc import Iterator

from django.contrib.auth.hashers import make_password

from zhagen.core.types import Role
from zhagen.lab.district import District, full_names
from zhagen.lab.district_work import work_of
from zhagen.lab.fund_texts import PLANS
from zhagen.parties.actions.door import add_doors
from zhagen.parties.actor import actor_of
from zhagen.parties.models import Appointment, Organisation, Place, User
from zhagen.web.demo.accounts import ACCOUNTS, PASSWORD
from zhagen.web.demo.world import World

ABOVE = (
    ("990000000000", "示例省", 1, ""),
    ("990100000000", "演示市", 2, "990000000000"),
    ("990101000000", "示例区", 3, "990100000000"),
)
OVERSEERS = 2
"""Members of the supervisory committee of each community with a fund."""

RESIDENTS = 2
"""Residents of each community who may be drawn for a panel."""

MAIN_STREET, MAIN_AGENCY, MAIN_COMMUNITY, MAIN_EVALUATOR = (
    "990101001000", "org:a2", "990101001003", "org:e1",
)  # fmt: skip
"""Where the printed accounts belong."""

EXPERTS_OF_MAIN = 3
TURNS_ON = (2024, 9, 1)
"""Day on which a frontline worker of the sixth agency comes back as its supervisor."""

Wanted = tuple[str, str, Role, str, str]
"""Key, name, role, place code, key of the organisation."""


def make_places(district: District) -> dict[str, Place]:
    """Make the two streets and their communities under the reserved code."""
    rows = [Place(code=c, name=n, level=level, parent=p, edition="demo") for c, n, level, p in ABOVE]
    rows += [
        Place(code=each.code, name=each.name, level=4, parent=ABOVE[-1][0], edition="demo", is_active=True)
        for each in district.streets
    ]
    rows += [
        Place(code=each.code, name=each.name, level=5, parent=each.street, edition="demo", is_active=True)
        for each in district.communities
    ]
    Place.objects.bulk_create(rows)
    return {each.code: each for each in rows}


def make_organisations(district: District, now: dt.datetime) -> dict[str, Organisation]:
    """Make the agencies and the evaluators."""
    made = {
        each.key: Organisation(name=each.name, kind=each.kind, uscc=each.uscc, created_at=now)
        for each in district.organisations
    }
    Organisation.objects.bulk_create(made.values())
    return made


def ghost_of(district: District) -> str:
    """Return the key of the frontline worker who turns supervisor."""
    return next((each.key for each in district.people if each.organisation == "org:a6"
                 and each.role == "social_worker"), "")  # fmt: skip


def make_people(world: World) -> None:
    """Make all users with their posts; the printed accounts carry the names of the list of accounts."""
    wanted = list(_wanted(world.district))
    aliases = {_key_of_account(world.district, each.role): each for each in ACCOUNTS}
    password = make_password(PASSWORD)
    for number, (key, name, _, _, _) in enumerate(wanted):
        account = aliases.get(key)
        world.people[key] = User(
            username=account.username if account else key.replace(":", "_"),
            name=account.name if account else name,
            phone=f"990-0101-{number:04}",  # no area has the code 990
            password=password,
        )
    User.objects.bulk_create(world.people.values())
    Appointment.objects.bulk_create(_posts(world, wanted))
    world.actors |= {key: actor_of(user) for key, user in world.people.items()}


def _posts(world: World, wanted: list[Wanted]) -> Iterator[Appointment]:
    for key, _, role, place, organisation in wanted:
        where = {"place": world.places.get(place), "organisation": world.organisations.get(organisation)}
        for street in _streets_of(world.district, key, role, place):
            where["place"] = world.places.get(street) if street else where["place"]
            yield Appointment(
                user=world.people[key], role=role, from_on=world.district.begins_on, **where
            )  # fmt: skip


def _streets_of(district: District, key: str, role: Role, place: str) -> list[str]:
    """Return where an expert is in the pool: the first three in the main street, the others elsewhere."""
    if role is not Role.EXPERT:
        return [place]
    is_main = int(key.rpartition(":")[2]) <= EXPERTS_OF_MAIN
    return [district.streets[0 if is_main or len(district.streets) == 1 else 1].code]


def turn_supervisor(world: World) -> None:
    """Let the frontline worker of the sixth agency come back as its supervisor."""
    key = ghost_of(world.district)
    if not key:
        return
    user = world.people[key]
    Appointment.objects.filter(user=user).update(until_on=world.day - dt.timedelta(days=1))
    Appointment.objects.create(
        user=user,
        role=Role.SUPERVISOR,
        organisation=world.organisations["org:a6"],
        from_on=world.day,
    )
    world.actors[key] = actor_of(user)


def _wanted(district: District) -> Iterator[Wanted]:
    names = full_names(district.seed + 1)
    for each in district.people:
        yield each.key, each.name, Role(each.role), each.place, each.organisation
    for street in district.streets:
        yield f"auditor:{street.code}", next(names), Role.AUDITOR, street.code, ""
        yield f"operator:{street.code}", next(names), Role.OPERATOR, street.code, ""
    for organisation in district.organisations:
        if organisation.kind == "agency":
            yield f"lead:{organisation.key}", next(names), Role.STATION_LEAD, "", organisation.key
            yield f"supervisor:{organisation.key}", next(names), Role.SUPERVISOR, "", organisation.key
    for community in district.communities:
        for number in range(RESIDENTS):
            yield f"resident:{community.code}:{number}", next(names), Role.RESIDENT, community.code, ""
    for code in sorted({each.community for each in PLANS} & {each.code for each in district.communities}):
        yield f"secretary:{code}", next(names), Role.COMMUNITY, code, ""
        for number in range(OVERSEERS):
            yield f"overseer:{code}:{number}", next(names), Role.OVERSEER, code, ""


def _key_of_account(district: District, role: Role) -> str:
    in_agency = {Role.AGENCY_HEAD: "head", Role.STATION_LEAD: "lead", Role.SUPERVISOR: "supervisor"}
    if role in in_agency:
        return f"{in_agency[role]}:{MAIN_AGENCY}"
    if role is Role.SOCIAL_WORKER:
        return _worker_now(district)
    if role is Role.EXPERT:
        return "expert:1"
    if role is Role.OVERSEER:
        return f"overseer:{MAIN_COMMUNITY}:0"
    where = {Role.COMMUNITY: MAIN_COMMUNITY, Role.EVALUATOR: MAIN_EVALUATOR}.get(role, MAIN_STREET)
    return f"{role.value}:{where}"


def _worker_now(district: District) -> str:
    """Return the worker who serves the main community on the last day of the story."""
    last = [each for each in district.contracts if MAIN_COMMUNITY in each.communities][-1]
    stays = [each for each in work_of(district, last).stays if each.community == MAIN_COMMUNITY]
    return stays[-1].worker


def make_doors(world: World) -> None:
    """Enter the doors of each community as its office types them."""
    for community in world.district.communities:
        lines = [
            f"{building.name} " + ",".join(door.rpartition("-")[2] for door in building.doors)
            for building in community.buildings
        ]
        place, office = world.places[community.code], f"community:{community.code}"
        world.act(add_doors, place, "\n".join(lines), by=office)

"""Load the demo into an empty database: the made-up district, told as actions of the product."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from zhagen.audit.roots import sign_root
from zhagen.lab.district import District, make_district
from zhagen.lab.world_events import EventKind, WorldEvent, events_of
from zhagen.parties.actions.notice import open_all_notices
from zhagen.parties.models import User
from zhagen.platform.clock import batch_at, mark_demo
from zhagen.platform.tx import batch
from zhagen.web.demo import buying, delivery, fund, fund_money, fund_vote, judging, money, needs, today
from zhagen.web.demo.accounts import ACCOUNTS
from zhagen.web.demo.people import (
    TURNS_ON,
    make_doors,
    make_organisations,
    make_people,
    make_places,
    turn_supervisor,
)
from zhagen.web.demo.world import Handler, World, at

SEED = 2026
ENDS_ON = dt.date(2026, 7, 7)
STARTS_AT = at(ENDS_ON, 10)
"""The moment at which a demo's clock starts."""

READ_ON = ENDS_ON.replace(day=1) - dt.timedelta(days=30)
"""When the readers of the demo last read their notices."""

SESSIONS_KEPT = Fraction(2, 3)
"""Of the lab's usual sessions a contract so many are told: the demo must load within a minute."""

HANDLERS: dict[EventKind, Handler] = {
    **needs.HANDLERS, **buying.HANDLERS, **delivery.HANDLERS, **money.HANDLERS, **judging.HANDLERS,
}  # fmt: skip


def is_loaded() -> bool:
    """Whether the demo is in this database."""
    return User.objects.filter(username=ACCOUNTS[0].username).exists()


def demo_district() -> District:
    """Return the district of the demo."""
    made = make_district(SEED, ends_on=ENDS_ON)
    leaner = [
        replace(each, promised_sessions=int(each.promised_sessions * SESSIONS_KEPT))
        for each in made.contracts
    ]
    return replace(made, contracts=tuple(leaner))


def load_demo(tell: Callable[[str], None] = lambda _: None, district: District | None = None) -> World:
    """Load the demo, all of it or nothing.

    Args:
        tell: Takes a line of progress for each month of the story.
        district: Another world than the usual one; it must end on the same day.
    """
    world = World(district or demo_district())
    events = events_of(world.district)
    world.speakers = frozenset(each.subject for each in events if each.kind is EventKind.NEED_WORD)
    by_day: dict[dt.date, list[WorldEvent]] = defaultdict(list)
    for event in events:
        by_day[event.on].append(event)
    with batch():
        mark_demo(STARTS_AT)
        _begin(world)
        _tell_story(world, by_day, tell)
    sign_root(at=STARTS_AT, reason="demo")
    return world


def _begin(world: World) -> None:
    first = world.district.begins_on
    with batch_at(world.begin_day(first)):
        world.places = make_places(world.district)
        world.organisations = make_organisations(world.district, world.moment)
        make_people(world)
        make_doors(world)
        money.budgets_of_later_years(world)
        for told in fund.begin(world):
            fund_vote.put_on_days(world, told)
            fund_money.put_on_days(world, told)


def _tell_story(
    world: World, by_day: dict[dt.date, list[WorldEvent]], tell: Callable[[str], None]
) -> None:  # fmt: skip
    day = world.district.begins_on
    while day <= world.district.ends_on:
        if day.day == 1:
            tell(f"{day:%Y-%m}")
        morning = world.moment if day == world.district.begins_on else world.begin_day(day)
        with batch_at(morning):
            _tell_day(world, by_day[day])
        day += dt.timedelta(days=1)


def _tell_day(world: World, events: list[WorldEvent]) -> None:
    if world.day == dt.date(*TURNS_ON):
        turn_supervisor(world)
    if world.day == READ_ON:
        _read_notices(world)
    _do_agenda(world)
    for event in events:
        handler = HANDLERS.get(event.kind)
        if handler is not None:
            handler(world, event)
        if event.kind is EventKind.CONTRACT_SIGNED:
            delivery.close_cases_at_end(world, event)
            judging.agenda_of(world, event)
    _do_agenda(world)
    today.tell(world)


def _read_notices(world: World) -> None:
    """Let everybody read what he was told so far, so that the last weeks stand out."""
    for user in User.objects.filter(notices__read_at=None).distinct():
        open_all_notices(by=world.actors[world.key_of(user.pk)], now=world.moment)


def _do_agenda(world: World) -> None:
    while steps := world.agenda.pop(world.day, []):
        for step in steps:
            step()

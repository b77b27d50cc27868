"""Where the apps plug in what belongs on a person's desk and in the menu.

An app's `desk.py` registers at start; the desk page of `web` asks for what is registered:

    @desk_item(Role.HANDLER, Role.CHIEF)
    def needs_to_triage(reader: Reader) -> Iterable[DeskItem]: …

    @desk_figure(Role.CHIEF)
    def budget_left(reader: Reader) -> Iterable[Figure]: …

    desk_button(_("记一次服务"), "activity_log", "activity.log", Role.SOCIAL_WORKER)
    menu_place(_("需求"), "need_list", "need.list")
    foot_place(_("隐私"), "privacy", "site.about")
    first_step(_("请社区代录第一条需求"), "need_raise", "need.raise", Role.HANDLER)
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from zhagen.core.permissions import may
from zhagen.core.types import Actor, Role
from zhagen.platform.parts import Deadline, Figure


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at his desk, and on which day."""

    actor: Actor
    today: dt.date


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing to do next.

    Args:
        title: What to do, a verb first.
        url: Where it is done.
        due_on: By when; None for whenever there is time.
        count: How many wait there, if the item stands for several.
        detail: Which one, in a few words; no personal data of residents.
    """

    title: object
    url: str
    due_on: dt.date | None = None
    count: int | None = None
    detail: object = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A named page for those who may do its action."""

    title: object
    url_name: str
    action: str
    roles: frozenset[Role] = frozenset()

    def is_for(self, actor: Actor) -> bool:
        """Whether the actor may go there and it is meant for one of his roles."""
        return may(actor, self.action) and (not self.roles or bool(self.roles & actor.roles))


Items = Callable[[Reader], Iterable[DeskItem]]
Figures = Callable[[Reader], Iterable[Figure]]

_items: list[tuple[frozenset[Role], Items]] = []
_figures: list[tuple[frozenset[Role], Figures]] = []
_buttons: list[Place] = []
_places: list[Place] = []
_rare_places: list[Place] = []
_first_steps: list[Place] = []
_foot: list[Place] = []


def desk_item(*roles: Role) -> Callable[[Items], Items]:
    """Register a function that yields what these roles have to do; one or two queries each."""

    def register(function: Items) -> Items:
        _items.append((frozenset(roles), function))
        return function

    return register


def desk_figure(*roles: Role) -> Callable[[Figures], Figures]:
    """Register a function that yields key figures for these roles."""

    def register(function: Figures) -> Figures:
        _figures.append((frozenset(roles), function))
        return function

    return register


def desk_button(title: object, url_name: str, action: str, *roles: Role) -> None:
    """Put a big button on the desk of these roles: what they do most often, in one tap."""
    _buttons.append(Place(title, url_name, action, frozenset(roles)))


def menu_place(title: object, url_name: str, action: str, *, is_daily: bool = True) -> None:
    """Put a page into the menu of all who may do its action; what is not daily work stands at its end."""
    (_places if is_daily else _rare_places).append(Place(title, url_name, action))


def foot_place(title: object, url_name: str, action: str) -> None:
    """Put a page at the foot of every page."""
    _foot.append(Place(title, url_name, action))


def first_step(title: object, url_name: str, action: str, *roles: Role) -> None:
    """Say what to do first on a desk where nothing waits."""
    _first_steps.append(Place(title, url_name, action, frozenset(roles)))


def items_for(reader: Reader) -> list[tuple[str, DeskItem]]:
    """Return everything the reader has to do with its urgency, the most urgent first."""
    roles = reader.actor.roles
    found = [item for wanted, function in _items if wanted & roles for item in function(reader)]
    rated = [(_urgency(item, reader.today), item) for item in found]
    return sorted(rated, key=lambda pair: pair[1].due_on or dt.date.max)


def _urgency(item: DeskItem, today: dt.date) -> str:
    if item.due_on is None:
        return "later"
    urgency = Deadline(item.due_on, (item.due_on - today).days).urgency
    return "week" if urgency == "soon" else urgency


def figures_for(reader: Reader) -> list[Figure]:
    """Return the key figures of the reader's roles."""
    roles = reader.actor.roles
    return [figure for wanted, function in _figures if wanted & roles for figure in function(reader)]


def buttons_for(actor: Actor) -> list[Place]:
    """Return the big buttons of the actor's desk."""
    return [place for place in _buttons if place.is_for(actor)]


def places_for(actor: Actor) -> list[Place]:
    """Return the pages of the actor's menu."""
    return [place for place in (*_places, *_rare_places) if place.is_for(actor)]


def foot_places_for(actor: Actor) -> list[Place]:
    """Return the pages at the foot of every page."""
    return [place for place in _foot if place.is_for(actor)]


def first_steps_for(actor: Actor) -> list[Place]:
    """Return what to do first when nothing waits."""
    return [place for place in _first_steps if place.is_for(actor)]

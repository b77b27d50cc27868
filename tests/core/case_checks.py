"""What a worked case may check: each name that tests/cases/*.toml uses → one function of the core.

To add one, write a function here with `@check`: its first parameter is the `World` of the case, the rest are
the figures of `given`. It returns what `expect` holds: number, text, date, yes or no, list or table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhagen.cli import shipped
from zhagen.core.calendar import Calendar
from zhagen.core.rulebook.layers import check_layers, over
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows


@dataclass(frozen=True)
class World:
    """The rules and the calendar of a case."""

    place: str
    on: date
    rules: Rules
    calendar: Calendar


CHECKS: dict[str, Callable[..., object]] = {}


def check(function: Callable[..., object]) -> Callable[..., object]:
    """Make a function known to worked cases under its own name."""
    assert function.__doc__, function
    assert function.__name__ not in CHECKS, function
    CHECKS[function.__name__] = function
    return function


def world(place: str, on: date) -> World:
    return World(place, on, Rules(shipped.layers(), place, on), shipped.calendar())


@check
def rule_value(world: World, name: str) -> object:
    """The value in force, in the unit of the rulebook."""
    value = world.rules.value(name).value
    return list(value) if isinstance(value, tuple) else value


@check
def method_value(world: World, concept: str, method: str, name: str) -> object:
    """The value in force for a method of purchase."""
    return rule_value(world, world.rules.keyed(concept, method, name))


@check
def is_to_be_confirmed(world: World, name: str) -> bool:
    """Whether the value still has to be checked against the official text."""
    return world.rules.value(name).confirm


@check
def last_day(world: World, rule: str, start: date) -> date:
    """The last day of a duty whose length a rule gives."""
    value = world.rules.value(rule)
    return world.calendar.due_on(start, world.rules.int(rule), value.unit)


@check
def first_day(world: World, rule: str, start: date) -> date:
    """The first day on which a least period, given by a rule, is over."""
    value = world.rules.value(rule)
    return world.calendar.earliest_on(start, world.rules.int(rule), value.unit)


@check
def working_days(world: World, start: date, end: date) -> int:
    """The working days after one day up to and with another."""
    return world.calendar.working_days_between(start, end)


@check
def local_value(world: World, name: str, value: object) -> str:
    """Whether the place may set a value of its own from that day: "allowed", or a refusal."""
    upper = shipped.layers()
    parent = over(upper, world.place)[-1].name
    head = LayerHead("case", world.place, "本地值", "Local values", parent)
    layer = layer_from_rows(head, [LayerRow(name, world.on, value, "会议纪要")], upper=upper)
    check_layers((*upper, layer))
    return "allowed"

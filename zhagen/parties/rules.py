"""The rules and calendar of an office: shipped files, its own files, values adopted on a page."""

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from zhagen.core.calendar import Calendar, parse_year
from zhagen.core.rulebook.layer import Layer
from zhagen.core.rulebook.layers import check_layers, over
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows
from zhagen.parties.models import FrozenRules, HolidayYear, RuleChange

OWN_FILES = "rulebooks"
"""Folder of the data home for an office's own layers (a city's file that does not ship)."""


def rules_for(place_code: str, on: dt.date) -> Rules:
    """Return the rules in force in a place on a day.

    Args:
        place_code: 12-digit code of the street or community.
        on: The day, in Shanghai.
    """
    changes = tuple(
        (each.place_id, each.name, each.from_on, _frozen(each.value), each.source)
        for each in RuleChange.objects.filter(state=RuleChange.State.CONFIRMED).order_by("confirmed_at", "pk")
        if place_code.startswith(each.place_id.rstrip("0"))
    )
    return _rules(place_code, on, changes)


def freeze(rules: Rules, now: dt.datetime) -> FrozenRules:
    """Keep a rulebook by its hash, so that a round can be judged by it for ever."""
    frozen, _ = FrozenRules.objects.get_or_create(
        digest=rules.digest, defaults={"snapshot": rules.snapshot(), "frozen_at": now}
    )
    return frozen


@lru_cache(maxsize=256)
def thawed(digest: str) -> Rules:
    """Return the rules that a round froze."""
    return Rules.from_snapshot(FrozenRules.objects.get(pk=digest).snapshot)


@cache
def file_layers() -> tuple[Layer, ...]:
    """Return the layers that ship with the package and the office's own files."""
    shipped = [each for each in (files("zhagen") / "rulebooks").iterdir() if each.name.endswith(".toml")]
    own = sorted(Path(settings.HOME, OWN_FILES).glob("*.toml"))
    texts = [
        (each.name, each.read_text(encoding="utf-8")) for each in sorted(shipped, key=lambda each: each.name)
    ]
    texts += [(str(each), each.read_text(encoding="utf-8")) for each in own]
    layers = tuple(parse_layer(text, file=name) for name, text in texts)
    check_layers(layers)
    return layers


def layers_with(changes: Iterable[tuple[str, str, dt.date, object, str]]) -> tuple[Layer, ...]:
    """Return all layers with local values on top, each change as (place, name, from, value, source).

    Raises:
        RuleError: a value is not local, loosens an upper one or is of another kind.
    """
    layers = file_layers()
    by_place: dict[str, list[LayerRow]] = {}
    for place, name, since, value, source in changes:
        by_place.setdefault(place, []).append(LayerRow(name=name, since=since, value=value, source=source))
    for place, rows in sorted(by_place.items()):
        parent = max(over(layers, place), key=lambda layer: len(layer.place)).name
        head = LayerHead(f"local-{place}", place, "本级规定", "Local values", parent)
        layers = (*layers, layer_from_rows(head, rows, upper=layers))
    check_layers(layers)
    return layers


@lru_cache(maxsize=512)
def _rules(place: str, on: dt.date, changes: tuple[tuple[str, str, dt.date, object, str], ...]) -> Rules:
    return Rules(layers_with(changes), place, on)


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


def calendar() -> Calendar:
    """Return the working-day calendar with the years that the operator added."""
    added = HolidayYear.objects.order_by("year").values_list("year", "text")
    return _calendar(tuple(added))


@lru_cache(maxsize=8)
def _calendar(added: tuple[tuple[int, str], ...]) -> Calendar:
    texts = [
        (file.read_text(encoding="utf-8"), file.name)
        for file in (files("zhagen") / "rulebooks" / "holidays").iterdir()
        if file.name.endswith(".toml")
    ]
    texts += [(text, str(number)) for number, text in added]
    return Calendar.of(parse_year(text, file=name) for text, name in texts)

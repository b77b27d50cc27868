"""The rules and calendar of an office: shipped files, its own files, values adopted on a page."""

import datetime as dt
import json
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from zhagen.cli import shipped
from zhagen.core.calendar import Calendar, parse_year
from zhagen.core.rulebook.layer import Layer, place_prefix
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
    return _rules(place_code, on, _changes(place_code))


def layers_in_force(place_code: str) -> tuple[Layer, ...]:
    """Return every layer that speaks for a place, the values adopted on a page included."""
    return layers_with(_changes(place_code))


def _changes(place_code: str) -> tuple[tuple[str, str, dt.date, object, str], ...]:
    return tuple(
        (each.place_id, each.name, each.from_on, json.dumps(each.value, sort_keys=True), each.source)
        for each in RuleChange.objects.filter(state=RuleChange.State.CONFIRMED).order_by("confirmed_at", "pk")
        if place_prefix(place_code).startswith(place_prefix(each.place_id))
    )


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
    own = sorted(Path(settings.HOME, OWN_FILES).glob("*.toml"))
    read = [parse_layer(each.read_text(encoding="utf-8"), file=str(each)) for each in own]
    layers = (*shipped.layers(), *read)
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
def _rules(place: str, on: dt.date, changes: tuple[tuple[str, str, dt.date, str, str], ...]) -> Rules:
    """Return the rules with changes whose values are JSON text, so that the cache can tell them apart."""
    read = [(where, name, since, json.loads(value), source) for where, name, since, value, source in changes]
    return Rules(layers_with(read), place, on)


def calendar() -> Calendar:
    """Return the working-day calendar with the years that the operator added."""
    added = HolidayYear.objects.order_by("year").values_list("year", "text")
    return _calendar(tuple(added))


@lru_cache(maxsize=8)
def _calendar(added: tuple[tuple[int, str], ...]) -> Calendar:
    return Calendar.of((*shipped.years(), *(parse_year(text, file=str(number)) for number, text in added)))

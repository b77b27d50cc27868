"""The rules and calendar of an office: shipped files, its own files, values adopted on a page."""

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhagen.cli import shipped
from zhagen.core.calendar import Calendar, parse_year
from zhagen.core.rulebook.layer import Layer, place_prefix
from zhagen.core.rulebook.layers import check_layers, over, turning_days
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows
from zhagen.parties.models import FrozenRules, RuleChange

Changes = tuple[tuple[str, str, dt.date, str, str], ...]
"""Confirmed local values as (place, name, from, value as JSON text, source): a key of the caches."""

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
    return _layers(_changes(place_code))


def _changes(place_code: str) -> Changes:
    return tuple(
        change
        for change in _confirmed_changes(_confirmed_keys())
        if place_prefix(place_code).startswith(place_prefix(change[0]))
    )


def _confirmed_keys() -> tuple[object, ...]:
    """Return which changes are confirmed now, asked of the database each time, so that none is missed.

    Plain SQL, because every action asks; a confirmed change is never rewritten, only withdrawn.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM parties_rulechange WHERE state = %s ORDER BY confirmed_at, id",
            [RuleChange.State.CONFIRMED],
        )
        return tuple(key for (key,) in cursor.fetchall())


@lru_cache(maxsize=8)
def _confirmed_changes(keys: tuple[object, ...]) -> Changes:
    by_key = {each.pk: each for each in RuleChange.objects.filter(pk__in=keys)} if keys else {}
    rows = sorted(by_key.values(), key=lambda each: (each.confirmed_at, str(each.pk)))
    return tuple(
        (each.place_id, each.name, each.from_on, json.dumps(each.value, sort_keys=True), each.source)
        for each in rows
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


def rules_with(place_code: str, on: dt.date, values: Mapping[str, object], source: str) -> Rules:
    """Return the rules of a place on a day as they would be with further local values from that day.

    Raises:
        RuleError: as `layers_with`: a value is not local, loosens an upper one or is of another kind.
    """
    further = [
        (place_code, name, on, tuple(value) if isinstance(value, list) else value, source)
        for name, value in values.items()
    ]
    read = [(*change[:3], json.loads(change[3]), change[4]) for change in _changes(place_code)]
    return Rules(layers_with([*read, *further]), place_code, on)


@lru_cache(maxsize=4096)
def _rules(place: str, on: dt.date, changes: Changes) -> Rules:
    """Return the rules of a day; those of all days between two turning days share one set of values."""
    days = _turning_days(place, changes)
    begun = bisect_right(days, on)
    if not begun:
        return Rules(_layers(changes), place, on)
    return Rules(_layers(changes), place, on, resolved=_since(place, days[begun - 1], changes).resolved)


@lru_cache(maxsize=512)
def _since(place: str, day: dt.date, changes: Changes) -> Rules:
    return Rules(_layers(changes), place, day)


@lru_cache(maxsize=512)
def _turning_days(place: str, changes: Changes) -> tuple[dt.date, ...]:
    return turning_days(_layers(changes), place)


@lru_cache(maxsize=64)
def _layers(changes: Changes) -> tuple[Layer, ...]:
    read = [(where, name, since, json.loads(value), source) for where, name, since, value, source in changes]
    return layers_with(read)


def calendar() -> Calendar:
    """Return the working-day calendar with the years that the operator added."""
    with connection.cursor() as cursor:  # plain SQL, because almost every action asks
        cursor.execute("SELECT year, text FROM parties_holidayyear ORDER BY year")
        return _calendar(tuple(cursor.fetchall()))


@lru_cache(maxsize=8)
def _calendar(added: tuple[tuple[int, str], ...]) -> Calendar:
    return Calendar.of((*shipped.years(), *(parse_year(text, file=str(number)) for number, text in added)))

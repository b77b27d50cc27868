"""What ships with the package as data: rulebooks, holiday years, messages. Read once a process."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from zhagen.core.calendar import Calendar, Year, parse_year
from zhagen.core.catalogue import parse_catalogue
from zhagen.core.errors import Catalogue
from zhagen.core.rulebook.layer import Layer
from zhagen.core.rulebook.layers import check_layers
from zhagen.core.rulebook.parse import parse_layer


def _toml_files(folder: Traversable) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield file.name, file.read_text(encoding="utf-8")


def _data() -> Traversable:
    return files("zhagen") / "rulebooks"


@cache
def layers() -> tuple[Layer, ...]:
    """Return the rulebooks of the package, checked against each other, the national one first."""
    found = [parse_layer(text, file=name) for name, text in _toml_files(_data())]
    check_layers(found)
    return tuple(sorted(found, key=lambda layer: (len(layer.place), layer.place)))


@cache
def years() -> tuple[Year, ...]:
    """Return the holiday years of the package, oldest first."""
    return tuple(parse_year(text, name) for name, text in _toml_files(_data() / "holidays"))


@cache
def calendar() -> Calendar:
    """Return the working days of the years that ship with the package."""
    return Calendar.of(years())


@cache
def catalogue() -> Catalogue:
    """Return all message texts of the package."""
    return parse_catalogue(_toml_files(_data() / "messages"))

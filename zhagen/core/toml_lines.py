"""TOML text with the line of each table and key, so that a broken file is refused with file, line and key."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from zhagen.core.errors import RuleError, SeveralRulesError

Path = tuple[str, ...]
"""Where something stands in a file: table names, then the key, then the number of the item."""

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_HEADER = re.compile(r"^\s*\[{1,2}[^\[\]={}]+\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")
_DATED_ITEM = re.compile(r"(?<![\w-])from\s*=\s*\d{4}")
_LONG_QUOTES = ('"""', "'''")


@dataclass(slots=True)
class Problems:
    """What is wrong with a file, collected so that its author sees all of it at once.

    Args:
        file: Name of the file, for people.
        concept: First word of the error codes, such as "rulebook".
        lines: Line of each path of the file.
    """

    file: str
    concept: str
    lines: Mapping[Path, int] = field(default_factory=dict)
    errors: list[RuleError] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of the nearest part of the path that the file has; 1 where it has none."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, what: str, path: Path, *, expected: str = "", source: str = "", **figures: object) -> None:
        """Note one problem, once: its code (without the concept), where it stands and what would be right."""
        known = {"file": self.file, "line": self.line(path), "key": ".".join(path), "expected": expected}
        error = RuleError(f"{self.concept}.{what}", source=source, **known, **figures)
        if str(error) not in map(str, self.errors):
            self.errors.append(error)

    def stop(self) -> None:
        """Raise what was noted, in the order of the lines; do nothing where the file is right."""
        found = sorted(self.errors, key=lambda error: int(str(error.figures["line"])))
        if len(found) == 1:
            raise found[0]
        if found:
            raise SeveralRulesError(found)


def read_toml(text: str, *, file: str, concept: str) -> tuple[dict[str, object], Problems]:
    """Return the data of a TOML text and an empty list of problems that knows its lines.

    Raises:
        RuleError: "<concept>.bad_toml" with file, line and the reader's own words.
    """
    problems = Problems(file=file, concept=concept)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse(problems, text, str(error))
    problems.lines = locate(text)
    return data, problems


def _refuse(problems: Problems, text: str, said: str) -> None:
    found = _AT_LINE.search(said)
    line = int(found[1]) if found and found[1] else max(len(text.splitlines()), 1)
    problems.lines = {(): line}
    problems.add("bad_toml", (), reason=_AT_LINE.sub("", said).strip())
    problems.stop()


def locate(text: str) -> dict[Path, int]:
    r"""Return the line of each table, key and dated item (`from = …`) of a well-formed TOML text.

    >>> lines = locate("[a.b]\nunit = 'days'\nvalues = [{ from = 2020-01-01, value = 1 }]")
    >>> lines[("a", "b", "unit")], lines[("a", "b", "values", "0")]
    (2, 3)
    """
    reader = _Locator()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.read(number, line)
    return reader.lines


@dataclass(slots=True)
class _Locator:
    """Walks the lines of a file and remembers the table, the key and the item it stands in."""

    lines: dict[Path, int] = field(default_factory=dict)
    table: Path = ()
    key: Path = ()
    items: int = 0
    is_inside_text: bool = False

    def read(self, number: int, line: str) -> None:
        was_inside = self.is_inside_text
        if sum(line.count(quotes) for quotes in _LONG_QUOTES) % 2:
            self.is_inside_text = not self.is_inside_text
        if was_inside:
            return
        if _HEADER.match(line):
            self.table = self._table_of(line)
            self.lines.setdefault(self.table, number)
        elif found := _KEY.match(line):
            self.key, self.items = (*self.table, found[1] or found[2] or found[3]), 0
            self.lines.setdefault(self.key, number)
        for _ in _DATED_ITEM.findall(line.partition(" #")[0]):
            self.lines.setdefault((*self.key, str(self.items)), number)
            self.items += 1

    def _table_of(self, line: str) -> Path:
        path: list[str] = []
        node: object = tomllib.loads(line)
        while node:
            if isinstance(node, dict):
                name, node = next(iter(node.items()))
                path.append(name)
            else:
                node = None
                path.append(str(self._count(tuple(path))))
        return tuple(path)

    def _count(self, path: Path) -> int:
        return sum(1 for known in self.lines if known[:-1] == path and known[-1].isdecimal())

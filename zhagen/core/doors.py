"""Read a community's doors as somebody types them: "3号楼 1单元 101-104,201-204"."""

import re
import unicodedata

from zhagen.core.errors import RuleError

MOST_DOORS = 20_000
LONGEST_RANGE = 99
_LINE = re.compile(r"^\s*(\S+?)\s*[:：\s]\s*(?:(\d{1,2})\s*单元\s*)?(.+)$")
_PART = re.compile(r"^(\d{1,6})(?:\s*[-—~至]\s*(\d{1,6}))?$")


def parse_doors(text: str) -> list[tuple[str, str]]:
    """Return building and door of each line, in order, each once; a range counts up within one floor.

    Raises:
        RuleError: "need.doors_unreadable" with the line, or "need.doors_too_many".

    >>> parse_doors("3号楼 1单元 101-102,201")
    [('3号楼', '1-101'), ('3号楼', '1-102'), ('3号楼', '1-201')]
    """
    found: dict[tuple[str, str], None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if plain:
            found.update(dict.fromkeys(_doors_of(plain, number)))
        if len(found) > MOST_DOORS:
            raise RuleError("need.doors_too_many", most=MOST_DOORS, count=len(found))
    return list(found)


def _doors_of(line: str, number: int) -> list[tuple[str, str]]:
    read = _LINE.match(line)
    if read is None:
        raise RuleError("need.doors_unreadable", line=number, found=line[:40])
    building, unit, listed = read.groups()
    prefix = f"{unit}-" if unit else ""
    return [
        (building[:40], f"{prefix}{door}")
        for part in re.split(r"[,，、\s]+", listed.strip(" ,，、"))
        for door in _range(part, line, number)
    ]


def _range(part: str, line: str, number: int) -> list[str]:
    read = _PART.match(part)
    if read is None:
        raise RuleError("need.doors_unreadable", line=number, found=line[:40])
    first, last = int(read[1]), int(read[2] or read[1])
    if not 0 <= last - first <= LONGEST_RANGE:
        raise RuleError("need.doors_unreadable", line=number, found=line[:40])
    return [str(door) for door in range(first, last + 1)]

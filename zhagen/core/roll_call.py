"""Read what a resident group passes round as a list (群接龙): how many, which doors; names are not kept."""

import re
import unicodedata
from dataclasses import dataclass

MOST_DOOR = 40
_ENTRY = re.compile(r"^\s*\d{1,3}\s*[.、．)）:：]\s*(\S.*)$")
_DOOR = re.compile(
    r"(?:\d{1,3}\s*(?:号楼|栋|幢|号院|楼|座|号)\s*)?(?:\d{1,2}\s*单元\s*)?(?:\d{1,3}\s*门\s*)?\d{2,5}\s*(?:室|户)?"
    r"|\d{1,3}(?:\s*-\s*\d{1,5}){1,3}"
)
_PERSONS = re.compile(r"(?:[+＋]\s*(\d{1,2}))|(?:(\d{1,2}|[一两二三四五六七八九十])\s*(?:人|位|个人)(?!\d))")
_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_PHONE = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True)
class Roll:
    """What a pasted list says.

    Args:
        headcount: People, those that an entry brings along counted.
        doors: Doors named, each once, in the order of the list.
    """

    headcount: int
    doors: tuple[str, ...]


def read_roll(text: str) -> Roll:
    r"""Return heads and doors of a pasted list; lines that are no numbered entry are left out.

    >>> read_roll("#接龙\n周四手工课\n1. 王阿姨 3-201\n2、李叔 5号楼1单元302 2人\n3. 赵姐+1")
    Roll(headcount=5, doors=('3-201', '5号楼1单元302'))
    """
    heads, doors = 0, []
    for line in unicodedata.normalize("NFKC", text).splitlines():
        entry = _ENTRY.match(line)
        if entry is None:
            continue
        said = _PHONE.sub(" ", entry[1])
        found = _PERSONS.search(said)
        heads += _heads(found)
        door = _door(_PERSONS.sub(" ", said))
        if door and door not in doors:
            doors.append(door)
    return Roll(heads, tuple(doors))


def _heads(found: "re.Match[str] | None") -> int:
    if found is None:
        return 1
    if found[1]:
        return 1 + int(found[1])
    said = found[2]
    return max(1, int(said) if said.isdigit() else _DIGITS[said])


def _door(said: str) -> str:
    longest = max((each[0] for each in _DOOR.finditer(said)), key=len, default="")
    return re.sub(r"\s+", "", longest)[:MOST_DOOR]

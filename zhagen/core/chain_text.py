"""Read a chain message (接龙) pasted from a chat into single lines, each a need to confirm."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST, LONGEST_NAME = 1000, 8
_NUMBERED = re.compile(r"^\s*[（(]?(\d{1,3})[)）]?\s*[.、．:：,，)）]\s*(.*)$")
_BULLET = re.compile(r"^\s*[-•·●*➤✅☑️]+\s*(.+)$")
_HEAD = re.compile(r"^#?接龙|^例\s|^#")
_DOOR = re.compile(r"(\d{1,3}\s*(?:号楼|栋|幢|号院|楼))\s*(?:(\d{1,2})\s*单元)?\s*(\d{3,4})?\s*(?:室|号)?")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One entry of a chain.

    Args:
        number: Its number in the chain; 0 where it had none.
        building: Building named at its beginning, such as "3号楼"; "" where none.
        text: What is needed, without number, phone and door.
        phone: A mobile number that stood in it; it belongs into the vault.
        door: Unit and room as written; it belongs into the vault.
        name: A short name before the door; it belongs into the vault.
    """

    number: int
    building: str
    text: str
    phone: str = ""
    door: str = ""
    name: str = ""


def parse_chain(text: str) -> list[ChainLine]:
    """Return the entries of a pasted chain, continuation lines joined, the head left out.

    >>> [(l.number, l.building, l.text) for l in parse_chain("1. 3号楼501 想要助浴")]
    [(1, '3号楼', '想要助浴')]
    """
    lines = [unicodedata.normalize("NFC", line).strip() for line in text.splitlines()]
    is_numbered = any(_NUMBERED.match(line) for line in lines)
    entries: list[tuple[int, str]] = []
    for line in lines:
        if not line or _HEAD.match(line):
            continue
        number, said = _entry(line)
        if number or (not is_numbered and said):
            entries.append((number, said))
        elif entries and is_numbered:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {said}".strip())
    return [read for number, said in entries if (read := _read(number, said)).text]


def _entry(line: str) -> tuple[int, str]:
    numbered = _NUMBERED.match(line)
    if numbered:
        return int(numbered[1]), numbered[2].strip()
    bullet = _BULLET.match(line)
    return 0, bullet[1].strip() if bullet else line


def _read(number: int, said: str) -> ChainLine:
    phone = _PHONE.search(said)
    rest = _PHONE.sub("", said)
    place = _DOOR.search(rest)
    building = door = name = ""
    if place:
        building = re.sub(r"\s", "", place[1])
        door = f"{place[2] + '单元' if place[2] else ''}{place[3] or ''}"
        before = rest[: place.start()].strip(" ，,：:")
        name = before if 0 < len(before) <= LONGEST_NAME else ""
        rest = ("" if name else rest[: place.start()]) + rest[place.end() :]
    text = re.sub(r"\s+", " ", rest).strip(" ，,：:;；、—-")
    return ChainLine(number, building, text[:LONGEST], phone[0] if phone else "", door, name)

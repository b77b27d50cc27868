"""Lines of the statistical bureau's division files: read, checked, named by line and field when wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.places import CODE_DIGITS

UPPER_HEADER = ("code", "level", "name", "parent")
COMMUNITY_HEADER = ("code", "name")
COMMUNITY_LEVEL = 5
STREET_DIGITS = 9
MOST_NAMED = 20
MOST_CHARACTERS = 100
_UPPER_LEVELS = ("1", "2", "3", "4")


@dataclass(frozen=True, slots=True)
class Division:
    """One division.

    Args:
        code: 12-digit statistical code.
        name: Its name.
        level: 1 province, 2 city, 3 county, 4 street or town, 5 community or village.
        parent: Code one level up; empty for a province.
    """

    code: str
    name: str
    level: int
    parent: str


@dataclass
class Reading:
    """What a reading has seen so far; shared by the files of one import.

    Args:
        known: Codes that a parent may name: those read before or known already.
        errors: Up to 20 errors; the reading goes on, the caller must call `stop`.
        skipped: Placeholder lines: a city without districts named again as its own district or community.
    """

    known: set[str] = field(default_factory=set)
    errors: list[RuleError] = field(default_factory=list)
    skipped: int = 0

    def refuse(self, file: str, line: int, name: str, found: str, expected: str) -> None:
        """Note an error by file, line and field."""
        if len(self.errors) < MOST_NAMED:
            self.errors.append(
                RuleError(
                    "divisions.bad_line",
                    file=file,
                    line=line,
                    field=name,
                    found=found[:40],
                    expected=expected,
                )
            )

    def stop(self) -> None:
        """Raise what was wrong, if anything was.

        Raises:
            SeveralRulesError: the errors, each "divisions.bad_header" or "divisions.bad_line".
        """
        if self.errors:
            raise SeveralRulesError(self.errors)


def read_upper(rows: Iterable[list[str]], file: str, reading: Reading) -> Iterator[Division]:
    """Yield provinces, cities, counties and streets of rows under the heading code,level,name,parent."""
    seen: set[str] = set()
    for line, row in _body(rows, UPPER_HEADER, file, reading):
        code, level, name, parent = row
        if parent == code:
            reading.skipped += 1
            continue
        expected = {
            "code": "" if _is_code(code) and code not in seen else "12 digits, once",
            "level": "" if level in _UPPER_LEVELS else "1-4",
            "name": "" if 0 < len(name) <= MOST_CHARACTERS else f"1-{MOST_CHARACTERS} characters",
            "parent": "" if _has_parent(parent, level, reading) else "a code read before this line",
        }
        if _refuse_any(dict(zip(UPPER_HEADER, row, strict=True)), expected, (file, line), reading):
            continue
        seen.add(code)
        reading.known.add(code)
        yield Division(code, name, int(level), parent)


def read_communities(rows: Iterable[list[str]], file: str, reading: Reading) -> Iterator[Division]:
    """Yield communities and villages of rows under the heading code,name; their streets must be known."""
    seen: set[str] = set()
    for line, row in _body(rows, COMMUNITY_HEADER, file, reading):
        code, name = row
        parent = code[:STREET_DIGITS] + "000"
        if code == parent and code in reading.known:
            reading.skipped += 1
        elif not _is_code(code) or code == parent or code in seen:
            reading.refuse(file, line, "code", code, "12 digits, once, the last three not 000")
        elif parent not in reading.known:
            reading.refuse(file, line, "code", code, f"a code of a known street, not {parent}")
        elif not 0 < len(name) <= MOST_CHARACTERS:
            reading.refuse(file, line, "name", name, f"1-{MOST_CHARACTERS} characters")
        else:
            seen.add(code)
            yield Division(code, name, COMMUNITY_LEVEL, parent)


def _body(
    rows: Iterable[list[str]], header: tuple[str, ...], file: str, reading: Reading
) -> Iterator[tuple[int, list[str]]]:
    """Yield each line below the heading with its number, once it has as many fields as the heading."""
    lines = enumerate(rows, start=1)
    _, first = next(lines, (1, []))
    if tuple(cell.strip().lstrip("\ufeff") for cell in first) != header:
        reading.errors.append(
            RuleError(
                "divisions.bad_header", file=file, found=",".join(first)[:60], expected=",".join(header)
            )
        )
        return
    for line, row in lines:
        if not row:
            continue
        if len(row) != len(header):
            reading.refuse(file, line, "*", ",".join(row), f"{len(header)} fields: {','.join(header)}")
            continue
        yield line, [cell.strip() for cell in row]


def _refuse_any(
    found: dict[str, str], expected: dict[str, str], at: tuple[str, int], reading: Reading
) -> bool:
    wrong = [name for name, wanted in expected.items() if wanted]
    for name in wrong:
        reading.refuse(*at, name, found[name], expected[name])
    return bool(wrong)


def _has_parent(parent: str, level: str, reading: Reading) -> bool:
    return not parent if level == "1" else parent in reading.known


def _is_code(text: str) -> bool:
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()

"""Reference pages made from the tables of the core: rulebooks, indicators, lifecycles, permissions, messages."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from zhagen.cli import shipped
from zhagen.cli.lab_inputs import newest_day
from zhagen.core import lifecycle
from zhagen.core.indicators.registry import reference_page
from zhagen.core.lifecycle.table import Lifecycle
from zhagen.core.permissions import TABLE
from zhagen.core.reach import Reach
from zhagen.core.rulebook.reference import reference
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Role
from zhagen.lab.lever_page import lever_page

MADE = "Written by `make docs` from the code; do not edit."
REACHES: Mapping[Reach, str] = {
    Reach.ALL: "every object",
    Reach.OFFICE: "of the own street",
    Reach.COMMUNITY: "of the own community",
    Reach.ORGANISATION: "of the own organisation",
    Reach.ASSIGNED: "what names this person",
    Reach.PUBLISHED: "what is public",
}


def rulebooks_page() -> str:
    """Return docs/reference/rulebooks.md."""
    texts = shipped.catalogue()
    units = {code.removeprefix("unit."): text for code, text in texts.items() if code.startswith("unit.")}
    return reference(shipped.layers(), shipped.years(), units)


def lifecycles() -> list[Lifecycle]:
    """Return the lifecycle of every concept, by name."""
    found: dict[str, Lifecycle] = {}
    for module in iter_modules(lifecycle.__path__):
        inside = vars(import_module(f"{lifecycle.__name__}.{module.name}"))
        found |= {each.concept: each for each in inside.values() if isinstance(each, Lifecycle)}
    return [found[name] for name in sorted(found)]


def lifecycles_page() -> str:
    """Return docs/reference/lifecycles.md: each move with its names, from where to where."""
    lines = ["# Lifecycles", "", MADE, "A move that is not in the table is refused, whoever asks.", ""]
    for each in lifecycles():
        lines += [f"## {each.concept}", "", f"Begins as {_state(each, each.initial)}.", ""]
        lines += ["| move | 中文 | English | from | to |", "|---|---|---|---|---|"]
        lines += _move_lines(each)
        ends = "; ".join(_state(each, state) for state in sorted(each.ends())) or "none"
        lines += ["", f"States that nothing leads away from: {ends}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _move_lines(of: Lifecycle) -> Iterator[str]:
    for move, (sources, target) in of.moves.items():
        zh, en = _names(f"move.{of.concept}.{move}")
        origin = "<br>".join(_state(of, state) for state in sources)
        yield f"| `{move}` | {zh} | {en} | {origin} | {_state(of, target)} |"


def _state(of: Lifecycle, state: str) -> str:
    zh, en = _names(f"state.{of.concept}.{state}")
    return f"{zh} {en} (`{state}`)" if zh else f"`{state}`"


def _names(code: str) -> tuple[str, str]:
    texts = shipped.catalogue().get(code, {})
    return texts.get("zh", ""), texts.get("en", "")


def permissions_page() -> str:
    """Return docs/reference/permission-table.md: who may do each action, and how far."""
    head = "Default deny: who is not named may not. How it is proved: [permissions](permissions.md)."
    lines = ["# Permission table", "", MADE, head, "", "Reaches:", ""]
    lines += [f"- `{reach}`: {words}" for reach, words in REACHES.items()]
    lines += ["", "Roles: " + ", ".join(f"{_names(f'role.{role}')[0]} `{role}`" for role in Role) + ".", ""]
    lines += ["| action | who, how far |", "|---|---|"]
    for action, line in TABLE.items():
        by_reach: dict[Reach, list[str]] = {}
        for role, reach in line.items():
            by_reach.setdefault(reach, []).append(role.value)
        told = "; ".join(f"{', '.join(roles)}: {reach}" for reach, roles in by_reach.items())
        lines.append(f"| `{action}` | {told} |")
    return "\n".join(lines) + "\n"


def messages_page() -> str:
    """Return docs/reference/messages.md: how many texts each concept has; every one in both languages."""
    codes = Counter(code.partition(".")[0] for code in shipped.catalogue())
    lines = ["# Messages", "", MADE]
    lines += [
        f"{codes.total()} texts in `zhagen/rulebooks/messages/`, each in Chinese and English; the catalogue refuses a",
        "code that lacks one. By the first word of the code:",
        "",
        "| first word | texts |",
        "|---|---|",
    ]
    lines += [f"| `{word}` | {count} |" for word, count in sorted(codes.items())]
    return "\n".join(lines) + "\n"


def levers_page() -> str:
    """Return docs/reference/lab-levers.md: where each lever of the lab comes from and who can move it."""
    return lever_page(Rules(shipped.layers(), "", newest_day()), shipped.catalogue())


PAGES: Mapping[str, Callable[[], str]] = {
    "rulebooks.md": rulebooks_page,
    "indicators.md": reference_page,
    "lifecycles.md": lifecycles_page,
    "permission-table.md": permissions_page,
    "messages.md": messages_page,
    "lab-levers.md": levers_page,
}
"""File of docs/reference → what makes it."""

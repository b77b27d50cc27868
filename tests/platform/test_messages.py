"""Every code that the product raises, every state, move, event, role and notice has its texts."""

import ast
import importlib
import pkgutil
from pathlib import Path

import zhagen.core.lifecycle as lifecycles
from zhagen.core.catalogue import parse_catalogue
from zhagen.core.lifecycle.table import Lifecycle
from zhagen.core.types import Role
from zhagen.platform.texts import catalogue

PACKAGE = Path(lifecycles.__file__).resolve().parents[2]
MESSAGES = PACKAGE / "rulebooks" / "messages"


def calls(*names):
    """Each call of a function by name: file, line, first argument's possible constants."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and called(node) in names and node.args:
                for text in constants(node.args[0]):
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}", text


def called(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def constants(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def all_lifecycles():
    for module in pkgutil.iter_modules(lifecycles.__path__):
        for value in vars(importlib.import_module(f"zhagen.core.lifecycle.{module.name}")).values():
            if isinstance(value, Lifecycle):
                yield value


def lacking(wanted):
    known = catalogue()
    return [f"{where}: {code}" for where, code in wanted if code not in known]


def test_the_message_files_are_sound():
    texts = [(file.name, file.read_text("utf-8")) for file in sorted(MESSAGES.glob("*.toml"))]

    assert parse_catalogue(texts)


def test_every_error_code_raised_has_its_texts():
    raised = [(where, code) for where, code in calls("RuleError") if "." in code]

    assert len(raised) > 50
    assert not lacking(raised), "\n".join(lacking(raised))


def test_every_state_and_move_has_its_name():
    wanted = []
    for each in all_lifecycles():
        wanted += [(each.concept, f"state.{each.concept}.{state}") for state in type(each.initial)]
        wanted += [(each.concept, f"move.{each.concept}.{move}") for move in each.moves]

    assert len(wanted) > 100
    assert not lacking(wanted), "\n".join(lacking(wanted))


def test_every_event_recorded_has_its_name():
    wanted = [(where, f"event.{kind}") for where, kind in calls("record") if "." in kind]

    assert wanted
    assert not lacking(wanted), "\n".join(lacking(wanted))


def test_every_notice_sent_has_its_text():
    wanted = [(where, f"notice.{code}") for where, code in calls("notify", "Note")]

    assert not lacking(wanted), "\n".join(lacking(wanted))


def test_every_role_has_its_name():
    assert not lacking([("types.py", f"role.{role}") for role in Role])

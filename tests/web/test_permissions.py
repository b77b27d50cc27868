"""Who may do and see what: the table is what was decided, every page obeys it, foreign answers like absent.

`make permissions-expected` writes the matrix anew after a decision; read the difference before committing it.
"""

import itertools
import logging
import os
import random
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

import zhagen
from tests import proofs
from tests.objects import ARGUMENTS, BUILDERS, MAY_BE_ABSENT, World, worlds
from tests.web.matrix import (
    ROLES,
    actors,
    frozen,
    lines_of,
    matrix,
    pages,
    person_of,
    write,
)
from zhagen.core.permissions import TABLE, may
from zhagen.core.reach import Reach
from zhagen.core.types import Role
from zhagen.platform.scope import visible

METHODS = ("GET", "POST")
DRAWN, OTHERS, SEED = 100, 5, 2026
"""Of the cells deleted or widened, and of the roles that a url refuses everywhere; the campaign takes all of them."""
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|_key)" value="[^"]*"')


@pytest.fixture(autouse=True)
def quiet_log():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def made():
    return worlds()


def test_the_table_is_what_was_decided(made):
    rows = matrix(made)
    if os.environ.get("ZHAGEN_WRITE_EXPECTED"):
        write(rows)

    decided = frozen()

    assert [row for row in rows if row not in decided.get(row[0], [])] == []
    assert sorted(decided) == sorted(TABLE)
    assert len(rows) == sum(len(lines) for lines in decided.values())


def mutants():
    """Each cell of the table, deleted; and each reach, widened to everything."""
    for action, cells in sorted(TABLE.items()):
        for role, reach in cells.items():
            yield action, {other: far for other, far in cells.items() if other is not role}
            if reach is not Reach.ALL:
                yield action, {**cells, role: Reach.ALL}


def survivors(made, monkeypatch, chosen):
    decided = frozen()
    left = []
    for action, cells in chosen:
        with monkeypatch.context() as patch:
            patch.setitem(TABLE, action, cells)
            if lines_of(made, action) == decided[action]:
                left.append((action, cells))
    return left


@pytest.mark.campaign
def test_every_deleted_or_widened_line_of_the_table_is_noticed(made, monkeypatch):
    every = list(mutants())
    chosen = random.Random(SEED).sample(every, proofs.size(DRAWN, len(every)))

    left = survivors(made, monkeypatch, chosen)

    print(f"\npermissions: {len(chosen)} of {len(every)} mutants of the table, {len(left)} unnoticed")
    assert left == []
    proofs.found("mutants of the table", size=len(chosen), full=len(every), unnoticed=0)


@dataclass(frozen=True)
class Asked:
    """One request of the proof."""

    url: str
    method: str
    role: str
    kind: str

    def __str__(self) -> str:
        return f"{self.method} {self.url} as {self.role} on {self.kind}"


def clients(world: World) -> dict[str, Client]:
    known = {"public": Client(), **{role.value: person_of(world, role).client for role in ROLES}}
    for client in known.values():
        client.raise_request_exception = False
    return known


def ask(client: Client, method: str, url: str):
    """Send one request and undo what it changed."""
    with transaction.atomic(), transaction.atomic(using="throwaway"):
        answer = client.get(url) if method == "GET" else client.post(url)
        content = b"" if answer.streaming else answer.content
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="throwaway")
    return answer.status_code, TOKEN.sub(b"", content), answer.get("Location", "")


def is_refused(status: int, location: str) -> bool:
    return status in {403, 404} or (status == 302 and location.startswith("/accounts/login/"))


def address(pattern, world, pk=None):
    further = ARGUMENTS.get(pattern.name, lambda w: {})(world)
    return reverse(pattern.name, kwargs={**further, **({} if pk is None else {"pk": pk})})


def sites(made, pattern):
    """Each kind of object of a url with its address; a page without object has one."""
    model = pattern.callback.model
    if model is None:
        yield "page", None, address(pattern, made["own"])
        return
    for kind, world in made.items():
        yield kind, world.of(model), address(pattern, world, world.of(model).pk)
    for kind, obj in made["own"].further(model).items():
        yield kind, obj, address(pattern, made["own"], obj.pk)


def absent_address(pattern, made):
    is_uuid = "uuid" in str(pattern.pattern)
    return address(pattern, made["own"], uuid.UUID(int=7) if is_uuid else "999999999999")


def is_allowed(actor, view, obj):
    if not may(actor, view.action):
        return False
    return obj is None or visible(actor, view.action, view.model).filter(pk=obj.pk).exists()


def fault_of(here, answer, allowed):
    """Say what is wrong with one answer, or nothing."""
    refused = is_refused(answer[0], answer[2])
    if answer[0] >= 500:
        return f"{here}: {answer[0]}"
    if refused and allowed and here.url not in MAY_BE_ABSENT:
        return f"{here}: refused ({answer[0]}) though the table allows it"
    return f"LEAK {here}: {answer[0]}" if not refused and not allowed else ""


def asking_roles(known, who, pattern):
    """Return who asks for a url: all whom the table lets do it somewhere, the public, and of the others a draw."""
    let = [role for role in known if role == "public" or may(who[role], pattern.callback.action)]
    others = [role for role in known if role not in let]
    count = min(len(others), proofs.size(OTHERS, len(known)))
    return [*let, *random.Random(f"{SEED} {pattern.name}").sample(others, count)]


def faults_of(made, known, pattern):
    """Ask for one url by every method; return the number of requests, of them all at full size, and what was wrong."""
    view, asked, wrong = pattern.callback, 0, []
    who, nowhere = actors(made["own"]), absent_address(pattern, made) if pattern.callback.model else ""
    asking = asking_roles(known, who, pattern)
    for role, method in itertools.product(asking, METHODS):
        client = known[role]
        if method not in view.methods:
            asked += 1
            status = ask(client, method, next(sites(made, pattern))[2])[0]
            wrong += [] if status == 405 else [f"{method} {pattern.name} as {role}: {status} instead of 405"]
            continue
        absent = without_path(ask(client, method, nowhere), nowhere) if nowhere else None
        for kind, obj, url in sites(made, pattern):
            asked += 1
            here, answer = Asked(pattern.name, method, role, kind), ask(client, method, url)
            allowed = is_allowed(who[role], view, obj)
            wrong.append(fault_of(here, answer, allowed))
            if absent and not allowed and without_path(answer, url) != absent:
                wrong.append(f"LEAK {here}: differs from an absent object")
    return asked, asked * len(known) // len(asking), [each for each in wrong if each]


def without_path(answer, url):
    """An answer without the address that was asked for, which the asker knows."""
    status, content, location = answer
    return status, content.replace(url.encode(), b""), location.replace(url, "")


@pytest.mark.campaign
def test_every_page_obeys_the_table_and_a_foreign_object_is_like_an_absent_one(made, record_property):
    known, total, full, wrong = clients(made["own"]), 0, 0, []
    buildable = [each for each in pages() if each.callback.model in {None, *BUILDERS}]
    for pattern in buildable:
        try:
            asked, whole, faults = faults_of(made, known, pattern)
        except NoReverseMatch as error:
            asked, whole, faults = 0, 0, [f"{pattern.name}: tests/objects.py ARGUMENTS: {error}"]
        total, full = total + asked, full + whole
        wrong += faults
    record_property("requests", total)
    print(
        f"\npermissions: {len(pages())} urls, {len(known)} roles, {total} of {full} requests, {len(wrong)} faults"
    )

    assert not wrong, "\n".join(wrong[:60])
    assert total > 2000
    proofs.found("requests", size=total, full=full, urls=len(pages()), roles=len(known), leaks=0)


def test_every_model_that_a_page_fetches_has_a_builder():
    models = {each.name: each.callback.model for each in pages() if each.callback.model is not None}
    lacking = [f"{name}: {model.__name__}" for name, model in models.items() if model not in BUILDERS]

    assert not lacking, f"tests/objects.py: BUILDERS lacks {lacking}"


def test_every_url_that_names_no_pk_is_known():
    unknown = [
        each.name for each in pages() if set(each.pattern.converters) - {"pk"} and each.name not in ARGUMENTS
    ]

    assert not unknown, f"tests/objects.py: ARGUMENTS lacks {unknown}"


def test_every_role_of_the_table_has_somebody_in_the_cast(made):
    assert {role.value for role in Role} - {"public", "system"} <= set(made["own"].people)


def test_every_action_of_the_table_is_a_page_or_asked_for_by_a_change():
    code = "".join(
        file.read_text("utf-8")
        for file in Path(zhagen.__file__).parent.rglob("*.py")
        if "permission_lines" not in file.parts and "migrations" not in file.parts
    )
    of_pages = {each.callback.action for each in pages()}

    def is_asked(action):
        concept, step = action.split(".")
        return f'"{action}"' in code or (f'f"{concept}.{{step}}"' in code and f'"{step}", by)' in code)

    assert [action for action in TABLE if action not in of_pages and not is_asked(action)] == []


def test_every_address_that_a_template_names_exists():
    """`{% url … as x %}` hides a wrong name, so that a link is silently missing."""
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    wrong = [
        f"{file.name}: {name}"
        for file in Path(zhagen.__file__).parent.rglob("*.html")
        for name in re.findall(r"{% url '([^':]+)'", file.read_text("utf-8"))
        if name not in known
    ]

    assert wrong == []

"""Who may do and see what: the table is what was decided, every page obeys it, foreign answers like absent.

`make permissions-expected` writes the matrix anew after a decision; read the difference before committing it.
"""

import logging
import os
import random
import re
import uuid
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.objects import ARGUMENTS, BUILDERS, MAY_BE_ABSENT, World, worlds
from tests.web.matrix import (
    ROLES,
    actors,
    frozen,
    line,
    matrix,
    models_of_actions,
    objects_for,
    pages,
    person_of,
    write,
)
from zhagen.core.permissions import TABLE, may
from zhagen.core.reach import Reach
from zhagen.core.types import Role
from zhagen.platform.scope import visible

METHODS = ("GET", "POST")
SEED, DRAWN = 20260504, 50
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

    assert [row for row in rows if decided.get(row[0]) != row] == []
    assert sorted(decided) == sorted(TABLE)


def mutants():
    """Each cell of the table, deleted; and each reach, widened to everything."""
    for action, cells in sorted(TABLE.items()):
        for role, reach in cells.items():
            yield action, {other: far for other, far in cells.items() if other is not role}
            if reach is not Reach.ALL:
                yield action, {**cells, role: Reach.ALL}


def survivors(made, monkeypatch, chosen):
    decided, models = frozen(), models_of_actions()
    left = []
    for action, cells in chosen:
        model = models.get(action)
        with monkeypatch.context() as patch:
            patch.setitem(TABLE, action, cells)
            if (
                model is None
                and any(reach is Reach.ALL for reach in cells.values())
                and cells.keys() == TABLE_KEYS[action]
            ):
                continue  # how far an action without page objects reaches is tested where it is asked
            if line(made, action, model) == decided[action]:
                left.append((action, cells))
    return left


def test_a_deleted_or_widened_line_of_the_table_is_noticed(made, monkeypatch):
    drawn = random.Random(SEED).sample(list(mutants()), DRAWN)

    assert survivors(made, monkeypatch, drawn) == []


@pytest.mark.campaign
def test_every_deleted_or_widened_line_of_the_table_is_noticed(made, monkeypatch):
    assert survivors(made, monkeypatch, mutants()) == []


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
    return {"public": Client(), **{role.value: person_of(world, role).client for role in ROLES}}


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


def sites(made, pattern):
    """Each kind of object of a url with its address; pages without object have one."""
    model = pattern.callback.model
    if model is None:
        yield (
            "page",
            None,
            reverse(pattern.name, kwargs=ARGUMENTS.get(pattern.name, lambda w: {})(made["own"])),
        )
        return
    assert model in BUILDERS, f"{pattern.name}: tests/objects.py has no builder for {model.__name__}"
    for kind, world in made.items():
        yield kind, world, reverse(pattern.name, args=[world.of(model).pk])


def absent_address(pattern):
    is_uuid = "uuid" in str(pattern.pattern)
    return reverse(pattern.name, args=[uuid.UUID(int=7) if is_uuid else "999999999999"])


def faults_of(made, known, pattern):
    """Ask for one url as everyone; return the number of requests and what was wrong."""
    view, asked, wrong = pattern.callback, 0, []
    who = actors(made["own"])
    for role, client in known.items():
        actor = who[role]
        absent = {}
        if view.model is not None:
            absent = {method: ask(client, method, absent_address(pattern)) for method in METHODS}
        for kind, world, url in sites(made, pattern):
            for method in METHODS:
                here = Asked(pattern.name, method, role, kind)
                answer = ask(client, method, url)
                asked += 1
                if method not in view.methods:
                    wrong += [] if answer[0] == 405 else [f"{here}: {answer[0]} instead of 405"]
                    continue
                allowed = may(actor, view.action)
                if allowed and view.model is not None:
                    allowed = (
                        visible(actor, view.action, view.model).filter(pk=world.of(view.model).pk).exists()
                    )
                refused = is_refused(answer[0], answer[2])
                if answer[0] >= 500:
                    wrong.append(f"{here}: {answer[0]}")
                elif refused and allowed and pattern.name not in MAY_BE_ABSENT:
                    wrong.append(f"{here}: refused ({answer[0]}) though the table allows it")
                elif not refused and not allowed:
                    wrong.append(f"LEAK {here}: {answer[0]}")
                if (
                    not allowed
                    and absent
                    and without_path(answer, url) != without_path(absent[method], absent_address(pattern))
                ):
                    wrong.append(f"LEAK {here}: differs from an absent object")
    return asked, wrong


def without_path(answer, url):
    """An answer without the address that was asked for, which the asker knows."""
    status, content, location = answer
    return status, content.replace(url.encode(), b""), location.replace(url, "")


def test_every_page_obeys_the_table_and_a_foreign_object_is_like_an_absent_one(made, record_property):
    known, total, wrong = clients(made["own"]), 0, []
    for pattern in pages():
        asked, faults = faults_of(made, known, pattern)
        total += asked
        wrong += faults
    record_property("requests", total)
    print(f"\npermissions: {len(pages())} urls, {len(known)} roles, {total} requests, {len(wrong)} faults")

    assert not wrong, "\n".join(wrong[:60])
    assert total > 2000


def test_every_url_that_names_no_pk_is_known():
    unknown = [
        each.name for each in pages() if set(each.pattern.converters) - {"pk"} and each.name not in ARGUMENTS
    ]

    assert not unknown, f"tests/objects.py: ARGUMENTS lacks {unknown}"


def test_every_role_of_the_table_has_somebody_in_the_cast(made):
    assert {role.value for role in Role} - {"public", "system"} <= set(made["own"].people)

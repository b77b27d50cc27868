"""Bad input to every form: a clear message, what was typed kept, never a 500, nothing half-written.

Each url that answers POST is asked as a role that may, with hostile values in one field of an otherwise plausible
form. CI takes a drawn slice; the campaign takes every field with every value.
"""

import html
import logging
import os
import random
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.objects import ARGUMENTS, BUILDERS, worlds
from tests.web.matrix import ROLES, pages, person_of
from zhagen.core.permissions import TABLE, may
from zhagen.core.types import Role
from zhagen.platform.scope import visible

SEED, PER_FIELD = 20261123, 2
CAMPAIGN = os.environ.get("ZHAGEN_CAMPAIGN") == "1"
HOSTILE = {
    "absent": None,
    "empty": "",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no such day": "2026-02-30",
    "huge": "1e99",
    "larger than any column": "9" * 40,
    "just past 64 bits": str(2**63),
    "negative": "-5",
    "full width": "１２３４５",
    "not a number": "NaN",
    "long": "长" * 10_000,
    "nul": "a\0b",
    "emoji": "👵🏽👨‍👩‍👧",
    "script": "<script>alert('x')</script>",
    "template": "{{ 7|add:7 }}{% url 'x' %}",
    "wrong uuid": "00000000-0000-0000-0000-000000000007",
    "not a uuid": "../../etc/passwd",
    "quote": "'; DROP TABLE need; --",
}
FILES = {
    "empty file": ("x.pdf", b"", "application/pdf"),
    "program": ("扫描.pdf.exe", b"MZ\x90\x00" * 50, "application/pdf"),
    "script as photo": ("a.jpg", b"<svg onload=alert(1)>", "image/jpeg"),
    "broken archive": ("a.docx", b"PK\x03\x04" + b"\0" * 60, "application/zip"),
    "odd name": ("../../\0evil\n.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"),
}


@dataclass
class Field:
    name: str
    kind: str
    value: str


class Fields(HTMLParser):
    """The fields of a page's POST forms, with a plausible value each."""

    def __init__(self):
        super().__init__()
        self.found: dict[str, Field] = {}
        self._is_post = False
        self._select = ""

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag == "form":
            self._is_post = at.get("method", "").lower() == "post"
        name = at.get("name")
        if not self._is_post:
            return
        if tag == "option" and self._select and at.get("value"):
            self.found[self._select].value = self.found[self._select].value or at["value"]
        if tag == "select" and name:
            self._select = name
            self.found[name] = Field(name, "select", "")
        if tag == "textarea" and name:
            self.found[name] = Field(name, "text", "按会议决定办理")
        if tag == "input" and name and name not in {"csrfmiddlewaretoken", "_key"}:
            kind = at.get("type", "text")
            self.found.setdefault(name, Field(name, kind, at.get("value") or PLAUSIBLE.get(kind, "1")))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._is_post = False


PLAUSIBLE = {"date": "2026-05-04", "text": "1", "number": "1", "checkbox": "on", "email": "a@example.org"}
POST_ONLY = ("reason", "file", "into", "kind", "next", "language")


@pytest.fixture(autouse=True)
def quiet_log():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def address(pattern, world):
    further = dict(ARGUMENTS.get(pattern.name, lambda w: {})(world))
    if pattern.callback.model is not None:
        further["pk"] = world.of(pattern.callback.model).pk
    return reverse(pattern.name, kwargs=further)


def someone_who_may(pattern, world):
    """Return a client of somebody who may, and the address as he would ask it."""
    view = pattern.callback
    for role in ROLES:
        person = person_of(world, role)
        if not may(person.actor, view.action):
            continue
        if view.model is None:
            return person.client
        obj = world.of(view.model)
        if visible(person.actor, view.action, view.model).filter(pk=obj.pk).exists():
            return person.client
    return Client() if Role.PUBLIC in TABLE[view.action] else None


@cache
def tables():
    """Return the business tables of the main database."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("zhagen.")]
    kept = set(connection.introspection.table_names())
    return sorted({model._meta.db_table for model in ours} & kept)


def rows():
    """Return how many rows the business tables hold, in one query."""
    names = tables()
    counts = " UNION ALL ".join(f'SELECT count(*) AS n FROM "{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return [row[0] for row in cursor.fetchall()]


def attempts(fields):
    """Yield what to send: one field hostile, the others plausible; the slice draws some, the campaign takes all."""
    draw = random.Random(SEED)
    base = {each.name: each.value for each in fields if each.kind != "file"}
    files = {each.name for each in fields if each.kind == "file"}
    yield "nothing at all", {}, set()
    yield "everything long", dict.fromkeys(base, "长" * 10000), set(base)
    for each in fields:
        values = FILES if each.kind == "file" else HOSTILE
        chosen = list(values) if CAMPAIGN else draw.sample(list(values), PER_FIELD)
        for label in chosen:
            data = dict(base)
            if each.kind == "file":
                name, content, kind = FILES[label]
                data[each.name] = SimpleUploadedFile(name, content, kind)
            elif HOSTILE[label] is None:
                data.pop(each.name, None)
            else:
                data[each.name] = HOSTILE[label]
            yield f"{each.name}: {label}", data, {each.name} - files
    yield "a file that nobody asked for", {**base, "unasked": SimpleUploadedFile("x.pdf", b"%PDF-1.4")}, set()


def send(client, url, data):
    """Post and undo; return the answer, its text and whether rows changed."""
    with transaction.atomic(), transaction.atomic(using="throwaway"):
        before = rows()
        answer = client.post(url, data)
        text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
        is_changed = rows() != before
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="throwaway")
    return answer, text, is_changed


SECRETS = re.compile(r"password|words|secret|code|share", re.IGNORECASE)
MESSAGE = re.compile(r'role="alert"|class="errorlist|class="alert alert-|rule-error|class="empty"')


def fault_of(answer, text, is_changed, lost):
    """Say what is wrong with an answer, or nothing."""
    faults = {
        f"answered {answer.status_code}": answer.status_code >= 500,
        "a script was sent back alive": "<script>alert" in text,
        f"answered {answer.status_code} and yet rows changed": answer.status_code >= 400 and is_changed,
        "no message": answer.status_code == 422 and not MESSAGE.search(text),
        f"what was typed was lost: {lost}": answer.status_code == 422 and bool(lost) and "<form" in text,
    }
    return next((words for words, is_so in faults.items() if is_so), "")


KEPT = {"text", "date", "number", "email"}


def lost_of(text, data, hostile, kinds):
    """Return the fields whose typed text the page does not show again; secrets and NUL are not shown."""
    shown = html.unescape(text)
    typed = {name: data.get(name) for name in hostile if kinds.get(name) in KEPT and not SECRETS.search(name)}
    return [name for name, value in typed.items() if value and "\0" not in value and value not in shown]


def test_every_form_bears_bad_input(record_property):
    world, asked, wrong = worlds()["own"], 0, []
    for pattern in pages():
        view = pattern.callback
        if "POST" not in view.methods or (view.model is not None and view.model not in BUILDERS):
            continue
        client = someone_who_may(pattern, world)
        if client is None:
            continue
        client.raise_request_exception = False
        try:
            url = address(pattern, world)
        except NoReverseMatch:  # tests/web/test_permissions.py says which arguments are lacking
            continue
        fields = fields_of(client, url, view)
        kinds = {each.name: each.kind for each in fields}
        for label, data, hostile in attempts(fields):
            asked += 1
            try:
                answer, text, is_changed = send(client, url, data)
                fault = fault_of(answer, text, is_changed, lost_of(text, data, hostile, kinds))
            except Exception as error:
                fault = f"raised {type(error).__name__}: {error}"[:200]
            wrong += [f"{pattern.name} [{label}]: {fault}"] if fault else []
    record_property("requests", asked)
    print(f"\nbad input: {asked} requests, {len(wrong)} faults")

    assert not wrong, "\n".join(wrong[:80])
    assert asked > 300


def fields_of(client, url, view):
    if "GET" in view.methods:
        answer = client.get(url)
        if answer.status_code == 200 and not answer.streaming:
            parser = Fields()
            parser.feed(answer.content.decode())
            return list(parser.found.values())
    return [Field(name, "file" if name == "file" else "unasked", "1") for name in POST_ONLY]

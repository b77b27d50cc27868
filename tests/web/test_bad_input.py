"""Bad input to every form: a clear message, what was typed kept, never a 500, nothing half-written.

Each url that answers POST is asked as a role that may, with hostile values in one field of an otherwise plausible
form. CI takes a drawn slice; the campaign takes every field with every value.
"""

import html
import io
import logging
import random
import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import pytest
import xlsxwriter
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests import proofs
from tests.objects import ARGUMENTS, a_need, fabricate, names_somebody, worlds
from tests.procurement import builders_tender as made
from tests.web.matrix import ROLES, pages, person_of
from zhagen.core.permissions import TABLE, may
from zhagen.core.types import Role
from zhagen.parties import models as parties
from zhagen.platform.scope import visible
from zhagen.procurement import models as procurement

SEED, PER_FIELD = 20261123, 2
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
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def a_sheet(*cells):
    """Return a workbook whose rows all hold these cells, headings of the importers above them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("合同")
        for line in range(4):
            for place, cell in enumerate(cells * 4):
                sheet.write(line, place, cell)
    return out.getvalue()


FILES = {
    "empty file": ("x.pdf", b"", "application/pdf"),
    "program": ("扫描.pdf.exe", b"MZ\x90\x00" * 50, "application/pdf"),
    "script as photo": ("a.jpg", b"<svg onload=alert(1)>", "image/jpeg"),
    "broken archive": ("a.docx", b"PK\x03\x04" + b"\0" * 60, "application/zip"),
    "odd name": ("../../\0evil\n.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"),
    "formulas": ("a.xlsx", a_sheet("=1+1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"), XLSX),
    "absurd values": ("a.xlsx", a_sheet("0001-01-01", "9999-12-31", -1, 1e300, 2**63, "长" * 30_000), XLSX),
    "cut sheet": ("a.xlsx", a_sheet("合同")[:-200], XLSX),
    "sheet in disguise": ("a.pdf", a_sheet("合同"), "application/pdf"),
    "oversized": ("a.xlsx", a_sheet("合同") + b"\0" * (31 * 1024 * 1024), XLSX),
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


ASKABLE = {
    procurement.Bid: lambda w: made.bid_of(made.a_tender(w.people, "opened"), "扎根社工服务中心"),
    parties.Notice: lambda w: fabricate(
        parties.Notice,
        recipient=None,
        organisation=w.organisation(),
        code="site.test",
        url="/",
        place=w.place(),
    ),
    procurement.Need: lambda w: a_need(w, helper=w.people["community"].user),
}
"""Objects in a state that some form needs: an opened bid, a notice for paper, a need that a helper wrote down."""


def objects_for(model, world, person):
    """Yield objects of a model, nearest first: the world's own, one that names the person, one in a needed state."""
    yield world.of(model)
    if names_somebody(model):
        yield world.of(model, person)
    yield from world.further(model).values()
    if model in ASKABLE:
        key = ("askable", model)
        if key not in world.made:
            world.made[key] = ASKABLE[model](world)
        yield world.made[key]


def asker_of(pattern, world):
    """Return a client of somebody who may post to a url, and the url as he would ask it; or nothing."""
    view, model = pattern.callback, pattern.callback.model
    further = ARGUMENTS.get(pattern.name, lambda w: {})(world)
    for person in (person_of(world, role) for role in ROLES):
        if not may(person.actor, view.action):
            continue
        if model is None:
            return person.client, reverse(pattern.name, kwargs=further)
        rows = visible(person.actor, view.action, model)
        for obj in objects_for(model, world, person):
            if rows.filter(pk=obj.pk).exists():
                return person.client, reverse(pattern.name, kwargs={**further, "pk": obj.pk})
    if Role.PUBLIC in TABLE[view.action] and model is None:
        return Client(), reverse(pattern.name, kwargs=further)
    return None


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
        chosen = draw.sample(list(values), proofs.size(PER_FIELD, len(values)))
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


def forms():
    """Return every url that takes a POST, as the permission proof knows them."""
    return [each for each in pages() if "POST" in each.callback.methods]


def test_every_form_has_an_address_and_somebody_who_may_ask_it():
    """A new form that the proof below would pass over fails here."""
    world, passed_over = worlds()["own"], []
    for pattern in forms():
        try:
            reason = "" if asker_of(pattern, world) else "nobody of the cast may on any object made here"
        except (KeyError, NoReverseMatch) as error:
            reason = str(error)
        passed_over += [f"{pattern.name}: tests/objects.py: {reason}"] if reason else []

    assert not passed_over, "\n".join(passed_over)


@pytest.mark.campaign
def test_every_form_bears_bad_input(record_property):
    world, asked, wrong = worlds()["own"], 0, []
    for pattern in forms():
        view = pattern.callback
        client, url = asker_of(pattern, world)
        client.raise_request_exception = False
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
    print(f"\nbad input: {len(forms())} forms, {asked} requests, {len(wrong)} faults")

    assert not wrong, "\n".join(wrong[:80])
    assert asked > 300
    values = proofs.size(PER_FIELD, len(HOSTILE))
    proofs.found(
        "hostile values a field", size=values, full=len(HOSTILE), forms=len(forms()), requests=asked, faults=0
    )


def fields_of(client, url, view):
    if "GET" in view.methods:
        answer = client.get(url)
        if answer.status_code == 200 and not answer.streaming:
            parser = Fields()
            parser.feed(answer.content.decode())
            return list(parser.found.values())
    return [Field(name, "file" if name == "file" else "unasked", "1") for name in POST_ONLY]

"""A reader of English meets no Chinese on any page but what people typed and what the law itself is called.

Every page is opened in English by each role that may, and its form is sent empty. Whatever the database holds
as typed, and the sources of rules, may stay Chinese; a word of a choice, a label or a message may not.
"""

import html
import json
import logging
import re
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import CharField, JSONField, TextField
from django.utils.functional import Promise

from tests.cast import STREET
from tests.objects import AT, BUILDERS, worlds
from tests.web.matrix import actors, pages
from tests.web.test_permissions import ask, clients, is_allowed, sites
from zhagen.core.calendar import year_template
from zhagen.lab.legal import clauses
from zhagen.lab.local_facts import shipped_facts
from zhagen.parties.rules import rules_for
from zhagen.platform.translations import PACKAGE
from zhagen.procurement.actions.step import step_kinds

HAN = re.compile(r"[\u4e00-\u9fff]+")
CHINESE_PART = re.compile(r'<(\w+) lang="zh-Hans">.*?</\1>', re.S)
OWN_NAMES = ("简体中文", "3号楼 1单元 101", "事前绩效评估")
"""What stays Chinese on purpose: the name of the other language, and how a door is written in a list."""


def texts_in(value: object) -> Iterator[str]:
    """Yield every text inside a stored value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts_in(key)
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def typed() -> Iterator[str]:
    """Yield every text that the database holds outside of choices: what people typed or imported."""
    for model in apps.get_models():
        fields = [each for each in model._meta.concrete_fields if holds_words(each)]
        for row in model._default_manager.values_list(*(each.attname for each in fields)) if fields else ():
            yield from texts_in(list(row))


def holds_words(field: models.Field) -> bool:
    return isinstance(field, (CharField, TextField, JSONField)) and not field.choices


def law() -> Iterator[str]:
    """Yield the sources of rules, steps and the lab's figures, and what the rulebook itself holds as text."""
    yield from (fact.source for fact in shipped_facts().values())
    yield from (clause.source for clause in clauses().values())
    yield from (kind.source for kind in step_kinds().values())
    yield year_template(2027)
    yield from (paper.read_text("utf-8") for paper in PACKAGE.glob("*/documents/*.toml"))  # samples of papers
    rules = rules_for(STREET, AT.date())
    for name in rules.names():
        yield rules.value(name).source
        yield from texts_in(jsonable(rules.value(name).value))


def jsonable(value: object) -> object:
    return json.loads(
        json.dumps(value, default=lambda each: dict(each) if hasattr(each, "keys") else str(each))
    )


def runs_of(text: str) -> set[str]:
    return set(HAN.findall(text))


def chinese_in(content: bytes) -> set[str]:
    """Return the runs of Han characters of a page, but for parts that say themselves that they are Chinese."""
    return runs_of(CHINESE_PART.sub("", html.unescape(content.decode())))


def not_typed(runs: Iterable[str]) -> set[str]:
    """Return those runs that nobody typed and no law is called."""
    allowed = set().union(*(runs_of(each) for each in [*typed(), *law(), *OWN_NAMES]))
    pieces = re.compile("|".join(re.escape(each) for each in sorted(allowed, key=len, reverse=True)))
    return {run for run in runs if HAN.search(pieces.sub("", run))}


@pytest.fixture(autouse=True)
def quiet_log():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def english_readers(world):
    known = clients(world)
    for client in known.values():
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return known


def answers(made, known):
    """Yield each page of our own world as each reader gets it: as it comes, and refused for an empty form."""
    who = actors(made["own"])
    for pattern in pages():
        if pattern.callback.model not in {None, *BUILDERS}:
            continue
        for kind, obj, url in sites(made, pattern):
            if kind not in {"page", "own"}:
                continue
            for role, client in known.items():
                if is_allowed(who[role], pattern.callback, obj):
                    for method in sorted(pattern.callback.methods):
                        yield f"{method} {pattern.name} as {role}", *ask(client, method, url)


def test_an_english_page_says_chinese_only_where_people_or_the_law_did():
    made = worlds()
    known, seen, first_seen = english_readers(made["own"]), 0, {}

    for where, status, content, _ in answers(made, known):
        if status in {200, 422} and content.lstrip().startswith(b"<!doctype html"):
            seen += 1
            for run in chinese_in(content):
                first_seen.setdefault(run, where)

    left = not_typed(first_seen)
    print(f"\nenglish: {seen} answers read, {len(left)} Chinese texts left")
    assert seen > 500
    assert not left, "\n".join(f"{run}  — {first_seen[run]}" for run in sorted(left))


def test_every_word_of_a_choice_can_be_said_in_english():
    plain = [
        f"{model._meta.label}.{field.name}: {words}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        for _, words in field.flatchoices
        if HAN.search(str(words)) and not isinstance(words, Promise)
    ]

    assert not plain, "\n".join(plain)

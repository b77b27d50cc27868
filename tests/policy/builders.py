"""Rehearsals and drafts for the tests; a stored result stands for the minute that a real one takes."""

import datetime as dt

from tests.cast import STREET
from tests.policy.result import RESULT
from zhagen.core.buying.plan import Decision
from zhagen.parties.models import Place
from zhagen.platform.clock import now, today
from zhagen.policy.actions.lab_run import RunOrder, ask_run
from zhagen.policy.actions.lab_work import finish_run, take_next
from zhagen.policy.actions.rule_draft import DraftWords, adopt_draft, draw_up_draft
from zhagen.policy.compute import Ask

SMALL = Ask(communities=20, draws=5, replications=2, months=24)
CREDIT = "off_plan.credit_max"
CHANGES = {CREDIT: 3500}
AHEAD = dt.timedelta(days=30)


def asked(people, changes=None, ask=SMALL, rules_on=None, title="多算计划外任务"):
    order = RunOrder(title, changes or CHANGES, rules_on or today() + AHEAD, ask)
    return ask_run(order, place=Place.objects.get(pk=STREET), by=people["handler"].actor, now=now())


def begun(people, **kwargs):
    asked(people, **kwargs)
    return take_next(now())


def computed(people, changes=None, result=RESULT, **kwargs):
    return finish_run(begun(people, changes=changes, **kwargs), result, at=now())


def drawn_up(people, run=None, from_on=None):
    words = DraftWords("预演显示居民的事办得更好", from_on or today() + AHEAD)
    return draw_up_draft(run or computed(people), words, by=people["handler"].actor, now=now())


def a_decision(**changes):
    said = {"body": "主任办公会", "number": "街办纪〔2026〕9号", "decided_on": today(), "attendees": 9}
    return Decision(**{**said, **changes})


def adopted(people, draft=None, from_on=None):
    draft = draft or drawn_up(people)
    return adopt_draft(draft, a_decision(), from_on or draft.from_on, by=people["chief"].actor, now=now())

"""The whole way over HTTP: levers, result, draft, decision, in force, way back."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import STREET, cast
from tests.policy.builders import CREDIT, adopted, computed, drawn_up
from tests.policy.result import RESULT
from tests.policy.test_lab_run_pages import typed
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import now, today
from zhagen.platform.due import run_due
from zhagen.policy.actions.lab_work import finish_run, take_next
from zhagen.policy.models import LabRun, RuleDraft

DAY = dt.timedelta(days=1)


@pytest.fixture
def people():
    return cast()


class Way:
    """One person after another at the browser; every form has a key of its own."""

    def __init__(self, people):
        self.people, self.keys = people, 0

    def send(self, role, name, *args, **form):
        self.keys += 1
        answer = self.people[role].client.post(reverse(name, args=args), {**form, "_key": f"w{self.keys}"})
        assert answer.status_code == 302, answer.content.decode()
        return answer

    def see(self, role, name, *args):
        answer = self.people[role].client.get(reverse(name, args=args))
        assert answer.status_code == 200
        return answer.content.decode()


def decision(from_on, number):
    return {
        "body": "主任办公会", "number": number, "decided_on": today().isoformat(), "attendees": "9",
        "from_on": from_on.isoformat(),
    }  # fmt: skip


def test_from_a_lever_to_a_rule_in_force_and_back_again(people):
    way, begins = Way(people), today() + 30 * DAY

    way.send(
        "handler", "lab_run_ask", **{**typed(off_plan__credit_max="3500"), "rules_on": begins.isoformat()}
    )
    run = finish_run(take_next(now()), RESULT, at=now())
    assert reverse("rule_draft_draw_up", args=[run.pk]) in way.see("handler", "lab_run_view", run.pk)
    way.send("handler", "rule_draft_draw_up", run.pk, reason="预演方向明确", from_on=begins.isoformat())
    draft = RuleDraft.objects.get()
    assert "记录规则草案的集体决定" in way.see("chief", "desk")
    assert reverse("rule_draft_adopt", args=[draft.pk]) not in way.see("handler", "rule_draft_view", draft.pk)
    way.send("chief", "rule_draft_adopt", draft.pk, **decision(begins, "街办纪〔2026〕9号"))
    assert rules_for(STREET, begins - DAY).int(CREDIT) == 1000

    with time_machine.travel(dt.datetime.combine(begins, dt.time(4), tzinfo=dt.UTC), tick=False) as clock:
        run_due(now())
        assert "施行中" in way.see("auditor", "rule_draft_view", draft.pk)
        assert rules_for(STREET, today()).int(CREDIT) == 3500
        ends = begins + 40 * DAY
        way.send("handler", "rule_draft_restore", draft.pk, reason="效果不好", from_on=ends.isoformat())
        back = RuleDraft.objects.exclude(pk=draft.pk).get()
        way.send("leader", "rule_draft_adopt", back.pk, **decision(ends, "街办纪〔2026〕20号"))
        clock.move_to(dt.datetime.combine(ends, dt.time(4), tzinfo=dt.UTC))
        run_due(now())
        assert rules_for(STREET, today()).int(CREDIT) == 1000
        assert rules_for(STREET, begins).int(CREDIT) == 3500
        assert "已恢复原值" in way.see("auditor", "rule_draft_view", draft.pk)


def test_a_changed_baseline_is_told_on_the_draft_with_the_way_to_rehearse_again(people):
    draft = drawn_up(people)
    adopted(people, drawn_up(people, computed(people, {"annual_review.at_most": {"turnover": 5000}})))

    shown = Way(people).see("handler", "rule_draft_view", draft.pk)

    assert "请按现在的规则重新预演" in shown
    assert f"{reverse('lab_run_ask')}?from={draft.run.pk}" in shown


def test_a_draft_is_given_up_and_an_adopted_one_withdrawn_with_a_reason(people):
    way, dropped = Way(people), drawn_up(people)
    way.send("handler", "rule_draft_drop", dropped.pk, reason="再议")
    kept = adopted(people, drawn_up(people, dropped.run))

    way.send("leader", "rule_draft_withdraw", kept.pk, reason="上级来文")

    assert set(RuleDraft.objects.values_list("state", flat=True)) == {"dropped", "withdrawn"}
    assert "上级来文" in way.see("handler", "rule_draft_view", kept.pk)


def test_a_decision_in_the_wrong_form_is_refused_in_words_and_kept_as_typed(people):
    draft = drawn_up(people)

    answer = people["chief"].client.post(
        reverse("rule_draft_adopt", args=[draft.pk]), {**decision(today(), "街办纪〔2026〕9号"), "_key": "x"}
    )

    assert answer.status_code == 422
    assert "街办纪〔2026〕9号" in answer.content.decode()
    assert LabRun.objects.get().drafts.get().state == "draft"


def test_the_list_of_drafts_says_on_what_each_rests(people):
    empty = Way(people).see("auditor", "rule_draft_list")
    draft = drawn_up(people)

    assert "还没有草案" in empty
    assert draft.run.number in Way(people).see("auditor", "rule_draft_list")

"""Drafts of rules: exactly what was rehearsed, decided by a second person on record, in force on a day, and back."""

import datetime as dt

import pytest
import time_machine

from tests.cast import OTHER_STREET, STREET, cast, foreign_cast
from tests.policy.builders import AHEAD, CREDIT, a_decision, adopted, begun, computed, drawn_up
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.types import SYSTEM
from zhagen.lab.reform import rulebook_hash
from zhagen.parties.actions.rule_change import (
    RuleDraft as Typed,
)
from zhagen.parties.actions.rule_change import (
    confirm_rule_change,
    draft_rule_change,
)
from zhagen.parties.models import Notice, Place, RuleChange
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import now, today
from zhagen.platform.due import run_due
from zhagen.policy.actions.rule_draft import (
    DraftWords,
    adopt_draft,
    draw_up_draft,
    draw_up_way_back,
    drop_draft,
    take_effect_due,
    withdraw_draft,
)
from zhagen.policy.models import RuleDraft

DAY = dt.timedelta(days=1)


@pytest.fixture
def people():
    return cast()


def again(draft):
    return RuleDraft.objects.get(pk=draft.pk)


def value(on, street=STREET):
    return rules_for(street, on).int(CREDIT)


def test_a_draft_holds_what_was_rehearsed_beside_what_it_replaces(people):
    draft = drawn_up(people)

    line = draft.lines.get()
    assert (line.name, line.former, line.value) == (CREDIT, 1000, 3500)
    assert draft.reform_digest == draft.run.reform_digest
    assert {each.recipient.name for each in Notice.objects.filter(code="rule_draft.to_decide")} == {
        "周敏",
        "高建国",
    }


def test_nothing_changes_before_a_decision_and_before_its_day(people):
    draft = drawn_up(people)
    undecided = value(draft.from_on)

    adopted(people, draft)

    assert undecided == 1000
    assert value(draft.from_on - DAY) == 1000
    assert value(draft.from_on) == 3500
    assert value(draft.from_on, OTHER_STREET) == 1000


def test_the_rules_in_force_after_a_decision_have_the_hash_that_was_rehearsed(people):
    draft = adopted(people)

    assert rulebook_hash(rules_for(STREET, draft.from_on)) == draft.run.reform_digest


def test_lists_and_tables_are_adopted_as_they_were_rehearsed(people):
    terms, limits = "annual_review.required_terms", {"turnover": 5000}
    changes = {terms: ["met_share", "trust_mean"], "annual_review.at_most": limits}

    draft = adopted(people, drawn_up(people, computed(people, changes)))

    rules = rules_for(STREET, draft.from_on)
    assert rules.texts(terms) == ("met_share", "trust_mean")
    assert dict(rules.table("annual_review.at_most")) == limits
    assert draft.lines.get(name=terms).former == ["met_share"]


def test_the_decision_stands_in_the_rulebook_as_the_source(people):
    draft = adopted(people)

    source = rules_for(STREET, draft.from_on).value(CREDIT).source
    assert source == f"主任办公会 街办纪〔2026〕9号（{draft.number}）"
    assert Event.objects.filter(kind__in=("rule_draft.adopted", "rule_change.confirmed")).count() == 2


def test_who_drew_up_a_draft_does_not_record_the_decision(people):
    run = computed(people)
    draft = draw_up_draft(run, DraftWords("试", today() + AHEAD), by=people["chief"].actor, now=now())

    with pytest.raises(RuleError, match=r"rule_change\.second_person"):
        adopted(people, draft)

    assert again(draft).state == "draft"
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"body": "食堂"}, "decision.body_unknown"),
        ({"number": " "}, "decision.no_number"),
        ({"attendees": 1}, "decision.too_few"),
        ({"decided_on": dt.date(2999, 1, 1)}, "decision.in_future"),
    ],
)
def test_a_decision_that_is_none_is_refused(people, said, code):
    draft = drawn_up(people)

    with pytest.raises(RuleError) as caught:
        adopt_draft(draft, a_decision(**said), draft.from_on, by=people["leader"].actor, now=now())

    assert caught.value.code == code
    assert value(draft.from_on) == 1000


@pytest.mark.parametrize("days", [0, -1])
def test_a_rule_never_begins_today_or_in_the_past(people, days):
    draft = drawn_up(people)

    with pytest.raises(RuleError, match=r"rule_change\.not_ahead"):
        adopted(people, draft, from_on=today() + days * DAY)
    with pytest.raises(RuleError, match=r"rule_change\.not_ahead"):
        drawn_up(people, computed(people, {CREDIT: 2000}), from_on=today() + days * DAY)


def test_a_changed_baseline_stops_the_adoption(people):
    draft = drawn_up(people)
    place = Place.objects.get(pk=STREET)
    typed = Typed("annual_review.lead", "45", "街道办〔2026〕3号", today())
    change = draft_rule_change(typed, place=place, by=people["handler"].actor, now=now())
    confirm_rule_change(change, by=people["chief"].actor, now=now())

    with pytest.raises(RuleError, match=r"rule_draft\.baseline_changed"):
        adopted(people, draft)
    with pytest.raises(RuleError, match=r"rule_draft\.baseline_changed"):
        drawn_up(people, draft.run and computed_before(people, draft))

    assert value(draft.from_on) == 1000


def computed_before(people, draft):
    """The same run, its first draft given up."""
    drop_draft(draft, "规则变了", by=people["handler"].actor, now=now())
    return draft.run


def test_values_that_are_not_those_of_the_rehearsal_are_refused(people):
    draft = drawn_up(people)
    draft.lines.update(value=9000)

    with pytest.raises(RuleError, match=r"rule_draft\.other_rules"):
        adopted(people, draft)


def test_only_a_finished_lawful_rehearsal_of_rules_becomes_a_draft(people):
    unfinished = begun(people)
    with pytest.raises(RuleError, match=r"rule_draft\.run_not_done"):
        drawn_up(people, unfinished)
    type(unfinished).objects.filter(pk=unfinished.pk).update(state="cancelled")

    with pytest.raises(RuleError, match=r"rule_draft\.practice"):
        drawn_up(people, computed(people, {CREDIT: 2000, "practice.plans_from_needs": 9000}))
    with pytest.raises(RuleError, match=r"rule_draft\.unlawful"):
        drawn_up(people, computed(people, {"practice.post_based": True}))


def test_one_draft_of_a_rehearsal_is_open_at_a_time(people):
    draft = drawn_up(people)

    with pytest.raises(RuleError, match=r"rule_draft\.already"):
        drawn_up(people, draft.run)


def test_a_foreign_office_neither_draws_up_nor_adopts(people):
    foreign, draft = foreign_cast(), drawn_up(people)

    with pytest.raises(RuleError, match=r"permission\.denied"):
        draw_up_draft(draft.run, DraftWords("x", today() + AHEAD), by=foreign["handler"].actor, now=now())
    with pytest.raises(RuleError, match=r"permission\.denied"):
        adopt_draft(draft, a_decision(), draft.from_on, by=foreign["chief"].actor, now=now())


def test_a_draft_given_up_changes_nothing(people):
    draft = drop_draft(drawn_up(people), "再议", by=people["handler"].actor, now=now())

    assert draft.state == "dropped"
    with pytest.raises(RuleError, match=r"lifecycle\.not_now"):
        adopted(people, draft)


def test_an_adopted_rule_is_withdrawn_before_its_day(people):
    draft = adopted(people)

    withdraw_draft(draft, "上级来文", by=people["leader"].actor, now=now())

    assert again(draft).state == "withdrawn"
    assert value(draft.from_on) == 1000
    assert RuleChange.objects.get().state == "withdrawn"
    assert Event.objects.filter(kind="rule_change.withdrawn").count() == 1


def test_what_has_begun_cannot_be_withdrawn(people):
    draft = adopted(people)

    with time_machine.travel(dt.datetime.combine(draft.from_on, dt.time(4), tzinfo=dt.UTC), tick=False):
        with pytest.raises(RuleError, match=r"rule_change\.has_begun"):
            withdraw_draft(draft, "晚了", by=people["leader"].actor, now=now())
        assert value(draft.from_on) == 3500


def test_the_day_comes_by_itself_and_once(people):
    draft = adopted(people)
    early = take_effect_due(now())

    with time_machine.travel(dt.datetime.combine(draft.from_on, dt.time(4), tzinfo=dt.UTC), tick=False):
        run_due(now())
        second = take_effect_due(now())

    assert (early, second) == (0, 0)
    assert again(draft).state == "in_force"
    assert Notice.objects.filter(code="rule_draft.in_force").count() == 3


def test_a_later_decision_restores_the_former_values_without_editing_the_past(people):
    draft = adopted(people)
    later = draft.from_on + 60 * DAY

    with time_machine.travel(
        dt.datetime.combine(draft.from_on, dt.time(4), tzinfo=dt.UTC), tick=False
    ) as clock:
        take_effect_due(now())
        back = draw_up_way_back(draft, DraftWords("效果不好", later), by=people["handler"].actor, now=now())
        with pytest.raises(RuleError, match=r"rule_draft\.already"):
            draw_up_way_back(draft, DraftWords("再来", later), by=people["handler"].actor, now=now())
        adopt_draft(back, a_decision(decided_on=today()), later, by=people["chief"].actor, now=now())
        clock.move_to(dt.datetime.combine(later, dt.time(4), tzinfo=dt.UTC))
        take_effect_due(now())

    assert (again(draft).state, again(back).state) == ("restored", "in_force")
    assert [value(day) for day in (draft.from_on - DAY, draft.from_on, later - DAY, later)] == [
        1000,
        3500,
        3500,
        1000,
    ]


def test_only_what_is_in_force_has_a_way_back(people):
    draft = adopted(people)

    with pytest.raises(RuleError, match=r"rule_draft\.not_in_force"):
        draw_up_way_back(draft, DraftWords("x", today() + AHEAD), by=people["handler"].actor, now=now())


def test_the_clock_alone_brings_a_rule_into_force(people):
    from zhagen.core.permissions import may

    assert may(SYSTEM, "rule_draft.take_effect")
    assert not any(may(person.actor, "rule_draft.take_effect") for person in people.values())

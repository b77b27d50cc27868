"""The rules of an office come from files and from values adopted on a page."""

import datetime as dt

import pytest

from tests.cast import STREET, cast
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layers import turning_days
from zhagen.core.rulebook.rules import Rules
from zhagen.parties.models import Place, RuleChange
from zhagen.parties.rules import calendar, freeze, layers_in_force, layers_with, rules_for, thawed

ON = dt.date(2026, 6, 1)
NAME = "acceptance.deemed_after"


def test_a_confirmed_local_value_wins_from_its_day():
    people = cast()
    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    before = rules_for(STREET, ON).int(NAME)
    RuleChange.objects.create(
        place_id=STREET, name=NAME, value=before + 5, source="街道〔2026〕3号", from_on=ON, state="confirmed",
        drafted_by=people["handler"].user, drafted_at=at, confirmed_by=people["chief"].user, confirmed_at=at,
    )  # fmt: skip

    assert rules_for(STREET, ON).int(NAME) == before + 5
    assert rules_for(STREET, ON - dt.timedelta(days=1)).int(NAME) == before


def confirmed(people, place_id, name, value):
    at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    RuleChange.objects.create(
        place_id=place_id, name=name, value=value, source="街道〔2026〕3号", from_on=ON, state="confirmed",
        drafted_by=people["handler"].user, drafted_at=at, confirmed_by=people["chief"].user, confirmed_at=at,
    )  # fmt: skip


def test_a_table_and_a_list_of_words_may_be_local_values_too():
    people = cast()
    confirmed(people, STREET, "need.first_response_max", {"page": 2, "hotline": 1})
    confirmed(people, STREET, "procurement.decision_bodies", ["主任办公会"])

    assert rules_for(STREET, ON).table("need.first_response_max") == {"hotline": 1, "page": 2}
    assert rules_for(STREET, ON).texts("procurement.decision_bodies") == ("主任办公会",)


def test_a_local_value_holds_below_its_own_place_and_nowhere_beside():
    tenth = Place.objects.create(code="990101010000", name="第十街道", level=4, edition="demo")
    people = cast()
    usual = rules_for("990101011000", ON).int(NAME)
    confirmed(people, tenth.pk, NAME, usual + 7)

    assert rules_for("990101010003", ON).int(NAME) == usual + 7
    assert rules_for("990101011000", ON).int(NAME) == usual


def test_a_local_value_that_loosens_the_law_is_refused():
    with pytest.raises(RuleError):
        layers_with([(STREET, "contract.term_ceiling", ON, 60, "街道〔2026〕4号")])


def test_frozen_rules_come_back_equal():
    rules = rules_for(STREET, ON)

    frozen = freeze(rules, dt.datetime(2026, 6, 1, tzinfo=dt.UTC))

    assert thawed(frozen.digest) == rules


def test_the_calendar_knows_the_national_day_of_2026():
    assert not calendar().is_working_day(dt.date(2026, 10, 1))


def test_a_withdrawn_local_value_is_gone_at_the_next_question():
    people = cast()
    usual = rules_for(STREET, ON).int(NAME)
    confirmed(people, STREET, NAME, usual + 5)
    assert rules_for(STREET, ON).int(NAME) == usual + 5

    RuleChange.objects.update(state=RuleChange.State.WITHDRAWN)

    assert rules_for(STREET, ON).int(NAME) == usual


def test_rules_shared_between_turning_days_are_those_of_each_day():
    people = cast()
    confirmed(people, STREET, NAME, rules_for(STREET, ON).int(NAME) + 5)
    layers, day = layers_in_force(STREET), dt.timedelta(days=1)
    days = [each + shift * day for each in turning_days(layers, STREET) for shift in (-1, 0, 1)]

    assert ON in days
    for on in days:
        assert rules_for(STREET, on) == Rules(layers, STREET, on)

"""Pages of the rulebook: the list with sources, why, a local value by two people, a year of the calendar."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.cast import STREET, cast, foreign_cast
from zhagen.parties.models import HolidayYear, RuleChange
from zhagen.parties.rules import calendar, rules_for
from zhagen.platform.clock import today

NAME = "tender.selection.bid_period_min"
YEAR = """
year = 2027
source = "国务院办公厅关于2027年部分节假日安排的通知（试验）"

[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-03
"""


@pytest.fixture
def people():
    return cast()


def draft(person, name=NAME, **changes):
    form = {
        "text": "9",
        "source": "街道办〔2026〕3号",
        "from_on": today().isoformat(),
        "_key": "d1",
        **changes,
    }
    return person.client.post(reverse("rule_change_draft", args=[name]), form)


def move(person, name, key="m1"):
    return person.client.post(reverse(name, args=[RuleChange.objects.get().pk]), {"_key": key})


def test_the_list_shows_each_value_with_its_source_and_what_is_to_be_verified(people):
    answer = people["social_worker"].client.get(reverse("rule_list"), {"page": 1})
    sheet = people["handler"].client.get(reverse("rule_list"), {"format": "csv"})
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")

    assert answer.status_code == 200
    rules = rules_for(STREET, today())
    assert text.count("待核实") >= len(rules.confirm_names())
    assert all(rules.value(name).source.split("，")[0][:8] in text for name in rules.names())


def test_a_page_says_why_a_value_is_what_it_is(people):
    page = people["handler"].client.get(reverse("rule_view", args=[NAME])).content.decode()
    absent = people["handler"].client.get(reverse("rule_view", args=["no.such_rule"]))

    assert "青禾街道自行采购管理办法" in page
    assert absent.status_code == 404


def test_a_local_value_takes_effect_when_a_second_person_has_confirmed_it(people):
    before = rules_for(STREET, today()).int(NAME)

    drafted = draft(people["handler"])
    still = rules_for(STREET, today()).int(NAME)
    confirmed = move(people["chief"], "rule_change_confirm")

    assert (drafted.status_code, confirmed.status_code) == (302, 302)
    assert before == still == 7
    assert rules_for(STREET, today()).int(NAME) == 9
    assert rules_for("990101002000", today()).int(NAME) != 9


def test_who_drafted_a_value_cannot_confirm_it_and_a_foreign_one_is_absent(people):
    draft(people["chief"])

    own = move(people["chief"], "rule_change_confirm")
    foreign = move(foreign_cast()["chief"], "rule_change_confirm", "m2")

    assert (own.status_code, foreign.status_code) == (422, 404)
    assert RuleChange.objects.get().state == "draft"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "contract.term_ceiling", "text": "60"},
        {"text": "很久"},
        {"text": ""},
        {"source": ""},
        {"from_on": "2020-01-01"},
        {"from_on": "x"},
    ],
)
def test_a_value_that_loosens_or_reaches_back_is_shown_again_with_the_reason(people, wrong):
    answer = draft(people["handler"], **wrong)

    assert answer.status_code == 422
    assert not RuleChange.objects.exists()


def test_a_value_below_what_the_law_asks_is_refused(people):
    url = reverse("rule_change_draft", args=["tender.open_tender.bid_period_min"])
    form = {"text": "10", "source": "街道办〔2026〕3号", "from_on": today().isoformat(), "_key": "d1"}

    answer = people["handler"].client.post(url, form)

    assert answer.status_code == 422
    assert not RuleChange.objects.exists()


def test_a_draft_may_be_withdrawn_once(people):
    draft(people["handler"])

    first, second = (
        move(people["handler"], "rule_change_withdraw"),
        move(people["handler"], "rule_change_withdraw", "m2"),
    )

    assert (first.status_code, second.status_code) == (302, 422)


def test_an_operator_adds_a_year_and_a_broken_one_is_named_by_line(people):
    client, url = people["operator"].client, reverse("holiday_year_add")

    broken = client.post(url, {"text": YEAR.replace("2027-01-03", "2026-12-30"), "_key": "y1"})
    added = client.post(url, {"text": YEAR, "_key": "y2"})

    assert broken.status_code == 422
    assert added.status_code == 302
    assert HolidayYear.objects.get().year == 2027
    assert not calendar().is_working_day(dt.date(2027, 1, 1))

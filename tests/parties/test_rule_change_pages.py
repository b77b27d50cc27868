"""Pages of the rulebook: the list with sources, why, a local value by two people, a year of the calendar."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import STREET, cast, foreign_cast
from tests.procurement.builders_tender import a_tender
from zhagen.core.types import SYSTEM
from zhagen.parties.actions.rule_change import add_holiday_year
from zhagen.parties.models import HolidayYear, RuleChange
from zhagen.parties.rules import calendar, rules_for
from zhagen.platform.clock import now, today

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


def test_the_page_is_prefilled_with_the_form_of_the_next_year_and_the_list_leads_there(people):
    client = people["operator"].client

    page = client.get(reverse("holiday_year_add")).content.decode()

    assert f"year = {max(calendar().years) + 1}" in page
    assert reverse("holiday_year_add") in client.get(reverse("rule_list")).content.decode()
    assert (
        reverse("holiday_year_add") not in people["chief"].client.get(reverse("rule_list")).content.decode()
    )


@pytest.mark.parametrize(
    ("day", "is_due"), [("2026-10-31", False), ("2026-11-01", True), ("2027-01-02", True)]
)
def test_the_operators_desk_asks_for_the_next_year_from_november_until_it_is_there(day, is_due):
    words = "录入 2027 年的放假安排"
    with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
        client = cast()["operator"].client
        before = client.get(reverse("desk")).content.decode()
        add_holiday_year(YEAR, by=SYSTEM, now=now())
        after = client.get(reverse("desk")).content.decode()

    assert (words in before) is is_due
    assert words not in after


def test_a_deadline_in_an_unknown_year_is_refused_with_the_way_out_and_works_once_the_year_is_there():
    with time_machine.travel("2026-12-30T12:00:00+08:00", tick=False):
        people = cast()
        client, tender = people["agency_head"].client, a_tender(people, "open")
        url, form = (
            reverse("query_raise", args=[tender.pk]),
            {"kind": "inquiry", "text": "评分标准第三条怎么算？"},
        )
        refused = client.post(url, {**form, "_key": "q1"})
        add_holiday_year(YEAR, by=SYSTEM, now=now())
        taken = client.post(url, {**form, "_key": "q2"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "评分标准第三条怎么算？" in refused.content.decode()
    assert "增加日历年份" in refused.content.decode()


def test_the_list_names_layers_and_yes_or_no_in_words(people):
    page = people["handler"].client.get(reverse("rule_list")).content.decode()

    assert ">全国<" in page
    assert not {">national<", ">true<", ">false<"} & {
        word for word in (">national<", ">true<", ">false<") if word in page
    }

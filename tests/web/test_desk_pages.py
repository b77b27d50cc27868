"""The desks: each role is told what to do next and by when, and an empty desk says what to do first."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.cast import COMMUNITY, OF_AGENCY, OF_COMMUNITY, OF_EVALUATOR, OF_STREET, STREET, cast
from tests.procurement.builders_contract import a_claim, a_contract
from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify
from zhagen.parties.models import Appointment, Place
from zhagen.parties.rules import rules_for
from zhagen.platform import desk as desk_items
from zhagen.platform.clock import today
from zhagen.platform.desk import DeskItem, Reader, desk_item, items_for
from zhagen.procurement.models import BudgetLine, Contract

STAFF = [key for key in {**OF_STREET, **OF_COMMUNITY, **OF_AGENCY, **OF_EVALUATOR} if key != "resident"]


@pytest.fixture
def people():
    return cast()


def desk_of(person, language="zh-hans"):
    return person.client.get(reverse("desk"), headers={"accept-language": language})


@pytest.mark.parametrize("role", STAFF)
def test_no_desk_is_empty_without_a_first_step(people, role):
    answer = desk_of(people[role])
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "btn-primary" in page or 'class="tasks"' in page


def test_the_operator_of_a_new_office_is_told_what_it_lacks(people):
    Appointment.objects.filter(role__in=["finance", "leader"]).delete()
    Place.objects.filter(level=Place.Level.COMMUNITY).update(is_active=False)

    page = desk_of(people["operator"]).content.decode()

    assert reverse("place_activate") in page
    assert "还没有：分管领导、财务" in page
    assert "Not there yet: Street leader, Finance" in desk_of(people["operator"], "en").content.decode()


def test_the_chief_sees_budget_pace_endings_and_ageing_on_one_screen(people):
    place = Place.objects.get(pk=STREET)
    BudgetLine.objects.create(
        place=place, year=today().year, code="B1", title="社区服务", amount_fen=100_000_000,
        committed_fen=30_000_000,
    )  # fmt: skip
    contract = a_contract(people)
    Contract.objects.filter(pk=contract.pk).update(ends_on=today() + dt.timedelta(days=30))
    a_claim(people, contract=contract)

    page = desk_of(people["chief"]).content.decode()

    for words in ("700,000.00", "支出进度", "90 天内到期", "在途付款申请", "合同将到期"):
        assert words in page


def test_the_agency_sees_on_whose_desk_its_money_lies(people):
    a_claim(people)

    page = desk_of(people["agency_head"]).content.decode()

    assert "120,000.00" in page
    assert "街道经办人" in page


def test_the_community_sees_its_load_beside_the_cap(people):
    due = today() + dt.timedelta(days=2)
    for number in range(2):
        notify(
            Note("site.test", "/", due, {"number": str(number)}),
            to=[people["community"].user],
            now=dt.datetime.combine(today(), dt.time(4), dt.UTC),
        )

    page = desk_of(people["community"]).content.decode()

    assert "本月交给社区的事" in page
    assert "上限" in page
    assert ("待核实" in page) == rules_for(COMMUNITY, today()).value("community.tasks_max").confirm


@pytest.fixture
def own_items(monkeypatch):
    """What a test plants on the desks goes with it."""
    monkeypatch.setattr(desk_items, "_items", list(desk_items._items))


def test_what_is_overdue_stands_first(people, own_items):
    on = dt.date(2026, 5, 4)

    @desk_item(Role.RESIDENT)
    def planted(reader):
        yield DeskItem("以后", "/a", on + dt.timedelta(days=30))
        yield DeskItem("超期", "/b", on - dt.timedelta(days=1))
        yield DeskItem("今天", "/c", on)
        yield DeskItem("随时", "/d")

    rated = items_for(Reader(people["resident"].actor, on))
    planted_ones = [(urgency, item.title) for urgency, item in rated if item.url in {"/a", "/b", "/c", "/d"}]

    assert planted_ones == [("overdue", "超期"), ("today", "今天"), ("later", "以后"), ("later", "随时")]


def test_the_queries_of_a_desk_do_not_grow_with_the_rows(people, django_assert_max_num_queries):
    contract = a_contract(people)
    for _ in range(5):
        a_claim(people, 1_000_000, contract=contract)
    client = people["chief"].client
    client.get(reverse("desk"))

    with django_assert_max_num_queries(40):
        client.get(reverse("desk"))

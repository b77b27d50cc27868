"""Setting up an office without the demo, and choosing its communities."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import COMMUNITY, STREET, cast
from zhagen.audit.models import Event
from zhagen.parties.models import Appointment, Invitation, Place, User
from zhagen.parties.views.office import setup_code
from zhagen.procurement.models import Need

PASSWORD = "三号楼的石榴树有七棵"
FORM = {"code": "110101001000", "name": "示范街道", "operator": "罗小维"}


def set_up(client, **changes):
    return client.post(
        reverse("office_set_up"), {**FORM, "setup_code": setup_code(), "_key": "s1", **changes}
    )


def accept(client, url, **changes):
    form = {"username": "luoxiaowei", "password": PASSWORD, "again": PASSWORD, "_key": "a1", **changes}
    return client.post(url, form)


def test_an_empty_database_becomes_an_office_with_one_operator():
    client = Client()

    asked = set_up(client)
    accepted = accept(client, asked["Location"])

    assert asked.status_code == accepted.status_code == 302
    assert Place.objects.get(pk="110101001000").is_active
    appointment = Appointment.objects.get()
    assert (appointment.user.name, appointment.role, appointment.place_id) == (
        "罗小维",
        "operator",
        "110101001000",
    )
    assert appointment.user.check_password(PASSWORD)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds == {"office.set_up", "invitation.issued", "invitation.accepted"}


def test_the_set_up_page_is_absent_once_there_is_an_office():
    client = Client()
    assert client.get(reverse("office_set_up")).status_code == 200
    set_up(client)

    assert client.get(reverse("office_set_up")).status_code == 404
    assert set_up(client, code="110101002000", _key="s2").status_code == 404
    assert Place.objects.filter(is_active=True).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"setup_code": "00000000"},
        {"code": "110101000000"},
        {"code": "1101"},
        {"name": ""},
        {"operator": "名" * 61},
    ],
)
def test_a_wrong_entry_is_shown_again_and_nothing_is_made(wrong):
    answer = set_up(Client(), **wrong)

    assert answer.status_code == 422
    assert "示范街道" in answer.content.decode() or wrong.get("name") == ""
    assert not Place.objects.exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "luoxiaowei1"])
def test_a_weak_password_makes_no_account(password):
    client = Client()
    link = set_up(client)["Location"]

    answer = accept(client, link, password=password, again=password)

    assert answer.status_code == 422
    assert not User.objects.exists()


def test_the_operator_chooses_communities_and_enters_one_that_is_missing():
    operator = cast()["operator"].client

    added = operator.post(reverse("place_add"), {"code": "990101001999", "name": "新苑社区", "_key": "k1"})
    chosen = operator.post(reverse("place_activate"), {"codes": ["990101001999"], "_key": "k2"})

    assert added.status_code == chosen.status_code == 302
    active = Place.objects.filter(parent=STREET, is_active=True)
    assert [each.name for each in active] == ["新苑社区"]
    assert not Place.objects.get(pk=COMMUNITY).is_active


def test_a_community_of_another_street_can_neither_be_entered_nor_chosen():
    operator = cast()["operator"].client

    entered = operator.post(reverse("place_add"), {"code": "990101002777", "name": "外街社区", "_key": "k1"})
    chosen = operator.post(reverse("place_activate"), {"codes": ["990101002001"], "_key": "k2"})

    assert entered.status_code == chosen.status_code == 422
    assert not Place.objects.filter(pk="990101002777").exists()
    assert Place.objects.get(pk=COMMUNITY).is_active


def raised_by_somebody(client, key):
    client.post(reverse("need_raise"), {"place": COMMUNITY, "text": f"楼道灯坏了{key}", "_key": key})
    return Need.objects.get(text__endswith=key).owner


def test_the_chief_says_who_takes_in_needs_and_nobody_is_lost_when_he_leaves():
    people = cast()
    chief, outsider = people["chief"], people["outsider"].client
    first = raised_by_somebody(outsider, "k1")

    chosen = chief.client.post(reverse("place_intake"), {"user": str(chief.user.pk)})
    second = raised_by_somebody(outsider, "k2")
    chief.user.appointments.update(until_on=dt.date(2020, 1, 1), from_on=dt.date(2019, 1, 1))
    third = raised_by_somebody(outsider, "k3")

    assert chosen.status_code == 302
    assert (first, second, third) == (people["handler"].user, chief.user, people["handler"].user)
    assert Event.objects.filter(kind="office.intake_chosen").count() == 1


def test_only_people_in_post_at_the_street_may_be_the_intake_desk():
    people = cast()
    for who in ("community", "agency_head", "finance"):
        refused = people["chief"].client.post(reverse("place_intake"), {"user": str(people[who].user.pk)})
        assert refused.status_code == 422

    assert Place.objects.get(pk=STREET).intake is None
    assert people["handler"].client.get(reverse("place_intake")).status_code == 404

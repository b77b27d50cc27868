"""Pages of people: invite, slip, accept, end an appointment, reset what was lost."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.cast import COMMUNITY, STREET, cast, foreign_cast
from zhagen.core.types import Role
from zhagen.parties.actions.access_reset import end_sessions
from zhagen.parties.models import AccessReset, Appointment, Invitation, User
from zhagen.platform import desk

PASSWORD = "三号楼的石榴树有七棵"


@pytest.fixture
def people():
    return cast()


def invite(client, **changes):
    form = {"name": "新人", "role": "handler", "place": STREET, "_key": "i1", **changes}
    return client.post(reverse("person_invite"), form, follow=True)


def link_in(answer) -> str:
    return re.search(r"http://testserver(/join/[\w-]+/)", answer.content.decode()).group(1)


def test_an_operator_invites_and_the_person_signs_in_with_the_own_password(people):
    slip = invite(people["operator"].client)
    guest = Client()

    page = guest.get(link_in(slip))
    done = guest.post(
        link_in(slip), {"username": "xinren", "password": PASSWORD, "again": PASSWORD, "_key": "a1"}
    )
    signed_in = guest.post(reverse("account_login"), {"login": "xinren", "password": PASSWORD})

    assert "街道经办人" in page.content.decode()
    assert "<svg" in slip.content.decode()
    assert done["Location"] == reverse("account_login")
    assert signed_in.status_code == 302
    assert guest.get(link_in(slip)).status_code == 404


def test_the_link_is_shown_to_the_issuer_only(people):
    slip = invite(people["operator"].client)
    invitation = Invitation.objects.get()

    seen_by_chief = people["chief"].client.get(reverse("invitation_view", args=[invitation.pk]))

    assert "/join/" in slip.content.decode()
    assert seen_by_chief.status_code == 200
    assert "/join/" not in seen_by_chief.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"role": "public"},
        {"role": "handler", "place": COMMUNITY},
        {"role": "social_worker", "place": STREET},
        {"mail": "不是邮箱"},
        {"until_on": "2026-13-45"},
    ],
)
def test_a_wrong_invitation_is_shown_again(people, wrong):
    answer = invite(people["operator"].client, **wrong)

    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_ending_an_appointment_names_the_open_work_until_it_is_handed_over(people, monkeypatch):
    monkeypatch.setattr(desk, "_items", [])
    desk.desk_item(Role.HANDLER)(lambda reader: [desk.DeskItem("答复三号楼的诉求", "/needs/1/")])
    appointment = Appointment.objects.get(user=people["handler"].user)
    url, client = reverse("appointment_end", args=[appointment.pk]), people["operator"].client

    refused = client.post(url, {"until_on": "2026-06-30", "_key": "e1"})
    ended = client.post(url, {"until_on": "2026-06-30", "is_handed_over": "on", "_key": "e2"})

    assert refused.status_code == 422
    assert "答复三号楼的诉求" in refused.content.decode()
    assert ended.status_code == 302
    appointment.refresh_from_db()
    assert appointment.until_on.isoformat() == "2026-06-30"


def test_an_appointment_does_not_end_before_it_began(people):
    appointment = Appointment.objects.get(user=people["handler"].user)

    refused = people["operator"].client.post(
        reverse("appointment_end", args=[appointment.pk]), {"until_on": "2019-12-31", "_key": "e1"}
    )

    assert refused.status_code == 422
    assert "2020-01-01" in refused.content.decode()
    appointment.refresh_from_db()
    assert appointment.until_on is None


def test_nobody_ends_the_own_appointment_and_a_foreign_one_is_absent(people):
    own = Appointment.objects.get(user=people["operator"].user)
    foreign = Appointment.objects.get(user=foreign_cast()["handler"].user)
    client = people["operator"].client

    answers = [
        client.post(
            reverse("appointment_end", args=[each.pk]), {"until_on": "2026-06-30", "_key": f"e{each.pk}"}
        )
        for each in (own, foreign)
    ]

    assert [answer.status_code for answer in answers] == [422, 404]


def test_a_lost_second_factor_takes_two_people_and_a_reason(people):
    handler = people["handler"]
    Authenticator.objects.create(user=handler.user, type="totp", data={"secret": "x"})
    client = handler.client
    ask = reverse("access_reset_ask", args=[handler.user.pk])

    without_reason = people["operator"].client.post(ask, {"kind": "second_factor", "_key": "r0"})
    people["operator"].client.post(
        ask, {"kind": "second_factor", "reason": "手机丢失，本人持证到场", "_key": "r1"}
    )
    reset = AccessReset.objects.get()
    confirm = reverse("access_reset_confirm", args=[reset.pk])
    by_operator = people["operator"].client.post(confirm, {"_key": "r2"})
    still_there = Authenticator.objects.filter(user=handler.user).exists()
    by_chief = people["chief"].client.post(confirm, {"_key": "r3"})

    assert without_reason.status_code == 422
    assert by_operator.status_code == 404
    assert still_there
    assert by_chief.status_code == 302
    assert not Authenticator.objects.filter(user=handler.user).exists()
    assert client.get(reverse("desk")).status_code == 302


def test_the_person_concerned_cannot_confirm_the_own_reset(people):
    chief = people["chief"]
    people["operator"].client.post(
        reverse("access_reset_ask", args=[chief.user.pk]),
        {"kind": "password", "reason": "忘记了", "_key": "r1"},
    )

    answer = chief.client.post(
        reverse("access_reset_confirm", args=[AccessReset.objects.get().pk]), {"_key": "r2"}
    )

    assert answer.status_code == 422
    assert AccessReset.objects.get().confirmed_at is None


def test_a_lost_password_is_set_anew_by_a_link_that_works_once(people):
    handler = people["handler"].user
    people["operator"].client.post(
        reverse("access_reset_ask", args=[handler.pk]), {"kind": "password", "reason": "忘记了", "_key": "r1"}
    )
    confirm = reverse("access_reset_confirm", args=[AccessReset.objects.get().pk])
    shown = people["leader"].client.post(confirm, {"_key": "r2"}, follow=True).content.decode()
    link = re.search(r"http://testserver(/reset/[\w-]+/)", shown).group(1)
    form = {"password": PASSWORD, "again": PASSWORD}

    first = Client().post(link, {**form, "_key": "p1"})
    second = Client().post(link, {**form, "_key": "p2"})

    assert (first.status_code, second.status_code) == (302, 404)
    assert User.objects.get(pk=handler.pk).check_password(PASSWORD)


def test_signing_out_everywhere_ends_only_that_persons_sessions(people):
    handler, chief = people["handler"].client, people["chief"].client

    end_sessions(people["handler"].user)

    assert handler.get(reverse("desk")).status_code == 302
    assert chief.get(reverse("desk")).status_code == 200

"""The few checks that must hold at every commit."""

import pytest
from django.urls import reverse

from tests.cast import COMMUNITY, cast, foreign_cast
from zhagen.audit.models import Event
from zhagen.procurement.models import Need


@pytest.fixture
def people():
    return cast()


def test_a_resident_raises_a_need_without_an_account_and_the_handler_transfers_it(people):
    outsider, handler = people["outsider"].client, people["handler"].client

    raised = outsider.post(
        reverse("need_raise"), {"place": COMMUNITY, "text": "楼道灯坏了，老人晚上不敢下楼", "_key": "k1"}
    )
    need = Need.objects.get()
    moved = handler.post(
        reverse("need_transfer", args=[need.pk]), {"to": "物业公司", "next_on": "2026-12-01", "_key": "k2"}
    )

    assert raised.status_code == moved.status_code == 302
    need.refresh_from_db()
    assert need.state == "transferred"
    assert list(Event.objects.values_list("kind", flat=True)) == ["need.raised", "need.transferred"]


def test_sending_the_same_form_twice_raises_one_need(people):
    outsider = people["outsider"].client
    form = {"place": COMMUNITY, "text": "想有个地方下棋", "_key": "same"}

    answers = [outsider.post(reverse("need_raise"), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Need.objects.count() == 1


def test_a_foreign_handler_gets_the_same_answer_as_for_an_absent_need(people):
    people["outsider"].client.post(reverse("need_raise"), {"place": COMMUNITY, "text": "想有个地方下棋"})
    foreign = foreign_cast()["handler"].client
    need = Need.objects.get()

    seen = foreign.get(reverse("need_view", args=[need.pk]))
    absent = foreign.get(reverse("need_view", args=["00000000-0000-4000-8000-000000000000"]))

    assert seen.status_code == absent.status_code == 404
    assert seen.content == absent.content


@pytest.mark.parametrize("name", ["front", "need_raise", "desk", "need_list"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_open_in_both_languages(people, name, language):
    answer = people["handler"].client.get(reverse(name), headers={"accept-language": language})

    assert answer.status_code == 200

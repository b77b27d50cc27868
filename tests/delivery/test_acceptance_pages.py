"""Acceptance pages: the agency asks, users are heard, the street decides."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import cast
from tests.delivery.builders import AFTER, a_staffing, an_acceptance, deliver
from tests.procurement.builders_contract import a_contract
from zhagen.delivery.models import Acceptance


@pytest.fixture
def people():
    return cast()


@time_machine.travel(AFTER + dt.timedelta(hours=1))
def test_from_the_request_to_what_is_payable_on_pages(people):
    contract = a_contract(people)
    deliver(contract, a_staffing(contract, people["social_worker"]))
    last = contract.instalments.get(order=2)

    asked = people["agency_head"].client.post(reverse("acceptance_request", args=[last.pk]))
    acceptance = Acceptance.objects.get()
    at = {name: reverse(f"acceptance_{name}", args=[acceptance.pk]) for name in ("hear", "accept", "view")}
    too_soon = people["handler"].client.post(at["accept"], {"payable_fen": "180000"})
    heard = people["community"].client.post(at["hear"], {"speaker": "居民", "word": "kept"})
    done = people["handler"].client.post(at["accept"], {"payable_fen": "180000"})

    assert [asked.status_code, too_soon.status_code, heard.status_code, done.status_code] == [
        302,
        422,
        302,
        302,
    ]
    last.refresh_from_db()
    assert last.payable_fen == 18_000_000
    for who in ("handler", "agency_head", "community", "auditor"):
        assert people[who].client.get(at["view"]).status_code == 200


@time_machine.travel(AFTER + dt.timedelta(hours=1))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["view", "hear", "accept", "correct", "refuse"])
def test_every_page_of_an_acceptance_opens(people, name, language):
    acceptance = an_acceptance(people)

    url = reverse(f"acceptance_{name}", args=[acceptance.pk])
    seen = people["handler"].client.get(url, headers={"accept-language": language})

    assert seen.status_code == 200
    assert people["handler"].client.get(reverse("acceptance_list")).status_code == 200

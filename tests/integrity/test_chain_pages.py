"""The chain over HTTP: needs behind a payment, money behind a need, private ones told to nobody."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import COMMUNITY, cast, foreign_cast
from tests.procurement.builders import a_need
from tests.procurement.builders_contract import NOW, a_claim, a_contract
from tests.procurement.builders_tender import a_plan
from zhagen.core.needs import Word
from zhagen.parties.models import Place
from zhagen.procurement.actions.need_word import say_word

LATER = NOW + dt.timedelta(days=1)
SECRET = "丈夫打人，不敢让邻居知道"


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def chain(people):
    """A claim on a contract whose plan names two shared needs and a private one."""
    needs = [a_need(people, "in_service", now=NOW) for _ in range(2)]
    private = a_need(people, "to_buy", now=NOW, text=SECRET, is_private=True)
    plan = a_plan(people)
    plan.needs.set([*needs, private])
    contract = a_contract(people)
    contract.plan = plan
    contract.save(update_fields=["plan"])
    claim = a_claim(people, contract=contract)
    return {"claim": claim, "contract": contract, "needs": needs, "private": private, "plan": plan}


def see(person, name, *args, language="zh-hans", **query):
    return person.client.get(reverse(name, args=args), query, headers={"accept-language": language})


def test_a_payment_shows_its_needs_and_who_said_they_are_met(people, chain):
    say_word(chain["needs"][0], Word.UNMET, now=NOW)
    say_word(chain["needs"][0], Word.MET, now=LATER)  # changed her mind: the last word counts, once

    page = see(people["chief"], "chain_claim", chain["claim"].pk).content.decode()

    assert all(need.code in page for need in chain["needs"])
    assert "分摊 40,000.00 元" in page
    heard = page.split("居民怎么说")[1].split("</table>")[0]
    assert re.findall(r'<td class="number" data-label="([^"]+)">(\d+)', heard) == [
        ("已解决", "1"), ("部分解决", "0"), ("没有解决", "0"), ("没有接通", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["chief", "leader", "auditor", "finance", "agency_head"])
@pytest.mark.parametrize("kind", ["", "xlsx"])
def test_a_private_need_is_a_number_to_whoever_may_not_see_it(people, chain, who, kind):
    answer = see(people[who], "chain_claim", chain["claim"].pk, **({"format": kind} if kind else {}))

    told = b"".join(answer.streaming_content) if kind else answer.content
    assert answer.status_code == 200
    assert SECRET.encode() not in told
    assert chain["private"].code.encode() not in told
    if not kind:
        assert "另有 1 条私密需求" in told.decode()


def test_its_handler_sees_the_private_need(people, chain):
    page = see(people["handler"], "chain_claim", chain["claim"].pk).content.decode()

    assert SECRET in page
    assert "条私密需求" not in page


def test_an_agency_reads_only_cleared_words(people, chain):
    chain["needs"][0].public_text = "楼道照明"
    chain["needs"][0].save(update_fields=["public_text"])

    page = see(people["agency_head"], "chain_claim", chain["claim"].pk).content.decode()

    assert "楼道照明" in page
    assert "老人晚上不敢下楼" not in page
    assert "另有 1 条需求还没有审定" in page


def test_a_need_shows_its_share_of_the_money_and_what_was_paid(people, chain):
    chain["claim"].state = "paid"
    chain["claim"].save(update_fields=["state"])

    page = see(people["handler"], "chain_need", chain["needs"][1].pk).content.decode()

    assert "100,000.00 元（合同服务 3 条需求，平均分摊）" in page
    assert "40,000.00" in page
    assert chain["contract"].title in page


def test_a_merged_need_leads_to_the_money_of_the_one_it_was_merged_into(people, chain):
    merged = a_need(people, "explained", now=NOW)
    merged.state, merged.merged_into = "merged", chain["needs"][0]
    merged.save(update_fields=["state", "merged_into"])

    page = see(people["handler"], "chain_need", merged.pk).content.decode()

    assert chain["needs"][0].code in page
    assert "100,000.00 元" in page


def test_a_renewal_without_a_plan_has_the_needs_of_the_contract_before_it(people, chain):
    later = a_contract(people)
    later.previous = chain["contract"]
    later.save(update_fields=["previous"])
    claim = a_claim(people, contract=later)

    page = see(people["handler"], "chain_claim", claim.pk).content.decode()
    money = see(people["handler"], "chain_need", chain["needs"][0].pk).content.decode()

    assert chain["needs"][0].code in page
    assert later.number in money


def test_a_payment_without_needs_says_so(people):
    claim = a_claim(people)

    assert "没有可查的需求" in see(people["chief"], "chain_claim", claim.pk).content.decode()


def test_the_year_by_themes_adds_up_to_the_contracts(people, chain):
    a_contract(people, title="导入的合同")

    page = see(people["chief"], "chain_view", year=2026).content.decode()

    assert "80,000.00" in page  # two needs of one theme of three: 2/3 of the instalment of 2026
    assert "40,000.00" in page  # the private one, under no theme
    assert "没有需求来源" in page
    assert "120,000.00" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_every_page_of_the_chain_is_given_as_a_file(people, chain, kind, language):
    if kind == "pdf" and language == "en":
        pytest.skip("one language of the slow format is enough")
    for name, args in (
        ("chain_claim", [chain["claim"].pk]),
        ("chain_need", [chain["needs"][0].pk]),
        ("chain_view", []),
    ):
        answer = see(people["chief"], name, *args, language=language, format=kind)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


def test_a_foreign_street_sees_nothing_of_the_chain(people, chain):
    foreign = foreign_cast()

    for who in ("handler", "chief", "auditor", "agency_head"):
        assert see(foreign[who], "chain_claim", chain["claim"].pk).status_code == 404
        assert see(foreign[who], "chain_need", chain["needs"][0].pk).status_code == 404
    assert "120,000.00" not in see(foreign["chief"], "chain_view", year=2026).content.decode()


def test_the_pages_of_claim_and_need_lead_into_the_chain(people, chain):
    claim = see(people["chief"], "claim_view", chain["claim"].pk).content.decode()
    need = see(people["handler"], "need_view", chain["needs"][0].pk).content.decode()

    assert reverse("chain_claim", args=[chain["claim"].pk]) in claim
    assert reverse("chain_need", args=[chain["needs"][0].pk]) in need


def test_queries_do_not_grow_with_needs(people, chain):
    client, url = people["chief"].client, reverse("chain_claim", args=[chain["claim"].pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    place = Place.objects.get(pk=COMMUNITY)
    chain["plan"].needs.add(*[a_need(people, "to_buy", now=NOW, place=place) for _ in range(6)])
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)

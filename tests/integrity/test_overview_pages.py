"""The year at a glance: money, pace, the warning of October, contracts ending, claims ageing, as files."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.procurement.builders_contract import a_claim, a_contract
from tests.procurement.builders_tender import a_budget_line, a_plan
from zhagen.platform import clock


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def year(people):
    """A line of two million with a plan on it and a claim of 120,000 yuan paid."""
    plan, contract = a_plan(people), a_contract(people)
    contract.plan = plan
    contract.save(update_fields=["plan"])
    claim = a_claim(people, contract=contract)
    type(claim).objects.update(state="paid")
    return contract


def look(person, on, language="zh-hans", **query):
    with clock.batch_at(dt.datetime.combine(on, dt.time(4), dt.UTC)):
        return person.client.get(reverse("overview_view"), query, headers={"accept-language": language})


def test_the_year_shows_what_is_left_and_how_slowly_it_is_spent(people, year):
    page = look(people["chief"], dt.date(2026, 7, 2)).content.decode()

    assert a_budget_line(people).title in page
    assert "120,000.00" in page
    assert "6.00%" in page
    assert "明显滞后" in page
    assert "年底临近" not in page


def test_from_october_on_it_warns_of_money_that_nothing_has_taken(people, year):
    assert "年底临近" in look(people["leader"], dt.date(2026, 10, 1)).content.decode()
    assert "draws to its end" in look(people["chief"], dt.date(2026, 10, 1), "en").content.decode()


def test_contracts_ending_and_claims_ageing_are_listed_with_their_cause(people, year):
    claim = a_claim(people, 1_000_000, contract=a_contract(people))
    claim.delay_cause = "invoice"
    claim.save(update_fields=["delay_cause"])

    page = look(people["chief"], dt.date(2026, 12, 10)).content.decode()

    assert year.number in page.split('id="ending"')[1]
    assert claim.number in page.split('id="claims"')[1]
    assert "滞留原因" in page.split('id="claims"')[1]


def test_a_long_table_lists_its_first_rows_and_gives_the_whole_as_a_file(people, year, monkeypatch):
    monkeypatch.setattr("zhagen.platform.lists.PAGE_ROWS", 2)
    claims = [a_claim(people, 1_000 + i, contract=a_contract(people)) for i in range(4)]
    first, *_, last = sorted(claims, key=lambda each: (each.desk_since, each.pk))

    section = look(people["chief"], dt.date(2026, 12, 10)).content.decode().split('id="claims"')[1]
    file = look(people["chief"], dt.date(2026, 12, 10), table="claims", format="csv")

    assert section.count("<tr>") == 1 + 2
    assert reverse("claim_view", args=[first.pk]) in section
    assert last.number not in section
    assert "这里列出前 2 条，共 4 条" in section
    assert last.number in b"".join(file.streaming_content).decode()


@pytest.mark.parametrize("table", ["budget", "ending", "claims"])
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_each_table_is_given_as_a_file(people, year, table, kind):
    answer = look(people["chief"], dt.date(2026, 12, 10), table=table, format=kind)

    assert b"".join(answer.streaming_content)[:2] == b"PK"


def test_a_table_that_does_not_exist_is_not_found_and_bad_years_fall_back(people, year):
    assert look(people["chief"], dt.date(2026, 7, 2), table="x", format="xlsx").status_code == 404
    assert look(people["chief"], dt.date(2026, 7, 2), year="９９").status_code == 200


def test_only_those_who_lead_or_audit_see_it_and_only_their_own_street(people, year):
    for who in ("chief", "leader", "finance", "auditor"):
        assert look(people[who], dt.date(2026, 7, 2)).status_code == 200
    assert look(people["agency_head"], dt.date(2026, 7, 2)).status_code == 404
    assert "120,000.00" not in look(foreign_cast()["chief"], dt.date(2026, 7, 2)).content.decode()

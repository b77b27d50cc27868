"""The public portal: what is bought and paid is public, who is behind a need is not."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from tests.cast import COMMUNITY, STREET, cast, foreign_cast
from tests.procurement.builders_contract import a_contract
from zhagen.core.quarter import Quarter
from zhagen.delivery.models import Activity, Staffing
from zhagen.parties.models import Place, User
from zhagen.procurement.models import BudgetLine, Contract, Need, Plan
from zhagen.web.building_sheet import make_sheet

AT = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def people():
    return cast()


def a_need(number, people, **changes):
    values = {
        "code": f"NEED{number:04d}",
        "place_id": COMMUNITY,
        "building": "3号楼",
        "theme": "elderly",
        "text": "住三单元的张奶奶腿脚不便",
        "channel": "page",
        "raised_at": AT,
        "answer_due_on": dt.date(2026, 5, 8),
        "next_on": dt.date(2026, 6, 1),
        "owner": people["handler"].user,
    }
    return Need.objects.create(**{**values, **changes})


def give_plan(contract, needs):
    place = Place.objects.get(pk=STREET)
    line = BudgetLine.objects.create(place=place, year=2026, code="B1", title="社区服务", amount_fen=10**9)
    plan = Plan.objects.create(
        place=place, number="P1", title="为老服务", kind="project", method="selection", content="…",
        budget_line=line, budget_fen=30_000_000, year_fen=30_000_000, term_months=12, created_at=AT,
        drafted_by=User.objects.get(username="handler"),
    )  # fmt: skip
    plan.needs.set(needs)
    Contract.objects.filter(pk=contract.pk).update(plan=plan)


def an_activity(contract, needs, minutes=60, held_on=dt.date(2026, 5, 6)):
    worker, _ = Staffing.objects.get_or_create(
        contract=contract, place_id=COMMUNITY, name="苏晴", post="worker", from_on=dt.date(2026, 3, 1)
    )
    activity = Activity.objects.create(
        contract=contract, place_id=COMMUNITY, worker=worker, kind="visit", title="走访", held_on=held_on,
        minutes=minutes, logged_at=AT,
    )  # fmt: skip
    activity.needs.set(needs)
    return activity


def test_a_draft_contract_is_not_public_and_a_signed_one_is(people):
    draft, signed = a_contract(people, state="draft"), a_contract(people)
    anyone = people["outsider"].client

    listed = anyone.get(reverse("contract_public_list")).content.decode()
    answers = [anyone.get(reverse("contract_public_view", args=[each.pk])) for each in (draft, signed)]

    assert draft.number not in listed
    assert signed.number in listed
    assert [answer.status_code for answer in answers] == [404, 200]


def test_contracts_are_found_by_words_and_year(people):
    a_contract(people, title="西园托管服务")
    a_contract(people)
    anyone = people["outsider"].client

    by_word = anyone.get(reverse("contract_public_list"), {"q": "托管"}).content.decode()
    by_year = anyone.get(reverse("contract_public_list"), {"year": "2019"}).content.decode()
    nonsense = anyone.get(reverse("contract_public_list"), {"year": "不是年份"})

    assert "西园托管服务" in by_word
    assert "东园社区为老服务" not in by_word
    assert "没有符合条件的记录" in by_year
    assert nonsense.status_code == 200


def test_open_data_holds_the_same_contracts_as_the_page(people):
    contract = a_contract(people)

    answer = people["outsider"].client.get(reverse("contract_public_list"), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))

    assert any(contract.number in row and "300000.00" in row for row in rows)


def test_a_contract_page_counts_needs_by_theme_hides_small_groups_and_names_nobody(people):
    contract = a_contract(people)
    many = [a_need(n, people) for n in range(6)]
    few = [a_need(10 + n, people, theme="children") for n in range(2)]
    give_plan(contract, many + few)
    an_activity(contract, many, minutes=90)

    shown = (
        people["outsider"].client.get(reverse("contract_public_view", args=[contract.pk])).content.decode()
    )

    assert ">6<" in shown.replace(" ", "")
    assert "不足 5" in shown
    assert "张奶奶" not in shown
    assert "苏晴" not in shown


def test_a_sheet_says_what_was_said_done_and_cost_but_no_private_need(people):
    contract = a_contract(people)
    a_need(1, people, is_private=True, text="家暴求助")
    need = a_need(2, people)
    an_activity(contract, [need])

    sheet = make_sheet(Place.objects.get(pk=COMMUNITY), "3号楼", Quarter(2026, 2))
    page = people["community"].client.get(
        reverse("sheet_view", args=[COMMUNITY]), {"building": "3号楼", "quarter": "2026q4"}
    )

    assert [line.done for line in sheet.lines] == ["走访 1 次"]
    assert sheet.contact.name == "苏晴"
    assert page.status_code == 200
    assert "家暴" not in page.content.decode()


def test_a_sheet_prints_as_large_type_pdf_and_foreign_staff_get_nothing(people):
    a_need(1, people)
    foreign = foreign_cast()
    choice = {"building": "3号楼", "quarter": "2026q4"}
    url = reverse("sheet_print", args=[COMMUNITY])

    own = people["community"].client.get(url, choice)

    assert own.content.startswith(b"%PDF")
    assert foreign["community"].client.get(url, choice).status_code == 404


@pytest.mark.parametrize("name", ["front", "privacy", "accessibility", "contract_public_list"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_open_without_account_in_both_languages(people, name, language):
    answer = people["outsider"].client.get(reverse(name), headers={"accept-language": language})

    assert answer.status_code == 200


def test_large_type_and_contrast_are_remembered_and_never_lead_to_another_site(people):
    anyone = people["outsider"].client

    chosen = anyone.post(reverse("look_choose"), {"size": "large", "next": "//evil.example/"})
    anyone.post(reverse("look_choose"), {"contrast": "high", "next": "/"})

    assert chosen["Location"] == "/"
    assert 'class="large contrast"' in anyone.get("/").content.decode()

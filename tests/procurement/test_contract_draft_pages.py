"""From an award to a signed contract on pages, with its papers."""

import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse
from docx import Document

from tests.cast import cast
from tests.procurement.builders_contract import a_claim
from tests.procurement.builders_tender import an_award
from zhagen.core.types import SYSTEM
from zhagen.procurement.actions.contract import start_contract
from zhagen.procurement.models import Contract, Paper


@pytest.fixture
def people():
    return cast()


def filled(page) -> dict[str, str]:
    """Return what the draft form proposes, as a browser would send it."""
    form = page.context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {
        name: f"{value / 100:.2f}" if name.startswith("amount") else str(value)
        for name, value in values.items()
        if value not in (None, False, "")
    }


def test_the_proposed_draft_can_be_sent_as_it_stands(people):
    award = an_award(people)
    handler, url = people["handler"].client, reverse("contract_draft", args=[award.pk])

    answer = handler.post(url, filled(handler.get(url)))

    contract = Contract.objects.get()
    assert answer.status_code == 302
    assert (contract.award, contract.amount_fen, contract.agency) == (award, award.amount_fen, award.agency)
    assert contract.terms == award.tender.frozen["terms"]
    assert sum(each.amount_fen for each in contract.instalments.all()) == award.amount_fen


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount_fen_2": "1"}, "不一致"),
        ({"due_on_2": ""}, "没有填全"),
        ({"starts_on": "2026-13-45"}, "日期"),
        ({"amount_fen_1": "十二万"}, "不是金额"),
    ],
)
def test_a_wrong_draft_is_shown_again_with_what_was_typed(people, change, said):
    award = an_award(people)
    handler, url = people["handler"].client, reverse("contract_draft", args=[award.pk])

    answer = handler.post(url, {**filled(handler.get(url)), "title": "我写的名称", **change})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "我写的名称" in answer.content.decode()
    assert not Contract.objects.exists()


def test_the_word_text_carries_the_frozen_terms_and_is_kept_by_hash(people):
    award = an_award(people)
    handler, url = people["handler"].client, reverse("contract_draft", args=[award.pk])
    handler.post(url, filled(handler.get(url)))
    contract = Contract.objects.get()

    answer = handler.post(reverse("contract_write_text", args=[contract.pk]), follow=True)

    document = Document(io.BytesIO(answer.getvalue()))
    words = "".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    words += "".join(paragraph.text for paragraph in document.paragraphs)
    assert contract.number in words
    assert contract.agency.name in words
    contract.refresh_from_db()
    assert Paper.objects.get(kind="contract_text").file_digest == contract.document_digest


def test_the_payment_approval_prints(people):
    claim = a_claim(people)

    answer = people["finance"].client.get(reverse("claim_print", args=[claim.pk]))

    assert answer.status_code == 200
    assert Document(io.BytesIO(answer.content))


def test_a_contract_starts_on_its_first_day_with_the_needs_of_its_plan(people):
    award = an_award(people)
    handler, url = people["handler"].client, reverse("contract_draft", args=[award.pk])
    handler.post(url, filled(handler.get(url)))
    contract = Contract.objects.get()
    Contract.objects.update(state="signed")

    with time_machine.travel(dt.datetime.combine(contract.starts_on, dt.time(9), dt.UTC)):
        from zhagen.platform.clock import now

        start_contract(contract, by=SYSTEM, now=now())

    assert {need.state for need in contract.plan.needs.all()} <= {"in_service"}

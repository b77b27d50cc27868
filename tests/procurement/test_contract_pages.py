"""Contract and claim pages: signing on paper, whose desk, what is missing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.procurement.builders_contract import a_claim, a_contract
from zhagen.procurement.models import Claim, Paper

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.fixture
def people():
    return cast()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", ["draft", "signed", "in_service", "ending"])
def test_a_contract_opens_in_every_state_and_language(people, state, language):
    contract = a_contract(people, state)

    for who in ("handler", "chief", "agency_head", "auditor", "community"):
        seen = people[who].client.get(
            reverse("contract_view", args=[contract.pk]), headers={"accept-language": language}
        )
        assert seen.status_code == 200


def test_signing_needs_the_stamped_scan_and_files_it(people):
    contract, handler = a_contract(people, "draft"), people["handler"].client
    url = reverse("contract_sign", args=[contract.pk])

    without = handler.post(url, {"signed_on": "2026-03-01"})
    scan = SimpleUploadedFile("合同.pdf", PDF, "application/pdf")
    with_scan = handler.post(url, {"signed_on": "2026-03-01", "scan": scan})

    assert (without.status_code, with_scan.status_code) == (422, 302)
    paper = Paper.objects.get()
    assert handler.get(reverse("paper_download", args=[paper.pk])).getvalue() == PDF
    assert people["agency_head"].client.get(reverse("paper_download", args=[paper.pk])).status_code == 200
    assert foreign_cast()["handler"].client.get(reverse("paper_download", args=[paper.pk])).status_code == 404


def test_the_agency_asks_for_money_and_sees_on_whose_desk_it_lies(people):
    contract = a_contract(people)
    first, head = contract.instalments.get(order=1), people["agency_head"].client

    too_much = head.post(
        reverse("claim_submit", args=[first.pk]), {"amount_fen": "120000.01", "invoice_no": "7"}
    )
    asked = head.post(reverse("claim_submit", args=[first.pk]), {"amount_fen": "12万", "invoice_no": "7"})
    done = head.post(reverse("claim_submit", args=[first.pk]), {"amount_fen": "120,000", "invoice_no": "7"})

    assert [too_much.status_code, asked.status_code, done.status_code] == [422, 422, 302]
    assert "120000.01" in too_much.content.decode()
    page = head.get(reverse("claim_view", args=[Claim.objects.get().pk])).content.decode()
    assert "街道经办人" in page


def test_a_claim_walks_over_the_desks_by_its_buttons(people):
    claim = a_claim(people)

    def press(who, name, **data):
        return people[who].client.post(reverse(name, args=[claim.pk]), data).status_code

    assert press("handler", "claim_return", missing="发票清单", cause="papers") == 302
    assert (
        "发票清单"
        in people["agency_head"].client.get(reverse("claim_view", args=[claim.pk])).content.decode()
    )
    assert press("agency_head", "claim_resubmit", invoice_no="00112233") == 302
    assert press("handler", "claim_note_delay", cause="budget") == 302
    assert press("handler", "claim_check") == 302
    assert press("leader", "claim_approve") == 302
    assert press("finance", "claim_record_payment", voucher_no="记-9", paid_on="2026-03-02") == 302
    claim.refresh_from_db()
    assert claim.state == "paid"
    for who in ("handler", "leader", "finance", "agency_head"):
        assert people[who].client.get(reverse("claim_list"), {"state": "paid"}).status_code == 200


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_lists_are_given_as_files(people, kind):
    a_claim(people)

    for name in ("contract_list", "claim_list"):
        answer = people["handler"].client.get(reverse(name), {"format": kind})
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content)


def test_an_amendment_is_proposed_and_agreed_on_pages(people):
    contract = a_contract(people)

    proposed = people["handler"].client.post(
        reverse("contract_amend", args=[contract.pk]),
        {"amount_fen": "320000", "decision_no": "纪要〔2026〕9号", "reason": "增加西园社区"},
    )
    amendment = contract.amendments.get()
    for who in ("agency_head", "chief"):
        people[who].client.post(reverse("amendment_agree", args=[amendment.pk]))

    assert proposed.status_code == 302
    contract.refresh_from_db()
    assert contract.amount_fen == 32_000_000

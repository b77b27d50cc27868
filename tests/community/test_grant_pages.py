"""Pages of a fund's money over HTTP: from the grant over receipts and claim to the book that anyone reads."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.community.builders import an_open_cycle
from tests.community.builders_grant import (
    LATER,
    a_checked_receipt,
    a_claim,
    a_grant,
    a_made_grant,
    a_matched_grant,
    a_receipt,
    a_signed_claim,
    again,
    pay,
    reported,
)
from tests.platform.samples import pdf, picture
from zhagen.community.actions.fund_entry import show_own
from zhagen.community.models import FundCycle, FundEntry, FundReceipt, GrantClaim
from zhagen.community.views.grant_claim_paper import claim_pdf
from zhagen.parties.actions.tie import declare_tie

BROKEN_PDF = b"%PDF-1.4\nrubbish\n%%EOF"
DAILY = time_machine.travel(LATER, tick=False)


@pytest.fixture
def people():
    return cast()


def text_of(answer):
    return answer.content.decode()


def url(name, obj):
    return reverse(name, args=[obj.pk])


def a_form(**changes):
    values = {
        "amount_fen": "3,000", "what": "石桌", "supplier_name": "青禾石材店", "invoice_no": "26110001",
        "invoiced_on": LATER.date(), "cost_line": "", "money": "fund",
        "scan": SimpleUploadedFile("发票.jpg", picture(), "image/jpeg"),
    }  # fmt: skip
    return {**values, **changes}


@DAILY
def test_money_goes_from_the_grant_over_receipts_and_claim_to_the_payment_on_the_pages(people):
    grant = a_made_grant(people)
    worker, head, finance = (
        people["social_worker"].client,
        people["agency_head"].client,
        people["finance"].client,
    )

    assert worker.post(url("grant_start", grant)).status_code == 302
    assert worker.post(url("fund_receipt_add", grant), a_form()).status_code == 302
    receipt = FundReceipt.objects.get()
    assert "自己交的票据不能自己核对" in text_of(worker.get(url("fund_receipt_view", receipt)))
    assert people["handler"].client.post(url("fund_receipt_check", receipt)).status_code == 302
    assert "石桌" in text_of(head.get(url("grant_claim_submit", grant)))
    assert head.post(url("grant_claim_submit", grant)).status_code == 302
    claim = GrantClaim.objects.get()
    for who in ("community", "handler", "leader"):
        assert "签字同意" in text_of(people[who].client.get(url("grant_claim_view", claim)))
        people[who].client.post(url("grant_claim_sign", claim))
    form = {"voucher_no": "记-118", "paid_on": LATER.date()}
    assert finance.post(url("grant_claim_record_payment", claim), form).status_code == 302

    public = text_of(people["outsider"].client.get(url("grant_public", grant)))
    book = text_of(people["outsider"].client.get(url("fund_book_public", grant.cycle)))
    assert "记-118" in public
    assert "青禾石材店" in public
    assert "26110001" not in public + book
    assert "3,000.00" in book
    assert "许静" in book  # who approved the payment


@DAILY
def test_a_receipt_that_is_refused_keeps_what_was_typed_and_holds_no_money(people):
    grant = a_grant(people)
    client = people["social_worker"].client

    too_much = client.post(url("fund_receipt_add", grant), a_form(amount_fen="20000"))
    no_scan = client.post(url("fund_receipt_add", grant), a_form(scan=""))
    bad = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    wrong_file = client.post(url("fund_receipt_add", grant), a_form(scan=bad))

    assert [each.status_code for each in (too_much, no_scan, wrong_file)] == [422] * 3
    assert "立项只剩 10,000.00 元可用" in text_of(too_much)
    assert "青禾石材店" in text_of(wrong_file)
    assert not FundReceipt.objects.exists()
    assert again(grant).held_fen == 0


@DAILY
def test_a_scan_is_seen_by_those_who_handle_it_only(people):
    grant = a_grant(people)
    client = people["social_worker"].client
    client.post(url("fund_receipt_add", grant), a_form())
    client.post(
        url("fund_receipt_add", grant),
        a_form(invoice_no="2", scan=SimpleUploadedFile("x.pdf", pdf(), "application/pdf")),
    )
    photo, paper = FundReceipt.objects.order_by("added_at", "invoice_no")[::-1]

    shown, saved = (people["overseer"].client.get(url("fund_receipt_scan", each)) for each in (photo, paper))
    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/jpeg", "inline")
    assert saved["Content-Type"] == "application/pdf"
    assert saved["Content-Disposition"].startswith("attachment")
    for who in (people["outsider"], people["resident"], foreign_cast()["handler"]):
        assert who.client.get(url("fund_receipt_scan", photo)).status_code in {302, 404}


@DAILY
def test_who_is_tied_is_told_why_another_must_check(people):
    grant = a_grant(people)
    receipt = a_receipt(people, grant)
    since = LATER.date().replace(year=2025)
    declare_tie(grant.grantee, "employment", since, by=people["handler"].actor, now=LATER)

    shown = text_of(people["handler"].client.get(url("fund_receipt_view", receipt)))

    assert url("fund_receipt_check", receipt) not in shown
    assert "关联" in shown
    assert url("fund_receipt_check", receipt) in text_of(
        people["chief"].client.get(url("fund_receipt_view", receipt))
    )


@DAILY
def test_a_claim_prints_its_papers_in_the_order_of_the_rulebook(people):
    grant = a_grant(people)
    people["social_worker"].client.post(url("fund_receipt_add", grant), a_form())
    receipt = FundReceipt.objects.get()
    people["handler"].client.post(url("fund_receipt_check", receipt))
    people["agency_head"].client.post(url("grant_claim_submit", grant))
    claim = GrantClaim.objects.get()

    shown = text_of(people["community"].client.get(url("grant_claim_view", claim)))
    printed = people["community"].client.get(url("grant_claim_print", claim))

    names = ["报账单", "三步决定的会议记录", "提案和费用预算", "票据", "完成情况报告"]
    at = [shown.index(f"<li>{name}") for name in names]
    assert at == sorted(at)
    assert "居民自筹承诺" not in shown
    assert printed["Content-Type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")
    assert len(printed.content) > 20_000


@DAILY
def test_a_claim_lies_on_one_desk_and_is_returned_with_what_is_missing(people):
    claim = a_claim(people, a_grant(people))

    assert "签字同意" not in text_of(people["handler"].client.get(url("grant_claim_view", claim)))
    assert "签字同意" in text_of(people["community"].client.get(url("grant_claim_view", claim)))
    answer = people["community"].client.post(url("grant_claim_return", claim), {"missing": "发票章"})
    assert answer.status_code == 302
    shown = text_of(people["agency_head"].client.get(url("grant_claim_view", claim)))
    assert "缺少的材料：发票章" in shown
    assert "补正后再次提交" in shown
    assert people["agency_head"].client.post(url("grant_claim_resubmit", claim)).status_code == 302
    assert claim.number in text_of(people["finance"].client.get(reverse("grant_claim_list")))


@DAILY
def test_a_grant_is_reported_with_photos_accepted_and_cleared_on_the_pages(people):
    grant = a_grant(people)
    photos = [
        SimpleUploadedFile(f"{size}.jpg", picture(size=(size, 90)), "image/jpeg") for size in (120, 130)
    ]
    form = {"text": "桌椅装好了", "people_reached": "120", "led_by": "", "photos": photos}

    assert people["agency_head"].client.post(url("grant_report", grant), form).status_code == 302
    public = text_of(people["outsider"].client.get(url("grant_public", grant)))
    photo = grant.photos.first()
    picture_url = reverse("grant_photo", args=[grant.pk, photo.pk])
    assert "桌椅装好了" in public
    assert "约 120 人受益" in public
    assert grant.photos.count() == 2
    assert people["outsider"].client.get(picture_url)["Content-Type"] == "image/jpeg"
    people["handler"].client.post(url("grant_return", grant), {"note": "石凳还少两个"})
    assert people["outsider"].client.get(picture_url).status_code == 404
    assert "桌椅装好了" not in text_of(people["outsider"].client.get(url("grant_public", grant)))
    people["agency_head"].client.post(url("grant_report", grant), {**form, "photos": []})
    assert people["handler"].client.post(url("grant_accept", grant), {"note": "齐了"}).status_code == 302
    refused = people["finance"].client.post(
        url("grant_clear", grant), {"payable_fen": "99999", "payable_note": "x"}
    )
    assert refused.status_code == 422
    assert people["finance"].client.post(url("grant_clear", grant), {"payable_fen": ""}).status_code == 302
    assert again(grant).state == "cleared"


@DAILY
def test_own_money_waits_in_the_book_for_another_and_the_same_person_sees_no_button(people):
    grant = a_matched_grant(people)
    office = people["community"].client
    form = {"amount_fen": "1000", "what": "楼里凑的", "reference": "收据 3"}
    assert office.post(url("grant_show_own", grant), form).status_code == 302
    entry = FundEntry.objects.get(way="raised")
    view = url("fund_book_view", grant.cycle)

    assert url("fund_entry_approve", entry) not in text_of(office.get(view))
    assert url("fund_entry_approve", entry) in text_of(people["finance"].client.get(view))
    assert people["finance"].client.post(url("fund_entry_refuse", entry), {"reason": ""}).status_code == 422
    assert people["finance"].client.post(url("fund_entry_approve", entry)).status_code == 302
    assert again(grant).own_shown_fen == 100_000
    assert "楼里凑的" in text_of(people["outsider"].client.get(url("fund_book_public", grant.cycle)))


@DAILY
def test_the_end_of_a_cycle_on_the_pages(people):
    grant = a_grant(people)
    cycle, finance = grant.cycle, people["finance"].client
    pay(people, a_signed_claim(people, grant))
    reported(people, grant)
    people["handler"].client.post(url("grant_accept", grant), {"note": ""})
    coaching = {"amount_fen": "100", "what": "辅导", "reference": "记-9"}
    people["handler"].client.post(url("fund_cycle_pay_coaching", cycle), coaching)
    finance.post(url("fund_entry_approve", FundEntry.objects.get(way="coached")))

    assert finance.post(url("fund_cycle_clear", cycle)).status_code == 302
    assert "没有票据的自治金 7,000.00 元" in text_of(finance.get(url("grant_clear", grant)))
    finance.post(url("grant_clear", grant), {})
    assert "退回街道" in text_of(finance.get(url("fund_cycle_close", cycle)))
    assert finance.post(url("fund_cycle_close", cycle), {"voucher_no": ""}).status_code == 422
    assert finance.post(url("fund_cycle_close", cycle), {"voucher_no": "退-1"}).status_code == 302

    assert FundCycle.objects.get(pk=cycle.pk).state == "closed"
    book = text_of(people["outsider"].client.get(url("fund_book_public", cycle)))
    assert "已退回街道" in book
    assert "退-1" in book


@DAILY
def test_the_book_is_a_file_too(people):
    grant = a_made_grant(people)
    client = people["outsider"].client

    sheet = client.get(url("fund_book_public", grant.cycle), {"format": "xlsx"})
    rows = client.get(url("fund_book_public", grant.cycle), {"format": "csv"})

    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert "立项" in b"".join(rows.streaming_content).decode("utf-8-sig")


@DAILY
def test_before_the_street_approves_the_book_is_empty_and_says_so(people):
    cycle = an_open_cycle(people)
    client = people["outsider"].client

    assert "账上还没有一笔账" in text_of(client.get(url("fund_book_public", cycle)))
    assert url("fund_book_public", cycle) not in text_of(client.get(url("fund_cycle_public", cycle)))


@DAILY
def test_desks_show_what_waits_and_lists_lead_there(people):
    grant = a_grant(people)
    a_receipt(people, grant)
    a_checked_receipt(people, grant, invoice_no="2")
    claim = a_claim(people, grant, invoice_no="3")
    show_own(grant, 100, what="楼里凑的", reference="1", by=people["agency_head"].actor, now=LATER)

    handler, office = (
        text_of(people["handler"].client.get("/desk/")),
        text_of(people["community"].client.get("/desk/")),
    )

    assert "核对票据" in handler
    assert "复核账目" in handler
    assert claim.number in office
    assert claim.number not in handler
    assert grant.number in text_of(people["overseer"].client.get(reverse("grant_list")))
    assert grant.number in text_of(people["overseer"].client.get(url("grant_view", grant)))


@DAILY
def test_the_proposal_and_the_cycle_lead_to_every_yuan(people):
    grant = a_grant(people)
    client = people["outsider"].client

    assert url("grant_public", grant) in text_of(client.get(url("proposal_public", grant.proposal)))
    assert url("fund_book_public", grant.cycle) in text_of(client.get(url("fund_cycle_public", grant.cycle)))
    assert url("grant_view", grant) in text_of(
        people["handler"].client.get(url("proposal_view", grant.proposal))
    )
    assert url("fund_book_view", grant.cycle) in text_of(
        people["handler"].client.get(url("fund_cycle_view", grant.cycle))
    )


@DAILY
@pytest.mark.parametrize("step", ["withdraw", "strike", "refuse"])
def test_a_receipt_is_taken_back_struck_or_refused_on_its_page(people, step):
    grant = a_grant(people)
    receipt = a_checked_receipt(people, grant) if step == "strike" else a_receipt(people, grant)
    who = people["social_worker" if step == "withdraw" else "handler"].client
    assert url(f"fund_receipt_{step}", receipt) in text_of(who.get(url("fund_receipt_view", receipt)))

    answer = who.post(url(f"fund_receipt_{step}", receipt), {"reason": "店家开错"})

    assert answer.status_code == 302
    assert FundReceipt.objects.get().state in {"withdrawn", "refused"}
    assert again(grant).held_fen == 0


@DAILY
def test_the_supervisory_committee_sees_what_each_supplier_got_by_its_receipts(people):
    grant = a_grant(people)
    a_receipt(people, grant, supplier_name="青禾石材店（东园）", amount_fen=200_000)
    a_receipt(people, grant, supplier_name="青禾石材店 (东园)", amount_fen=100_000, invoice_no="2")
    refused = a_receipt(people, grant, supplier_name="别家", amount_fen=100, invoice_no="3")
    people["handler"].client.post(url("fund_receipt_refuse", refused), {"reason": "看不清"})

    shown = text_of(people["overseer"].client.get(reverse("fund_guard")))

    assert "3,000.00" in shown
    assert "青禾石材店" in shown
    assert "别家" not in shown


@DAILY
def test_who_handed_a_claim_in_is_told_that_another_signs_at_his_desk(people):
    grant = a_grant(people)
    a_checked_receipt(people, grant)
    people["community"].client.post(url("grant_claim_submit", grant))

    shown = text_of(people["community"].client.get(url("grant_claim_view", GrantClaim.objects.get())))

    assert "一人只签一次" in shown
    assert "签字同意</button>" not in shown


@DAILY
def test_a_receipt_that_nobody_has_checked_is_not_public(people):
    grant = a_grant(people)
    a_receipt(people, grant)

    assert "青禾石材店" not in text_of(people["outsider"].client.get(url("grant_public", grant)))


@DAILY
@pytest.mark.parametrize("scan", ["sound", "unreadable", "lost"])
def test_a_claim_prints_with_an_electronic_invoice_even_one_that_cannot_be_set(people, scan):
    grant = a_grant(people)
    content = (
        claim_pdf(a_claim(people, grant, invoice_no="1"), LATER.date()) if scan == "sound" else BROKEN_PDF
    )
    paper = SimpleUploadedFile("发票.pdf", content, "application/pdf")
    people["social_worker"].client.post(url("fund_receipt_add", grant), a_form(scan=paper, invoice_no="9"))
    receipt = FundReceipt.objects.get(invoice_no="9")
    if scan == "lost":
        FundReceipt.objects.filter(pk=receipt.pk).update(file_digest="c" * 64)
    people["handler"].client.post(url("fund_receipt_check", receipt))
    people["agency_head"].client.post(url("grant_claim_submit", grant))
    receipt.refresh_from_db()

    printed = people["finance"].client.get(url("grant_claim_print", receipt.claim))

    assert printed.status_code == 200
    assert printed.content.startswith(b"%PDF-")


def cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@DAILY
def test_the_book_and_a_grant_cost_the_same_queries_with_more_entries(people):
    grant = a_grant(people)
    public, office = people["outsider"].client, people["handler"].client
    pages = [
        (public, url("fund_book_public", grant.cycle)),
        (office, url("fund_book_view", grant.cycle)),
        (public, url("grant_public", grant)),
        (office, url("grant_view", grant)),
    ]

    def add(first, last):
        for number in range(first, last):
            a_checked_receipt(people, grant, amount_fen=100, invoice_no=f"A{number}")
            a_receipt(people, grant, amount_fen=100, invoice_no=f"B{number}")

    add(0, 1)
    few = [cost(client, address) for client, address in pages]
    add(1, 4)

    assert [cost(client, address) for client, address in pages] == few

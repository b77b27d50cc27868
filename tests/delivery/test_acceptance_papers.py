"""The acceptance form: filled from what was judged, kept by its hash, its stamped scan beside it."""

import datetime as dt
import hashlib

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.delivery.builders import AFTER, an_acceptance
from tests.platform.samples import picture
from tests.platform.test_documents import read_back
from zhagen.delivery.actions.acceptance import Decision, accept, ask_correction, hear_opinion, refuse
from zhagen.delivery.actions.acceptance_paper import form_data
from zhagen.delivery.models import Acceptance
from zhagen.integrity.folder import folder_of_contract
from zhagen.procurement.actions.claim import approve_claim, check_claim, record_payment, submit_claim
from zhagen.procurement.models import Paper

LATER = AFTER + dt.timedelta(hours=1)


@pytest.fixture
def people():
    return cast()


def heard(people, acceptance: Acceptance) -> Acceptance:
    hear_opinion(
        acceptance, speaker="参加小组的居民", word="kept", remark="每周都来", by=people["community"].actor, now=LATER
    )  # fmt: skip
    return Acceptance.objects.get(pk=acceptance.pk)


def accepted(people) -> Acceptance:
    acceptance = heard(people, an_acceptance(people))
    return accept(acceptance, Decision(18_000_000), by=people["handler"].actor, now=LATER)


def make(person, acceptance):
    return person.client.post(reverse("acceptance_form", args=[acceptance.pk]))


def upload(person, acceptance, content, name="验收单.jpg"):
    scan = SimpleUploadedFile(name, content)
    return person.client.post(reverse("acceptance_scan", args=[acceptance.pk]), {"scan": scan})


@time_machine.travel(LATER)
def test_the_filled_form_says_what_was_promised_delivered_said_and_decided(people):
    acceptance, handler = accepted(people), people["handler"]

    answer = handler.client.get(make(handler, acceptance).url)

    content = b"".join(answer.streaming_content)
    text = read_back(content)
    for words in (
        acceptance.number, acceptance.contract.title, "扎根社工服务中心", "24 次", "达到",
        "参加小组的居民：说到做到，每周都来", "合格，核定可付180,000.00元", "陈立文", "2027年3月2日",
    ):  # fmt: skip
        assert words in text, words
    paper = Paper.objects.get(kind="acceptance_form")
    assert paper.file_digest == hashlib.sha256(content).hexdigest()
    assert (paper.instalment_id, paper.contract_id) == (acceptance.instalment_id, acceptance.contract_id)
    page = handler.client.get(reverse("acceptance_view", args=[acceptance.pk])).content.decode()
    assert paper.file_digest[:16] in page, page[page.find("SHA-256") :][:200]


@time_machine.travel(LATER)
@pytest.mark.parametrize(
    ("language", "lacks"), [("zh-hans", "还缺盖章扫描件"), ("en", "stamped scan is missing")]
)
def test_the_page_asks_for_the_stamped_scan_until_it_is_there(people, language, lacks):
    acceptance, handler = accepted(people), people["handler"]
    make(handler, acceptance)

    def page(who="handler"):
        url = reverse("acceptance_view", args=[acceptance.pk])
        return people[who].client.get(url, headers={"accept-language": language}).content.decode()

    assert lacks in page()
    word = Paper.objects.get()
    filled = b"".join(handler.client.get(reverse("paper_download", args=[word.pk])).streaming_content)
    assert upload(handler, acceptance, filled, "验收单.docx").status_code == 422
    assert upload(handler, acceptance, b"MZ no picture").status_code == 422
    assert upload(handler, acceptance, picture()).status_code == 302
    assert lacks not in page()
    scan = Paper.objects.exclude(pk=word.pk).get()
    assert reverse("paper_download", args=[scan.pk]) in page("agency_head")
    assert reverse("acceptance_scan", args=[acceptance.pk]) not in page("agency_head")


def test_what_is_not_decided_yet_leaves_room_to_write(people):
    acceptance = an_acceptance(people, groups=3)

    empty = form_data(acceptance, LATER)
    sent_back = ask_correction(heard(people, acceptance), "补三次小组", by=people["handler"].actor, now=LATER)
    to_correct = form_data(sent_back, LATER)

    assert [empty[name] for name in ("held_on", "members", "conclusion", "resident_opinion")] == [None] * 4
    assert "不足" in [each["result"] for each in empty["items"]]
    assert (to_correct["conclusion"], to_correct["corrections"]) == (None, "补三次小组")


def test_a_refused_acceptance_says_so(people):
    acceptance = refuse(
        heard(people, an_acceptance(people)), "没有开展服务", by=people["handler"].actor, now=LATER
    )

    assert form_data(acceptance, LATER)["conclusion"] == "不合格。没有开展服务"


@time_machine.travel(LATER)
def test_the_form_completes_the_folder_of_the_payment(people):
    acceptance = accepted(people)
    claim = submit_claim(
        acceptance.instalment, 18_000_000, invoice_no="1", by=people["agency_head"].actor, now=LATER
    )
    check_claim(claim, by=people["handler"].actor, now=LATER)
    approve_claim(claim, by=people["leader"].actor, now=LATER)
    record_payment(claim, voucher_no="1", paid_on=LATER.date(), by=people["finance"].actor, now=LATER)

    def status():
        lines = folder_of_contract(acceptance.contract).lines
        return next(line.status for line in lines if line.kind.code == "acceptance_form")

    assert status() == "missing"
    make(people["handler"], acceptance)
    assert status() == "on_file"


@time_machine.travel(LATER)
def test_only_the_street_fills_and_files_the_form(people):
    acceptance = accepted(people)

    for person in (people["agency_head"], people["community"], people["auditor"], foreign_cast()["handler"]):
        assert make(person, acceptance).status_code == 404
        assert upload(person, acceptance, picture()).status_code == 404
    assert not Paper.objects.exists()

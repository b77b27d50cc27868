"""Pages of the proposed list over HTTP: reasons in words, decisions with minutes, strikes and grants."""

import hashlib
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast, foreign_cast, make_organisation
from tests.community import builders_ballot
from tests.community.builders import LISTED_AT, a_list, decide
from zhagen.community.actions.ballot_count import result_of
from zhagen.community.models import Grant, ListDecision

DAILY = time_machine.travel(LISTED_AT, tick=False)


@pytest.fixture
def people():
    return cast()


def text_of(answer):
    return answer.content.decode()


FORM = {
    "body": "party_committee", "held_on": LISTED_AT.date(), "minutes_no": "党〔2026〕5号", "minutes": "逐项议过，同意。",
    "entitled": 9, "present": 7, "in_favour": 6, "against": 1, "abstained": 0, "recused": 0,
}  # fmt: skip


@DAILY
def test_the_three_decisions_are_recorded_and_read_by_anyone(people):
    made = a_list(people)
    office, chief = people["community"].client, people["chief"].client
    view = reverse("proposed_list_view", args=[made.pk])

    assert "记录党组织审议" in text_of(office.get(view))
    party = office.post(reverse("list_decision_party", args=[made.pk]), FORM)
    assembly = office.post(reverse("list_decision_assembly", args=[made.pk]), {**FORM, "body": "delegates"})
    street = chief.post(reverse("list_decision_street", args=[made.pk]), {**FORM, "body": "office_meeting"})
    public = text_of(people["outsider"].client.get(reverse("proposed_list_public", args=[made.pk])))

    assert [each.status_code for each in (party, assembly, street)] == [302] * 3
    assert "党〔2026〕5号" in public
    assert "应到 9 人，实到 7 人" in public
    assert "就能入选" in public
    assert "13800130000" not in public


@DAILY
def test_a_decision_without_quorum_is_told_and_what_was_typed_kept(people):
    made = a_list(people)

    answer = people["community"].client.post(
        reverse("list_decision_party", args=[made.pk]), {**FORM, "present": 4, "in_favour": 4, "against": 0}
    )

    assert answer.status_code == 422
    assert "到会不足" in text_of(answer)
    assert "党〔2026〕5号" in text_of(answer)
    assert not ListDecision.objects.exists()


@DAILY
def test_a_returned_list_offers_to_strike_and_an_approved_one_to_grant(people):
    made, handler = a_list(people), people["handler"].client
    first = made.lines.get(order=1).proposal
    view, strike = reverse("proposed_list_view", args=[made.pk]), reverse("proposal_strike", args=[first.pk])
    grant = reverse("grant_make", args=[first.pk])
    form = {"grantee": make_organisation("东园居委会", "committee").pk, "due_on": "2026-10-31"}

    assert strike not in text_of(handler.get(view))
    assert handler.post(grant, form).status_code == 422
    decide(people, made, "party", in_favour=1, against=6, remark="重复")
    assert strike in text_of(handler.get(view))
    assert handler.post(strike, {"reason": "与街道工程重复"}).status_code == 302
    assert "与街道工程重复" in text_of(
        people["outsider"].client.get(reverse("proposed_list_public", args=[made.pk]))
    )


@DAILY
def test_the_street_grants_from_the_approved_list(people):
    made, handler = a_list(people), people["handler"].client
    decide(people, made, "party", "assembly", "street")
    first = made.lines.get(order=1).proposal
    grant = reverse("grant_make", args=[first.pk])
    form = {"grantee": make_organisation("东园居委会", "committee").pk, "due_on": "2026-10-31"}

    assert grant in text_of(handler.get(reverse("proposed_list_view", args=[made.pk])))
    assert handler.post(grant, {**form, "due_on": "2027-06-30"}).status_code == 422
    assert handler.post(grant, form).status_code == 302
    assert Grant.objects.get().leader_shown == "3号楼赵大爷"


@DAILY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_for_their_readers_only(people, language):
    made, foreign = a_list(people), foreign_cast()
    view, said = reverse("proposed_list_view", args=[made.pk]), {"accept-language": language}

    for who in ("handler", "community", "overseer", "station_lead", "auditor"):
        assert people[who].client.get(view, headers=said).status_code == 200
        assert foreign[who].client.get(view).status_code == 404
    public = [
        reverse("proposed_list_public", args=[made.pk]),
        reverse("fund_cycle_public", args=[made.cycle_id]),
    ]
    for page in public:
        assert people["outsider"].client.get(page, headers=said).status_code == 200


def test_the_list_is_made_from_the_counted_vote_and_agrees_with_it(people):
    ballot = builders_ballot.a_counted_ballot(people)
    cycle, office = ballot.cycle, people["community"].client
    step = reverse("fund_cycle_propose", args=[cycle.pk])

    with time_machine.travel(ballot.counted_at, tick=False):
        assert step in text_of(office.get(reverse("fund_cycle_view", args=[cycle.pk])))
        assert office.post(step).status_code == 302
        again = office.post(step)

    made = cycle.proposed_lists.get()
    won = made.lines.filter(order__gt=0).order_by("order").values_list("proposal__number", flat=True)
    assert tuple(won) == result_of(ballot).winners
    assert made.spent_fen == result_of(ballot).spent_fen
    assert made.votes_digest == ballot.votes_digest
    assert again.status_code == 422


def test_no_list_is_made_before_the_count(people):
    ballot, _codes = builders_ballot.an_open_ballot(people)

    with time_machine.travel(ballot.opened_at, tick=False):
        answer = people["community"].client.post(reverse("fund_cycle_propose", args=[ballot.cycle_id]))

    assert answer.status_code == 422
    assert "还没有计票" in text_of(answer)


def a_photo():
    from PIL import Image

    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    Image.new("RGB", (64, 64), "white").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("纪要.jpg", out.getvalue())


@DAILY
def test_signed_minutes_are_attached_when_recorded_or_later_and_read_by_staff_only(people):
    made, foreign = a_list(people), foreign_cast()
    office, view = people["community"].client, reverse("proposed_list_view", args=[made.pk])

    first = office.post(reverse("list_decision_party", args=[made.pk]), {**FORM, "scan": a_photo()})
    decision = ListDecision.objects.get()
    add = reverse("decision_scan_add", args=[decision.pk])
    pdf = SimpleUploadedFile("纪要.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF")
    second = people["handler"].client.post(add, {"scan": pdf})

    assert (first.status_code, second.status_code) == (302, 302)
    paper, photo = decision.scans.order_by("content_type")
    assert {photo.content_type, paper.content_type} == {"image/jpeg", "application/pdf"}
    assert photo.original_digest != photo.file_digest, "a photo's copy has no metadata"
    download = reverse("decision_scan_download", args=[photo.pk])
    got = people["overseer"].client.get(download)
    content = b"".join(got.streaming_content)
    assert hashlib.sha256(content).hexdigest() == photo.file_digest
    assert b"PhoneMaker" not in content
    assert got["Content-Disposition"].startswith("attachment")
    assert download in text_of(people["auditor"].client.get(view))
    public = text_of(people["outsider"].client.get(reverse("proposed_list_public", args=[made.pk])))
    assert photo.file_digest[:16] in public
    assert download not in public
    assert people["outsider"].client.get(download).status_code in (302, 404)
    assert foreign["handler"].client.get(download).status_code == 404
    assert foreign["community"].client.post(add, {"scan": a_photo()}).status_code == 404


@DAILY
def test_a_file_that_is_no_scan_or_comes_twice_is_refused_and_nothing_is_recorded(people):
    made = a_list(people)
    office = people["community"].client
    party = reverse("list_decision_party", args=[made.pk])

    wrong = office.post(party, {**FORM, "scan": SimpleUploadedFile("a.pdf", b"<html>")})
    assert wrong.status_code == 422
    assert "党〔2026〕5号" in text_of(wrong)
    assert not ListDecision.objects.exists()
    office.post(party, {**FORM, "scan": a_photo()})
    add = reverse("decision_scan_add", args=[ListDecision.objects.get().pk])
    again = office.post(add, {"scan": a_photo()})
    assert again.status_code == 422
    assert "已经附过" in text_of(again)
    assert office.post(add).status_code == 422

"""Anyone checks a receipt and takes a root; only auditors take the whole log."""

import datetime as dt
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.audit.test_event_record import AT, note
from tests.cast import COMMUNITY, cast, make_organisation
from tests.procurement.builders_contract import a_claim
from zhagen.audit.models import SignedRoot
from zhagen.audit.receipts import event_of, receipt_for
from zhagen.audit.roots import current_key, sign_root
from zhagen.audit.sealer import seal_pending
from zhagen.core.checkpoint import parse_public_key
from zhagen.core.log_check import check_log
from zhagen.core.log_receipt import check_receipt
from zhagen.parties.models import Notice
from zhagen.parties.notices import notice_text


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def event():
    (event, *_) = note(make_organisation("青禾社工"), times=3)
    seal_pending()
    return event


def test_a_resident_finds_his_entry_by_its_code_and_proves_it_offline(people, event) -> None:
    sign_root(at=AT, reason="tick")
    client, code = people["outsider"].client, receipt_for(event)

    shown = client.get(reverse("log_show"), {"code": code.lower().replace("-", " ")})
    file = client.get(reverse("log_receipt", args=[code]))

    assert shown.status_code == 200
    assert "回执属实" in shown.content.decode()
    assert code in shown.content.decode()
    assert check_receipt(file.content, keys=[current_key()])["id"] == str(event.pk)


def test_an_entry_not_yet_under_a_root_says_when_it_will_be(people, event) -> None:
    client, code = people["outsider"].client, receipt_for(event)

    assert "十分钟内签发" in client.get(reverse("log_show"), {"code": code}).content.decode()
    assert client.get(reverse("log_receipt", args=[code])).status_code == 404


@pytest.mark.parametrize(("code", "text"), [("hello", "不是回执码"), ("K7QM-2FXA-9D3P", "没有回执码")])
def test_a_wrong_code_keeps_what_was_typed_and_says_what_to_do(people, event, code: str, text: str) -> None:
    answer = people["outsider"].client.get(reverse("log_show"), {"code": code})

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert f'value="{code}"' in answer.content.decode()
    assert people["outsider"].client.get(reverse("log_receipt", args=[code])).status_code == 404


def test_an_empty_log_says_what_will_happen(people) -> None:
    client = people["outsider"].client

    assert "还没有签发日志根" in client.get(reverse("log_show")).content.decode()
    assert client.get(reverse("log_root")).status_code == 404


def test_the_root_and_key_on_the_page_check_the_log_that_an_auditor_takes(people, event) -> None:
    sign_root(at=AT, reason="tick")
    root = people["outsider"].client.get(reverse("log_root")).content.decode()
    page = people["outsider"].client.get(reverse("log_show"))
    exported = b"".join(people["auditor"].client.get(reverse("log_export")).streaming_content)

    report = check_log(
        exported.splitlines(),
        outside=[("page", root)],
        keys=[parse_public_key(page.context["key"].text)],
    )

    assert (report.findings, report.notes) == ((), ())
    assert report.size >= 3
    assert json.loads(exported.splitlines()[1])["number"] == 1


def test_only_auditor_and_discipline_take_the_whole_log(people) -> None:
    may = {
        name for name, person in people.items() if person.client.get(reverse("log_export")).status_code == 200
    }

    assert may == {"auditor", "discipline"}


def test_the_page_only_reads_so_that_it_never_queues_behind_writers(people, event) -> None:
    with CaptureQueriesContext(connection) as queries:
        people["outsider"].client.get(reverse("log_show"), {"code": receipt_for(event)})

    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert len(queries) <= 6


def test_the_page_stands_in_english_too(people, event) -> None:
    client = people["outsider"].client
    answer = client.get(reverse("log_show"), {"code": receipt_for(event)}, headers={"accept-language": "en"})

    assert "The receipt is true" in answer.content.decode()


def code_shown(answer) -> str:
    return re.search(r"log/\?code=([0-9A-Z-]+)", answer.content.decode()).group(1)


def test_a_resident_gets_the_code_of_his_entry_with_the_need_and_checks_it(people) -> None:
    outsider = people["outsider"].client
    status = outsider.post(reverse("need_raise"), {"place": COMMUNITY, "text": "楼道灯坏了"}, follow=True)
    code = code_shown(status)
    sign_root(at=AT, reason="tick")

    checked = outsider.get(reverse("log_show"), {"code": code}).content.decode()
    slip = outsider.get(reverse("need_slip", args=[status.context["receipt"]])).content.decode()
    root = outsider.get(status.redirect_chain[-1][0]).content.decode()

    assert "回执属实" in checked
    assert code in slip
    assert SignedRoot.objects.get().root in root


def test_an_agency_gets_the_code_of_its_claim(people) -> None:
    claim = a_claim(people)

    shown = people["agency_head"].client.get(reverse("claim_view", args=[claim.pk]))
    seal_pending()

    assert event_of(code_shown(shown)).kind == "claim.submitted"


def test_the_auditor_is_sent_the_first_root_of_each_day_and_only_the_newest_waits_to_be_read(people) -> None:
    note(make_organisation("青禾社工"), times=3)
    auditor = people["auditor"].user
    for hours in (0, 1, 24):
        last = sign_root(at=AT + dt.timedelta(hours=hours), reason="tick")

    sent = Notice.objects.filter(code="log.root_signed")
    assert sent.filter(recipient=auditor).count() == 2
    waiting = sent.get(recipient=auditor, settled_at=None)
    assert waiting.figures["text"] == last.text
    assert last.text in notice_text(waiting)

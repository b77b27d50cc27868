"""Notices on the site: counted in the header, opened by their reader only, printed for those without."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.cast import STREET, cast, make_organisation
from zhagen.parties.actions.notice import Note, notify
from zhagen.parties.models import Notice

NOW = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)
NOTE = Note("site.test", "/desk/", figures={"number": "XQ-1"}, place=STREET)


@pytest.fixture
def people():
    return cast()


def test_opening_a_notice_marks_it_read_and_leads_to_the_work(people):
    client = people["handler"].client
    (sent,) = notify(NOTE, to=[people["handler"].user], now=NOW)

    before = client.get(reverse("notice_list")).content.decode()
    opened = client.post(reverse("notice_open", args=[sent.pk]), {"_key": "n1"})
    after = client.get(reverse("notice_list")).content.decode()

    assert '<span class="unread">1' in before
    assert opened["Location"] == "/desk/"
    assert '<span class="unread">' not in after
    assert "试发通知 XQ-1" in after


def test_another_persons_notice_is_like_an_absent_one(people):
    (sent,) = notify(NOTE, to=[people["chief"].user], now=NOW)

    answer = people["handler"].client.post(reverse("notice_open", args=[sent.pk]))

    assert answer.status_code == 404
    assert Notice.objects.get().read_at is None


def test_all_notices_are_marked_read_at_once(people):
    for number in ("XQ-1", "XQ-2"):
        notify(Note("site.test", "/", figures={"number": number}), to=[people["handler"].user], now=NOW)

    people["handler"].client.post(reverse("notice_open_all"), {"_key": "n2"})

    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_a_notice_for_an_organisation_without_account_is_printed_and_handed_over(people):
    client = people["handler"].client
    (sent,) = notify(NOTE, to=[make_organisation("无账号机构")], now=NOW)

    listed = client.get(reverse("notice_paper_list")).content.decode()
    slip = client.get(reverse("notice_slip", args=[sent.pk]))
    client.post(reverse("notice_hand_over", args=[sent.pk]), {"_key": "n3"})

    assert "无账号机构" in listed
    assert slip.content.startswith(b"%PDF")
    assert Notice.objects.get().printed_at is not None

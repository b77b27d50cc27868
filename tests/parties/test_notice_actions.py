"""Notices reach each reader once, in words, by mail when urgent, else in the morning's digest."""

import datetime as dt
from string import Formatter

import pytest
from django.core import mail
from django.utils.translation import override

from tests.cast import COMMUNITY, STREET, cast, make_organisation
from zhagen.core.types import Role
from zhagen.parties.actions.notice import Note, notify, open_notice, people_at, people_of
from zhagen.parties.due import mail_daily_digests
from zhagen.parties.models import Notice
from zhagen.parties.notices import notice_text, notice_title
from zhagen.platform.queue import drain
from zhagen.platform.texts import catalogue

NOW = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai
MORNING = dt.datetime(2026, 5, 5, 0, 30, tzinfo=dt.UTC)
NOTE = Note("site.test", "/needs/", dt.date(2026, 5, 9), {"number": "XQ-1"})


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    return mail.outbox


def give_mail(person, address):
    person.user.email = address
    person.user.save(update_fields=["email"])
    return person.user


def test_whoever_holds_a_role_at_the_place_or_its_street_is_found(people):
    assert people_at(COMMUNITY, Role.COMMUNITY) == [people["community"].user]
    assert people_at(COMMUNITY, Role.HANDLER) == [people["handler"].user]
    assert people_at(STREET, Role.COMMUNITY) == []


def test_one_reader_named_twice_gets_one_notice(people):
    agency = make_organisation("扎根社工服务中心")
    head = people["agency_head"].user

    sent = notify(NOTE, to=[head, agency, *people_of(agency, Role.AGENCY_HEAD)], now=NOW)

    assert [each.recipient for each in sent] == [head]


def test_an_organisation_without_account_gets_a_notice_of_its_own(people):
    outside = make_organisation("无账号机构")

    (sent,) = notify(NOTE, to=[outside], now=NOW)

    assert (sent.recipient, sent.organisation) == (None, outside)


def test_a_notice_says_in_both_languages_what_to_do_by_when(people):
    (sent,) = notify(NOTE, to=[people["handler"].user], now=NOW)

    assert notice_title(sent) == "试发通知 XQ-1"
    assert "2026-05-09" in notice_text(sent)
    with override("en"):
        assert notice_title(sent) == "Test notice XQ-1"


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_an_urgent_notice_is_mailed_at_once_with_its_address(people, outbox):
    user = give_mail(people["handler"], "chen@example.test")
    urgent = Note("site.test", "/needs/", figures={"number": "XQ-2"}, is_urgent=True)

    notify(urgent, to=[user], now=NOW)
    drain()

    assert [message.to for message in outbox] == [["chen@example.test"]]
    assert "/needs/" in outbox[0].body
    assert Notice.objects.get().mailed_at is not None


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_the_morning_digest_gathers_what_is_unread_into_one_mail_once(people, outbox):
    user = give_mail(people["handler"], "chen@example.test")
    notify(NOTE, to=[user], now=NOW)
    notify(Note("site.test", "/needs/", figures={"number": "XQ-3"}), to=[user], now=NOW)
    (read,) = notify(Note("site.test", "/", figures={"number": "XQ-4"}), to=[user], now=NOW)
    open_notice(read, by=people["handler"].actor, now=NOW)

    sent = [mail_daily_digests(MORNING) for _ in range(2)]
    drain()

    assert sent == [1, 0]
    assert len(outbox) == 1
    assert "XQ-1" in outbox[0].body
    assert "XQ-3" in outbox[0].body
    assert "XQ-4" not in outbox[0].body


def test_a_digest_waits_until_the_morning(people):
    notify(NOTE, to=[give_mail(people["handler"], "chen@example.test")], now=NOW)

    assert mail_daily_digests(NOW + dt.timedelta(minutes=5)) == 0


def test_every_notice_can_be_said_with_the_figures_that_its_text_names():
    """A need's notice names its `code`: that figure once broke the list of whoever owned an overdue need."""
    told = [code for code in catalogue() if code.startswith("notice.")]
    assert len(told) > 20

    for code in told:
        named = {name: "1" for _, name, _, _ in Formatter().parse(catalogue()[code]["zh"]) if name}
        assert notice_text(Notice(code=code.removeprefix("notice."), figures=named))

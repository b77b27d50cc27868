"""Meetings: recorded by the community side alone, with the agency's part; elections never scored."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.cast import COMMUNITY, cast, foreign_cast
from zhagen.community.actions.meeting import MeetingDraft, Part, record_meeting, record_part
from zhagen.community.models import AgencyPart, Meeting
from zhagen.core.errors import RuleError
from zhagen.parties.models import Organisation, Place

AT = dt.datetime(2026, 3, 10, 8, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 3, 10)
DAILY = time_machine.travel(AT, tick=False)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def a_meeting(people, by="community", **changes):
    values = {"kind": "deliberation", "title": "停车怎么办", "held_on": DAY, **changes}
    draft = MeetingDraft(place=Place.objects.get(pk=COMMUNITY), **values)
    return record_meeting(draft, by=people[by].actor, now=AT)


def part(meeting, people, was_present=True, spoke=True, took_task="", by="community"):
    agency = Organisation.objects.get(name="扎根社工服务中心")
    return record_part(
        meeting, agency, Part(True, was_present, spoke, took_task), by=people[by].actor, now=AT
    )


def test_only_the_community_side_records(people):
    meeting = a_meeting(people)

    for who in ("handler", "agency_head", "station_lead", "social_worker"):
        with refused("permission.denied"):
            a_meeting(people, by=who)
        with refused("permission.denied"):
            part(meeting, people, by=who)
    assert part(meeting, people).spoke


def test_a_part_is_recorded_once_and_makes_sense(people):
    meeting = a_meeting(people)

    with refused("meeting.in_future"):
        a_meeting(people, held_on=DAY + dt.timedelta(days=1))
    for wrong in ({"spoke": True}, {"spoke": False, "took_task": "联系物业"}):
        with refused("meeting.absent_but_spoke"):
            part(meeting, people, was_present=False, **wrong)
    part(meeting, people, took_task="联系物业")
    with refused("meeting.part_recorded"):
        part(meeting, people)


@DAILY
def test_recorded_and_shown_on_pages(people):
    client = people["community"].client
    form = {
        "place": COMMUNITY,
        "kind": "assembly",
        "title": "换届选举动员",
        "held_on": DAY,
        "is_election": "on",
    }

    assert client.post(reverse("meeting_record"), {**form, "title": ""}).status_code == 422
    assert client.post(reverse("meeting_record"), form).status_code == 302
    meeting = Meeting.objects.get()
    agency = Organisation.objects.get(name="扎根社工服务中心")
    where = reverse("meeting_part", args=[meeting.pk])
    assert client.post(where, {"agency": agency.pk, "spoke": "on"}).status_code == 422
    assert client.post(where, {"agency": agency.pk, "was_present": "on"}).status_code == 302

    assert AgencyPart.objects.get().was_present
    seen = people["social_worker"].client.get(reverse("meeting_view", args=[meeting.pk])).content.decode()
    assert "不计入任何评价" in seen


@DAILY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_for_their_readers_only(people, language):
    meeting = a_meeting(people)
    part(meeting, people)
    foreign = foreign_cast()
    view = reverse("meeting_view", args=[meeting.pk])

    for who in ("community", "handler", "agency_head", "auditor"):
        for page in (reverse("meeting_list"), view):
            assert people[who].client.get(page, headers={"accept-language": language}).status_code == 200
        assert foreign[who].client.get(view).status_code == 404
    for page in (reverse("meeting_record"), reverse("meeting_part", args=[meeting.pk])):
        assert people["community"].client.get(page, headers={"accept-language": language}).status_code == 200
        assert people["handler"].client.get(page).status_code == 404

"""An idea said by voice: kept without metadata, played to few, written down before it goes on, erased at a word."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast, foreign_cast
from tests.community.builders import AT, a_ready_proposal, after_days, an_open_cycle, end_ideas
from tests.platform.voices import SECRET, an_m4a
from zhagen.audit.models import Event
from zhagen.community.actions import idea as actions
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.actions.proposal import write_proposal
from zhagen.community.models import Idea
from zhagen.core.errors import RuleError
from zhagen.platform.files import stored_path
from zhagen.platform.home import data_home
from zhagen.platform.queue import drain

DAILY = time_machine.travel(AT, tick=False)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\\."))


def text_of(answer):
    return answer.content.decode()


def a_file():
    return SimpleUploadedFile("录音.m4a", an_m4a(), content_type="audio/mp4")


def a_voiced_idea(people, cycle, **changes):
    draft = actions.IdeaDraft(text="", voice=actions.keep_voice(an_m4a()), **changes)
    return actions.raise_idea(cycle, draft, by=people["outsider"].actor, now=AT)


@DAILY
def test_a_resident_says_an_idea_by_voice_and_hears_it_again_by_his_code(people):
    cycle, phone = an_open_cycle(people), people["outsider"].client

    answer = phone.post(reverse("idea_raise", args=[cycle.pk]), {"text": "", "voice": a_file()})
    idea = Idea.objects.get()
    follow = text_of(phone.get(answer.url))
    voice = reverse("idea_own_voice", args=[actions.receipt_of_idea(idea)])

    assert (idea.text, idea.voice_type) == ("", "audio/mp4")
    assert f'<audio controls preload="metadata" src="{voice}"' in follow
    assert "收到您的语音" in follow
    heard = phone.get(voice)
    assert heard["Content-Type"] == "audio/mp4"
    assert "default-src 'self'" in heard["Content-Security-Policy"]
    assert SECRET not in heard.content
    part = phone.get(voice, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part["Content-Range"] == f"bytes 4-7/{len(heard.content)}"
    assert phone.get(reverse("idea_own_voice", args=["AAAA-BBBB-CCCC"])).status_code == 404
    assert Event.objects.get(kind="idea.raised").payload.figures["voice"] == idea.voice_digest


@DAILY
def test_a_helper_listens_and_writes_down_before_it_goes_on(people):
    cycle, foreign = an_open_cycle(people), foreign_cast()
    idea, office = a_voiced_idea(people, cycle), people["community"].client
    view, write = (reverse(f"idea_{name}", args=[idea.pk]) for name in ("view", "write_down"))

    before = text_of(office.get(view))
    assert reverse("idea_voice", args=[idea.pk]) in before
    assert reverse("idea_take_up", args=[idea.pk]) not in before
    assert "听语音、记下点子" in text_of(office.get(reverse("desk")))
    assert office.post(reverse("idea_take_up", args=[idea.pk])).status_code == 422
    assert office.post(write, {"text": " "}).status_code == 422
    assert office.post(write, {"text": "三号楼门口装一盏灯"}).status_code == 302
    idea.refresh_from_db()
    assert (idea.text, idea.helper) == ("三号楼门口装一盏灯", people["community"].user)
    assert reverse("idea_take_up", args=[idea.pk]) in text_of(office.get(view))
    assert office.get(reverse("idea_voice", args=[idea.pk])).status_code == 200
    for who, address in (
        (foreign["community"], write),
        (people["outsider"], reverse("idea_voice", args=[idea.pk])),
    ):
        assert who.client.get(address).status_code in (302, 404)
    assert "语音，还没有记下来" not in text_of(office.get(reverse("idea_list")))


def test_what_nobody_wrote_down_is_not_shown_coached_shelved_or_proposed_but_may_be_declined(people):
    cycle = an_open_cycle(people)
    by, worker = people["community"].actor, people["social_worker"].actor

    for act in (
        lambda idea: actions.show_idea(idea, text="装灯", by=by, now=AT),
        lambda idea: actions.take_up_idea(idea, by=worker, now=AT),
        lambda idea: actions.shelve_idea(idea, answer="明年", by=worker, now=AT),
        lambda idea: write_proposal(idea, None, by=worker, now=AT),
    ):
        with pytest.raises(RuleError) as caught:
            act(a_voiced_idea(people, cycle))
        assert caught.value.code == "idea.not_written_down"
    assert (
        actions.decline_idea(a_voiced_idea(people, cycle), answer="听不清，请再说一次", by=by, now=AT).state
        == "declined"
    )
    assert actions.withdraw_idea(a_voiced_idea(people, cycle), now=AT).state == "withdrawn"


def test_writing_down_is_for_voices_that_still_wait(people):
    cycle, by = an_open_cycle(people), people["handler"].actor
    spoken = a_voiced_idea(people, cycle)
    written = actions.raise_idea(cycle, actions.IdeaDraft(text="装灯"), by=people["outsider"].actor, now=AT)
    codes = []
    actions.write_down_idea(spoken, text="装一盏灯", by=by, now=AT)
    spoken = actions.write_down_idea(spoken, text="装两盏灯", by=by, now=AT)

    for idea, words in ((written, "装灯"), (spoken, "灯" * 1001)):
        with pytest.raises(RuleError) as caught:
            actions.write_down_idea(idea, text=words, by=by, now=AT)
        codes.append(caught.value.code)
    actions.show_idea(spoken, text="装灯", by=people["community"].actor, now=AT)
    with pytest.raises(RuleError) as caught:
        actions.write_down_idea(spoken, text="改", by=by, now=AT)

    assert [*codes, caught.value.code] == ["idea.no_voice", "idea.text_too_long", "idea.ended"]


def test_a_list_is_not_published_over_voices_that_nobody_heard(people):
    cycle = an_open_cycle(people)
    a_ready_proposal(people, cycle)
    a_voiced_idea(people, cycle)

    end_ideas(cycle, by=people["community"].actor, now=after_days(20))
    with pytest.raises(RuleError) as caught:
        publish_list(cycle, by=people["community"].actor, now=after_days(20))

    assert caught.value.code == "fund_cycle.voices_unheard"


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
@pytest.mark.parametrize("written", ["", "装一盏灯"])
def test_the_raiser_has_his_voice_erased_with_its_file_and_the_words_stay(people, written):
    cycle = an_open_cycle(people)
    idea = a_voiced_idea(people, cycle)
    path = stored_path(data_home() / "evidence", idea.voice_digest)
    if written:
        idea = actions.write_down_idea(idea, text=written, by=people["handler"].actor, now=AT)

    assert path.exists()
    actions.forget_raiser(idea, now=AT)
    drain()

    idea.refresh_from_db()
    assert (idea.voice_digest, idea.text) == ("", written or actions.VOICE_ERASED)
    assert not path.exists()
    assert people["community"].client.get(reverse("idea_voice", args=[idea.pk])).status_code == 404


@pytest.mark.django_db(databases="__all__", transaction=True)  # the queue closes connections inside one
def test_a_recording_that_another_idea_holds_stays(people):
    cycle = an_open_cycle(people)
    first, second = a_voiced_idea(people, cycle), a_voiced_idea(people, cycle)

    actions.forget_raiser(first, now=AT)
    drain()

    assert stored_path(data_home() / "evidence", second.voice_digest).exists()


@DAILY
def test_a_file_that_is_no_voice_is_told_and_what_was_typed_kept(people):
    cycle = an_open_cycle(people)
    page = reverse("idea_raise", args=[cycle.pk])

    answer = people["outsider"].client.post(
        page, {"text": "装灯", "voice": SimpleUploadedFile("a.m4a", b"<svg onload=x>")}
    )

    assert answer.status_code == 422
    assert "不是可以接收的录音" in text_of(answer)
    assert "装灯" in text_of(answer)
    assert not Idea.objects.exists()


@DAILY
def test_a_helper_hands_in_a_voice_note_that_came_to_his_phone(people):
    cycle = an_open_cycle(people)

    answer = people["community"].client.post(
        reverse("idea_record", args=[cycle.pk]),
        {"text": "", "voice": a_file(), "channel": "voice", "theme": "safety", "has_consent": "on"},
    )

    idea = Idea.objects.get()
    assert answer.status_code == 302
    assert (idea.channel, bool(idea.voice_digest), idea.helper) == ("voice", True, people["community"].user)

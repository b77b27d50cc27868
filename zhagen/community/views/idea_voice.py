"""A voice note that says an idea: played to its raiser and to staff, written down by a helper."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.idea import LONGEST_TEXT, Voice, keep_voice, write_down_idea
from zhagen.community.models import Idea
from zhagen.community.views.fund_common import step_context
from zhagen.platform.fields import LongTextField
from zhagen.platform.files import read_stored
from zhagen.platform.forms import answer_form
from zhagen.platform.home import data_home
from zhagen.platform.pages import page
from zhagen.platform.ranges import ranged_answer
from zhagen.platform.sounds import MOST_BYTES


def voice_field() -> forms.FileField:
    """Return the field in which a voice note is recorded or chosen."""
    return forms.FileField(
        label=_("或者说一段语音"),
        required=False,
        help_text=_(
            "一两分钟就行，手机录音机录的都可以（m4a、mp3、wav、ogg）。只有您和工作人员能听，由人记成文字后才往下走。"
        ),
        widget=forms.FileInput(attrs={"accept": "audio/*,.m4a,.mp3,.wav,.ogg"}),
    )


def voice_of(file: Any) -> Voice | None:
    """Return an uploaded voice note as it is kept; None where there is none."""
    return keep_voice(file.read(MOST_BYTES + 1)) if file else None


def said(idea: Idea) -> str:
    """Return an idea in its public words, else in its raiser's; a voice that waits says so."""
    return idea.shown_text or idea.text or now_("（语音，还没有记下来）")


def play(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Return the voice note of an idea as a player asks for it."""
    if not idea.voice_digest:
        raise Http404
    content = read_stored(data_home() / "evidence", idea.voice_digest)
    return ranged_answer(request, content, idea.voice_type)


@page("idea.view", Idea)
def idea_voice(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Play a voice note to those who may see the idea."""
    return play(request, obj)


class WriteDownForm(forms.Form):
    """What the voice says."""

    text = LongTextField(
        label=_("记下来的话"),
        help_text=_("照原话记，不加工；姓名和电话不写在这里。"),
        max_length=LONGEST_TEXT,
        rows=5,
    )


@page("idea.write_down", Idea, methods=("GET", "POST"))
def idea_write_down(request: HttpRequest, obj: Idea) -> HttpResponse:
    """Listen to a voice note and write down what it says."""
    back = reverse("idea_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        write_down_idea(obj, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(back)

    context = step_context(_("听语音、记下来"), obj.code, back, idea=obj)
    return answer_form(
        request, WriteDownForm, act, "community/idea/write_down.html", context, initial={"text": obj.text}
    )

"""Pages of meetings: the community side records them, and what each agency did there."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.community.actions import meeting as actions
from zhagen.community.models import Meeting
from zhagen.parties.models import Organisation, Place
from zhagen.platform.clock import today
from zhagen.platform.fields import ChipField, DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import listed

COLUMNS = (
    Column("title", "议题", "About"),
    Column("kind", "会议", "Kind"),
    Column("place", "社区", "Community"),
    Column("held_on", "日期", "Day", "date"),
    Column("parts", "参加的机构", "Agencies"),
)


def _row(meeting: Meeting) -> dict[str, object]:
    parts = [part.agency.name for part in meeting.agency_parts.all() if part.was_present]
    return {
        "title": meeting.title,
        "kind": meeting.get_kind_display(),
        "place": meeting.place.name,
        "held_on": meeting.held_on,
        "parts": listed(parts),
    }


@page("meeting.list")
def meeting_list(request: HttpRequest) -> HttpResponse:
    """List the meetings that the reader may see."""
    rows = visible(request.actor, "meeting.list", Meeting)
    may_record = visible(request.actor, "meeting.record", Place).exists()
    moves = [Move(_("记一次会议"), reverse("meeting_record"), "primary")] if may_record else []
    return answer_list(
        request,
        Listing(
            title=("社区会议", "Community meetings"),
            columns=COLUMNS,
            rows=rows.select_related("place").prefetch_related("agency_parts__agency"),
            row_of=_row,
            url_of=lambda meeting: reverse("meeting_view", args=[meeting.pk]),
            empty=_("还没有会议记录。社区开完议事会后，由社区工作人员记一条，并记下机构参加的情况。"),
        ),
        context={"moves": moves},
    )


class MeetingForm(forms.Form):
    """A meeting that was held."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none())
    kind = ChipField(label=_("什么会"), choices=Meeting.Kind.choices)
    title = forms.CharField(label=_("议题"), max_length=100)
    held_on = DayField(label=_("日期"))
    minutes = LongTextField(label=_("纪要"), required=False, max_length=5000, rows=4)
    is_election = forms.BooleanField(
        label=_("换届选举工作"), required=False, help_text=_("选了就不计入任何评价，不论谁参加、做了什么。")
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()


@page("meeting.record", methods=("GET", "POST"))
def meeting_record(request: HttpRequest) -> HttpResponse:
    """Record a meeting."""
    places = visible(request.actor, "meeting.record", Place)

    def act(data: dict[str, Any]) -> HttpResponse:
        meeting = actions.record_meeting(
            actions.MeetingDraft(**data), by=request.actor, now=request.received_at
        )
        return redirect("meeting_view", pk=meeting.pk)

    context = _step(_("记一次会议"), reverse("meeting_list"))
    initial = {"place": places.first(), "held_on": today(), "kind": "deliberation"}
    return answer_form(
        request, MeetingForm, act, "community/meeting/step.html", context, places=places, initial=initial
    )


def _step(heading: object, back: str, lead: object = "") -> dict[str, Any]:
    return {"heading": heading, "submit_label": heading, "cancel_url": back, "lead": lead}


@page("meeting.view", Meeting)
def meeting_view(request: HttpRequest, obj: Meeting) -> HttpResponse:
    """Show a meeting and the part that agencies took."""
    may_record = visible(request.actor, "meeting.record_part", Meeting).filter(pk=obj.pk).exists()
    moves = (
        [Move(_("记机构参加情况"), reverse("meeting_part", args=[obj.pk]), "primary")] if may_record else []
    )
    return render(
        request,
        "community/meeting/view.html",
        {
            "meeting": obj,
            "parts": obj.agency_parts.select_related("agency"),
            "moves": moves,
            "steps": story(obj),
            "crumbs": [(_t("社区会议"), reverse("meeting_list")), (obj.title, "")],
        },
    )


class PartForm(forms.Form):
    """What an agency did at the meeting."""

    agency = forms.ModelChoiceField(label=_("机构"), queryset=Organisation.objects.none())
    was_invited = forms.BooleanField(label=_("受邀请"), required=False)
    was_present = forms.BooleanField(label=_("到了场"), required=False)
    spoke = forms.BooleanField(label=_("发了言"), required=False)
    took_task = forms.CharField(label=_("领了什么任务"), max_length=200, required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = Organisation.objects.filter(kind=Organisation.Kind.AGENCY)
        known = meeting.agency_parts.values("agency_id")
        self.fields["agency"].queryset = agencies.exclude(pk__in=known)  # type: ignore[attr-defined]


@page("meeting.record_part", Meeting, methods=("GET", "POST"))
def meeting_part(request: HttpRequest, obj: Meeting) -> HttpResponse:
    """Record an agency's part."""
    back = reverse("meeting_view", args=[obj.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        agency = data.pop("agency")
        actions.record_part(obj, agency, actions.Part(**data), by=request.actor, now=request.received_at)
        return redirect(back)

    return answer_form(
        request, PartForm, act, "community/meeting/step.html", _step(_("记机构参加情况"), back, obj.title),
        meeting=obj,
    )  # fmt: skip

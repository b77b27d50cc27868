"""Check-in by residents: one tap on a scanned link, or four spoken digits; no account, no place, no name."""

import hashlib
import secrets
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.delivery.actions.activity import check_in
from zhagen.delivery.models import Activity, Attendance
from zhagen.delivery.views.activity import CHECK_IN_SALT
from zhagen.platform.clock import today
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.pages import page
from zhagen.platform.texts import explain

LINK_SECONDS = 24 * 3600
DEVICE = "zhagen_here"
"""A cookie of a day with a random mark, so that one phone counts once a session; it follows nobody further."""

DEVICE_SECONDS = 24 * 3600
TRIES, HOUR = 40, 3600
"""Codes typed from one address within an hour: a whole hall may share one."""


@page("activity.check_in", methods=("GET", "POST"))
def here(request: HttpRequest, token: str) -> HttpResponse:
    """Take a presence by the link on the spot: the page, then one tap."""
    try:
        pk = signing.loads(token, salt=CHECK_IN_SALT, max_age=LINK_SECONDS)
        activity = Activity.objects.filter(pk=pk, is_withdrawn=False).first()
    except signing.BadSignature:
        activity = None
    if activity is None or activity.held_on != today():
        return _said(request, RuleError("activity.link_old"))
    if request.method == "GET":
        return _marked(request, render(request, "delivery/activity/here.html", {"activity": activity}))
    return _take(request, activity, Attendance.Way.QR)


class CodeForm(forms.Form):
    """The four digits that the worker says."""

    code = forms.RegexField(
        r"^\s*\d{4}\s*$",
        label=_("四位口令"),
        help_text=_("现场社工口头告知，当天有效。"),
        error_messages={"invalid": _("口令是四位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"}),
    )


@page("activity.check_in", methods=("GET", "POST"))
def here_spoken(request: HttpRequest) -> HttpResponse:
    """Take a presence by the spoken code of the day."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("here.code", caller_of(request), most=TRIES, seconds=HOUR)
        activity = Activity.objects.filter(
            spoken_on=today(), spoken_code=data["code"].strip(), is_withdrawn=False
        ).first()
        if activity is None:
            raise RuleError("activity.code_unknown")
        return _take(request, activity, Attendance.Way.SPOKEN)

    return _marked(request, answer_form(request, CodeForm, act, "delivery/activity/here_spoken.html"))


def _take(request: HttpRequest, activity: Activity, way: str) -> HttpResponse:
    device = request.COOKIES.get(DEVICE) or request.POST.get("device") or secrets.token_urlsafe(16)
    nonce = hashlib.sha256(f"{activity.pk}:{device}".encode()).hexdigest()[:40]
    try:
        check_in(activity, way=way, nonce=nonce, now=request.received_at)
    except RuleError as error:
        if error.code != "activity.already_checked_in":
            return _said(request, error)
        return _said(request, error, status=200)
    return render(request, "delivery/activity/here_done.html", {"activity": activity})


def _said(request: HttpRequest, error: RuleError, status: int = 422) -> HttpResponse:
    return render(request, "delivery/activity/here_said.html", {"text": explain(error)}, status=status)


def _marked(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Give the phone its mark of a day, if it has none."""
    if not request.COOKIES.get(DEVICE):
        answer.set_cookie(
            DEVICE, secrets.token_urlsafe(16), max_age=DEVICE_SECONDS, httponly=True, samesite="Lax",
            secure=request.is_secure(), path="/here/",
        )  # fmt: skip
    return answer

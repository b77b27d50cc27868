"""No page of an office's staff opens to a session that proved a password only."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from zhagen.core.reach import STAFF
from zhagen.platform.clock import is_demo

MARK = "second_factor_of"
"""Session key: the user who proved a second factor in this session."""
FREE_PATHS = ("/accounts/", "/static/", "/language/", "/look/", "/join/", "/reset/", "/setup/")


def second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send staff who signed in by password alone to set up or prove their second factor."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path == reverse("mfa_activate_totp"):
            return _answer_set_up(request, get_response)
        if not is_needed(request):
            return get_response(request)
        if has_device(request):
            return redirect("mfa_reauthenticate")
        messages.info(request, _("您的角色要求二次验证。请现在设置，一分钟即可完成。"))
        return redirect("mfa_activate_totp")

    return middleware


def _answer_set_up(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Count the session in which a second factor was set up as one that proved it."""
    had_device = has_device(request)
    response = get_response(request)
    if not had_device and has_device(request):
        request.session[MARK] = str(request.user.pk)
    return response


def is_needed(request: HttpRequest) -> bool:
    """Whether this request must first prove a second factor; never in a database marked as a demo."""
    if request.path.startswith(FREE_PATHS) or not request.user.is_authenticated:
        return False
    if not request.actor.roles & set(STAFF) or is_demo():
        return False
    return not has_proof(request)


def has_device(request: HttpRequest) -> bool:
    """Whether the person who signed in has set up a second factor."""
    of_user = Authenticator.objects.filter(user_id=request.user.pk or None)
    return of_user.filter(type=Authenticator.Type.TOTP).exists()


def has_proof(request: HttpRequest) -> bool:
    """Whether this session proved a second factor of this user."""
    key = str(request.user.pk)
    if request.session.get(MARK) == key:
        return True
    records = get_authentication_records(request, request.user)
    if any(each.get("method") == "mfa" for each in records):
        request.session[MARK] = key
        return True
    return False

"""The public front page and the choices of language and look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from zhagen.platform.clock import today
from zhagen.platform.pages import page
from zhagen.web.context import CONTRAST_COOKIE, SIZE_COOKIE
from zhagen.web.front_facts import front_figures

YEAR_SECONDS = 365 * 24 * 3600


@page("site.front")
def front(request: HttpRequest) -> HttpResponse:
    """Show what the office does and where to say a need."""
    return render(request, "web/front.html", {"figures": front_figures(today())})


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the page the form stood on, never to another site."""
    back = request.POST.get("next", "/")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()})
    return HttpResponseRedirect(back if is_ours else "/")  # `redirect` would take a word for a view's name


@page("site.language", methods=("POST",))
def language_choose(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    answer = _back(request)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        _remember(answer, settings.LANGUAGE_COOKIE_NAME, request.POST["language"])
    return answer


@page("site.look", methods=("POST",))
def look_choose(request: HttpRequest) -> HttpResponse:
    """Remember large type or high contrast in a cookie and go back."""
    answer = _back(request)
    for field, cookie, known in (
        ("size", SIZE_COOKIE, {"large", "normal"}),
        ("contrast", CONTRAST_COOKIE, {"high", "normal"}),
    ):
        if request.POST.get(field) in known:
            _remember(answer, cookie, request.POST[field])
    return answer


def _remember(answer: HttpResponse, cookie: str, value: str) -> None:
    answer.set_cookie(cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)

"""The public front page and the choice of language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from zhagen.platform.pages import page


@page("site.front")
def front(request: HttpRequest) -> HttpResponse:
    """Show what the office does and where to say a need."""
    return render(request, "web/front.html")


@page("site.language", methods=("POST",))
def language_choose(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = redirect(back)
    if request.POST.get("language") in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, request.POST["language"], samesite="Lax", httponly=True
        )
    return response

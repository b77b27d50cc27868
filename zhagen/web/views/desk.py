"""The desk: for each role, what to do next and by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.platform.pages import page


@page("site.desk")
def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk of the person who signed in."""
    return render(request, "web/desk.html")

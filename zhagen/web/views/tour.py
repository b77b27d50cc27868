"""The tour of the demo: accounts, what to try with each, what is worth looking at."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhagen.platform.clock import is_demo
from zhagen.platform.pages import page
from zhagen.platform.texts import explain
from zhagen.web.demo.accounts import PASSWORD
from zhagen.web.demo.tour import fund_stories, stories, tries


@page("site.about")
def demo_tour(request: HttpRequest) -> HttpResponse:
    """Show what to try as which role; where there is no demo, how to get one."""
    rows = [(each.account, explain(each.role), explain(each.hint)) for each in tries()]
    context = {
        "tries": rows,
        "stories": [explain(each) for each in stories()],
        "fund_stories": [explain(each) for each in fund_stories()],
        "password": PASSWORD,
    }
    return render(request, "web/tour.html", context if is_demo() else {})

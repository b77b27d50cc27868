"""How a view is declared: its action in the permission table, and the object it is about.

`@page("need.view", Need)` fetches the object by the `pk` of the url; a view without declared action
does not start (see `check_pages`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core import checks
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_http_methods

from zhagen.core.permissions import TABLE, may
from zhagen.platform.scope import get_or_404

View = Callable[..., HttpResponse]

OPEN_PREFIXES = ("account_", "mfa_", "usersessions_")
"""Names of the sign-in library's pages, which hold their own rules."""


def page(
    action: str, model: type[Model] | None = None, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Declare a view's action; deny like an absent page whoever may not do it.

    Args:
        action: Line of the permission table.
        model: Model of the object named by `pk` in the url; the view gets the object instead.
        methods: HTTP methods that the view answers.
    """
    if action not in TABLE:
        raise KeyError(f"no line in the permission table: {action}")

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if not may(actor, action):
                if actor.is_anonymous and request.method == "GET":
                    return redirect_to_login(request.get_full_path())
                raise Http404
            if model is not None:
                kwargs["obj"] = get_or_404(actor, action, model, kwargs.pop("pk"))
            return view(request, **kwargs)

        answered = require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))(guarded)
        answered.action = action  # type: ignore[attr-defined]
        answered.model = model  # type: ignore[attr-defined]
        answered.methods = methods  # type: ignore[attr-defined]
        return answered

    return declare


def step_page(action: str, model: type[Model], act: Callable[..., object], *, then: str) -> View:
    """Return the view of a step that asks for no words: one POST, one action, then a page of the same object.

    Args:
        action: Line of the permission table.
        model: Model of the object named by `pk` in the url.
        act: The change, called with the object, `by` and `now`.
        then: Name of the object's page.
    """

    @page(action, model, methods=("POST",))
    def view(request: HttpRequest, obj: Model) -> HttpResponse:
        act(obj, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect(then, pk=obj.pk)

    return view


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    """Return every url of the product with its full route."""
    found: list[tuple[str, URLPattern]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += all_patterns(entry, route)
        else:
            found.append((route, entry))
    return found


@checks.register()
def check_pages(app_configs: object, **kwargs: object) -> list[checks.CheckMessage]:
    """Refuse to start with a page that nobody decided who may open."""
    return [
        checks.Error(f"The page {route} declares no action of the permission table.", id="zhagen.E001")
        for route, pattern in all_patterns()
        if not hasattr(pattern.callback, "action") and not str(pattern.name).startswith(OPEN_PREFIXES)
    ]

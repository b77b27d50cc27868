"""What every page knows."""

from django.http import HttpRequest

from zhagen.core.permissions import TABLE, may
from zhagen.platform.clock import is_demo, now

NAVIGATION = ()


def every_page(request: HttpRequest) -> dict[str, object]:
    """Give each template the actor, the clock and the places he may go."""
    actor = getattr(request, "actor", None)
    return {"actor": actor, "now": now(), "is_demo": is_demo(), "places_to_go": _places_to_go(actor)}


def _places_to_go(actor) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    if actor is None:
        return []
    return [(title, name) for action, title, name in NAVIGATION if action in TABLE and may(actor, action)]

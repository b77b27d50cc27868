"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.parties.actions.notice import open_for
from zhagen.platform.clock import is_demo, now
from zhagen.platform.desk import foot_places_for, places_for

SIZE_COOKIE, CONTRAST_COOKIE = "zhagen_size", "zhagen_contrast"


def every_page(request: HttpRequest) -> dict[str, object]:
    """Give each template the actor, the clock, the reader's look and the places he may go."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "now": now(),
        "is_demo": is_demo(),
        "places_to_go": places_for(actor) if actor is not None else [],
        "foot_places": foot_places_for(actor) if actor is not None else [],
        "languages": settings.LANGUAGES,
        **_notices(actor),
        **_look(request),
    }


def _notices(actor: Actor | None) -> dict[str, object]:
    """Say how many notices wait for whoever signed in."""
    if actor is None or actor.is_anonymous or not may(actor, "notice.list"):
        return {}
    return {"notices_url": reverse("notice_list"), "unread_notices": open_for(actor.key).count()}


def _look(request: HttpRequest) -> dict[str, object]:
    is_large = request.COOKIES.get(SIZE_COOKIE) == "large"
    is_contrast = request.COOKIES.get(CONTRAST_COOKIE) == "high"
    classes = " ".join(name for name, is_on in (("large", is_large), ("contrast", is_contrast)) if is_on)
    return {"is_large": is_large, "is_contrast": is_contrast, "look_classes": classes}

"""What the pages of delivery share: the worker's own posts, trails, a step's page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t

from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import Actor
from zhagen.delivery.models import Staffing
from zhagen.platform.clock import today
from zhagen.platform.parts import Step
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract

STEP = "delivery/step.html"
SERVING = (ContractState.IN_SERVICE, ContractState.ENDING)
Crumbs = list[tuple[object, str]]


def may_on(actor: Actor, action: str, obj: Model) -> bool:
    """Return whether the actor may do the action on this object."""
    return visible(actor, action, type(obj)).filter(pk=obj.pk).exists()


def posts_for(actor: Actor, action: str) -> QuerySet[Staffing]:
    """Return the posts in service for which the actor may do an action, his own first."""
    on = today()
    in_post = Q(until_on__isnull=True) | Q(until_on__gte=on)
    rows = visible(actor, action, Staffing).filter(in_post, from_on__lte=on, contract__state__in=SERVING)
    return rows.exclude(post=Staffing.Post.SUPERVISOR).select_related("contract", "place", "user")


def own_first(posts: QuerySet[Staffing], actor: Actor) -> list[Staffing]:
    """Return posts with the actor's own before the others."""
    return sorted(posts, key=lambda post: (str(post.user_id) != actor.key, post.name, post.place_id))


def post_label(post: Staffing) -> str:
    """Return a post as a chip says it: who, where, which contract."""
    return f"{post.name} · {post.place.name} · {post.contract.title}"


def contract_crumbs(contract: Contract, *more: tuple[object, str]) -> Crumbs:
    """Return the trail of a page below a contract."""
    head = [
        (_t("合同"), reverse("contract_list")),
        (contract.number, reverse("contract_view", args=[contract.pk])),
    ]
    return [*head, *more]


def step_context(heading: object, back: str, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form."""
    return {"heading": heading, "submit_label": heading, "cancel_url": back, **more}


def month_of(request: HttpRequest) -> dt.date:
    """Return the first day of the month asked for by `?month=2026-03`; this month where none is."""
    text = request.GET.get("month", "")
    try:
        return dt.datetime.strptime(text, "%Y-%m").date().replace(day=1)  # noqa: DTZ007 - a month, no moment
    except ValueError:
        return today().replace(day=1)


def folded(steps: Iterable[Step]) -> list[Step]:
    """Return a story in which the same step, taken by the same one several times running, is told once."""
    told = []
    for _, run in groupby(steps, key=lambda step: (str(step.what), step.who)):
        each = list(run)
        times = _t("%(what)s（共 %(count)s 次，最近一次）") % {"what": each[-1].what, "count": len(each)}
        told.append(replace(each[-1], what=times) if len(each) > 1 else each[-1])
    return told

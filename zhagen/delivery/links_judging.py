"""What judging offers on the contract's page."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Actor
from zhagen.delivery.actions.acceptance import SERVED
from zhagen.delivery.actions.annual_review import year_due
from zhagen.platform.clock import now, today
from zhagen.platform.links import links_on
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract


@links_on("contract")
def judging(actor: Actor, contract: Contract) -> Iterable[Move]:
    """Offer portrait, evaluation, self-evaluation and the review that is due."""
    if contract.state not in SERVED or not contract.terms:
        return

    def may_do(action: str) -> bool:
        return visible(actor, action, Contract).filter(pk=contract.pk).exists()

    if may_do("portrait.view"):
        yield Move(_("社区扎根度"), reverse("portrait_view", args=[contract.pk]))
    if may_do("evaluation.plan"):
        yield Move(_("安排评估"), reverse("evaluation_plan", args=[contract.pk]))
    if may_do("self_evaluation.make"):
        year = max(contract.starts_on.year, min(today().year, contract.ends_on.year))
        yield Move(_("填绩效自评表"), reverse("self_evaluation_make", args=[contract.pk, year]))
    if may_do("annual_review.open") and year_due(contract, now()) is not None:
        yield Move(_("开启年度考核"), reverse("annual_review_open", args=[contract.pk]), is_post=True)

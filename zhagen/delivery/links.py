"""What delivery offers on the pages of procurement."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Actor
from zhagen.delivery.actions.acceptance import SERVED
from zhagen.platform.links import links_on
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.procurement.models import Instalment


@links_on("instalment")
def ask_for_acceptance(actor: Actor, instalment: Instalment) -> Iterable[Move]:
    """Offer the acceptance of an instalment that is not payable yet."""
    if instalment.is_on_signing or instalment.acceptance_ref or instalment.contract.state not in SERVED:
        return
    if visible(actor, "acceptance.request", Instalment).filter(pk=instalment.pk).exists():
        yield Move(_("申请验收"), reverse("acceptance_request", args=[instalment.pk]))

"""What delivery offers on the pages of procurement."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.types import Actor
from zhagen.delivery import links_judging  # noqa: F401 - registers judging's own
from zhagen.delivery.actions.acceptance import SERVED
from zhagen.platform.links import links_on
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.procurement.models import Contract, Instalment


@links_on("instalment")
def ask_for_acceptance(actor: Actor, instalment: Instalment) -> Iterable[Move]:
    """Offer the acceptance of an instalment that is not payable yet."""
    if instalment.is_on_signing or instalment.acceptance_ref or instalment.contract.state not in SERVED:
        return
    if visible(actor, "acceptance.request", Instalment).filter(pk=instalment.pk).exists():
        yield Move(_("申请验收"), reverse("acceptance_request", args=[instalment.pk]))


CLOSES = (ContractState.ENDING, ContractState.SUSPENDED, ContractState.ENDED, ContractState.TERMINATED)


@links_on("contract")
def pages_of_contract(actor: Actor, contract: Contract) -> Iterable[Move]:
    """Offer what is delivered under a contract that has been signed."""
    if contract.state in (ContractState.DRAFT, ContractState.SIGNED, ContractState.CANCELLED):
        return
    pages = [
        ("activity.list", "activity_list", _("服务记录")),
        ("staffing.list", "staffing_list", _("服务人员")),
        ("month.view", "month_view", _("月报")),
        ("supervision.list", "supervision_list", _("督导")),
    ]
    if contract.state in CLOSES:
        pages.append(("closing.view", "closing_view", _("交接与结束")))
    for action, name, label in pages:
        if visible(actor, action, Contract).filter(pk=contract.pk).exists():
            yield Move(label, reverse(name, args=[contract.pk]))
    if visible(actor, "off_plan.list", Contract).filter(pk=contract.pk).exists():
        yield Move(_("计划外任务单"), f"{reverse('off_plan_list')}?contract={contract.pk}")

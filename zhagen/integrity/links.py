"""What integrity offers on the pages of procurement: the chain and the archive folder."""

from collections.abc import Iterable

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.permissions import may
from zhagen.core.types import Actor
from zhagen.platform.links import links_on
from zhagen.platform.parts import Move
from zhagen.procurement.models import Claim, Contract, Need, Plan


@links_on("claim")
def needs_behind_it(actor: Actor, claim: Model) -> Iterable[Move]:
    """Offer the needs behind a payment."""
    if isinstance(claim, Claim) and may(actor, "chain.claim"):
        yield Move(_("背后的需求"), reverse("chain_claim", args=[claim.pk]))


@links_on("need")
def money_behind_it(actor: Actor, need: Model) -> Iterable[Move]:
    """Offer the money behind a need."""
    if isinstance(need, Need) and may(actor, "chain.need"):
        yield Move(_("钱和结果"), reverse("chain_need", args=[need.pk]))


@links_on("contract")
def folder_of_it(actor: Actor, contract: Model) -> Iterable[Move]:
    """Offer the archive folder of a contract."""
    if isinstance(contract, Contract) and may(actor, "folder.view"):
        yield Move(_("归档材料"), reverse("folder_contract_view", args=[contract.pk]))


@links_on("plan")
def folder_of_purchase(actor: Actor, plan: Model) -> Iterable[Move]:
    """Offer the archive folder of a purchase."""
    if isinstance(plan, Plan) and may(actor, "folder.view"):
        yield Move(_("归档材料"), reverse("folder_plan_view", args=[plan.pk]))

"""The figures of the front page: what residents said, what came of it, what it cost."""

import datetime as dt

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.lifecycle.contract import ContractState
from zhagen.core.lifecycle.need import NeedState
from zhagen.core.money import format_yuan
from zhagen.platform.parts import Figure
from zhagen.procurement.models import Claim, Contract, Need

MET = (NeedState.MET, NeedState.PARTLY_MET)
RUNNING = (ContractState.IN_SERVICE, ContractState.ENDING)


def front_figures(today: dt.date) -> list[Figure]:
    """Return the figures of the year so far; empty on a fresh site, which has nothing to boast of."""
    needs = Need.objects.exclude(state=NeedState.MERGED).filter(raised_at__year=today.year)
    counted = needs.aggregate(all=Count("pk"), met=Count("pk", filter=Q(state__in=MET)))
    running = Contract.objects.filter(state__in=RUNNING).count()
    if not counted["all"] and not running:
        return []
    paid = Claim.objects.filter(state=ClaimState.PAID, paid_on__year=today.year).aggregate(
        all=Sum("amount_fen")
    )
    return [
        Figure(_("今年居民提出的需要"), counted["all"], _("条")),
        Figure(_("提出人说已解决或部分解决"), counted["met"], _("条"), note=_("办没办好，由提出人说了算")),
        Figure(_("正在服务的合同"), running, _("份"), url=reverse("contract_public_list")),
        Figure(_("今年已支付"), format_yuan(paid["all"] or 0), _("元")),
    ]

"""What delivery puts on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.types import Role
from zhagen.delivery.models import Acceptance
from zhagen.platform.desk import DeskItem, Reader, desk_item, first_step, menu_place
from zhagen.platform.scope import visible

menu_place(_("履约验收"), "acceptance_list", "acceptance.list")
first_step(_("导入运行中的合同"), "running_import", "contract.import_running", Role.HANDLER)


@desk_item(Role.HANDLER)
def acceptances_waiting(reader: Reader) -> Iterable[DeskItem]:
    """Acceptances to be answered before they count as accepted."""
    waiting = visible(reader.actor, "acceptance.decide", Acceptance).filter(
        state__in=(AcceptanceState.REQUESTED, AcceptanceState.USERS_ASKED)
    )
    for acceptance in waiting.order_by("deemed_on")[:8]:
        url = reverse("acceptance_view", args=[acceptance.pk])
        yield DeskItem(_("答复验收"), url, acceptance.deemed_on, detail=acceptance.number)


@desk_item(Role.STATION_LEAD, Role.AGENCY_HEAD)
def acceptances_to_correct(reader: Reader) -> Iterable[DeskItem]:
    """Acceptances sent back for correction."""
    back = visible(reader.actor, "acceptance.resubmit", Acceptance).filter(state=AcceptanceState.TO_CORRECT)
    for acceptance in back[:8]:
        yield DeskItem(
            _("整改后再次申请验收"),
            reverse("acceptance_view", args=[acceptance.pk]),
            detail=acceptance.number,
        )

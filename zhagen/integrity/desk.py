"""What integrity puts on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.integrity.tasks import CODE
from zhagen.parties.models import Notice
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.desk import DeskItem, Reader, desk_item, menu_place
from zhagen.platform.scope import visible

menu_place(_("全年总览"), "overview_view", "overview.view")
menu_place(_("归档"), "folder_list", "folder.list")
menu_place(_("钱花在哪些需求上"), "chain_view", "chain.overview")
menu_place(_("核对回执"), "log_show", "log.show")
menu_place(_("导出日志"), "log_export", "log.export")


@desk_item(Role.AUDITOR)
def root_to_keep(reader: Reader) -> Iterable[DeskItem]:
    """The newest signed root of the log, of which a copy should lie outside this machine the same day."""
    sent = visible(reader.actor, "notice.open", Notice).filter(code=CODE, read_at=None, settled_at=None)
    for each in sent.order_by("-sent_at")[:1]:
        until = each.sent_at.astimezone(SHANGHAI).date()
        yield DeskItem(_("核对日志根，在别处留一份"), reverse("log_show"), until)

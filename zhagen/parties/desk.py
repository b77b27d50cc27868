"""What the parties put on the desks and into the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.parties.models import Notice
from zhagen.platform.desk import DeskItem, Reader, desk_item, menu_place
from zhagen.platform.scope import visible

menu_place(_("纸质通知"), "notice_paper_list", "notice.paper_list")


@desk_item(Role.HANDLER)
def notices_on_paper(reader: Reader) -> Iterable[DeskItem]:
    """Notices that nobody reads unless they are printed."""
    waiting = visible(reader.actor, "notice.hand_over", Notice).filter(
        printed_at__isnull=True, mailed_at__isnull=True
    )
    count = waiting.count()
    if count:
        yield DeskItem(_("打印并送达纸质通知"), reverse("notice_paper_list"), reader.today, count)

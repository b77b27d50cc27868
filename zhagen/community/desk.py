"""What the community's concepts put into the menu."""

from django.utils.translation import gettext_lazy as _

from zhagen.platform.desk import menu_place

menu_place(_("社区会议"), "meeting_list", "meeting.list", is_daily=False)

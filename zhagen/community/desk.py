"""What the community's concepts put into the menu."""

from django.utils.translation import gettext_lazy as _

from zhagen.platform.desk import foot_place, menu_place

menu_place(_("社区会议"), "meeting_list", "meeting.list", is_daily=False)
menu_place(_("社区自治金"), "fund_cycle_list", "fund_cycle.list")
foot_place(_("社区自治金"), "fund_cycle_public_list", "fund_cycle.public_list")

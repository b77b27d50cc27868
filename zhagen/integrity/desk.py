"""What integrity puts into the menu."""

from django.utils.translation import gettext_lazy as _

from zhagen.platform.desk import menu_place

menu_place(_("核对回执"), "log_show", "log.show")
menu_place(_("导出日志"), "log_export", "log.export")

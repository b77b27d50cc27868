"""What integrity puts into the menu."""

from django.utils.translation import gettext_lazy as _

from zhagen.platform.desk import menu_place

menu_place(_("全年总览"), "overview_view", "overview.view")
menu_place(_("归档"), "folder_list", "folder.list")
menu_place(_("钱花在哪些需求上"), "chain_view", "chain.overview")
menu_place(_("核对回执"), "log_show", "log.show")
menu_place(_("导出日志"), "log_export", "log.export")

"""What the site as a whole puts into menus and at the foot of each page."""

from django.utils.translation import gettext_lazy as _

from zhagen.platform.desk import foot_place, menu_place

foot_place(_("公开的服务合同"), "contract_public_list", "contract.public_list")
foot_place(_("您的信息怎么保管"), "privacy", "site.about")
foot_place(_("无障碍说明"), "accessibility", "site.about")
menu_place(_("楼栋公开单"), "sheet_list", "sheet.list")

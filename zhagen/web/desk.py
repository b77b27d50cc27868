"""What the site as a whole puts on desks, into menus and at the foot of each page."""

from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.platform.desk import first_step, foot_place, menu_place
from zhagen.web import desk_office  # noqa: F401 - registers its items

foot_place(_("公开的服务合同"), "contract_public_list", "contract.public_list")
foot_place(_("采购公告与结果"), "tender_notices", "tender.notice")
foot_place(_("您的信息怎么保管"), "privacy", "site.about")
foot_place(_("无障碍说明"), "accessibility", "site.about")
menu_place(_("楼栋公开单"), "sheet_list", "sheet.list", is_daily=False)

first_step(_("登记今年的预算指标"), "budget_line_add", "budget_line.write", Role.FINANCE)
first_step(_("请同事加入"), "person_invite", "person.invite", Role.OPERATOR)
first_step(_("启用本街道的社区"), "place_activate", "place.activate", Role.OPERATOR)
first_step(_("看看正在征集响应的项目"), "tender_notices", "tender.notice", Role.AGENCY_HEAD)
first_step(
    _("查看合同与付款"), "contract_list", "contract.list", Role.LEADER, Role.STATION_LEAD, Role.SOCIAL_WORKER
)
first_step(_("申报关联关系"), "tie_declare", "tie.declare", Role.EXPERT, Role.EVALUATOR, Role.SUPERVISOR)
first_step(_("核对事件日志"), "log_show", "log.show", Role.AUDITOR, Role.DISCIPLINE)
first_step(
    _("看公开的合同"),
    "contract_public_list",
    "contract.public_list",
    Role.AUDITOR,
    Role.RESIDENT,
    Role.OVERSEER,
)

"""What the parties put on the desks and into the menu."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.types import Role
from zhagen.parties.models import AccessReset, Appointment, Invitation, Notice, Place, RuleChange
from zhagen.parties.rules import calendar
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.desk import DeskItem, Reader, desk_item, first_step, menu_place
from zhagen.platform.scope import visible
from zhagen.platform.texts import listed, say

NOTICE_MONTH = 11
"""The State Council's notice for the next year usually appears in October or November."""

SHOWN = 8

menu_place(_("纸质通知"), "notice_paper_list", "notice.paper_list", is_daily=False)
menu_place(_("人员"), "person_list", "person.list", is_daily=False)
menu_place(_("谁接需求"), "place_intake", "place.choose_intake", is_daily=False)
menu_place(_("机构"), "organisation_list", "organisation.list", is_daily=False)
menu_place(_("现行规则"), "rule_list", "rulebook.view", is_daily=False)
menu_place(_("文书模板"), "paper_template_list", "paper_template.view", is_daily=False)
menu_place(_("账号重置"), "access_reset_list", "access_reset.list", is_daily=False)
menu_place(_("本街道"), "office_view", "office.view", is_daily=False)
menu_place(_("我的账号"), "my_account", "account.settings", is_daily=False)
first_step(_("选定本街道服务的社区"), "place_activate", "place.activate", Role.OPERATOR)
first_step(_("邀请第一位同事"), "person_invite", "person.invite", Role.OPERATOR)


NEEDED = (Role.HANDLER, Role.CHIEF, Role.LEADER, Role.FINANCE, Role.DISCIPLINE, Role.COMMUNITY)
"""Without one of each no purchase gets from a need to its payment."""


@desk_item(Role.OPERATOR)
def office_to_set_up(reader: Reader) -> Iterable[DeskItem]:
    """What a new office still lacks: communities, and somebody in each post of the chain."""
    communities = visible(reader.actor, "office.view", Place).filter(
        level=Place.Level.COMMUNITY, is_active=True
    )
    if not communities.exists():
        yield DeskItem(_("选定本街道服务的社区"), reverse("place_activate"), reader.today)
    held = visible(reader.actor, "person.list", Appointment).exclude(until_on__lt=reader.today)
    asked = visible(reader.actor, "invitation.view", Invitation).filter(
        accepted_at=None, withdrawn_at=None, expires_at__date__gte=reader.today
    )
    there = {*held.values_list("role", flat=True), *asked.values_list("role", flat=True)}
    missing = [say(f"role.{each}") for each in NEEDED if each not in there]
    if missing:
        detail = _("还没有：%(roles)s") % {"roles": listed(missing)}
        yield DeskItem(_("邀请同事"), reverse("person_invite"), reader.today, detail=detail)


@desk_item(Role.OPERATOR)
def next_year_of_holidays(reader: Reader) -> Iterable[DeskItem]:
    """The holidays of the year that begins soon, or has begun, while the calendar lacks them."""
    this = reader.today.year
    wanted = [this, this + 1] if reader.today.month >= NOTICE_MONTH else [this]
    known = calendar().years
    for year in wanted:
        if year not in known:
            due_on = dt.date(year - 1, 12, 31)
            title = _("录入 %(year)s 年的放假安排") % {"year": year}
            detail = _("未录入前，凡要推算到该年的期限都办不了")
            yield DeskItem(title, reverse("holiday_year_add"), due_on, detail=detail)


@desk_item(Role.CHIEF, Role.LEADER)
def rule_changes_to_confirm(reader: Reader) -> Iterable[DeskItem]:
    """Local values that a second person has to confirm."""
    waiting = visible(reader.actor, "rule_change.confirm", RuleChange).filter(state=RuleChange.State.DRAFT)
    count = waiting.exclude(drafted_by=reader.actor.key).count()
    if count:
        yield DeskItem(_("确认本街道的规则改动"), reverse("rule_change_list"), count=count)


@desk_item(Role.CHIEF, Role.LEADER, Role.AUDITOR)
def resets_to_confirm(reader: Reader) -> Iterable[DeskItem]:
    """Lost passwords and phones that wait for a second person."""
    waiting = visible(reader.actor, "access_reset.confirm", AccessReset).filter(confirmed_at=None)
    count = waiting.exclude(asked_by=reader.actor.key).exclude(user=reader.actor.key).count()
    if count:
        yield DeskItem(_("核对并确认账号重置"), reverse("access_reset_list"), count=count)


@desk_item(Role.OPERATOR)
def invitations_unanswered(reader: Reader) -> Iterable[DeskItem]:
    """Invitations that nobody has taken up, with the day on which their link dies."""
    waiting = visible(reader.actor, "invitation.renew", Invitation).filter(
        accepted_at=None, withdrawn_at=None
    )
    for each in waiting.order_by("expires_at")[:SHOWN]:
        until = each.expires_at.astimezone(SHANGHAI).date()
        yield DeskItem(_("请受邀的同事开通账号"), reverse("person_list"), until, detail=each.name)


@desk_item(Role.HANDLER)
def notices_on_paper(reader: Reader) -> Iterable[DeskItem]:
    """Notices that nobody reads unless they are printed."""
    waiting = visible(reader.actor, "notice.hand_over", Notice).filter(
        printed_at__isnull=True, mailed_at__isnull=True, settled_at__isnull=True
    )
    count = waiting.count()
    if count:
        yield DeskItem(_("打印并送达纸质通知"), reverse("notice_paper_list"), reader.today, count)

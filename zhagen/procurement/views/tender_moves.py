"""The buttons of a procurement project: what lifecycle, clock and permissions allow now."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.rulebook.rules import LIGHT_METHODS
from zhagen.core.types import Actor
from zhagen.platform.parts import Look, Move
from zhagen.platform.scope import visible
from zhagen.platform.texts import say
from zhagen.procurement.actions.panel import has_panel
from zhagen.procurement.actions.tender import WITHOUT_ROUND, rules_in
from zhagen.procurement.models import Award, Tender

Wanted = tuple[str, str, object, Look, bool]
"""Action, url name, label, look, whether the button posts."""


def moves_of(actor: Actor, tender: Tender, now: dt.datetime) -> list[Move]:
    """Return the buttons for this reader."""
    return [
        Move(label, reverse(url, args=[tender.pk]), look, is_post)
        for action, url, label, look, is_post in _wanted(tender, now)
        if visible(actor, action, Award if url == "award_view" else Tender)
        .filter(pk=_pk(tender, url))
        .exists()
    ]


def _pk(tender: Tender, url: str) -> object:
    return tender.award.pk if url == "award_view" else tender.pk


def _wanted(tender: Tender, now: dt.datetime) -> Iterator[Wanted]:
    state = TenderState(tender.state)
    if state is TenderState.DRAFT:
        yield from _before_notice(tender, now)
    elif state is TenderState.OPEN and now >= tender.closes_at:
        yield "tender.close", "tender_close", say("move.tender.close"), "primary", True
    elif state is TenderState.CLOSED:
        yield from _before_opening(tender)
    elif state is TenderState.OPENED:
        yield "tender.score", "tender_finish_scoring", say("move.tender.finish_scoring"), "primary", True
        yield "tender.score", "tender_discuss", _("记录评议"), "secondary", False
    elif state is TenderState.SCORED:
        yield "award.decide", "award_decide", say("move.tender.award"), "primary", False
    yield from _beside(tender, now)
    if state in {TenderState.CLOSED, TenderState.OPENED, TenderState.SCORED}:
        yield "tender.fail", "tender_fail", say("move.tender.fail"), "danger", False
    if state in {TenderState.DRAFT, TenderState.OPEN, TenderState.CLOSED, TenderState.OPENED}:
        yield "tender.cancel", "tender_cancel", say("move.tender.cancel"), "danger", False


def _beside(tender: Tender, now: dt.datetime) -> Iterator[Wanted]:
    """Yield what may be done in many states: the checklist of a statutory purchase, a letter received."""
    state = TenderState(tender.state)
    if state is not TenderState.DRAFT and is_statutory(tender, now):
        yield "tender.step", "tender_steps", _("步骤清单"), "secondary", False
    if state not in {TenderState.DRAFT, TenderState.CANCELLED} or is_statutory(tender, now):
        yield "query.record", "query_record", _("登记书面询问或质疑"), "secondary", False


def is_statutory(tender: Tender, now: dt.datetime) -> bool:
    """Return whether the purchase runs on the finance department's platform."""
    return tender.method not in rules_in(tender, now).texts(LIGHT_METHODS)


def _before_notice(tender: Tender, now: dt.datetime) -> Iterator[Wanted]:
    yield "tender.draft", "tender_edit", _("修改"), "secondary", False
    if is_statutory(tender, now):
        yield "tender.step", "tender_steps", _("步骤清单"), "primary", False
        yield "award.record", "award_record", say("move.tender.record_outside_award"), "secondary", False
    elif tender.method in WITHOUT_ROUND:
        yield "award.decide", "award_direct", say("move.tender.award_directly"), "primary", False
    else:
        yield "tender.hold", "tender_hold", _("领取我的密封口令"), "secondary", True
        yield "tender.publish", "tender_publish", say("move.tender.publish"), "primary", True


def _before_opening(tender: Tender) -> Iterator[Wanted]:
    if has_panel(tender) and not tender.draw_public:
        yield "tender.draw", "tender_draw", _("抽取评审人员"), "primary", True
        return
    if tender.draw_kind == Tender.DrawKind.IMPORTED:
        yield "tender.draw", "tender_seat_imported", _("登记抽取的专家"), "secondary", False
    if tender.shares_lost_at:
        yield "tender.open_bids", "tender_open_resupplied", _("以补交文件启封"), "primary", True
        return
    yield "tender.open_bids", "tender_open_bids", say("move.tender.open_bids"), "primary", False
    yield "tender.lose_shares", "tender_lose_shares", _("登记口令遗失"), "danger", False

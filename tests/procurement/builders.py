"""Needs in any state, made through the product's own actions."""

import datetime as dt

from tests.cast import COMMUNITY
from zhagen.core.needs import Word
from zhagen.core.types import PUBLIC, SYSTEM
from zhagen.parties.models import Place
from zhagen.platform.clock import now as clock_now
from zhagen.platform.vault import PersonalData
from zhagen.procurement.actions.need import NeedDraft, ask_need, plan_need, raise_need, serve_need
from zhagen.procurement.actions.need_merge import merge_need
from zhagen.procurement.actions.need_triage import Triage, triage_need
from zhagen.procurement.actions.need_word import miss_raiser, say_word
from zhagen.procurement.models import Need

WANG = PersonalData(name="王桂芳", phone="13800138000")
TRIAGE = {
    "to_buy": Triage("buy"),
    "transferred": Triage("transfer", to="物业公司", work_order_no="WY-1"),
    "explained": Triage("explain", answer="活动室周一至周五 9:00–17:00 开放"),
    "outside_remit": Triage("rule_out", to="自来水集团", answer="供水管网由自来水集团维修"),
}
WORDS = {"met": Word.MET, "partly_met": Word.PARTLY_MET, "unmet": Word.UNMET}


def a_need(people, state: str = "raised", *, now: dt.datetime | None = None, **draft) -> Need:
    """Return a need in a state: a shared one of 东园社区 raised on a phone unless said otherwise.

    Args:
        people: The cast.
        state: The state it is to be in.
        now: Moment of every step.
        draft: Fields of `NeedDraft` that differ.
    """
    now = now or clock_now()
    place = draft.pop("place", None) or Place.objects.get(pk=COMMUNITY)
    by = draft.pop("by", PUBLIC)
    asked = {"text": "楼道灯坏了，老人晚上不敢下楼", "theme": "safety", "person": WANG} | draft
    need = raise_need(NeedDraft(place=place, **asked), by=by, now=now)
    return _bring(people, need, state, now)


def _bring(people, need: Need, state: str, now: dt.datetime) -> Need:
    handler = people["handler"].actor
    if state in TRIAGE:
        need = triage_need(need, TRIAGE[state], by=handler, now=now)
    elif state in {"planned", "in_service"}:
        need = plan_need(_bring(people, need, "to_buy", now), by=handler, now=now)
        need = serve_need(need, by=handler, now=now) if state == "in_service" else need
    elif state == "asked":
        need = ask_need(_bring(people, need, "explained", now), by=SYSTEM, now=now)
    elif state in WORDS:
        need = say_word(_bring(people, need, "explained", now), WORDS[state], now=now)
    elif state == "unreachable":
        need = _bring(people, need, "asked", now)
        while need.state == "asked":
            need = miss_raiser(need, by=people["community"].actor, now=now)
    elif state == "merged":
        merge_need(need, a_need(people, now=now, place=need.place, text="路灯不亮"), by=handler, now=now)
        need.refresh_from_db()
    need.refresh_from_db()
    return need

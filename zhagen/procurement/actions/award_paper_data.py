"""What the papers of an award say: decision, result, letters to the winner and to those who did not win."""

import datetime as dt
from typing import Any

from zhagen.core.buying.plan import needs_collective_decision
from zhagen.core.calendar import after
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import Rules
from zhagen.parties.rules import calendar
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.query import challenge_period
from zhagen.procurement.actions.tender_paper_data import (
    Data,
    bids_of,
    common_for,
    note_words,
    points,
    ranking_of,
    recusal_words,
    said_words,
    void_words,
)
from zhagen.procurement.models import Award, Bid, Tender


def decision(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the record of the decision on the award, to be signed by those who took it."""
    award = Award.objects.select_related("agency").get(tender=tender)
    amount = format_yuan(award.amount_fen)
    start = rules.value("procurement.collective_decision_from")
    is_collective = needs_collective_decision(award.amount_fen, rules)
    words = "达到" if is_collective else "低于"
    tied = [seat for seat in tender.seats.select_related("user") if seat.is_recused]
    return [
        {
            **common_for(tender),
            "body": award.decision_body,
            "minute_number": award.decision_no,
            "subject": f"确定“{tender.title}”成交供应商",
            "decided_on": award.decided_on,
            "attendees": f"{award.attendees}人" if award.attendees else None,
            "amount_fen": award.amount_fen,
            "rule": f"{words}集体决策金额起点 {format_yuan(rules.fen(start.name))} 元（{start.source}）",
            "report": _reported(tender, award),
            "decision": f"同意{award.agency.name}成交，成交金额人民币{amount}元。",
            "recusal": "；".join(f"评审人员{seat.user.name}：{recusal_words(seat)}" for seat in tied) or None,
            "dissent": None,
        }
    ]


def _reported(tender: Tender, award: Award) -> str:
    if award.is_from_outside:
        return "本项目在财政部门平台采购，评审和排序见平台材料，附中标（成交）通知书。"
    if not tender.result.get("ranking"):
        return f"小额直接采购。理由：{award.reason or '见采购计划'}"
    lines = [f"第{each['place']}名{each['supplier']}（{each['total']}分）" for each in ranking_of(tender)]
    return f"评审排序：{'；'.join(lines)}。按排序第一确定，不得另选。"


def direct(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return why a small purchase was made directly."""
    award = Award.objects.select_related("agency").get(tender=tender)
    limit = rules.value("tender.direct.amount_max")
    return [
        {
            **common_for(tender),
            "supplier": award.agency.name,
            "amount_fen": award.amount_fen,
            "limit": f"{format_yuan(rules.fen(limit.name))}元",
            "limit_source": limit.source,
            "scope": tender.plan.content,
            "reason": award.reason or tender.plan.method_reason,
            "decision": f"{award.decision_body} {award.decision_no}",
            "unverified_note": note_words(rules, limit.name),
        }
    ]


def result(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the notice of the result, also of a round that ended without one."""
    award = Award.objects.filter(tender=tender, annulled_at__isnull=True).select_related("agency").first()
    until, source = challenge_period(tender, rules)
    seats = [seat for seat in tender.seats.select_related("user") if not seat.is_recused]
    ended = award.published_at if award else tender.ended_at
    return [
        {
            **common_for(tender),
            "winner": award.agency.name if award else "",
            "amount_fen": award.amount_fen if award else None,
            "basis": f"经{award.decision_body}（{award.decision_no}）确定。" if award else "",
            "fail_reason": "" if award else tender.fail_reason,
            "ranking": _public_ranking(tender) if award else [],
            "members": "、".join(seat.user.name for seat in seats) if award and seats else "本次不设或不公布",
            "challenge_until": until,
            "challenge_source": source,
            "published_on": today_of(ended or now),
        }
    ]


def _public_ranking(tender: Tender) -> list[dict[str, Any]]:
    """Return the places and totals; only the winner by name, the others learn theirs by letter."""
    return [
        {**line, "supplier": line["supplier"] if line["place"] == 1 else "其他供应商"}
        for line in ranking_of(tender)
    ]


def letter(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the letter of award."""
    award = Award.objects.select_related("agency").get(tender=tender)
    first = tender.result["ranking"][0]
    issued = today_of(award.published_at)
    period = rules.value(rules.keyed("contract", tender.method, "signing_max"))
    starts_on = calendar().due_on(issued, rules.int(period.name), period.unit)
    return [
        {
            **common_for(tender),
            "notice_number": f"{tender.number}-中",
            "supplier": award.agency.name,
            "opened_on": today_of(tender.opened_at),
            "minute_number": award.decision_no,
            "amount_fen": award.amount_fen,
            "score": points(first["total_bp"]),
            "starts_on": starts_on,
            "ends_on": after(starts_on, tender.plan.term_months, "months") - dt.timedelta(days=1),
            "reasons": "按公告评分表评审，总分排序第一。" if tender.seats.exists() else "有效报价最低。",
            "sign_by": starts_on,
            "issued_on": issued,
        }
    ]


def losers(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return one letter a bidder that did not win, each with its own marks and reasons."""
    award = Award.objects.select_related("agency").get(tender=tender)
    until, _ = challenge_period(tender, rules)
    lost = [bid for bid in bids_of(tender) if bid.pk != award.bid_id]
    return [
        {
            **common_for(tender),
            "notice_number": f"{tender.number}-未{number}",
            "supplier": bid.agency.name,
            "winner": award.agency.name,
            "winner_amount_fen": award.amount_fen,
            "challenge_until": until,
            "issued_on": today_of(award.published_at),
            **_lost(tender, bid),
        }
        for number, bid in enumerate(lost, start=1)
    ]


def _lost(tender: Tender, bid: Bid) -> dict[str, Any]:
    reasons = tender.result.get("losers", {}).get(str(bid.pk))
    ranked = next((line for line in tender.result["ranking"] if line["bid"] == str(bid.pk)), None)
    if reasons is None or ranked is None:
        why = void_words(bid) or said_words((reasons or {}).get("rejected_for", []))
        return {"score": "响应无效，未计分", "place_number": "—", "reasons": why, "parts": []}
    gap = f"总分与成交供应商相差 {points(reasons['gap_bp'])} 分。"
    return {
        "score": points(ranked["total_bp"]),
        "place_number": reasons["rank"],
        "reasons": gap + said_words(reasons["would_have_won"]),
        "parts": [
            {
                "name": mark["title"],
                "points": points(mark["full_bp"]),
                "score": points(mark["own_bp"]),
                "reason": f"成交供应商 {points(mark['winner_bp'])}",
            }
            for mark in reasons["marks"]
        ],
    }

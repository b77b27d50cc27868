"""What the papers of a round say up to its ranking: plain data, read from what was frozen and recorded."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from zhagen.core.calendar import after
from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import Rules
from zhagen.parties.models import Tie
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions.plan import today_of
from zhagen.procurement.actions.score import last_marks, marked_criteria
from zhagen.procurement.models import Award, Bid, Criterion, Seat, Tender
from zhagen.procurement.terms_words import terms_in_words

Data = list[Mapping[str, Any]]
HUNDRED = 100
NONE = "无"


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else None


def points(basis_points: int) -> str:
    """Return a mark in basis points as points of a hundred."""
    return f"{basis_points / HUNDRED:.2f}"


def common_for(tender: Tender) -> dict[str, Any]:
    """Return what every paper of a round says at its head and foot."""
    return {
        "project_title": tender.title,
        "project_number": tender.number,
        "office": f"{tender.plan.place.name}办事处",
        "method": say(f"method.{tender.method}"),
        "handler": tender.created_by.name,
        "handler_phone": tender.created_by.phone or None,
    }


def note_words(rules: Rules, *names: str) -> str:
    """Return the remark on values that nobody has held against the official text yet."""
    found = [rules.value(name).zh for name in names if rules.has(name) and rules.value(name).confirm]
    return f"含待核实的规则值：{'、'.join(found)}。" if found else ""


def notice(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the notice as it was frozen."""
    plan, frozen = tender.plan, tender.frozen
    least = rules.keyed("tender", tender.method, "suppliers_responsive_min")
    starts_on = today_of(tender.closes_at) + dt.timedelta(
        days=rules.int(rules.keyed("contract", tender.method, "signing_max"))
    )
    words = terms_in_words(terms_from_plain(frozen["terms"]))
    return [
        {
            **common_for(tender),
            "notice_kind": "询价函" if tender.method == "three_quotes" else "比选公告",
            "notice_number": tender.number,
            "scope": frozen["notice"],
            "budget_fen": frozen["budget_fen"],
            "price_rule": _price_rule(tender),
            "starts_on": starts_on,
            "ends_on": after(starts_on, plan.term_months, "months") - dt.timedelta(days=1),
            "qualifications": frozen["requirements"] or "依法登记，具有履行合同的能力。",
            "criteria_digest": tender.frozen_digest,
            "closes_at": _moment(tender.closes_at),
            "opens_at": "截止后由启封人当面启封",
            "witnesses": "、".join(holder.user.name for holder in tender.holders.select_related("user")),
            "least_bids": rules.int(least),
            "contract_terms": "；".join([*words["promises"], *words["closing"]]),
            "questions_until": today_of(tender.closes_at),
            "unverified_note": note_words(rules, least),
            "published_on": today_of(tender.published_at),
            "criteria": [_criterion(line) for line in frozen["criteria"]],
        }
    ]


def _criterion(line: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": line["title"],
        "points": f"{line['weight_bp'] / HUNDRED:g}",
        "rule": _standard(line["kind"], line["standard"]),
    }


def _price_rule(tender: Tender) -> str:
    if tender.fixed_price_fen:
        return f"固定价格人民币{format_yuan(tender.fixed_price_fen)}元，价格不计分，比服务时数和质量。"
    return "价格分＝最低有效报价÷本家报价×权重。"


def _standard(kind: str, standard: str) -> str:
    if kind == Criterion.Kind.PRICE:
        return "最低有效报价÷本家报价×权重"
    return "本家时数÷最多有效时数×权重" if kind == Criterion.Kind.HOURS else standard


def opening(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the record of the opening: each bid with its moment, figures and hash."""
    bids = list(bids_of(tender))
    holders = {holder.kind: holder.user.name for holder in tender.holders.select_related("user")}
    openers = [
        f"{say(f'holder.{kind}')}{holders[kind]}" for kind in tender.opened_by_holders.split("、") if kind
    ]
    return [
        {
            **common_for(tender),
            "closes_at": _moment(tender.closes_at),
            "opened_at": _moment(tender.opened_at),
            "openers": "、".join(openers) or "口令遗失，以补交文件启封",
            "frozen_digest": tender.frozen_digest,
            "bid_count": len(bids),
            "shares_lost": tender.shares_lost_reason,
            "bids": [_opened(number, bid) for number, bid in enumerate(bids, start=1)],
        }
    ]


def bids_of(tender: Tender) -> Any:
    """Return the bids in force, void ones too, in the order of receipt."""
    rows = tender.bids.filter(withdrawn_at__isnull=True).select_related("agency")
    return rows.order_by("received_at", "pk")


def _opened(number: int, bid: Bid) -> dict[str, Any]:
    return {
        "number": number,
        "supplier": bid.agency.name,
        "received_at": _moment(bid.received_at),
        "price": "—" if bid.price_fen is None else format_yuan(bid.price_fen),
        "hours": "—" if bid.hours is None else str(bid.hours),
        "digest": bid.content_digest[:16],
        "remark": void_words(bid) or "有效",
    }


def void_words(bid: Bid) -> str:
    """Return why a bid is void, in words; empty where it stands."""
    reason = bid.void_reason
    return explain(RuleError(reason)) if reason.startswith(("upload.", "bid.", "child.")) else reason


def draw(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the record of the draw; the seed only after the award, when everyone may know it."""
    is_public = Award.objects.filter(tender=tender).exists()
    return [
        {
            **common_for(tender),
            "draw_kind": tender.get_draw_kind_display(),
            "seats": f"专家{tender.expert_seats}人、居民代表{tender.resident_seats}人、"
            f"采购人代表{int(tender.buyer_id is not None)}人",
            "commitment": tender.draw_commitment,
            "public_number": tender.draw_public,
            "seed": tender.draw_seed if is_public else "成交后公开",
            "members": [
                {
                    "name": seat.user.name,
                    "kind": seat.get_kind_display(),
                    "origin": seat.origin or "—",
                    "state": f"回避：{recusal_words(seat)}" if seat.is_recused else "参加评审",
                }
                for seat in tender.seats.select_related("user")
            ],
        }
    ]


def recusal_words(seat: Seat) -> str:
    """Return why a member stepped aside: the kinds of a declared tie, or his own words."""
    if not seat.recused_reason.startswith("tie:"):
        return seat.recused_reason
    kinds = seat.recused_reason.removeprefix("tie:").split("、")
    return "、".join(str(Tie.Kind(kind).label) for kind in kinds)


def sheets(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return every member's marks as they were handed in."""
    marks, lines = last_marks(tender), marked_criteria(tender)
    bids = [bid for bid in bids_of(tender) if not bid.void_reason]
    seats = tender.seats.filter(recused_at__isnull=True, finished_at__isnull=False).select_related("user")
    made = [
        {
            "member": seat.user.name,
            "kind": seat.get_kind_display(),
            "given_at": _moment(seat.finished_at),
            "dissent": seat.dissent or NONE,
            "lines": [
                {
                    "supplier": bid.agency.name,
                    "criterion": line.title,
                    "full": line.top_mark,
                    "mark": marks[str(seat.pk), str(bid.pk), str(line.pk)],
                }
                for bid in bids
                for line in lines
            ],
        }
        for seat in seats
    ]
    return [{**common_for(tender), "sheets": made}]


def report(tender: Tender, rules: Rules, now: dt.datetime) -> Data:
    """Return the panel's report with the summary of the scores."""
    bids, seats = list(bids_of(tender)), list(tender.seats.select_related("user"))
    least = rules.value(rules.keyed("tender", tender.method, "suppliers_responsive_min"))
    ranking = ranking_of(tender)
    rejected = {line["bid"]: said_words(line["reasons"]) for line in tender.result.get("rejected", [])}
    void = [(bid, void_words(bid) or rejected.get(str(bid.pk), "")) for bid in bids]
    return [
        {
            **common_for(tender),
            "published_at": _moment(tender.published_at),
            "opened_at": _moment(tender.opened_at),
            "bid_count": len(bids),
            "valid_count": len(ranking),
            "least_bids": rules.int(least.name),
            "least_source": least.source,
            "members": _members(seats) or "本方式不设评审小组，按报价确定",
            "recusals": "；".join(f"{s.user.name}：{recusal_words(s)}" for s in seats if s.is_recused)
            or NONE,
            "ranking": ranking,
            "price_rule": _price_rule(tender),
            "ties": _ties(tender),
            "void_bids": "；".join(f"{bid.agency.name}：{why}" for bid, why in void if why) or NONE,
            "discussion": tender.discussion_note or NONE,
            "dissent": "；".join(f"{s.user.name}：{s.dissent}" for s in seats if s.dissent) or NONE,
            "first": ranking[0]["supplier"],
        }
    ]


def _members(seats: list[Seat]) -> str:
    return "、".join(f"{s.user.name}（{s.get_kind_display()}）" for s in seats if not s.is_recused)


def _names(tender: Tender) -> dict[str, str]:
    return {str(bid.pk): bid.agency.name for bid in tender.bids.select_related("agency")}


def ranking_of(tender: Tender) -> list[dict[str, Any]]:
    """Return the ranking as rows of a table."""
    names = _names(tender)
    return [
        {
            "place": line["rank"],
            "supplier": names[line["bid"]],
            "price": format_yuan(line["amount_fen"]),
            "marks": "；".join(f"{mark['title']} {points(mark['mark_bp'])}" for mark in line["marks"]),
            "total": points(line["total_bp"]),
        }
        for line in tender.result.get("ranking", [])
    ]


def _ties(tender: Tender) -> str:
    names = _names(tender)
    return "；".join(
        f"{'、'.join(names[bid] for bid in tie['bids'])}：{say('tie_break.' + tie['settled_by'])}"
        for tie in tender.result.get("ties", [])
    )


def said_words(reasons: list[dict[str, Any]]) -> str:
    """Return reasons of the scoring in words."""
    return "；".join(
        explain(RuleError(each["code"], source=each["source"], **each["figures"])) for each in reasons
    )

"""Marks of the panel, hidden until all are in, and the ranking that follows from them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Max

from zhagen.audit.record import record
from zhagen.core.draws import ranking
from zhagen.core.errors import RuleError
from zhagen.core.exact import half_up
from zhagen.core.lifecycle.tender import TENDER, TenderState
from zhagen.core.scoring import bid_terms
from zhagen.core.scoring.bid import BidResult, Outcome, RankedBid, score_bids
from zhagen.core.scoring.bid_reasons import LoserReasons, reasons_to_loser
from zhagen.core.scoring.bid_terms import PanelMark
from zhagen.core.scoring.defaults import panel_rules
from zhagen.core.scoring.panel import Member, check_panel, marks_to_discuss
from zhagen.core.scoring.reason import Reason
from zhagen.core.trace import trace_to_dict
from zhagen.core.types import Actor
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.panel import active, has_panel
from zhagen.procurement.actions.tender import check_frozen, fail_tender, rules_in, scheme_of, scoring_table
from zhagen.procurement.models import Bid, Criterion, Score, Seat, Tender

Marks = Mapping[tuple[str, str], int]
"""Marks by (primary key of the bid, primary key of the criterion) as text."""


@dataclass(frozen=True)
class Sheet:
    """One member's whole sheet.

    Args:
        marks: A mark for each valid bid on each criterion that is marked.
        dissent: His own opinion, if he differs.
        reason: Why he changes marks already handed in.
    """

    marks: Marks
    dissent: str = ""
    reason: str = ""


def standing_bids(tender: Tender) -> list[Bid]:
    """Return the bids in force that were not found void, in the order of receipt."""
    return list(tender.bids.filter(withdrawn_at__isnull=True, void_reason="").select_related("agency"))


def marked_criteria(tender: Tender) -> list[Criterion]:
    """Return the lines that the panel marks."""
    return [line for line in tender.criteria.all() if line.kind == Criterion.Kind.QUALITY]


def all_in(tender: Tender) -> bool:
    """Whether every active seat has handed in its marks; before that nobody sees another's."""
    return not active(tender).filter(finished_at__isnull=True).exists()


@write_tx
def hand_in_sheet(seat: Seat, sheet: Sheet, *, by: Actor, now: dt.datetime) -> Seat:
    """Hand in a member's marks; a later change is a new revision with a reason, nothing is overwritten.

    Raises:
        RuleError: "score.not_now", "score.not_declared", "score.mark_missing", "score.mark_out_of_range"
            or "score.change_needs_reason".
    """
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    tender = Tender.objects.select_for_update().get(pk=seat.tender_id)
    permit(by, "seat.score", seat)
    if tender.state != TenderState.OPENED:
        raise RuleError("score.not_now")
    if seat.declared_at is None or seat.is_recused:
        raise RuleError("score.not_declared")
    if seat.finished_at and not sheet.reason.strip():
        raise RuleError("score.change_needs_reason")
    check_frozen(tender)
    for bid in standing_bids(tender):
        for line in marked_criteria(tender):
            _write_mark(seat, bid, line, sheet, now)
    seat.finished_at, seat.dissent = now, sheet.dissent
    seat.save(update_fields=["finished_at", "dissent"])
    record("seat.scored", seat, by=by, at=now, payload={"reason": sheet.reason})
    return seat


def _write_mark(seat: Seat, bid: Bid, line: Criterion, sheet: Sheet, now: dt.datetime) -> None:
    mark = sheet.marks.get((str(bid.pk), str(line.pk)))
    if mark is None:
        raise RuleError("score.mark_missing", criterion=line.title, agency=bid.agency.name)
    if not 0 <= mark <= line.top_mark:
        raise RuleError("score.mark_out_of_range", criterion=line.title, mark=mark, high=line.top_mark)
    given = seat.scores.filter(bid=bid, criterion=line)
    last = given.order_by("-revision").first()
    if last is not None and last.mark == mark:
        return
    revision = (given.aggregate(last=Max("revision"))["last"] or 0) + 1
    Score.objects.create(
        seat=seat, bid=bid, criterion=line, mark=mark, reason=sheet.reason, revision=revision, given_at=now
    )


def last_marks(tender: Tender) -> dict[tuple[str, str, str], int]:
    """Return each active seat's mark in force by (seat, bid, criterion)."""
    rows = Score.objects.filter(seat__in=active(tender)).order_by("revision")
    return {(str(row.seat_id), str(row.bid_id), str(row.criterion_id)): row.mark for row in rows}


@write_tx
def note_discussion(tender: Tender, note: str, *, by: Actor, now: dt.datetime) -> Tender:
    """Put the panel's discussion of marks far apart on record."""
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.score", tender)
    tender.discussion_note = note
    tender.save(update_fields=["discussion_note"])
    record("tender.discussed", tender, by=by, at=now, payload={"note": note})
    return tender


@write_tx
def judge_low_price(bid: Bid, is_accepted: bool, note: str, *, by: Actor, now: dt.datetime) -> Bid:
    """Record the panel's word on an abnormally low price."""
    bid = Bid.objects.select_for_update().get(pk=bid.pk)
    permit(by, "bid.void", bid)
    if bid.tender.state != TenderState.OPENED:
        raise RuleError("score.not_now")
    bid.low_price_accepted, bid.low_price_note = is_accepted, note
    bid.save(update_fields=["low_price_accepted", "low_price_note"])
    record("bid.low_price_judged", bid, by=by, at=now, payload={"accepted": is_accepted, "note": note})
    return bid


def core_bids(tender: Tender) -> list[bid_terms.Bid]:
    """Return the bids with their marks as the core reads them."""
    marks = last_marks(tender)
    order = {str(line.pk): str(line.order) for line in tender.criteria.all()}
    hours = [str(line.order) for line in tender.criteria.all() if line.kind == Criterion.Kind.HOURS]
    return [
        bid_terms.Bid(
            key=str(bid.pk),
            amount_fen=bid.price_fen,
            figures=dict.fromkeys(hours, bid.hours or 0),
            marks=tuple(
                PanelMark(seat, order[line], mark)
                for (seat, of, line), mark in marks.items()
                if of == str(bid.pk)
            ),
            low_price_accepted=bid.low_price_accepted,
        )
        for bid in standing_bids(tender)
    ]


def compute(tender: Tender, now: dt.datetime) -> BidResult:
    """Rank the bids of an opened round; a last tie is settled by the committed seed."""
    rules = rules_in(tender, now)
    bids, table, scheme = core_bids(tender), scoring_table(tender), scheme_of(tender, rules)
    result = score_bids(bids, table, scheme)
    if result.outcome is not Outcome.DRAW_NEEDED:
        return result
    seed, public = bytes.fromhex(tender.draw_seed), f"{tender.draw_public}:tie"
    drawn = ranking(seed, [bid.key for bid in bids], public=public)
    return score_bids(bids, table, replace(scheme, draw_order=tuple(drawn)))


def to_discuss(tender: Tender, now: dt.datetime) -> tuple[tuple[str, str, Reason], ...]:
    """Return where the members' marks lie too far apart to stand without a word."""
    rules = rules_in(tender, now)
    limit = rules.int("panel.spread_max")
    return marks_to_discuss(core_bids(tender), scoring_table(tender), limit)


@write_tx
def finish_scoring(tender: Tender, *, by: Actor, now: dt.datetime) -> Tender:
    """Rank the bids when all marks are in; below the method's minimum the round fails with its report.

    Raises:
        RuleError: "score.not_all_in", "score.discussion_missing", "score.price_to_explain", "panel.…".
    """
    tender = Tender.objects.select_for_update().get(pk=tender.pk)
    permit(by, "tender.score", tender)
    check_frozen(tender)
    state = TENDER.after("finish_scoring", tender.state)
    rules = rules_in(tender, now)
    least = scheme_of(tender, rules).min_responsive
    if len(standing_bids(tender)) < least:
        return _fail_short(tender, len(standing_bids(tender)), least, by=by, now=now)
    if has_panel(tender):
        _check_sheets(tender, rules, now)
    result = compute(tender, now)
    if result.outcome is Outcome.TOO_FEW:
        return _fail_short(tender, len(result.ranking), least, by=by, now=now)
    if result.outcome is Outcome.EXPLANATION_NEEDED:
        raise RuleError("score.price_to_explain", count=len(result.questions))
    tender.state, tender.result, tender.scored_at = state, result_form(tender, result), now
    tender.save(update_fields=["state", "result", "scored_at"])
    record("tender.scored", tender, by=by, at=now, payload={"ranking": [b.key for b in result.ranking]})
    return tender


def _check_sheets(tender: Tender, rules: Any, now: dt.datetime) -> None:
    seats = list(active(tender))
    members = [Member(str(seat.user_id), seat.kind == Seat.Kind.EXPERT) for seat in seats]
    check_panel(members, panel_rules(rules, tender.method, amount_fen=tender.plan.budget_fen))
    if not all_in(tender):
        waiting = sum(seat.finished_at is None for seat in seats)
        raise RuleError("score.not_all_in", waiting=waiting, seats=len(seats))
    if to_discuss(tender, now) and not tender.discussion_note.strip():
        raise RuleError("score.discussion_missing", count=len(to_discuss(tender, now)))


def _fail_short(tender: Tender, valid: int, least: int, *, by: Actor, now: dt.datetime) -> Tender:
    source = scheme_of(tender, rules_in(tender, now)).sources["min_responsive"]
    report = {"outcome": Outcome.TOO_FEW.value, "valid": valid, "least": least, "source": source}
    Tender.objects.filter(pk=tender.pk).update(result=report)
    return fail_tender(tender, f"有效响应 {valid} 家，少于 {least} 家（{source}）"[:300], by=by, now=now)


def result_form(tender: Tender, result: BidResult) -> dict[str, Any]:
    """Return the ranking with its reasons as plain data for a sealed snapshot."""
    titles = {str(line.order): line.title for line in tender.criteria.all()}
    losers = [bid.key for bid in (*result.ranking[1:], *result.rejected)]
    return {
        "outcome": result.outcome.value,
        "ranking": [_ranked(bid, titles) for bid in result.ranking],
        "rejected": [{"bid": bid.key, "reasons": _reasons(bid.reasons)} for bid in result.rejected],
        "ties": [{"bids": list(tie.keys), "settled_by": tie.settled_by.value} for tie in result.ties],
        "losers": {key: _loser(reasons_to_loser(result, key), titles) for key in losers},
    }


def _ranked(bid: RankedBid, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rank": bid.rank,
        "bid": bid.key,
        "amount_fen": bid.amount_fen,
        "total_bp": half_up(bid.total_bp),
        "marks": [
            {"title": titles[mark.criterion], "mark_bp": half_up(mark.mark_bp), "full_bp": mark.full_bp}
            for mark in bid.marks
        ],
        "trace": trace_to_dict(bid.trace),
    }


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [
        {"code": each.code, "figures": {k: _plain(v) for k, v in each.figures.items()}, "source": each.source}
        for each in reasons
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)


def _loser(reasons: LoserReasons, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rank": reasons.rank,
        "gap_bp": half_up(reasons.gap_bp),
        "marks": [
            {
                "title": titles[each.criterion],
                "own_bp": half_up(each.own_bp),
                "winner_bp": half_up(each.winner_bp),
                "full_bp": each.full_bp,
            }
            for each in reasons.comparisons
        ],
        "rejected_for": _reasons(reasons.rejected_for),
        "would_have_won": _reasons(reasons.would_have_won),
    }

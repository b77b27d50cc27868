"""Races of buying: one award, one set of marks a seat, no overspent line, one line an instalment, one bid in force."""

from django.db.models import F

from tests.cast import STREET
from tests.procurement import builders_tender as made
from tests.procurement.builders_contract import NOW, a_contract
from tests.races.harness import THREADS, Kind, People, Race
from zhagen.parties.models import Place
from zhagen.procurement.actions import award, bid, budget, instalment_budget, panel, plan, score
from zhagen.procurement.models import Award, Bid, BudgetLine, Instalment, Score, Seat, Tender


def a_round(people: People, state: str) -> made.Round:
    """Return a round on a budget line that lasts for hundreds of them."""
    line = made.a_budget_line(people, amount_yuan=1_000_000_000, code="RACES")
    return made.a_round(people, state, of=made.a_plan(people, budget_line=line))


def one_award(people: People, number: int) -> Race:
    tender, by = a_round(people, "scored").tender, people["leader"].actor

    def step() -> object:
        return award.decide_award(tender, made.AWARD_DECISION, by=by, now=made.AWARDED_AT)

    return Race(
        [step] * THREADS,
        {"done": 1, "lifecycle.not_now": THREADS - 1},
        lambda: Award.objects.filter(tender=tender).count() == 1,
    )


def one_sheet(people: People, number: int) -> Race:
    round_ = a_round(people, "opened")
    seat = panel.active(round_.tender).first()
    by = made.member(people, seat).actor
    panel.declare_free(seat, by=by, now=made.OPENED_AT)
    sheet = made.a_sheet(round_.tender)

    def step() -> object:
        return score.hand_in_sheet(seat, sheet, by=by, now=made.OPENED_AT)

    return Race(
        [step] * THREADS,
        {"done": 1, "score.change_needs_reason": THREADS - 1},
        lambda: Score.objects.filter(seat=seat).count() == len(sheet.marks),
    )


def no_overspent_line(people: People, number: int) -> Race:
    line = made.a_budget_line(people, amount_yuan=300_000, code=f"R{number}")
    plans = [made.a_plan(people, "checked", budget_line=line, year_fen=10_000_000) for _ in range(THREADS)]
    by = people["leader"].actor

    def is_kept() -> bool:
        line.refresh_from_db()
        held = sum(type(each).objects.get(pk=each.pk).held_fen for each in plans)
        return line.committed_fen == held == 30_000_000

    return Race(
        [
            lambda each=each: plan.approve_plan(each, made.DECISION, by=by, now=made.PUBLISHED_AT)
            for each in plans
        ],
        {"done": 3, "budget.line_exceeded": THREADS - 3},
        is_kept,
    )


def one_line_an_instalment(people: People, number: int) -> Race:
    """An instalment of a later year, put on its line by several at once: the line holds its money once."""
    draft = budget.LineDraft(Place.objects.get(pk=STREET), 2027, f"L{number}", "社区服务购买", 1_000_000_000)
    line = budget.add_budget_line(draft, by=people["finance"].actor, now=NOW)
    instalment, by = a_contract(people).instalments.get(order=2), people["finance"].actor

    def step() -> object:
        return instalment_budget.tie_instalment(instalment, line, by=by, now=NOW)

    def is_kept() -> bool:
        line.refresh_from_db()
        instalment.refresh_from_db()
        return line.committed_fen == instalment.held_fen == instalment.amount_fen

    return Race([step] * THREADS, {"done": 1, "budget.tied_already": THREADS - 1}, is_kept)


def _take_unasked(line_id: object, more_fen: int) -> bool:
    return bool(BudgetLine.objects.filter(pk=line_id).update(committed_fen=F("committed_fen") + more_fen))


def one_bid_in_force(people: People, number: int) -> Race:
    tender, by = a_round(people, "open").tender, people["agency_head"].actor

    def hand_in(place: int) -> object:
        return bid._hand_in(tender, f"{place:064x}", f"{place:064x}", by=by, received_at=made.PUBLISHED_AT)

    def is_kept() -> bool:
        bids = Bid.objects.filter(tender=tender)
        return bids.filter(withdrawn_at=None).count() == 1 and bids.count() == THREADS

    return Race([lambda n=n: hand_in(n) for n in range(THREADS)], {"done": THREADS}, is_kept)


KINDS = {
    "award": Kind(one_award, [(award, "permit")], action=(award, "decide_award"), locked=(Tender,)),
    "score": Kind(
        one_sheet, [(score, "check_frozen")], action=(score, "hand_in_sheet"), locked=(Seat, Tender)
    ),
    "line": Kind(no_overspent_line, [(plan, "permit")], loosened=[(budget, "take", _take_unasked)]),
    "later_year": Kind(
        one_line_an_instalment,
        [(instalment_budget, "check_tie")],
        action=(instalment_budget, "tie_instalment"),
        locked=(Instalment,),
    ),
    "bid": Kind(one_bid_in_force, [(bid, "agency_of")], action=(bid, "_hand_in"), locked=(Tender,)),
}

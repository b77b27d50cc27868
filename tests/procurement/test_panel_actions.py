"""The panel of a round: drawn once after the deadline, imported with its record, freed of ties."""

import dataclasses
import datetime as dt

import pytest

from tests.cast import cast
from tests.procurement import builders_tender as made
from tests.procurement.test_queries_and_recusal import tie
from tests.procurement.test_tender_papers import words_of
from zhagen.core.errors import RuleError
from zhagen.procurement.actions import panel
from zhagen.procurement.actions.tender_paper import tender_document
from zhagen.procurement.actions.tender_paper_data import recusal_words
from zhagen.procurement.models import Seat, Tender

NOW = made.OPENED_AT
DRAW_RECORD = "财库抽〔2026〕31号"


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def draw(people, of: Tender):
    return panel.draw_panel(of, by=people["handler"].actor, now=NOW)


def bring(people, of: Tender, who: str, origin: str = DRAW_RECORD) -> Seat:
    return panel.seat_imported(of, people[who].user, origin, by=people["handler"].actor, now=NOW)


def test_a_panel_is_drawn_once_and_after_the_deadline(people):
    of = made.a_tender(people, "bids")
    with refused("panel.not_now"):
        draw(people, of)
    made._close(people, made.Round(of))

    assert len(draw(people, of)) == 3
    with refused("panel.already_drawn"):
        draw(people, of)


def test_a_panel_without_a_seat_of_the_buyer_is_drawn_wholly_by_lot(people):
    of = made.a_tender(people, "closed", buyer=None, expert_seats=2)

    kinds = sorted(seat.kind for seat in draw(people, of))

    assert kinds == ["expert", "expert", "resident"]


def test_an_imported_expert_has_a_draw_record_a_free_seat_and_sits_once(people):
    of = made.a_tender(people, "bids", draw_kind=Tender.DrawKind.IMPORTED, expert_seats=1)
    with refused("panel.not_now"):
        bring(people, of, "expert")
    made._close(people, made.Round(of))
    with refused("panel.not_imported"):
        bring(people, of, "expert", " ")
    draw(people, of)
    resident = of.seats.get(kind=Seat.Kind.RESIDENT)
    with refused("panel.member_twice"):
        panel.seat_imported(of, resident.user, DRAW_RECORD, by=people["handler"].actor, now=NOW)

    assert bring(people, of, "expert").origin == DRAW_RECORD
    with refused("panel.full"):
        bring(people, of, "expert_two")


def test_where_the_office_draws_itself_no_expert_is_imported(people):
    with refused("panel.not_imported"):
        bring(people, made.a_tender(people, "closed"), "expert")


def test_a_member_declares_after_the_opening_and_not_against_the_record(people):
    round_ = made.a_round(people, "drawn")
    seat = round_.tender.seats.get(kind=Seat.Kind.EXPERT)
    person = made.member(people, seat)
    with refused("panel.declare_after_opening"):
        panel.declare_free(seat, by=person.actor, now=NOW)
    made._open(people, round_)
    tie(person, made.bid_of(round_.tender, "同心社会工作服务社").agency, dt.date(2024, 1, 1), None)

    with refused("panel.tie_on_record"):
        panel.declare_free(seat, by=person.actor, now=NOW)
    seat.refresh_from_db()
    assert seat.declared_at is None


def test_a_member_who_steps_aside_before_the_opening_is_replaced_by_lot_and_after_his_marks_he_stays(people):
    round_ = made.a_round(people, "drawn")
    seat = round_.tender.seats.get(kind=Seat.Kind.EXPERT)
    person = made.member(people, seat)

    panel.step_aside(seat, "与一家机构有合作课题", by=person.actor, now=NOW)
    made._open(people, round_)
    made._mark(people, round_)

    marked = panel.active(round_.fresh()).get(kind=Seat.Kind.EXPERT)
    assert marked.pk != seat.pk
    with refused("panel.already_scored"):
        panel.step_aside(marked, "改主意了", by=made.member(people, marked).actor, now=NOW)


def test_the_draw_record_says_why_a_member_stepped_aside_and_names_nobody_elses_kin(people):
    round_ = made.a_round(people, "drawn")
    seat = round_.tender.seats.get(kind=Seat.Kind.EXPERT)
    agency = made.bid_of(round_.tender, "同心社会工作服务社").agency
    tie(made.member(people, seat), agency, dt.date(2024, 1, 1), None, kind="kin")
    made._open(people, round_)
    substitute = panel.active(round_.fresh()).get(kind=Seat.Kind.EXPERT)
    panel.step_aside(substitute, "与一家机构有合作课题", by=made.member(people, substitute).actor, now=NOW)

    (paper,) = tender_document(round_.fresh(), "draw_record", by=people["handler"].actor, now=NOW)

    seat.refresh_from_db()
    assert recusal_words(seat) == "近亲属任职或出资"
    said = words_of(paper)
    assert "回避：近亲属任职或出资" in said
    assert "回避：与一家机构有合作课题" in said


def test_a_notice_at_a_fixed_price_says_on_paper_that_the_price_is_not_scored(people):
    table = (
        dataclasses.replace(made.TABLE[1], weight_bp=5000),
        dataclasses.replace(made.TABLE[2], weight_bp=5000),
    )
    of = made.a_tender(people, "open", fixed_price_fen=16_000_000, criteria=table)

    (paper,) = tender_document(of, "tender_notice", by=people["handler"].actor, now=made.PUBLISHED_AT)

    assert "固定价格人民币160,000.00元，价格不计分" in words_of(paper)

"""Sealed bids: in time or late to the microsecond, replaced, withdrawn, opened by any two, resupplied."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.cast import cast, make_organisation
from tests.procurement import builders_tender as made
from zhagen.audit.models import Event
from zhagen.core.buying.deadline import check_in_time
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor, Role
from zhagen.parties.actor import actor_of
from zhagen.parties.models import Appointment
from zhagen.procurement.actions import bid, panel, seal, tender
from zhagen.procurement.models import Bid, Holder


@pytest.fixture
def people():
    return cast()


def refused(call) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call()
    return caught.value


def hand_in(people, of, *, at, who="agency_head", price=17_200_000):
    draft = bid.BidDraft(price, 1800, "摘要", made.a_docx())
    return bid.submit_bid(of, draft, by=people[who].actor, received_at=at)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (-0.000001, False), (0, True), (1, True)])
def test_the_deadline_holds_to_the_microsecond_in_every_time_zone(zone, seconds, is_late):
    received = (made.CLOSES_AT + dt.timedelta(seconds=seconds)).astimezone(ZoneInfo(zone))

    if is_late:
        assert refused(lambda: check_in_time(received, made.CLOSES_AT)).code == "bid.too_late"
    else:
        check_in_time(received, made.CLOSES_AT)


def test_one_second_late_is_late_though_the_round_still_says_open(people):
    of = made.a_tender(people)

    hand_in(people, of, at=made.CLOSES_AT - dt.timedelta(seconds=1))
    late = refused(lambda: hand_in(people, of, at=made.CLOSES_AT + dt.timedelta(seconds=1)))

    assert late.code == "bid.too_late"
    assert Bid.objects.filter(withdrawn_at=None).count() == 1


def test_a_new_bid_replaces_the_earlier_one_and_a_withdrawn_one_is_not_opened(people):
    round_ = made.a_round(people)
    first = hand_in(people, round_.tender, at=made.PUBLISHED_AT)
    second = hand_in(people, round_.tender, at=made.PUBLISHED_AT, price=16_000_000)

    first.bid.refresh_from_db()
    bid.withdraw_bid(second.bid, by=people["agency_head"].actor, now=made.PUBLISHED_AT)

    assert first.bid.withdrawn_at is not None
    assert not Bid.objects.filter(withdrawn_at=None).exists()


def test_a_file_that_is_no_pdf_or_word_is_refused_before_it_is_sealed(people):
    of = made.a_tender(people)
    draft = bid.BidDraft(100, 1, "摘要", b"MZ\x90\x00")

    error = refused(
        lambda: bid.submit_bid(of, draft, by=people["agency_head"].actor, received_at=made.PUBLISHED_AT)
    )

    assert error.code == "bid.file_kind"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (bid.BidDraft(0, 1800, "摘要", made.a_docx()), "bid.no_price"),
        (bid.BidDraft(100, None, "摘要", made.a_docx()), "bid.hours_missing"),
        (bid.BidDraft(100, 1800, "摘要", b"\x89PNG\r\n\x1a\n"), "bid.file_kind"),
    ],
    ids=["no price", "no hours where they are scored", "a picture"],
)
def test_a_bid_without_what_will_be_scored_is_refused_before_it_is_sealed(people, draft, code):
    of = made.a_tender(people)

    with pytest.raises(RuleError) as caught:
        bid.submit_bid(of, draft, by=people["agency_head"].actor, received_at=made.PUBLISHED_AT)
    assert caught.value.code == code
    assert not Bid.objects.exists()


def test_a_closed_round_takes_no_bid_however_early_it_says_it_came(people):
    of = made.a_tender(people, "closed")

    assert refused(lambda: hand_in(people, of, at=made.PUBLISHED_AT)).code == "bid.not_open"


def test_a_bid_taken_back_twice_is_taken_back_once(people):
    of = made.a_tender(people)
    receipt = hand_in(people, of, at=made.PUBLISHED_AT)
    first, second = (
        bid.withdraw_bid(receipt.bid, by=people["agency_head"].actor, now=made.PUBLISHED_AT + hour)
        for hour in (dt.timedelta(hours=1), dt.timedelta(hours=2))
    )

    assert first.withdrawn_at == second.withdrawn_at == made.PUBLISHED_AT + dt.timedelta(hours=1)
    assert Event.objects.filter(kind="bid.withdrawn").count() == 1


def test_who_holds_another_post_beside_his_agency_bids_for_the_agency(people):
    of, head = made.a_tender(people), people["agency_head"]
    own = head.user.appointments.get()
    Appointment.objects.create(
        user=head.user, role=Role.SUPERVISOR, organisation=make_organisation("督导中心"), from_on=own.from_on
    )
    both = actor_of(head.user)
    of_agency_last = Actor(
        both.key, both.name, tuple(sorted(both.grants, key=lambda each: each.role is Role.AGENCY_HEAD))
    )
    draft = bid.BidDraft(17_200_000, 1800, "摘要", made.a_docx())

    receipt = bid.submit_bid(of, draft, by=of_agency_last, received_at=made.PUBLISHED_AT)

    assert receipt.bid.agency == own.organisation


# Seals


def open_all(people, round_):
    typed = tuple(seal.HolderTyped(kind, round_.words[kind]) for kind in ("handler", "finance"))
    return seal.open_round(round_.tender, typed, by=people["handler"].actor, now=made.OPENED_AT)


def test_words_are_fetched_before_the_notice_only(people):
    round_ = made.a_round(people)

    error = refused(lambda: seal.hold_seal(round_.tender, by=people["finance"].actor, now=made.PUBLISHED_AT))

    assert error.code == "seal.no_longer"
    assert Holder.objects.count() == 3


def test_nothing_is_opened_without_words_unless_their_loss_is_on_record(people):
    round_ = made.a_round(people, "drawn")

    error = refused(
        lambda: seal.open_resupplied(round_.tender, by=people["handler"].actor, now=made.OPENED_AT)
    )

    assert error.code == "seal.shares_not_lost"
    assert not Bid.objects.filter(price_fen__isnull=False).exists()


def test_a_bid_whose_receipt_was_altered_stops_the_opening_of_all(people):
    round_ = made.a_round(people, "drawn")
    altered = made.bid_of(round_.tender, "同心社会工作服务社")
    Bid.objects.filter(pk=altered.pk).update(content_digest="0" * 64)

    assert refused(lambda: open_all(people, round_)).code == "bid.content_damaged"
    assert round_.fresh().state == "closed"
    assert not Bid.objects.filter(price_fen__isnull=False).exists()


def test_a_file_that_turns_out_broken_makes_its_own_bid_void_and_no_other(people):
    round_ = made.a_round(people, "bids")
    broken = b"%PDF-1.7\n/JavaScript (app.alert(1))"
    draft = bid.BidDraft(16_000_000, 1800, "摘要", broken)
    late = made.CLOSES_AT - dt.timedelta(minutes=1)
    bid.submit_bid(round_.tender, draft, by=people["agency_head"].actor, received_at=late)
    made._close(people, round_)
    made._draw(people, round_)

    open_all(people, round_)

    void = made.bid_of(round_.tender, "扎根社工服务中心")
    assert (void.price_fen, void.opened_file) == (16_000_000, "")
    assert void.void_reason.startswith("upload.")
    assert Bid.objects.filter(withdrawn_at=None, void_reason="").count() == 2


@pytest.mark.parametrize(
    "pair", [("handler", "finance"), ("finance", "discipline"), ("discipline", "handler")]
)
def test_any_two_holders_open_all_bids_in_one_step(people, pair):
    round_ = made.a_round(people, "drawn")
    typed = tuple(seal.HolderTyped(kind, round_.words[kind]) for kind in pair)

    seal.open_round(round_.tender, typed, by=people[pair[0]].actor, now=made.OPENED_AT)

    prices = sorted(Bid.objects.values_list("price_fen", flat=True))
    assert prices == [16_500_000, 17_200_000, 17_800_000]


def test_one_holder_typing_twice_and_swapped_words_open_nothing(people):
    round_ = made.a_round(people, "drawn")
    words = round_.words

    def attempt(*typed):
        return refused(
            lambda: seal.open_round(round_.tender, typed, by=people["handler"].actor, now=made.OPENED_AT)
        ).code

    once = seal.HolderTyped("handler", words["handler"])
    assert attempt(once, once) == "seal.share_same_holder"
    assert attempt(once, seal.HolderTyped("finance", words["handler"])) == "seal.words_of_another"
    assert attempt(once, seal.HolderTyped("finance", "academic acid")) == "seal.share_mistyped"
    assert attempt(once, seal.HolderTyped("finance", "zhagen")) == "seal.share_word_unknown"
    assert not Bid.objects.filter(price_fen__isnull=False).exists()


def test_with_the_words_lost_a_bidder_hands_in_what_matches_the_hash_and_the_others_are_void(people):
    round_ = made.a_round(people, "drawn")
    name, head = "扎根社工服务中心", people["agency_head"]
    receipt = round_.receipts[name]
    draft = bid.BidDraft(made.PRICES[name] * 100, 1800, f"{name}的策划书摘要", made.a_docx(name))
    cheaper = bid.BidDraft(100, 1800, draft.summary, draft.file)
    soon = made.CLOSES_AT + dt.timedelta(hours=1)

    early = refused(lambda: bid.resupply_bid(receipt.bid, draft, receipt.code, by=head.actor, now=soon))
    seal.lose_shares(round_.tender, "两人口令信封水浸", by=people["discipline"].actor, now=soon)
    other = refused(lambda: bid.resupply_bid(receipt.bid, cheaper, receipt.code, by=head.actor, now=soon))
    bid.resupply_bid(receipt.bid, draft, receipt.code, by=head.actor, now=soon)
    seal.open_resupplied(round_.tender, by=people["handler"].actor, now=made.OPENED_AT)

    assert (early.code, other.code) == ("bid.resupply_not_now", "bid.resupply_differs")
    assert made.bid_of(round_.tender, name).price_fen == 17_200_000
    assert Bid.objects.filter(void_reason="bid.not_resupplied").count() == 2


def test_nothing_frozen_can_be_changed_after_the_notice(people):
    round_ = made.a_round(people, "closed")

    edited = refused(
        lambda: tender.edit_tender(
            round_.tender, made.a_tender_draft(people), by=people["handler"].actor, now=made.CLOSES_AT
        )
    )
    round_.tender.criteria.filter(kind="price").update(weight_bp=9000)
    drawn = refused(lambda: panel.draw_panel(round_.tender, by=people["handler"].actor, now=made.CLOSES_AT))

    assert (edited.code, drawn.code) == ("tender.frozen", "tender.frozen_differs")

"""Marks of a panel: whole sheets in their time, changes with a reason, a word where they lie far apart."""

import pytest

from tests.cast import cast
from tests.procurement import builders_tender as made
from zhagen.core.errors import RuleError
from zhagen.procurement.actions import bid, panel, score
from zhagen.procurement.models import Bid, Score

NOW = made.OPENED_AT
CHEAP_FEN = 6_000_000


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def round_(people):
    return made.a_round(people, "opened")


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def seats(round_):
    return list(panel.active(round_.fresh()))


def hand_in(people, seat, sheet):
    return score.hand_in_sheet(seat, sheet, by=made.member(people, seat).actor, now=NOW)


def finish(people, round_):
    return score.finish_scoring(round_.tender, by=people["handler"].actor, now=NOW)


# A sheet


def test_nobody_marks_before_he_has_declared_himself_free_of_ties(people, round_):
    seat = seats(round_)[0]

    with refused("score.not_declared"):
        hand_in(people, seat, made.a_sheet(round_.tender))
    assert not Score.objects.exists()


def test_a_sheet_is_whole_and_within_the_scale_or_it_is_not_taken(people, round_):
    seat, whole = seats(round_)[0], made.a_sheet(round_.tender).marks
    panel.declare_free(seat, by=made.member(people, seat).actor, now=NOW)
    first = next(iter(whole))

    with refused("score.mark_missing"):
        hand_in(people, seat, score.Sheet({key: mark for key, mark in whole.items() if key != first}))
    for mark in (-1, 101):
        with refused("score.mark_out_of_range"):
            hand_in(people, seat, score.Sheet(whole | {first: mark}))
    assert not Score.objects.exists()


def test_a_mark_is_changed_with_a_reason_and_what_stays_the_same_is_not_written_again(people, round_):
    seat, whole = seats(round_)[0], made.a_sheet(round_.tender).marks
    panel.declare_free(seat, by=made.member(people, seat).actor, now=NOW)
    hand_in(people, seat, score.Sheet(whole))
    first = next(iter(whole))

    with refused("score.change_needs_reason"):
        hand_in(people, seat, score.Sheet(whole | {first: 50}, reason=" "))
    hand_in(people, seat, score.Sheet(whole | {first: 50}, reason="抄错一行"))

    given = Score.objects.filter(seat=seat)
    assert given.count() == len(whole) + 1
    assert given.filter(revision=2).values_list("mark", "reason").get() == (50, "抄错一行")


def test_a_round_that_is_ranked_takes_no_more_marks_voids_or_words_on_prices(people, round_):
    made._mark(people, round_)
    made._score(people, round_)
    seat, best = seats(round_)[0], made.bid_of(round_.tender, "扎根社工服务中心")
    handler = people["handler"].actor

    with refused("score.not_now"):
        hand_in(people, seat, made.a_sheet(round_.tender))
    with refused("score.not_now"):
        score.judge_low_price(best, True, "迟了", by=handler, now=NOW)
    with refused("lifecycle.not_now"):
        bid.void_bid(best, "迟了", by=handler, now=NOW)
    best.refresh_from_db()
    assert (best.void_reason, best.low_price_accepted) == ("", None)


# The ranking


def test_no_round_is_ranked_before_every_member_has_marked(people, round_):
    with refused("score.not_all_in") as caught:
        finish(people, round_)

    assert caught.value.figures["waiting"] == len(seats(round_))


def test_marks_far_apart_wait_for_a_word_of_the_panel_on_record(people, round_):
    for place, seat in enumerate(seats(round_)):
        panel.declare_free(seat, by=made.member(people, seat).actor, now=NOW)
        marks = made.a_sheet(round_.tender).marks
        hand_in(people, seat, score.Sheet(dict.fromkeys(marks, 95 if place else 10)))
    with refused("score.discussion_missing"):
        finish(people, round_)

    with refused("permission.denied"):
        score.note_discussion(round_.tender, "已合议", by=people["finance"].actor, now=NOW)
    score.note_discussion(
        round_.tender, "已合议：一人偏严，维持各自打分", by=people["handler"].actor, now=NOW
    )

    assert finish(people, round_).state == "scored"


def cheap_round(people, *prices: int, **changes):
    """Return an opened round whose bids have these prices, the cast's own agency first."""
    round_ = made.a_round(people, "opened", **changes)
    for name, price in zip(made.PRICES, prices, strict=True):
        Bid.objects.filter(pk=made.bid_of(round_.tender, name).pk).update(price_fen=price)
    made._mark(people, round_)
    return round_


def test_a_price_far_below_the_others_is_explained_before_the_ranking(people):
    round_ = cheap_round(people, CHEAP_FEN, 17_000_000, 17_500_000)
    with refused("score.price_to_explain"):
        finish(people, round_)
    low = made.bid_of(round_.tender, "扎根社工服务中心")

    judged = score.judge_low_price(
        low, True, "社工为在编人员，成本另有来源", by=people["handler"].actor, now=NOW
    )

    assert (judged.low_price_accepted, judged.low_price_note) == (True, "社工为在编人员，成本另有来源")
    assert finish(people, round_).state == "scored"


def test_too_few_bids_at_the_fixed_price_end_the_round_with_their_number(people):
    fixed = 16_000_000
    criteria = tuple(line for line in made.TABLE if line.kind != "price")
    share = 10_000 // len(criteria)
    weights = [share] * (len(criteria) - 1) + [10_000 - share * (len(criteria) - 1)]
    table = [
        type(line)(line.kind, line.title, weight, line.standard)
        for line, weight in zip(criteria, weights, strict=True)
    ]
    round_ = cheap_round(people, fixed, fixed - 1, fixed + 1, fixed_price_fen=fixed, criteria=table)

    ended = finish(people, round_)

    assert (ended.state, ended.result["outcome"]) == ("failed", "too_few")
    assert "1 家" in ended.fail_reason

"""The made-up funds: the same votes from the same seed, within the roll and the ballot, with their truths planted."""

from datetime import date

from zhagen.lab.district import make_district
from zhagen.lab.fund_story import MOST_NAMED, Planted, Way, raiser_phone, roll_of, signer_phone, voters_of
from zhagen.lab.fund_texts import BUSY, PAST, PLANS, VOTING

ENDS_ON = date(2026, 7, 7)
DISTRICT = make_district(2026, ends_on=ENDS_ON)
LISTED = {each.project.title: (each.theme, each.project.liked) for each in PAST.ideas if each.project}


def test_the_same_seed_gives_the_same_ballots_and_another_seed_others() -> None:
    again = make_district(2026, ends_on=ENDS_ON)
    other = make_district(2027, ends_on=ENDS_ON)

    assert voters_of(again, PAST, LISTED) == voters_of(DISTRICT, PAST, LISTED)
    assert voters_of(other, PAST, LISTED) != voters_of(DISTRICT, PAST, LISTED)


def test_each_votes_once_in_time_for_at_most_so_many_projects() -> None:
    for plan in (PAST, BUSY, VOTING):
        voters = voters_of(DISTRICT, plan, LISTED)

        assert len({each.number for each in voters}) == len(voters)
        assert all(1 <= each.number <= plan.roll for each in voters)
        assert all(plan.days.vote_from <= each.on <= min(plan.days.vote_until, ENDS_ON) for each in voters)
        assert all(len(each.titles) <= MOST_NAMED for each in voters)
        assert all(
            bool(each.titles) != (each.way is Way.SPOILT)
            for each in voters
            if each.way in (Way.PAPER, Way.SPOILT)
        )
        assert len(set(roll_of(DISTRICT, plan))) == plan.roll


def test_days_of_each_fund_come_in_their_order() -> None:
    for plan in PLANS:
        days = plan.days
        every = (days.drafted, days.opened, days.ideas_until, days.written, days.checked, days.listed, days.vote_from,
                 days.vote_until, days.counted, *days.decided, days.granted, days.clearing)  # fmt: skip

        if plan.roll:
            assert list(every) == sorted(every)


def test_made_up_phones_are_nobodys_and_never_shared() -> None:
    raisers = {each.raiser for plan in PLANS for each in plan.ideas}
    phones = {raiser_phone(each, PLANS) for each in raisers}
    phones |= {signer_phone(plan, number) for plan in (PAST, BUSY) for number in range(200)}

    assert len(phones) == len(raisers) + 400
    assert all(each.startswith("990") and len(each) == 8 for each in phones)


def test_the_planted_proposer_buys_all_three_projects_from_the_shop_of_his_kin() -> None:
    his = [each.project for each in PAST.ideas if each.raiser == Planted.PROPOSER]

    assert len(his) == 3
    assert all(each.kin_of == (Planted.SHOP,) for each in his)
    assert {buy.seller for each in his for buy in each.buys} == {Planted.SHOP}

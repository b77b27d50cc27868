"""The made-up district: the same from the same seed, in order, complete, with its truths planted."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhagen.core.flags.tie import blocked_by_ties
from zhagen.lab.district import LOT, Plant, make_district, months_after
from zhagen.lab.district_work import work_of
from zhagen.lab.names import AGENCIES, COMMUNITIES, GIVEN, SURNAMES, uscc_of
from zhagen.lab.need_texts import NEED_TEXTS
from zhagen.lab.paperwork import paperwork_of
from zhagen.lab.proofs import small_world
from zhagen.lab.world_events import EventKind, bids_of, events_of, ties_of

DISTRICT = make_district(1)
EVENTS = events_of(DISTRICT)


def of_kind(kind: EventKind):
    return [event for event in EVENTS if event.kind is kind]


def contracts_of(plant: Plant):
    return [each for each in DISTRICT.contracts if DISTRICT.truths[each.key].plant is plant]


def test_the_demo_district_has_the_size_that_was_asked_for() -> None:
    workers = [each for each in DISTRICT.people if each.role == "social_worker"]

    assert [street.name for street in DISTRICT.streets] == ["青禾街道", "柳湾街道"]
    assert [place.code for place in DISTRICT.communities][9:11] == ["990101001010", "990101002001"]
    assert len(workers) == 40
    assert (DISTRICT.begins_on, DISTRICT.ends_on) == (date(2023, 6, 1), date(2026, 5, 31))
    assert len(EVENTS) <= 12_000


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    assert make_district(1) == DISTRICT
    assert events_of(make_district(1)) == EVENTS
    assert events_of(make_district(2)) != EVENTS


def test_events_come_in_order_inside_the_world_and_name_what_exists() -> None:
    order = list(EventKind)
    people = {each.key for each in DISTRICT.people} | {each.key for each in DISTRICT.organisations}
    people |= {"", "street", "resident"}

    assert [(event.on, order.index(event.kind)) for event in EVENTS] == sorted(
        (event.on, order.index(event.kind)) for event in EVENTS
    )
    assert {event.kind for event in EVENTS} == set(EventKind)
    assert {event.actor for event in EVENTS} - people == set()
    assert max(event.on for event in EVENTS) <= DISTRICT.ends_on


def test_nothing_happens_to_a_thing_before_it_is_there() -> None:
    seen: dict[str, set[EventKind]] = defaultdict(set)
    first = {
        EventKind.NEED_TRIAGED: EventKind.NEED_RAISED, EventKind.NEED_ANSWERED: EventKind.NEED_TRIAGED,
        EventKind.NEED_WORD: EventKind.NEED_ANSWERED, EventKind.WORKER_LEFT: EventKind.WORKER_STARTED,
        EventKind.OFF_PLAN_CONFIRMED: EventKind.OFF_PLAN_DONE, EventKind.CLAIM_PAID: EventKind.CLAIM_MADE,
        EventKind.DECISION_RECORDED: EventKind.PLAN_MADE, EventKind.BID_MARKED: EventKind.BID_SUBMITTED,
        EventKind.AWARD_MADE: EventKind.BIDS_OPENED, EventKind.BIDS_OPENED: EventKind.TENDER_PUBLISHED,
    }  # fmt: skip
    for event in EVENTS:
        if event.kind in first:
            assert first[event.kind] in seen[event.subject], event
        contract = event.figures.get("contract")
        if event.kind in {EventKind.SESSION_HELD, EventKind.WORKER_STARTED, EventKind.CLAIM_MADE}:
            assert EventKind.CONTRACT_SIGNED in seen[contract], event
        seen[event.subject].add(event.kind)


def test_every_subject_is_raised_signed_or_logged_once() -> None:
    once = {EventKind.NEED_RAISED, EventKind.CONTRACT_SIGNED, EventKind.SESSION_HELD, EventKind.BID_SUBMITTED}
    counts = Counter(event.subject for event in EVENTS if event.kind in once)

    assert set(counts.values()) == {1}


def test_no_event_says_what_is_true() -> None:
    told = {name for event in EVENTS for name in event.figures}

    assert not told & {"is_real", "found_useful", "true_word", "plant", "met"}
    assert not {plant.value for plant in Plant} & {
        value for event in EVENTS for value in event.figures.values() if isinstance(value, str)
    }


def test_money_of_a_contract_is_paid_in_parts_that_make_it_up() -> None:
    for contract in DISTRICT.contracts:
        assert sum(each.amount_fen for each in work_of(DISTRICT, contract).payments) == contract.amount_fen


def test_perfect_paper_has_more_photos_and_fewer_real_sessions_than_plain_paper() -> None:
    def sessions(plant: Plant):
        return [each for contract in contracts_of(plant) for each in work_of(DISTRICT, contract).sessions]

    paper, plain = sessions(Plant.PERFECT_PAPER), sessions(Plant.PLAIN_PAPER)
    assert sum(each.photos for each in paper) / len(paper) > 4 * sum(each.photos for each in plain) / len(
        plain
    )
    assert sum(each.is_real for each in paper) / len(paper) < 0.75
    assert sum(each.is_real for each in plain) / len(plain) > 0.95


def test_perfect_paper_costs_its_workers_far_more_minutes_than_plain_paper() -> None:
    def minutes(plant: Plant) -> float:
        said = [each for contract in contracts_of(plant) for each in paperwork_of(DISTRICT, contract)]
        return sum(each.paper_minutes for each in said) / sum(each.service_minutes for each in said)

    assert minutes(Plant.PERFECT_PAPER) > 3 * minutes(Plant.PLAIN_PAPER)


def test_an_early_closer_asks_to_close_and_does_nothing_afterwards() -> None:
    for contract in contracts_of(Plant.EARLY_CLOSING):
        held = [each.held_on for each in work_of(DISTRICT, contract).sessions]
        assert max(held) <= DISTRICT.truths[contract.key].worked_until < contract.ends_on
    assert of_kind(EventKind.CLOSING_ASKED)


def test_workers_of_the_turnover_agency_stay_far_shorter() -> None:
    def leavings(plant: Plant) -> float:
        stays = [stay for each in contracts_of(plant) for stay in work_of(DISTRICT, each).stays]
        return sum(stay.ended_on is not None for stay in stays) / len(contracts_of(plant))

    assert leavings(Plant.TURNOVER) > 2 * leavings(Plant.PLAIN_PAPER)


def test_a_worker_kept_by_the_next_contract_of_the_same_agency_is_there_from_its_first_day() -> None:
    kept = 0
    for contract in DISTRICT.contracts:
        before = next((each for each in DISTRICT.contracts if each.key == contract.previous), None)
        if before is None:
            continue
        last = {(s.worker, s.community) for s in work_of(DISTRICT, before).stays if s.ended_on is None}
        now = {
            (s.worker, s.community)
            for s in work_of(DISTRICT, contract).stays
            if s.began_on == contract.starts_on
        }
        assert last <= now
        kept += len(last)
    assert kept > 5


def test_the_close_ally_is_tied_to_a_chief_and_wins_by_narrow_rounds() -> None:
    tied = blocked_by_ties("chief:990101001000", ["org:a5"], ties_of(DISTRICT), DISTRICT.ends_on, 3)

    assert tied
    for contract in contracts_of(Plant.CLOSE_ALLY):
        amounts = [each.amount_fen for each in bids_of(DISTRICT, contract)]
        assert max(amounts) * 100 <= min(amounts) * 102


def test_the_supervisor_who_came_from_the_front_line_logs_hours_that_workers_do_not() -> None:
    rows = [row for each in contracts_of(Plant.TO_SUPERVISOR) for row in work_of(DISTRICT, each).supervised]

    assert {row.supervisor.partition(":")[0] for row in rows} == {"worker"}
    assert sum(row.worker_minutes == 0 for row in rows) > len(rows) / 3


def test_places_people_and_agencies_are_made_up_and_none_is_there_twice() -> None:
    names = [each.name for each in DISTRICT.people]

    assert len(set(names)) == len(names)
    assert all(place.code.startswith("990101") for place in DISTRICT.communities)
    assert all(name.startswith("示例") for name in AGENCIES)
    assert all(len(set(each)) == len(each) == 10 for each in COMMUNITIES)
    assert len(set(GIVEN)) == len(GIVEN)
    assert len(set(SURNAMES)) == len(SURNAMES)


def test_need_texts_are_many_and_different_and_mostly_for_the_purchase() -> None:
    routes = Counter(each.route for each in NEED_TEXTS)

    assert len({each.text for each in NEED_TEXTS}) == len(NEED_TEXTS) >= 110
    assert routes["buy"] > 4 * (routes["transfer"] + routes["explain"])
    assert all(each.is_shared for each in NEED_TEXTS if each.route != "buy")


def test_a_made_up_credit_code_has_the_right_check_digit() -> None:
    symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = uscc_of(12)

    total = sum(symbols.index(symbol) * pow(3, at, 31) for at, symbol in enumerate(code[:17]))
    assert len(code) == 18
    assert (total + symbols.index(code[17])) % 31 == 0


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 2), st.integers(2, 5), st.integers(2, 8))
def test_a_world_of_any_size_is_told_in_order(seed, streets, lots, agencies) -> None:
    district = make_district(
        seed, streets=streets, communities=streets * lots * LOT, agencies=agencies, workers=12, months=14
    )

    events = events_of(district)

    assert len(district.contracts) == streets * lots
    assert [event.on for event in events] == sorted(event.on for event in events)


def test_the_months_of_the_world_are_counted_from_its_last_day() -> None:
    assert months_after(date(2026, 6, 1), -36) == date(2023, 6, 1)
    assert months_after(date(2025, 12, 5), 1) == date(2026, 1, 1)
    assert small_world(3).begins_on == date(2025, 4, 1)


@pytest.mark.parametrize("plant", list(Plant)[:6])
def test_every_plant_is_in_the_demo_district(plant) -> None:
    assert contracts_of(plant)

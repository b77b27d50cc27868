"""Fund cycles: drafted by one, opened by another, frozen by hash; what no longer fits the hash goes no further."""

import datetime as dt

import pytest

from tests.cast import STREET, cast, foreign_cast
from tests.community.builders import AT, a_cycle, a_draft, after_days, an_open_cycle
from zhagen.audit.models import Event
from zhagen.community.actions.fund_cycle import (
    add_limit,
    change_cycle,
    draft_cycle,
    drop_limits,
    end_ideas,
    end_passed,
    open_cycle,
    stop_cycle,
)
from zhagen.community.models import FundCycle
from zhagen.core.errors import RuleError
from zhagen.parties.rules import thawed


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def test_the_quota_comes_from_the_formula_or_from_a_direct_sum(people):
    assert a_cycle(people).quota_fen == 208_495_00
    assert a_cycle(people, title="直接", quota_way="direct", direct_fen=7_600_00).quota_fen == 7_600_00


def test_only_the_street_drafts_and_only_for_its_own_places(people):
    foreign = foreign_cast()

    for who in (people["community"], people["agency_head"], people["finance"], foreign["handler"]):
        with refused("permission.denied"):
            draft_cycle(a_draft(), by=who.actor, now=AT)
    assert a_cycle(people, place=STREET, stage="street").place_id == STREET


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stage": "nation"}, "fund_cycle.stage_unknown"),
        ({"residents": 0}, "fund_cycle.residents_missing"),
        ({"ideas_until_on": dt.date(2026, 3, 10)}, "fund_cycle.ideas_too_short"),
        ({"clearing_on": dt.date(2027, 7, 1)}, "fund_cycle.clearing_too_late"),
        ({"expert_weight_bp": 6000}, "fund_cycle.experts_too_heavy"),
        ({"coaching_fen": 1000}, "fund_cycle.coach_missing"),
        ({"coaching_fen": 100_000_00}, "fund_cycle.coaching_too_much"),
        ({"matching_pot_fen": 300_000_00}, "fund_cycle.nothing_to_vote_on"),
        ({"tie": "seed"}, "fund_cycle.seed_missing"),
        ({"rule": "greedy"}, "allocation.completion_not_for_rule"),
        ({"utility": "points"}, "allocation.utility_not_for_votes"),
    ],
)
def test_a_draft_that_the_rules_forbid_is_refused_and_nothing_is_kept(people, changes, code):
    with refused(code):
        a_cycle(people, **changes)

    assert not FundCycle.objects.exists()


def test_two_cycles_of_one_name_and_year_are_refused(people):
    cycle = a_cycle(people)

    with refused("fund_cycle.title_taken"):
        a_cycle(people)
    changed = change_cycle(cycle, a_draft(residents=1000), by=people["chief"].actor, now=AT)
    assert changed.quota_fen == 115_000_00


def test_whoever_drafted_does_not_open(people):
    cycle = draft_cycle(a_draft(), by=people["chief"].actor, now=AT)

    with refused("fund_cycle.same_person"):
        open_cycle(cycle, by=people["chief"].actor, now=AT)
    with refused("permission.denied"):
        open_cycle(cycle, by=people["handler"].actor, now=AT)
    assert open_cycle(cycle, by=people["leader"].actor, now=AT).state == "collecting"


def test_opening_freezes_rulebook_terms_and_limits_by_their_hash(people):
    cycle = a_cycle(people)
    add_limit(cycle, "theme", "elderly", most_fen=50_000_00, by=people["handler"].actor, now=AT)
    add_limit(cycle, "building", "3号楼", most_count=2, by=people["handler"].actor, now=AT)

    cycle = open_cycle(cycle, by=people["chief"].actor, now=AT)

    assert cycle.terms["limits"] == [["building", "3号楼", None, 2], ["theme", "elderly", 5_000_000, None]]
    assert cycle.terms["rule"] == "equal-shares"
    assert len(cycle.terms_digest) == 64
    assert thawed(cycle.rules_id).int("fund.ideas_min") == 14
    assert cycle.negative_list_version
    kinds = list(Event.objects.filter(stream__contains="fundcycle").values_list("kind", flat=True))
    assert kinds[-1] == "fund_cycle.opened"
    for change in (
        lambda: change_cycle(cycle, a_draft(), by=people["handler"].actor, now=AT),
        lambda: add_limit(cycle, "theme", "safety", most_count=1, by=people["handler"].actor, now=AT),
        lambda: drop_limits(cycle, by=people["handler"].actor, now=AT),
    ):
        with refused("fund_cycle.is_frozen"):
            change()


@pytest.mark.parametrize(
    "change", [{"rule": "greedy"}, {"expert_weight_bp": 3000, "resident_weight_bp": 7000}, {"least_votes": 9}]
)
def test_terms_changed_behind_the_pages_stop_the_cycle(people, change):
    cycle = an_open_cycle(people)
    FundCycle.objects.filter(pk=cycle.pk).update(**change)

    with refused("fund_cycle.terms_changed"):
        end_ideas(cycle, by=people["community"].actor, now=after_days(30))


def test_a_limit_slipped_in_after_opening_stops_the_cycle(people):
    cycle = an_open_cycle(people)
    cycle.limits.create(over="building", name="3号楼", most_count=1)

    with refused("fund_cycle.terms_changed"):
        end_ideas(cycle, by=people["community"].actor, now=after_days(30))


def test_limits_need_one_figure_a_known_theme_and_stand_once(people):
    cycle, handler = a_cycle(people), people["handler"].actor

    for wrong, code in (
        (("theme", "elderly", {}), "fund_cycle.limit_needs_one"),
        (("theme", "elderly", {"most_fen": 1, "most_count": 1}), "fund_cycle.limit_needs_one"),
        (("building", " ", {"most_count": 1}), "fund_cycle.limit_needs_one"),
        (("theme", "magic", {"most_count": 1}), "fund_cycle.theme_unknown"),
    ):
        with refused(code):
            add_limit(cycle, wrong[0], wrong[1], **wrong[2], by=handler, now=AT)
    add_limit(cycle, "theme", "elderly", most_count=1, by=handler, now=AT)
    with refused("fund_cycle.limit_twice"):
        add_limit(cycle, "theme", "elderly", most_count=2, by=handler, now=AT)
    drop_limits(cycle, by=handler, now=AT)
    assert not cycle.limits.exists()


def test_the_clock_ends_the_time_for_ideas_after_its_last_day(people):
    cycle = an_open_cycle(people)

    with refused("fund_cycle.ideas_still_open"):
        end_ideas(cycle, by=people["community"].actor, now=after_days(18))
    assert end_passed(after_days(18)) == 0
    assert end_passed(after_days(19)) == 1
    cycle.refresh_from_db()
    assert cycle.state == "checking"


def test_a_cycle_is_stopped_with_a_public_reason(people):
    cycle = an_open_cycle(people)

    with refused("fund_cycle.reason_missing"):
        stop_cycle(cycle, reason=" ", by=people["chief"].actor, now=AT)
    stopped = stop_cycle(cycle, reason="预算没有到位", by=people["chief"].actor, now=AT)
    assert (stopped.state, stopped.stopped_reason) == ("stopped", "预算没有到位")
    with refused("lifecycle.not_now"):
        stop_cycle(stopped, reason="再停", by=people["chief"].actor, now=AT)


def test_a_stage_above_takes_from_the_stage_below(people):
    below = an_open_cycle(people)

    above = a_cycle(people, place=STREET, stage="street", title="街道创享", from_cycle=below)

    assert above.from_cycle == below
    with refused("fund_cycle.stage_not_above"):
        a_cycle(people, place=STREET, stage="district", title="跳级", from_cycle=below)

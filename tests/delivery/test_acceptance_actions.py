"""Acceptance: by figures and users' words, deemed when unanswered, never early, never out of wages."""

import datetime as dt

import pytest

from tests.cast import cast
from tests.delivery.builders import AFTER, a_staffing, an_acceptance, deliver
from tests.procurement.builders_contract import a_contract
from zhagen.core.errors import RuleError
from zhagen.core.types import SYSTEM
from zhagen.delivery.actions.acceptance import (
    Decision,
    accept,
    ask_correction,
    deem_accepted,
    hear_opinion,
    refuse,
    request_acceptance,
    resubmit_acceptance,
)
from zhagen.delivery.due import deem_acceptances
from zhagen.delivery.models import Activity, Opinion

WHOLE = 18_000_000


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def heard(acceptance, people):
    return hear_opinion(
        acceptance,
        speaker="参加小组的居民",
        word="kept",
        remark="老师每周都来",
        by=people["handler"].actor,
        now=AFTER,
    )


def test_what_was_delivered_becomes_payable_after_users_were_heard(people):
    acceptance = an_acceptance(people)
    with refused("acceptance.users_not_heard"):
        accept(acceptance, Decision(WHOLE), by=people["handler"].actor, now=AFTER)
    heard(acceptance, people)

    accept(acceptance, Decision(WHOLE), by=people["handler"].actor, now=AFTER)

    acceptance.instalment.refresh_from_db()
    assert acceptance.instalment.payable_fen == WHOLE
    assert acceptance.instalment.acceptance_ref == acceptance.number
    with refused("acceptance.already_decided"):
        heard(acceptance, people)


def test_all_indicators_met_early_do_not_close_the_stage(people):
    early = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)

    with refused("acceptance.stage_runs"):
        an_acceptance(people, now=early)


def test_a_shortfall_asks_for_grounds_and_a_cut_never_touches_wages(people):
    acceptance, handler = an_acceptance(people, groups=10), people["handler"].actor
    heard(acceptance, people)

    with refused("acceptance.reason_missing"):
        accept(acceptance, Decision(WHOLE), by=handler, now=AFTER)
    with refused("acceptance.cuts_staff_cost"):
        accept(acceptance, Decision(10_000_000, "只做了十次小组"), by=handler, now=AFTER)
    accepted = accept(acceptance, Decision(15_000_000, "只做了十次小组"), by=handler, now=AFTER)

    assert accepted.payable_fen == 15_000_000
    short = [each["name"] for each in accepted.figures["promises"] if each["is_short"]]
    assert short == ["group_sessions"]


def test_unanswered_it_is_deemed_accepted_by_the_clock(people):
    acceptance = an_acceptance(people)
    last_day = dt.datetime.combine(acceptance.deemed_on, dt.time(12), dt.UTC)

    assert deem_acceptances(last_day) == 0
    with refused("acceptance.not_yet_deemed"):
        deem_accepted(acceptance, by=SYSTEM, now=last_day)
    assert deem_acceptances(last_day + dt.timedelta(days=1)) == 1

    acceptance.refresh_from_db()
    acceptance.instalment.refresh_from_db()
    assert (acceptance.state, acceptance.instalment.payable_fen) == ("deemed_accepted", WHOLE)


def test_a_correction_starts_the_clock_anew(people):
    acceptance, handler = an_acceptance(people, cases=1), people["handler"].actor
    first_deemed = acceptance.deemed_on
    later = AFTER + dt.timedelta(days=10)

    with refused("acceptance.reason_missing"):
        ask_correction(acceptance, " ", by=handler, now=AFTER)
    ask_correction(acceptance, "补齐个案记录", by=handler, now=AFTER)
    again = resubmit_acceptance(acceptance, "已补齐", by=people["agency_head"].actor, now=later)

    assert again.state == "requested"
    assert again.deemed_on == first_deemed + dt.timedelta(days=10)


def test_a_refused_acceptance_may_be_asked_for_again_but_only_one_runs(people):
    acceptance = an_acceptance(people)
    head = people["agency_head"].actor

    with refused("acceptance.already_asked"):
        request_acceptance(acceptance.instalment, by=head, now=AFTER)
    refuse(acceptance, "活动没有开展", by=people["chief"].actor, now=AFTER)
    assert request_acceptance(acceptance.instalment, by=head, now=AFTER).state == "requested"


def test_what_is_paid_on_signing_or_not_begun_needs_no_acceptance(people):
    head = people["agency_head"].actor
    running, draft = a_contract(people), a_contract(people, "draft")

    with refused("acceptance.on_signing"):
        request_acceptance(running.instalments.get(order=1), by=head, now=AFTER)
    with refused("acceptance.not_served"):
        request_acceptance(draft.instalments.get(order=2), by=head, now=AFTER)


def test_withdrawn_entries_count_for_nothing(people):
    contract = a_contract(people)
    deliver(contract, a_staffing(contract, people["social_worker"]), groups=24)
    Activity.objects.update(is_withdrawn=True)

    acceptance = request_acceptance(
        contract.instalments.get(order=2), by=people["agency_head"].actor, now=AFTER
    )

    counted = {each["name"]: each["counted"] for each in acceptance.figures["promises"]}
    assert counted == {"group_sessions": 0, "cases": 12, "hours": 0}


def test_a_foreign_word_is_refused(people):
    with pytest.raises(ValueError, match="nonsense"):
        hear_opinion(
            an_acceptance(people),
            speaker="x",
            word="nonsense",
            remark="",
            by=people["handler"].actor,
            now=AFTER,
        )
    assert not Opinion.objects.exists()

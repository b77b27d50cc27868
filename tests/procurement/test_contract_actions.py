"""A contract from draft to its end, and what the rules forbid on the way."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast
from tests.procurement.builders_contract import ENDS, NOW, SCAN, STARTS, a_contract, contract_draft
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.types import Role
from zhagen.parties.actor import actor_of
from zhagen.parties.rules import rules_for
from zhagen.procurement.actions.amendment import AmendmentDraft, agree_amendment, propose_amendment
from zhagen.procurement.actions.contract import (
    HandoverResult,
    begin_ending,
    cancel_contract,
    draft_contract,
    end_contract,
    release_instalment,
    resume_contract,
    sealed_terms,
    sign_contract,
    start_contract,
    suspend_contract,
    terminate_contract,
)
from zhagen.procurement.actions.contract_due import begin_near_endings, start_signed
from zhagen.procurement.models import Contract

DONE = HandoverResult(0, 0, records_handed_in=True, residents_told=True)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def test_signing_seals_the_terms_and_makes_the_first_instalment_payable(people):
    contract = a_contract(people, "signed")

    assert contract.terms_digest
    assert [each.payable_fen for each in contract.instalments.all()] == [12_000_000, 0]
    assert sealed_terms(contract).promises[0].promised == 24


def test_terms_altered_after_signing_are_noticed(people):
    contract = a_contract(people, "signed")
    contract.terms["deemed_days"] = 1
    Contract.objects.filter(pk=contract.pk).update(terms=contract.terms)

    with refused("contract.terms_changed"):
        sealed_terms(Contract.objects.get())


def test_signing_waits_for_the_stamped_scan_and_its_day(people):
    contract, handler = a_contract(people, "draft"), people["handler"].actor

    with refused("contract.scan_missing"):
        sign_contract(contract, signed_on=STARTS, scan_digest="", by=handler, now=NOW)
    with refused("contract.signed_in_future"):
        sign_contract(contract, signed_on=ENDS, scan_digest=SCAN, by=handler, now=NOW)
    assert not Event.objects.filter(kind="contract.signed").exists()


def test_a_number_is_used_once_and_a_foreign_handler_may_not_draft(people):
    first = a_contract(people, "draft")
    rules = rules_for(first.place_id, STARTS)

    with refused("contract.number_taken"):
        draft_contract(
            contract_draft(people, number=first.number), by=people["handler"].actor, now=NOW, rules=rules
        )
    with refused("permission.denied"):
        draft_contract(contract_draft(people), by=foreign_cast()["handler"].actor, now=NOW, rules=rules)


def test_a_draft_is_dropped_with_a_reason_and_a_signed_contract_is_not(people):
    contract, handler = a_contract(people, "draft"), people["handler"].actor

    with refused("contract.reason_missing"):
        cancel_contract(contract, " ", by=handler, now=NOW)
    assert cancel_contract(contract, "机构放弃签约", by=handler, now=NOW).state == "cancelled"
    with refused("lifecycle.not_now"):
        cancel_contract(a_contract(people, "signed"), "反悔", by=handler, now=NOW)


def test_the_clock_starts_a_contract_on_its_first_day_and_nobody_before(people):
    early = dt.datetime(2026, 3, 19, 15, 59, tzinfo=dt.UTC)
    contract = a_contract(people, "signed", starts_on=dt.date(2026, 3, 20))

    with refused("contract.starts_later"):
        start_contract(contract, by=people["handler"].actor, now=early)
    assert start_signed(early) == 0
    assert start_signed(early + dt.timedelta(minutes=1)) == 1
    contract.refresh_from_db()
    assert contract.state == "in_service"


def test_the_clock_opens_the_hand_over_within_the_days_of_the_contracts_own_terms(people):
    contract = a_contract(people)
    days = dt.timedelta(days=sealed_terms(contract).handover_days)
    first = dt.datetime.combine(ENDS - days, dt.time(4), dt.UTC)

    assert days
    assert begin_near_endings(first - dt.timedelta(days=1)) == 0
    assert begin_near_endings(first) == 1
    assert begin_near_endings(first) == 0
    contract.refresh_from_db()
    assert contract.state == "ending"


def test_meeting_the_indicators_early_does_not_end_a_contract(people):
    contract = a_contract(people, "ending")

    with refused("contract.term_not_over"):
        end_contract(contract, DONE, ended_on=dt.date(2026, 9, 30), by=people["handler"].actor, now=NOW)


@pytest.mark.parametrize(
    ("handover", "code"),
    [
        (HandoverResult(2, 0, records_handed_in=True, residents_told=True), "contract.cases_orphaned"),
        (HandoverResult(0, 0, records_handed_in=False, residents_told=True), "contract.handover_incomplete"),
        (HandoverResult(0, 0, records_handed_in=True, residents_told=False), "contract.handover_incomplete"),
    ],
)
def test_no_contract_ends_with_an_orphan(people, handover, code):
    contract = a_contract(people, "ending")

    with refused(code):
        end_contract(contract, handover, ended_on=ENDS, by=people["handler"].actor, now=NOW)


def test_a_contract_ends_at_its_term_and_can_be_terminated_only_on_paper(people):
    chief = people["chief"].actor
    ended = end_contract(
        a_contract(people, "ending"), DONE, ended_on=ENDS, by=people["handler"].actor, now=NOW
    )
    second = a_contract(people, "ending")

    with refused("contract.reason_missing"):
        terminate_contract(second, DONE, reason=" ", scan_digest=SCAN, by=chief, now=NOW)
    with refused("contract.scan_missing"):
        terminate_contract(second, DONE, reason="机构注销", scan_digest="", by=chief, now=NOW)
    terminated = terminate_contract(second, DONE, reason="机构注销", scan_digest=SCAN, by=chief, now=NOW)

    assert (ended.state, terminated.state) == ("ended", "terminated")


def test_suspending_and_resuming_need_a_reason(people):
    contract, chief = a_contract(people), people["chief"].actor

    with refused("contract.reason_missing"):
        suspend_contract(contract, " ", by=chief, now=NOW)
    suspend_contract(contract, "台风停课", by=chief, now=NOW)

    assert resume_contract(contract, "恢复", by=chief, now=NOW).state == "in_service"
    with refused("lifecycle.not_now"):
        begin_ending(a_contract(people, "draft"), "期满", by=people["handler"].actor, now=NOW)


def test_an_instalment_is_released_once_and_never_above_itself(people):
    contract, handler = a_contract(people), people["handler"].actor
    last = contract.instalments.get(order=2)

    with refused("claim.more_than_instalment"):
        release_instalment(last, payable_fen=18_000_001, acceptance_ref="YS-1", by=handler, now=NOW)
    release_instalment(last, payable_fen=17_000_000, acceptance_ref="YS-1", by=handler, now=NOW)
    with refused("claim.already_released"):
        release_instalment(last, payable_fen=18_000_000, acceptance_ref="YS-2", by=handler, now=NOW)


def test_an_amendment_is_in_force_when_both_sides_agreed(people):
    contract, handler = a_contract(people), people["handler"].actor
    draft = AmendmentDraft("增加西园社区", "纪要〔2026〕9号", amount_fen=32_000_000)

    amendment = propose_amendment(contract, draft, by=handler, now=NOW)
    agree_amendment(amendment, by=people["agency_head"].actor, now=NOW)
    contract.refresh_from_db()
    assert contract.amount_fen == 30_000_000
    agree_amendment(amendment, by=people["chief"].actor, now=NOW)

    contract.refresh_from_db()
    assert contract.amount_fen == 32_000_000
    assert sum(each.amount_fen for each in contract.instalments.all()) == 32_000_000
    with refused("amendment.in_force"):
        agree_amendment(amendment, by=people["chief"].actor, now=NOW)


def test_an_amendment_of_the_days_alone_leaves_the_instalments_as_they_are(people):
    contract = a_contract(people)
    draft = AmendmentDraft("提前一个月结项", "纪要1号", ends_on=dt.date(2027, 1, 31))
    amendment = propose_amendment(contract, draft, by=people["handler"].actor, now=NOW)
    for side in ("agency_head", "chief"):
        agree_amendment(amendment, by=people[side].actor, now=NOW)

    contract.refresh_from_db()
    assert (contract.ends_on, contract.amount_fen) == (dt.date(2027, 1, 31), 30_000_000)
    assert [each.amount_fen for each in contract.instalments.all()] == [12_000_000, 18_000_000]


def test_a_contract_is_amended_while_it_runs_and_who_drafted_does_not_agree_for_the_street(people):
    handler = people["handler"]
    draft = AmendmentDraft("增加西园社区", "纪要1号", amount_fen=32_000_000)
    for state in ("draft", "ending"):
        with refused("contract.not_amendable"):
            propose_amendment(a_contract(people, state), draft, by=handler.actor, now=NOW)
    amendment = propose_amendment(a_contract(people), draft, by=handler.actor, now=NOW)
    post = handler.user.appointments.get()
    handler.user.appointments.create(role=Role.CHIEF, place=post.place, from_on=post.from_on)

    with refused("amendment.own_draft"):
        agree_amendment(amendment, by=actor_of(handler.user), now=NOW)
    amendment.refresh_from_db()
    assert amendment.agreed_by_street is None


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (AmendmentDraft("扩大", "纪要1号", amount_fen=33_000_001), "contract.supplement_too_large"),
        (AmendmentDraft("不变", "纪要1号"), "contract.amendment_empty"),
        (AmendmentDraft("", "纪要1号", amount_fen=31_000_000), "contract.reason_missing"),
        (AmendmentDraft("延期", "纪要1号", ends_on=dt.date(2027, 6, 30)), "contract.long_term_ungrounded"),
    ],
)
def test_amendments_beyond_the_law_are_refused(people, draft, code):
    with refused(code):
        propose_amendment(a_contract(people), draft, by=people["handler"].actor, now=NOW)


def test_supplements_are_held_against_the_original_all_together(people):
    contract, handler = a_contract(people), people["handler"].actor
    first = propose_amendment(
        contract, AmendmentDraft("补充", "纪要1号", amount_fen=32_000_000), by=handler, now=NOW
    )
    for side in ("agency_head", "chief"):
        agree_amendment(first, by=people[side].actor, now=NOW)

    with refused("contract.supplement_too_large"):
        propose_amendment(
            contract, AmendmentDraft("再补", "纪要2号", amount_fen=33_500_000), by=handler, now=NOW
        )


def test_a_reduction_is_taken_from_what_nobody_released(people):
    contract, handler = a_contract(people), people["handler"].actor
    less = propose_amendment(
        contract, AmendmentDraft("缩减", "纪要1号", amount_fen=25_000_000), by=handler, now=NOW
    )
    for side in ("agency_head", "chief"):
        agree_amendment(less, by=people[side].actor, now=NOW)
    too_much = propose_amendment(
        contract, AmendmentDraft("再减", "纪要2号", amount_fen=11_000_000), by=handler, now=NOW
    )
    agree_amendment(too_much, by=people["agency_head"].actor, now=NOW)

    assert [each.amount_fen for each in contract.instalments.all()] == [12_000_000, 13_000_000]
    with refused("amendment.already_payable"):
        agree_amendment(too_much, by=people["chief"].actor, now=NOW)


def test_an_amendment_overtaken_by_another_is_refused(people):
    contract, handler = a_contract(people), people["handler"].actor
    one, two = (
        propose_amendment(contract, AmendmentDraft("补充", "纪要1号", amount_fen=fen), by=handler, now=NOW)
        for fen in (31_000_000, 32_000_000)
    )
    for amendment in (one, two):
        agree_amendment(amendment, by=people["agency_head"].actor, now=NOW)
    agree_amendment(one, by=people["chief"].actor, now=NOW)

    with refused("amendment.overtaken"):
        agree_amendment(two, by=people["chief"].actor, now=NOW)

"""Ideas: said without an account, written down by a helper with consent, co-signed once a phone."""

import datetime as dt

import pytest

from tests.cast import cast, foreign_cast
from tests.community.builders import (
    AT,
    a_cycle,
    a_proposal,
    a_signed_idea,
    after_days,
    an_idea,
    an_open_cycle,
)
from zhagen.community.actions.idea import (
    IdeaDraft,
    co_sign,
    decline_idea,
    erase_expired,
    forget_raiser,
    idea_of_receipt,
    raise_idea,
    read_raiser,
    receipt_of_idea,
    shelve_idea,
    show_idea,
    take_up_idea,
    withdraw_idea,
)
from zhagen.core.errors import RuleError
from zhagen.platform.vault import masked_person


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def cycle(people):
    return an_open_cycle(people)


def refused(code):
    return pytest.raises(RuleError, match="^" + code.replace(".", r"\."))


def test_an_idea_is_found_by_its_receipt_and_not_by_its_code_alone(people, cycle):
    idea = an_idea(people, cycle)
    receipt = receipt_of_idea(idea)

    assert idea_of_receipt(receipt.lower().replace("-", " ")) == idea
    for wrong in (idea.code, idea.code + "AAAA", "NOSUCHIDEA22"):
        with refused("idea.receipt_unknown"):
            idea_of_receipt(wrong)


def test_who_said_it_stands_in_the_vault_only(people, cycle):
    idea = an_idea(people, cycle)

    stored = " ".join(str(value) for value in vars(idea).values())
    assert "13800138000" not in stored
    assert masked_person(idea.raiser_ref).name == "赵**"


def test_ideas_are_taken_only_while_the_cycle_collects_them(people, cycle):
    outsider = people["outsider"].actor

    with refused("permission.denied"):
        raise_idea(a_cycle(people, title="草案"), IdeaDraft("修桌子"), by=outsider, now=AT)
    with refused("idea.not_collecting"):
        raise_idea(cycle, IdeaDraft("修桌子"), by=outsider, now=after_days(19))
    for draft, code in (
        (IdeaDraft("  "), "idea.text_missing"),
        (IdeaDraft("长" * 1001), "idea.text_too_long"),
        (IdeaDraft("修桌子", theme="magic"), "fund_cycle.theme_unknown"),
    ):
        with refused(code):
            raise_idea(cycle, draft, by=outsider, now=AT)
    assert not cycle.ideas.exists()


@pytest.mark.parametrize("channel", ["phone", "voice", "paper"])
def test_a_helper_writes_down_what_was_said_with_consent(people, cycle, channel):
    for who in ("community", "social_worker", "station_lead", "handler"):
        idea = raise_idea(
            cycle, IdeaDraft("修桌子", channel=channel, has_consent=True), by=people[who].actor, now=AT
        )
        assert str(idea.helper_id) == people[who].actor.key
    with refused("idea.consent_missing"):
        raise_idea(cycle, IdeaDraft("修桌子", channel=channel), by=people["community"].actor, now=AT)
    for who in (people["outsider"], people["evaluator"], foreign_cast()["community"]):
        with refused("permission.denied"):
            raise_idea(cycle, IdeaDraft("修桌子", channel=channel, has_consent=True), by=who.actor, now=AT)


def test_neighbours_co_sign_a_public_idea_once_a_phone_and_not_the_raiser(people, cycle):
    idea = an_idea(people, cycle)

    with refused("permission.denied"):
        co_sign(idea, phone="13900139000", now=AT)
    show_idea(idea, text="修棋牌桌", by=people["social_worker"].actor, now=AT)
    assert co_sign(idea, phone="139 0013 9000", now=AT)
    assert not co_sign(idea, phone="13900139000", now=AT)
    with refused("idea.own_co_sign"):
        co_sign(idea, phone="13800138000", now=AT)
    with refused("idea.co_sign_needs_phone"):
        co_sign(idea, phone=" ", now=AT)
    assert idea.co_signs.count() == 1
    assert "13900139000" not in idea.co_signs.get().key


def test_a_settled_idea_takes_no_more_co_signers(people, cycle):
    idea = a_signed_idea(people, cycle, signers=1)
    decline_idea(idea, answer="请找物业，这是物业的事", by=people["community"].actor, now=AT)

    with refused("idea.text_missing"):
        show_idea(an_idea(people, cycle), text=" ", by=people["community"].actor, now=AT)
    with refused("idea.ended"):
        co_sign(idea, phone="13900139999", now=AT)
    with refused("idea.ended"):
        show_idea(idea, text="又公开", by=people["community"].actor, now=AT)


def test_an_idea_is_coached_declined_or_kept_with_an_answer(people, cycle):
    worker, office = people["social_worker"].actor, people["community"].actor

    assert take_up_idea(an_idea(people, cycle), by=worker, now=AT).state == "coaching"
    assert shelve_idea(an_idea(people, cycle), answer="明年再办", by=worker, now=AT).state == "library"
    with refused("idea.answer_missing"):
        decline_idea(an_idea(people, cycle), answer=" ", by=office, now=AT)
    with refused("permission.denied"):
        decline_idea(an_idea(people, cycle), answer="不行", by=worker, now=AT)


def test_the_raiser_takes_his_idea_back_and_has_himself_forgotten(people, cycle):
    idea = a_signed_idea(people, cycle)

    forgotten = forget_raiser(idea, now=AT)
    withdrawn = withdraw_idea(idea, now=AT)

    assert (forgotten.raiser_ref, withdrawn.state, withdrawn.is_shown) == ("", "withdrawn", False)
    with refused("lifecycle.not_now"):
        withdraw_idea(withdrawn, now=AT)


def test_a_phone_number_is_read_for_a_reason_only(people, cycle):
    idea = an_idea(people, cycle)

    with refused("vault.reason_missing"):
        read_raiser(idea, reason=" ", by=people["social_worker"].actor, now=AT)
    with refused("permission.denied"):
        read_raiser(idea, reason="看看", by=people["chief"].actor, now=AT)
    assert (
        read_raiser(idea, reason="商量怎么写", by=people["social_worker"].actor, now=AT).phone
        == "13800138000"
    )


def test_forgetting_the_raiser_forgets_the_proposer_too(people, cycle):
    proposal = a_proposal(people, cycle)

    forget_raiser(proposal.idea, now=AT)

    proposal.refresh_from_db()
    assert (proposal.proposer_ref, proposal.proposer_key) == ("", "")
    assert proposal.proposer_shown == "3号楼赵大爷"
    assert forget_raiser(proposal.idea, now=AT).raiser_ref == ""


def test_contacts_are_erased_by_the_clock_a_year_after_the_clearing(people, cycle):
    idea = an_idea(people, cycle)
    ref = idea.raiser_ref

    assert erase_expired(dt.datetime(2028, 5, 31, 2, 0, tzinfo=dt.UTC)) == 0
    assert erase_expired(dt.datetime(2028, 6, 1, 2, 0, tzinfo=dt.UTC)) == 1
    idea.refresh_from_db()
    assert idea.raiser_ref == ""
    assert masked_person(ref) is None
    assert erase_expired(dt.datetime(2028, 6, 2, 2, 0, tzinfo=dt.UTC)) == 0

"""Every change of a need, on the database: who may, from where, what is left behind."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.cast import COMMUNITY, OTHER_COMMUNITY, STREET, cast, foreign_cast, make_person
from tests.procurement.builders import TRIAGE, a_need
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.need import ENDED, NeedState
from zhagen.core.needs import Word
from zhagen.core.types import PUBLIC, SYSTEM, Role
from zhagen.parties.models import Appointment, Place
from zhagen.platform.clock import now
from zhagen.platform.vault import PersonalData, masked_person
from zhagen.procurement.actions import need as actions
from zhagen.procurement.actions import (
    need_contact,
    need_import,
    need_merge,
    need_receipt,
    need_triage,
    need_word,
)
from zhagen.procurement.actions.need_triage import Triage
from zhagen.procurement.models import Need, NeedWord

MONDAY = dt.datetime(2026, 6, 8, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def people():
    return cast()


def refused(code: str, act, *args, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as error:
        act(*args, **kwargs)
    assert error.value.code == code, error.value
    return error.value


def kinds(need: Need) -> list[str]:
    stream = f"procurement.need:{need.pk}"
    return list(Event.objects.filter(stream=stream).order_by("stream_seq").values_list("kind", flat=True))


# ── raising


def test_a_need_raised_by_anyone_has_an_owner_a_date_and_its_raiser_in_the_vault(people):
    need = a_need(people, now=MONDAY)

    assert (need.state, need.owner, need.next_on) == ("raised", people["handler"].user, dt.date(2026, 6, 9))
    assert need.answer_due_on == need.next_on
    assert masked_person(need.raiser_ref).phone == "138****8000"
    assert kinds(need) == ["need.raised"]


def test_every_state_can_be_reached_and_keeps_owner_and_date(people):
    for state in NeedState:
        need = a_need(people, state.value)

        assert need.state == state
        assert need.owner is not None
        assert need.next_on is not None or need.state in ENDED


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"text": "  "}, "need.text_missing"),
        ({"text": "灯" * 1001}, "need.text_too_long"),
        ({"theme": "gossip"}, "need.theme_unknown"),
        ({"private_kind": "violence"}, "need.kind_is_private"),
        ({"private_kind": "gossip", "is_private": True}, "need.kind_unknown"),
        ({"person": PersonalData(phone="12")}, "vault.bad_phone"),
    ],
)
def test_a_draft_that_the_rules_do_not_take_leaves_nothing_behind(people, draft, code):
    refused(code, a_need, people, **draft)

    assert not Need.objects.exists()
    assert not Event.objects.exists()


def test_a_community_that_is_not_served_takes_in_nothing(people):
    Place.objects.filter(pk=COMMUNITY).update(is_active=False)

    refused("need.place_inactive", a_need, people)


def test_a_work_order_is_taken_in_once_and_of_a_class_that_the_rulebook_knows(people):
    order = {"by": people["handler"].actor, "channel": "hotline", "work_order_no": "12345-1"}
    refused("need.order_class_unknown", a_need, people, **order, order_class="whenever")
    a_need(people, **order, order_class="urgent")

    refused("need.work_order_known", a_need, people, **order)
    assert Need.objects.count() == 1


def test_a_pasted_chain_holds_something_and_not_everything(people):
    helper = people["community"].actor
    place = Place.objects.get(pk=COMMUNITY)
    drafts = [
        actions.NeedDraft(
            place=place, text=f"{n}号楼灯坏了", theme="safety", channel="helper", has_consent=True
        )
        for n in range(need_import.MOST_PASTED + 1)
    ]

    refused("need.paste_empty", need_import.raise_pasted, [], by=helper, now=now())
    refused("need.paste_too_many", need_import.raise_pasted, drafts, by=helper, now=now())
    assert not Need.objects.exists()
    assert len(need_import.raise_pasted(drafts[:2], by=helper, now=now())) == 2


def test_without_anyone_in_post_the_street_takes_in_nothing(people):
    Appointment.objects.filter(place_id=STREET).update(until_on=dt.date(2021, 1, 1))

    refused("need.no_desk", a_need, people)


def test_without_a_handler_the_chief_keeps_the_needs(people):
    Appointment.objects.filter(role=Role.HANDLER).update(until_on=dt.date(2021, 1, 1))

    assert a_need(people).owner == people["chief"].user


def test_a_helper_writes_down_a_need_with_consent_and_is_named(people):
    helper = people["community"]
    refused("need.consent_missing", a_need, people, by=helper.actor, channel="helper")

    need = a_need(people, by=helper.actor, channel="helper", has_consent=True)

    assert need.helper == helper.user


@pytest.mark.parametrize("role", ["social_worker", "agency_head", "evaluator", "outsider", "resident"])
def test_nobody_but_the_community_and_the_handler_writes_down_for_others(people, role):
    refused("permission.denied", a_need, people, by=people[role].actor, channel="helper", has_consent=True)


def test_a_helper_of_another_community_writes_down_nothing_here(people):
    stranger = foreign_cast()["community"]

    refused("permission.denied", a_need, people, by=stranger.actor, channel="helper", has_consent=True)


# ── sorting


@pytest.mark.parametrize("state", list(TRIAGE))
def test_sorting_sets_state_owner_and_the_rulebooks_date(people, state):
    need = a_need(people, state, now=MONDAY)

    expected = {
        "to_buy": dt.date(2026, 7, 7),
        "transferred": dt.date(2026, 6, 23),
        "explained": dt.date(2026, 6, 15),
    }
    assert (need.state, need.next_on) == (state, expected.get(state))
    assert need.first_answered_at == MONDAY
    assert need.owner == people["handler"].user


@pytest.mark.parametrize(
    ("triage", "code"),
    [
        (Triage("transfer"), "need.receiver_missing"),
        (Triage("explain"), "need.answer_missing"),
        (Triage("rule_out", to="自来水集团"), "need.answer_missing"),
        (Triage("forget"), "need.way_unknown"),
        (Triage("buy", next_on=dt.date(2026, 6, 7)), "need.date_past"),
        (Triage("buy", private_kind="gossip"), "need.kind_unknown"),
        (Triage("buy", theme="gossip"), "need.theme_unknown"),
    ],
)
def test_sorting_without_what_the_raiser_must_know_is_refused(people, triage, code):
    need = a_need(people, now=MONDAY)

    refused(code, need_triage.triage_need, need, triage, by=people["handler"].actor, now=MONDAY)

    need.refresh_from_db()
    assert need.state == "raised"


def test_an_ended_need_gets_no_new_owner_and_no_date_gone_by(people):
    handler, worker = people["handler"].actor, people["community"].user
    ended, open_ = a_need(people, "met"), a_need(people)
    today = now().date()

    refused("need.ended", actions.assign_need, ended, worker, next_on=today + DAY, by=handler, now=now())
    refused("need.date_past", actions.assign_need, open_, worker, next_on=today - DAY, by=handler, now=now())
    open_.refresh_from_db()
    assert open_.owner == people["handler"].user


def test_sorting_can_give_the_need_to_another_who_holds_a_post_here(people):
    handler, need = people["handler"].actor, a_need(people)
    foreign = foreign_cast()["handler"].user

    refused(
        "need.owner_elsewhere",
        need_triage.triage_need,
        need,
        Triage("buy", owner=foreign),
        by=handler,
        now=now(),
    )
    given = need_triage.triage_need(
        need, Triage("buy", owner=people["community"].user), by=handler, now=now()
    )
    assert (given.state, given.owner) == ("to_buy", people["community"].user)


def test_the_owner_must_hold_a_post_here_and_a_private_need_stays_with_the_street(people):
    handler, foreign = people["handler"].actor, foreign_cast()["handler"].user
    shared, private = a_need(people), a_need(people, is_private=True)
    later = now().date() + dt.timedelta(days=9)

    refused(
        "need.owner_elsewhere", actions.assign_need, shared, foreign, next_on=later, by=handler, now=now()
    )
    worker = people["community"].user
    refused(
        "need.owner_elsewhere", actions.assign_need, private, worker, next_on=later, by=handler, now=now()
    )
    given = actions.assign_need(shared, people["community"].user, next_on=later, by=handler, now=now())
    assert (given.owner, given.next_on) == (people["community"].user, later)


@pytest.mark.parametrize(
    "role", ["community", "social_worker", "evaluator", "leader", "resident", "auditor", "outsider"]
)
def test_only_handler_and_chief_sort(people, role):
    need = a_need(people)

    refused(
        "permission.denied", need_triage.triage_need, need, Triage("buy"), by=people[role].actor, now=now()
    )


def test_sorting_many_keeps_back_what_the_rules_forbid_and_says_why(people):
    needs = [a_need(people), a_need(people, "met"), a_need(people)]

    done, kept_back = need_triage.triage_needs(needs, Triage("buy"), by=people["handler"].actor, now=now())

    assert [need.state for need in done] == ["to_buy", "to_buy"]
    assert [(need.pk, error.code) for need, error in kept_back] == [(needs[1].pk, "lifecycle.not_now")]


def test_a_private_kind_found_on_reading_takes_the_need_off_the_public_list(people):
    handler = people["handler"].actor
    need = need_triage.clear_need(a_need(people), "3号楼楼道灯", by=handler, now=now())

    need = need_triage.triage_need(need, Triage("buy", private_kind="illness"), by=handler, now=now())

    assert (need.is_private, need.public_text) == (True, "")


def test_the_database_itself_refuses_an_open_need_without_date_and_a_private_one_in_public(people):
    need = a_need(people, is_private=True)

    for wrong in ({"next_on": None}, {"public_text": "某家的事"}, {"state": ""}, {"state": "merged"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**wrong)


def test_words_for_the_public_may_not_hold_a_phone_and_private_needs_have_none(people):
    handler = people["handler"].actor

    refused(
        "need.has_personal_data",
        need_triage.clear_need,
        a_need(people),
        "电话13800138000",
        by=handler,
        now=now(),
    )
    private = a_need(people, is_private=True)
    refused("need.private_never_public", need_triage.clear_need, private, "灯", by=handler, now=now())


# ── plan, service, asking


def test_plan_service_and_asking_follow_each_other_and_leave_their_events(people):
    handler, until = people["handler"].actor, dt.date(2026, 12, 31)
    need = a_need(people, "to_buy", now=MONDAY)
    assert list(actions.needs_open_for(STREET)) == list(actions.needs_open_for(COMMUNITY)) == [need]
    assert not actions.needs_open_for(OTHER_COMMUNITY).exists()

    need = actions.plan_need(need, by=handler, now=MONDAY)
    need = actions.serve_need(need, by=handler, now=MONDAY, service_until=until)
    assert (need.state, need.next_on, need.service_until) == ("in_service", until, until)
    need = actions.ask_need(need, by=SYSTEM, now=MONDAY)

    assert need.state == "asked"
    assert kinds(need)[-3:] == ["need.planned", "need.served", "need.asked"]


def test_a_plan_that_falls_through_leaves_the_need_to_be_bought(people):
    handler = people["handler"].actor

    assert actions.unplan_need(a_need(people, "planned"), by=handler, now=now()).state == "to_buy"
    assert actions.unserve_need(a_need(people, "in_service"), by=handler, now=now()).state == "to_buy"


# ── the word


@pytest.mark.parametrize("word", list(Word))
def test_the_raisers_word_alone_ends_his_need(people, word):
    need = need_word.say_word(a_need(people, "in_service"), word, remark="灯亮了", now=now())

    assert need.state == word.value
    assert need.ended_at is not None
    assert (need.next_on is None) == (word is Word.MET)
    assert kinds(need)[-2:] == ["need.raiser_said", f"need.{word.value}"]


def test_nobody_says_met_before_anything_was_done(people):
    for state in ("raised", "to_buy", "planned"):
        refused("need.not_yet_answered", need_word.say_word, a_need(people, state), Word.MET, now=now())


def test_a_raiser_may_change_his_word_and_open_his_need_again(people):
    need = a_need(people, "met")

    need = need_word.say_word(need, Word.UNMET, now=now())
    assert need.state == "unmet"
    need = need_word.reopen_need(need, remark="灯又坏了", now=now())
    assert (need.state, need.next_on is not None, need.ended_at) == ("raised", True, None)


@pytest.mark.parametrize(
    "role",
    [
        "handler",
        "chief",
        "leader",
        "agency_head",
        "station_lead",
        "social_worker",
        "resident",
        "auditor",
        "supervisor",
        "outsider",
    ],
)
def test_buyer_agency_and_strangers_never_record_an_outcome(people, role):
    need = a_need(people, "asked")

    with pytest.raises(RuleError) as error:
        need_word.hear_word(need, Word.MET, by=people[role].actor, now=now())

    assert error.value.code in {"permission.denied", "need.not_independent"}
    need.refresh_from_db()
    assert need.state == "asked"
    assert not NeedWord.objects.exists()


def test_no_action_but_a_residents_word_writes_met():
    """Whatever writes an outcome goes through `settle`, which reads words; the table has no other door."""
    from zhagen.core.permission_lines.needs import NEED

    assert NEED["need.hear"].keys() == {Role.COMMUNITY, Role.EVALUATOR}
    assert not {"need.meet", "need.close", "need.finish"} & NEED.keys()


def test_a_community_worker_hears_a_need_but_not_one_she_owns(people):
    worker = people["community"]
    heard = need_word.hear_word(a_need(people, "asked"), Word.MET, by=worker.actor, now=now())
    own = a_need(people, "asked")
    Need.objects.filter(pk=own.pk).update(owner=worker.user)

    refused("need.not_independent", need_word.hear_word, own, Word.MET, by=worker.actor, now=now())
    assert (heard.state, heard.words.get().heard_by) == ("met", worker.user)


def test_someone_who_is_both_community_worker_and_buyer_is_not_independent(people):
    worker = people["community"]
    Appointment.objects.create(
        user=worker.user, role=Role.CHIEF, place_id=STREET, from_on=dt.date(2020, 1, 1)
    )
    from zhagen.parties.actor import actor_of

    refused(
        "need.not_independent",
        need_word.hear_word,
        a_need(people, "asked"),
        Word.MET,
        by=actor_of(worker.user),
        now=now(),
    )


def test_after_three_unanswered_calls_the_raiser_is_unreachable_not_met(people):
    need = a_need(people, "asked")
    states = [need_word.miss_raiser(need, by=people["community"].actor, now=now()).state for _ in range(3)]

    assert states == ["asked", "asked", "unreachable"]
    refused("lifecycle.not_now", need_word.miss_raiser, need, by=people["community"].actor, now=now())


def test_a_community_worker_records_what_a_raiser_said_but_not_what_she_saw_herself(people):
    need, worker = a_need(people, "asked"), people["community"].actor

    refused(
        "need.not_independent", need_word.hear_word, need, Word.MET, is_reviewer=True, by=worker, now=now()
    )
    assert not need.words.exists()


def test_a_need_is_opened_again_in_the_raisers_own_words(people):
    need = a_need(people, "met")

    refused("need.text_missing", need_word.reopen_need, need, remark=" ", now=now())
    need.refresh_from_db()
    assert need.state == "met"


def test_the_same_word_said_twice_is_kept_twice_and_moves_nothing(people):
    need = a_need(people, "met")

    again = need_word.say_word(need, Word.MET, remark="还是好的", now=now())

    assert (again.state, again.words.count()) == ("met", 2)
    assert kinds(again).count("need.met") == 1


def test_whoever_lets_an_unmet_need_stand_says_why(people):
    need = a_need(people, "unmet")

    refused(
        "need.answer_missing", need_triage.let_stand, need, reason=" ", by=people["handler"].actor, now=now()
    )
    need.refresh_from_db()
    assert need.next_on is not None


def test_an_unmet_need_stays_unmet_when_it_is_no_longer_pursued(people):
    need = need_triage.let_stand(
        a_need(people, "unmet"), reason="管网改造明年才有资金", by=people["handler"].actor, now=now()
    )

    assert (need.state, need.next_on) == ("unmet", None)
    refused(
        "need.not_failed",
        need_triage.let_stand,
        a_need(people, "met"),
        reason="x",
        by=people["handler"].actor,
        now=now(),
    )


# ── private needs


def test_private_needs_are_seen_by_handler_and_recorder_only(people):
    from zhagen.platform.scope import visible

    colleague = make_person("community_two", "孙小梅", Role.COMMUNITY, COMMUNITY)
    helper = people["community"]
    a_need(
        people, is_private=True, private_kind="violence", by=helper.actor, channel="helper", has_consent=True
    )

    seen = {
        role: visible(person.actor, "need.view", Need).exists()
        for role, person in people.items()
        if role not in {"outsider"}
    }

    assert {role for role, sees in seen.items() if sees} == {"handler", "community"}
    assert not visible(colleague.actor, "need.view", Need).exists()
    assert not visible(PUBLIC, "need.support", Need).exists()


# ── duplicates


def test_merging_keeps_both_raisers_and_needs_the_word_of_both(people):
    main, copy = (
        a_need(people, text="楼道灯坏了"),
        a_need(people, text="楼道的灯不亮了", person=PersonalData(phone="13900139000")),
    )
    handler = people["handler"].actor
    assert [need.pk for need, _ in need_merge.likely_duplicates(copy, by=handler)] == [main.pk]

    need_merge.merge_need(copy, main, by=handler, now=now())
    copy.refresh_from_db()
    need_triage.triage_need(main, TRIAGE["explained"], by=handler, now=now())
    first = need_word.say_word(main, Word.MET, now=now()).state
    second = need_word.say_word(copy, Word.UNMET, now=now()).state
    third = need_word.say_word(copy, Word.MET, now=now()).state

    assert (copy.state, copy.merged_into) == ("merged", main)
    assert [first, second, third] == ["met", "partly_met", "met"]


def test_a_need_is_not_merged_into_itself_or_into_one_that_has_ended(people):
    handler, need = people["handler"].actor, a_need(people)

    refused("need.merge_itself", need_merge.merge_need, need, need, by=handler, now=now())
    refused("need.merge_ended", need_merge.merge_need, need, a_need(people, "met"), by=handler, now=now())
    need.refresh_from_db()
    assert need.state == "raised"


def test_a_need_that_was_never_merged_is_not_parted(people):
    refused(
        "lifecycle.not_now", need_merge.unmerge_need, a_need(people), by=people["handler"].actor, now=now()
    )


def test_the_contact_is_erased_with_a_reason_and_the_need_stays(people):
    need, handler = a_need(people), people["handler"].actor
    refused("vault.reason_missing", need_contact.erase_contact, need, reason=" ", by=handler, now=now())

    need = need_contact.erase_contact(need, reason="居民来电要求", by=handler, now=now())

    assert (need.raiser_ref, need.state) == ("", "raised")
    assert kinds(need)[-1] == "need.contact_erased"


def test_parting_takes_the_raisers_word_along_and_sorts_anew(people):
    handler = people["handler"].actor
    copy = a_need(people, "merged")
    main = copy.merged_into
    need_triage.triage_need(main, TRIAGE["explained"], by=handler, now=now())
    need_word.say_word(copy, Word.UNMET, now=now())

    parted = need_merge.unmerge_need(copy, by=handler, now=now())

    assert (parted.state, parted.merged_into, parted.words.count(), main.words.count()) == (
        "raised",
        None,
        1,
        0,
    )


def test_what_was_merged_before_follows_into_the_next_merge(people):
    handler = people["handler"].actor
    copy = a_need(people, "merged")
    third = a_need(people, text="路灯全不亮")

    need_merge.merge_need(copy.merged_into, third, by=handler, now=now())

    copy.refresh_from_db()
    assert copy.merged_into == third


@pytest.mark.parametrize(
    ("one", "two", "code"),
    [
        ({}, {"is_private": True}, "need.merge_private"),
        ({}, {"place": OTHER_COMMUNITY}, "need.merge_elsewhere"),
    ],
)
def test_needs_that_are_private_or_elsewhere_are_not_merged(people, one, two, code):
    foreign = foreign_cast()["handler"]
    handler = people["handler"]
    Appointment.objects.create(
        user=handler.user, role=Role.HANDLER, place_id="990101002000", from_on=dt.date(2020, 1, 1)
    )
    from zhagen.parties.actor import actor_of

    two = {**two, "place": Place.objects.get(pk=two["place"])} if "place" in two else two
    pair = a_need(people, **one), a_need(people, **two)
    assert foreign

    refused(code, need_merge.merge_need, *pair, by=actor_of(handler.user), now=now())


def test_a_neighbour_counts_once_by_phone_or_receipt_and_the_raiser_not_at_all(people):
    need = need_triage.clear_need(a_need(people), "3号楼楼道灯", by=people["handler"].actor, now=now())
    other = a_need(people, text="想下棋", person=PersonalData(phone="13900139000"))
    support = need_merge.support_need

    assert support(need, phone="139 0013 9000", now=now()) is True
    assert support(need, phone="13900139000", now=now()) is False
    assert support(need, receipt=need_receipt.receipt_of(other), now=now()) is False
    refused("need.own_support", support, need, phone="13800138000", now=now())
    refused("need.own_support", support, need, receipt=need_receipt.receipt_of(need), now=now())
    refused("need.support_needs_phone", support, need, now=now())
    assert need.supports.count() == 1


def test_a_need_without_cleared_words_takes_no_support(people):
    refused("permission.denied", need_merge.support_need, a_need(people), phone="13900139000", now=now())


# ── receipts


def test_a_receipt_opens_its_need_however_it_is_typed_and_nothing_else(people):
    need = a_need(people)
    receipt = need_receipt.receipt_of(need)

    assert len(receipt) == 14
    assert need_receipt.need_of_receipt(receipt.lower().replace("-", " "), now=now()) == need
    refused("need.receipt_unknown", need_receipt.need_of_receipt, need.code, now=now())
    refused("need.receipt_unknown", need_receipt.need_of_receipt, "", now=now())


def test_guessing_at_one_need_stops_after_ten_wrong_tries(people):
    need = a_need(people)
    receipt = need_receipt.receipt_of(need)
    last = "2" if receipt[-1] != "2" else "3"
    for _ in range(10):
        refused("need.receipt_unknown", need_receipt.need_of_receipt, receipt[:-1] + last, now=now())

    refused("request.too_many", need_receipt.need_of_receipt, receipt, now=now())


def test_a_receipt_runs_out_a_year_after_the_end(people):
    need = a_need(people, "met", now=MONDAY)
    receipt = need_receipt.receipt_of(need)

    assert need_receipt.need_of_receipt(receipt, now=MONDAY + dt.timedelta(days=364)) == need
    refused(
        "need.receipt_expired", need_receipt.need_of_receipt, receipt, now=MONDAY + dt.timedelta(days=367)
    )


def test_a_new_receipt_ends_the_old_one_and_the_owner_gets_none(people):
    helper = people["community"]
    need = a_need(people, by=helper.actor, channel="helper", has_consent=True)
    old = need_receipt.receipt_of(need)

    new = need_receipt.reissue_receipt(need, by=helper.actor, now=now())

    assert need_receipt.need_of_receipt(new, now=now()) == need
    refused("need.receipt_unknown", need_receipt.need_of_receipt, old, now=now())
    refused("permission.denied", need_receipt.reissue_receipt, need, by=people["handler"].actor, now=now())
    Need.objects.filter(pk=need.pk).update(owner=helper.user)
    refused("need.own_receipt", need_receipt.reissue_receipt, need, by=helper.actor, now=now())

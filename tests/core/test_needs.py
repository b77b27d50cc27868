"""Dates, privacy, escalation and outcome of needs, as the rulebook has them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.cli import shipped
from zhagen.core import needs
from zhagen.core.chain_text import parse_chain
from zhagen.core.errors import RuleError
from zhagen.core.needs import Word
from zhagen.core.rulebook.rules import Rules

RULES = Rules(shipped.layers(), "990101001001", dt.date(2026, 6, 30))
CALENDAR = shipped.calendar()


def test_past_the_last_known_year_the_stricter_plain_days_are_taken():
    assert needs.first_answer_on(dt.date(2098, 3, 1), "page", RULES, CALENDAR) == dt.date(2098, 3, 2)


@given(
    st.dates(dt.date(2020, 1, 2), dt.date(2099, 1, 1)),
    st.sampled_from(["page", "helper", "paste", "hotline", "survey"]),
)
def test_a_first_answer_is_never_due_on_the_day_itself_or_earlier(day, channel):
    assert needs.first_answer_on(day, channel, RULES, CALENDAR) > day


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 6, 30)), st.integers(-30, 90))
def test_escalation_only_rises_as_days_pass(next_on, days):
    today = next_on + dt.timedelta(days=days)

    level = needs.escalation_level(next_on, today, RULES, CALENDAR)

    assert (level == 0) == (today <= next_on)
    assert level <= needs.escalation_level(next_on, today + dt.timedelta(days=1), RULES, CALENDAR) <= 3


@pytest.mark.parametrize(
    ("kind", "is_private", "code"),
    [
        ("violence", False, "need.kind_is_private"),
        ("gossip", True, "need.kind_unknown"),
        ("violence", True, ""),
        ("", False, ""),
    ],
)
def test_private_kinds_may_not_be_shown_to_neighbours(kind, is_private, code):
    if not code:
        needs.check_privacy(kind=kind, is_private=is_private, rules=RULES)
        return
    with pytest.raises(RuleError) as refused:
        needs.check_privacy(kind=kind, is_private=is_private, rules=RULES)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["请联系13800138000", "3单元502 漏水", "身份证110101199001011234"])
def test_public_words_with_a_phone_a_door_or_an_identity_number_are_refused(text):
    with pytest.raises(RuleError) as refused:
        needs.check_public_words(text)
    assert refused.value.code == "need.has_personal_data"


def test_public_words_of_a_building_are_fine():
    needs.check_public_words("3号楼楼道灯不亮，2026年修好")


@given(st.lists(st.sampled_from(list(Word)), max_size=6))
def test_raisers_together_are_met_only_if_each_says_so(words):
    found = needs.raisers_word(words)

    assert (found is Word.MET) == (bool(words) and set(words) == {Word.MET})
    assert (found is None) == (not words)


@given(st.sampled_from([None, *Word]), st.sampled_from([None, *Word]))
def test_the_outcome_is_never_better_than_either_side_says(raisers, sampled):
    found = needs.outcome(raisers, sampled)

    for side in (raisers, sampled):
        if side is not None:
            assert needs.WORST_FIRST.index(found) <= needs.WORST_FIRST.index(side)


@given(st.lists(st.sampled_from(list(Word)), min_size=1, max_size=60), st.integers(60, 5000))
def test_more_met_answers_never_make_the_draw_say_worse(words, population):
    before = needs.sampled_word(words, population, RULES)
    better = [Word.MET if word is Word.PARTLY_MET else word for word in words]
    after = needs.sampled_word(better, population, RULES)

    if before.word and after.word:
        assert needs.WORST_FIRST.index(after.word) >= needs.WORST_FIRST.index(before.word)
    assert before.met.low <= before.met.value <= before.met.high


def test_too_few_answers_give_an_interval_but_no_verdict():
    found = needs.sampled_word([Word.MET] * 9, 300, RULES)

    assert (found.word, found.answers, found.least) == (None, 9, 10)


def test_sixty_of_a_hundred_is_met_and_thirty_helped_is_partly_met():
    def said(met: int, partly: int) -> Word | None:
        words = [Word.MET] * met + [Word.PARTLY_MET] * partly + [Word.UNMET] * (100 - met - partly)
        return needs.sampled_word(words, 1000, RULES).word

    assert (said(60, 0), said(59, 0), said(10, 20), said(10, 19)) == (
        Word.MET, Word.PARTLY_MET, Word.PARTLY_MET, Word.UNMET,
    )  # fmt: skip


def test_a_pasted_chain_becomes_entries_with_phone_and_door_apart():
    lines = parse_chain(
        "#接龙\n东园社区需求\n1. 王阿姨 3号楼2单元501 想要晚上开放活动室 13800138000\n"
        "2、路灯坏了\n好几天了\n（3）想要助浴\n"
    )

    assert [(line.number, line.building, line.text) for line in lines] == [
        (1, "3号楼", "想要晚上开放活动室"), (2, "", "路灯坏了 好几天了"), (3, "", "想要助浴"),
    ]  # fmt: skip
    assert (lines[0].name, lines[0].phone, lines[0].door) == ("王阿姨", "13800138000", "2单元501")


@given(st.text(max_size=400))
def test_whatever_is_pasted_becomes_entries_without_a_mobile_number(text):
    for line in parse_chain(text):
        assert line.text
        assert len(line.text) <= 1000


def test_periods_residents_and_calls_at_their_edges():
    rules, calendar = Rules(shipped.layers(), "990101001000", dt.date(2026, 3, 2)), shipped.calendar()
    unknown_year = dt.date(2098, 3, 2)
    tries = rules.int("need.unreachable_after")

    assert needs.due_on(unknown_year, 3, "working_days", calendar) == unknown_year + dt.timedelta(days=3)
    with pytest.raises(RuleError) as refused:
        needs.due_on(dt.date(2026, 3, 2), 3, "weeks", calendar)
    assert refused.value.code == "calendar.bad_unit"
    nobody = needs.sampled_word([], 100, rules)
    assert (nobody.word, nobody.answers) == (None, 0)
    assert needs.may_be_asked_again(tries - 1, rules)
    assert not needs.may_be_asked_again(tries, rules)

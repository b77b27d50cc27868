"""Past cases judged again: the old rule gives what was decided, the new one is told as sums only."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.past import RULES, TABLE, a_bid, a_grade, a_review, a_round, frozen, past
from zhagen.cli import shipped
from zhagen.cli.run import main
from zhagen.core.errors import RuleError, render
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.scoring.bid import Outcome
from zhagen.core.scoring.bid_terms import CriterionKind
from zhagen.core.scoring.defaults import default_renewal_terms, default_scheme
from zhagen.lab.lab_file import digest_of, to_plain
from zhagen.lab.past_cases import Kind, read_cases, rules_of, write_cases
from zhagen.lab.reform import apply_reform, reform_of
from zhagen.lab.rejudge import Change, _reweighted, _whole_weights, judge_grade
from zhagen.lab.replay import SHIFTS, replay
from zhagen.lab.snapshot import Part

LEAST = 5


def reform(**changes):
    return reform_of({name.replace("__", "."): value for name, value in changes.items()}, RULES)


def part(cases, kind, changed, least=LEAST):
    return next(each for each in replay(cases, changed, least).parts if each.kind is kind)


def told(shifted) -> dict[str, int | None]:
    return {name: count for name, count in shifted.shifts.items() if count != 0}


def refused(call, *args):
    with pytest.raises(RuleError) as error:
        call(*args)
    for language in ("zh", "en"):
        assert not re.search(r"\{\w", render(error.value, shipped.catalogue(), language))
    return error.value.code


def test_cases_are_read_as_they_were_written_and_their_rules_are_the_frozen_ones():
    cases = past([a_round()], [a_grade()], [a_review()])
    read = read_cases(write_cases(cases))

    assert read == cases
    rules = rules_of(read, "r1")
    assert rules.table("evaluation.scheme") == RULES.table("evaluation.scheme")
    assert (
        rules.keyed("tender", "selection", "suppliers_responsive_min")
        == "tender.selection.suppliers_responsive_min"
    )
    assert {value.source + value.layer for value in rules.resolved.values()} == {""}, (
        "neither names the office"
    )


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("until", "2026-13"),
        ("rules", {}),
        ("rules", []),
        ("rounds", [{**to_plain(a_round()), "outcome": "won"}]),
        ("rules", {"r1": {"price.explain_below": {"unit": "miles", "text": "3"}}}),
        ("rules", {"r1": {"price.explain_below": {"unit": "bp", "text": "3,"}}}),
        ("rules", {"r1": {"price.explain_below": {"unit": "bp", "text": '"viel"'}}}),
        ("rounds", [{"rules": "r1"}]),
    ],
)
def test_a_broken_file_of_cases_is_refused(where, value):
    head = json.loads(write_cases(past([a_round()])))
    head["content"][where] = value
    head["sha256"] = digest_of(head["content"])

    assert refused(read_cases, json.dumps(head)) == "lab_file.broken"


def test_cases_that_the_old_rule_does_not_judge_as_they_were_decided_are_refused():
    changed = reform(price__explain_below=9000)

    wrong = [
        past([replace(a_round(), winner=0)]),
        past(grades=[replace(a_grade(), score_bp=1)]),
        past(reviews=[replace(a_review(), advice=Advice.NOT_RENEW)]),
        past([a_round()], **frozen("tender.selection.suppliers_responsive_min", 3)),
    ]

    assert {refused(replay, cases, changed, 1) for cases in wrong} == {"replay.unfaithful"}


def test_fewer_than_five_of_a_kind_are_not_told_and_fewer_of_all_kinds_are_refused():
    four, five = [a_round()] * 4, [a_grade()] * 5

    only = part(past(four, five), Kind.ROUND, reform(price__explain_below=9500))

    assert (only.cases, only.shifts, only.effects, only.newcomers) == (None, {}, (), None)
    assert refused(replay, past(four, five[:4]), reform(price__explain_below=9500), LEAST) == "replay.too_few"


def test_a_reform_of_which_no_value_is_read_is_sent_to_the_rehearsal():
    assert refused(replay, past([a_round()] * 5), reform(fund__co_signs_min=9), 5) == "replay.nothing_read"
    both = reform(fund__co_signs_min=9, price__explain_below=9500)
    assert replay(past([a_round()] * 5), both, 5).unread == ("fund.co_signs_min",)


def test_a_price_that_would_have_to_be_explained_first_leaves_the_round_open():
    found = part(past([a_round()] * 6), Kind.ROUND, reform(price__explain_below=9900))

    assert told(found) == {"asks_price": 6}
    assert [(each.path, each.alone, each.without) for each in found.effects] == [
        ("price.explain_below", 6, 0)
    ]


def test_more_bidders_asked_for_leave_a_round_of_two_without_a_winner():
    found = part(past([a_round()] * 5), Kind.ROUND, reform(tender__selection__suppliers_responsive_min=3))

    assert told(found) == {"no_winner": 5}


def test_a_round_of_too_few_finds_its_winner_under_a_milder_rule():
    alone = a_round(a_bid(170, 1000, 70))
    assert (alone.outcome, alone.winner) == (Outcome.TOO_FEW, None)

    found = part(past([alone] * 5), Kind.ROUND, reform(tender__selection__suppliers_responsive_min=1))

    assert told(found) == {"winner_now": 5}


def test_a_heavier_price_gives_the_round_to_the_cheaper_newcomer_and_only_sums_say_so():
    close = a_round(a_bid(130, 1000, 70, 72, is_newcomer=True), a_bid(178, 1040, 80, 82, drawn=1))
    assert close.winner == 1

    found = part(
        past([close] * 7 + [a_round(a_bid(100, 1, 1), a_bid(170, 99, 99, drawn=1))] * 6),
        Kind.ROUND, reform(price__light__weight_max=9000, price__light__weight_min=4000),
    )  # fmt: skip

    assert told(found) == {"same": 6, "other_winner": 7}
    assert found.newcomers == Part(7, 7)
    assert [(each.path, each.alone) for each in found.effects] == [
        ("price.light.weight_max", 0), ("price.light.weight_min", 7)
    ]  # fmt: skip


def test_a_table_keeps_its_proportions_when_the_price_moves_into_the_new_limits():
    moved = _reweighted(a_round(), _change(price__light__weight_min=2500))
    only_price = _change(price__light__weight_min=10000, price__light__weight_max=10000)
    whole = _reweighted(a_round(), only_price)
    without = a_round(criteria=(replace(TABLE[1], weight_bp=4000), replace(TABLE[2], weight_bp=6000)))

    assert [line.weight_bp for line in moved] == [2500, 2813, 4687]
    assert [line.kind for line in whole] == [CriterionKind.PRICE]
    assert len(_reweighted(without, _change(price__light__weight_min=2500))) == 2, "no price was scored"


def _change(**changes):
    return Change(RULES, apply_reform(reform(**changes), RULES))


@given(st.lists(st.fractions(0, 100), min_size=1, max_size=6))
def test_whole_weights_keep_the_sum_and_lie_within_one_of_the_exact_ones(parts):
    exact = [*parts, Fraction(1000) - sum(parts)]

    whole = _whole_weights(exact)

    assert sum(whole) == 1000
    assert all(abs(one - other) < 1 for one, other in zip(whole, exact, strict=True))


def test_the_draw_that_was_held_settles_a_tie_that_the_new_rule_makes():
    tied = a_round(a_bid(150, 1000, 80, drawn=1), a_bid(150, 1000, 80))

    assert tied.winner == 1
    assert told(part(past([tied] * 5), Kind.ROUND, reform(price__explain_below=6000))) == {"same": 5}


def test_better_worse_and_missing_grades_are_told_with_the_mean_change_of_the_score():
    low, high = a_grade(met_share=1500), a_grade(met_share=8000)
    changed = reform(evaluation__scheme={"met_share": 8000, "trust_mean": 2000})

    found = part(past(grades=[low] * 5 + [high] * 6), Kind.GRADE, changed)

    assert (low.band, high.band) == ("fair", "good")
    assert told(found) == {"better": 6, "worse": 5}
    assert found.score_shift_bp == round(
        sum(count * (_regraded(each, changed) - each.score_bp) for each, count in ((low, 5), (high, 6))) / 11
    )
    assert found.own_terms == 0


def _regraded(grade, changed):
    return judge_grade(grade, Change(RULES, apply_reform(changed, RULES))).score_bp


def test_what_a_contract_had_agreed_on_its_own_is_kept_and_counted():
    proposed = default_scheme(RULES)
    own = replace(proposed, items=tuple(replace(item, min_count=2) for item in proposed.items))
    changed = reform(evaluation__scheme={"met_share": 8000, "trust_mean": 2000})

    found = part(past(grades=[a_grade(own, met_share=1500)] * 5), Kind.GRADE, changed)

    assert told(found) == {"same": 5}
    assert found.own_terms == 5
    bands = reform(evaluation__grade_bands={"excellent": 9000, "good": 8000, "fair": 1000})
    poor = a_grade(own, met_share=1000, trust_mean=200, load_mean=150)
    assert poor.band == "poor"
    assert told(part(past(grades=[poor] * 5), Kind.GRADE, bands)) == {"better": 5}, "the bands it took over"


def test_a_grade_comes_and_goes_with_the_weight_that_must_be_measured():
    thin = a_grade()
    thin = replace(thin, measures={"need.met_share": thin.measures["need.met_share"]}, score_bp=None, band="")

    milder = reform(evaluation__measured_weight_min=2000)
    found = part(past(grades=[thin] * 5), Kind.GRADE, milder)

    assert told(found) == {"graded_now": 5}
    assert found.score_shift_bp is None
    assert told(part(past(grades=[a_grade(met_share=1500)] * 5), Kind.GRADE, milder)) == {"same": 5}


def test_reviews_turn_milder_harsher_known_and_unknown():
    changed = reform(annual_review__at_least__met_share=7000, annual_review__terms_measured_min=5)
    full = a_review(sampled_met_share=5000)
    cases = past(reviews=[full] * 5 + [a_review()] * 6)

    found = part(cases, Kind.REVIEW, changed)

    assert (full.advice, a_review().advice) == (Advice.RENEW, Advice.RENEW)
    assert told(found) == {"harsher": 5, "unknown_now": 6}
    assert {each.path: (each.alone, each.without) for each in found.effects} == {
        "annual_review.at_least": (11, 6),
        "annual_review.terms_measured_min": (6, 11),
    }
    missed = a_review(met_share=4000)
    milder = reform(annual_review__at_least__met_share=3000)
    assert missed.advice is Advice.NOT_RENEW
    assert told(part(past(reviews=[missed] * 5), Kind.REVIEW, milder)) == {"milder": 5}


def test_the_longest_term_and_terms_of_its_own_are_those_of_the_case():
    used_up = a_review(months=36)
    own = default_renewal_terms(RULES)[:4]
    longer = reform(annual_review__at_least__met_share=7000)

    found = part(past(reviews=[a_review(own)] * 5), Kind.REVIEW, longer)

    assert used_up.advice is Advice.REPROCURE
    assert told(found) == {"same": 5}
    assert found.own_terms == 5


GRADES = {met: a_grade(met_share=met) for met in (1200, 3000, 6000, 8000)}
WEIGHTS = (1000, 3000, 5000, 8000)
CHANGES = [reform(evaluation__scheme={"met_share": each, "trust_mean": 10_000 - each}) for each in WEIGHTS]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 8), min_size=4, max_size=4), st.sampled_from(CHANGES))
def test_no_report_ever_tells_of_one_to_four_cases(sizes, changed):
    grades = [grade for grade, size in zip(GRADES.values(), sizes, strict=True) for _ in range(size)]
    if len(grades) < LEAST:
        return

    found = part(past(grades=grades), Kind.GRADE, changed)

    counts = [*found.shifts.values(), *(each.alone for each in found.effects), found.own_terms]
    assert all(count is None or count == 0 or count >= LEAST for count in counts)
    hidden = [name for name in SHIFTS[Kind.GRADE] if found.shifts[name] is None]
    assert len(hidden) != 1
    if hidden:
        assert len(grades) - sum(count or 0 for count in found.shifts.values()) >= LEAST


@pytest.fixture
def files(tmp_path):
    (tmp_path / "cases.json").write_text(
        write_cases(past([a_round()] * 6, [a_grade()] * 5, [a_review()] * 3)), "utf-8"
    )
    (tmp_path / "reform.toml").write_text(
        '[reform]\ntitle_zh = "低价"\ntitle_en = "Prices"\n\n[price.explain_below]\nvalue = 9900\n'
        "\n[fund.co_signs_min]\nvalue = 9\n",
        "utf-8",
    )
    return tmp_path


def run(files, capsys, *more):
    words = [
        "lab",
        "replay",
        str(files / "cases.json"),
        "--reform",
        str(files / "reform.toml"),
        "--place",
        "990101001000",
    ]
    code = main([*words, *more])
    return code, capsys.readouterr()


def test_the_command_says_sums_in_both_languages_under_a_watermark(files, capsys):
    code, said = run(files, capsys, "--lang", "zh")
    _, english = run(files, capsys, "--lang", "en")

    assert code == 0
    assert said.out.startswith(
        "往轮回放，内部材料：只看合计，不是预测，不得作为事前绩效评估引用 / Replay of past cases"
    )
    assert "要先让供应商说明低价: 6" in said.out
    assert "年度考核：不足 5 例，不显示" in said.out
    assert "fund.co_signs_min" in said.out
    assert "A price below this share of the mean" in english.out
    assert "replay." not in said.out + english.out


def test_the_command_keeps_its_files_and_writes_over_none(files, capsys):
    code, said = run(files, capsys, "--json", "-o", str(files / "out"))
    again, refusal = run(files, capsys, "-o", str(files / "out"), "--lang", "en")

    kept = json.loads((files / "out" / "replay.json").read_text("utf-8"))
    assert (code, again) == (0, 2)
    assert json.loads(said.out) == kept
    assert kept["watermark"] in (files / "out" / "replay.txt").read_text("utf-8")
    assert kept["breaks_law"] is False
    assert kept["replay"]["parts"][0]["shifts"]["asks_price"] == 6
    assert "exists already" in refusal.err


def test_a_reform_that_the_law_forbids_stands_under_its_banner(files, capsys):
    with (files / "reform.toml").open("a", encoding="utf-8") as file:
        file.write("\n[practice.post_based]\nvalue = true\n")

    code, said = run(files, capsys, "--lang", "zh")
    _, plain = run(files, capsys, "--json")

    assert code == 0
    assert said.out.startswith("法律核查：有禁止事项")
    assert json.loads(plain.out)["breaks_law"] is True
    assert "practice.post_based" in said.out, "of which a replay says nothing"


def test_a_folder_that_cannot_be_made_is_refused_in_words(files, capsys):
    code, said = run(files, capsys, "-o", str(files / "cases.json"), "--lang", "en")

    assert code == 2
    assert "cases.json" in said.err


def test_a_report_holds_nothing_but_sums(files):
    cases = read_cases((files / "cases.json").read_text("utf-8"))
    found = replay(cases, reform(price__explain_below=9900), LEAST)

    assert set(to_plain(found)["parts"][0]) == {
        "kind", "cases", "shifts", "newcomers", "score_shift_bp", "own_terms", "effects"
    }  # fmt: skip

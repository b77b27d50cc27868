"""A reform: checked against the layers, hashed, written and read, and turned into levers of the model."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lab.snapshots import a_snapshot
from zhagen.cli import shipped
from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows, to_toml
from zhagen.lab.lever_map import LEVER_SOURCES, WEIGHTS, Origin, moved_by, wage_month, weight_of
from zhagen.lab.local_facts import (
    FactKind,
    checked_facts,
    default_facts,
    facts_from_toml,
    shipped_facts,
)  # fmt: skip
from zhagen.lab.measured_facts import measured_facts
from zhagen.lab.model.levers import LEVERS, lever_vector
from zhagen.lab.office_levers import SCALES, office_levers
from zhagen.lab.reform import (
    Reform,
    apply_reform,
    beyond_model,
    changed_values,
    facts_after,
    lever_values,
    read_reform,
    reform_between,
    reform_of,
    rulebook_hash,
    write_reform,
)  # fmt: skip
from zhagen.lab.snapshot import Part, YearOfMoney
from zhagen.lab.statute import Statute, enacted, read_statutes

ON = date(2026, 3, 2)
QINGHE, LIUWAN = "990101001000", "990101002000"
FACTS = default_facts()
CLAUSE_24 = "政府购买服务管理办法（财政部令第102号）第二十四条"


def rules(place=QINGHE, on=ON):
    return Rules(shipped.layers(), place, on)


def codes(error):
    parts = error.errors if isinstance(error, SeveralRulesError) else (error,)
    return [each.code for each in parts]


def levers_of(changes, place=QINGHE):
    reform = reform_of(changes, rules(place))
    return lever_values(apply_reform(reform, rules(place)), facts_after(reform, FACTS))


def test_the_live_rulebook_gives_every_lever_of_the_model():
    found = lever_values(rules(), FACTS)

    assert sum(found[code] for code in WEIGHTS) == 10_000
    assert (found["w_out"], found["w_outcome"], found["w_embed"]) == (0, 4500, 3000)
    assert (found["term"], found["merit"], found["closing"], found["vote"]) == (36, 1, 2, 2)
    assert (found["wage"], found["credit"], found["audit"]) == (0.8, 0.4, 0.05)
    assert lever_values(rules(LIUWAN), FACTS)["term"] == 24


def test_who_just_reaches_every_renewal_term_scores_what_the_platform_would_give():
    terms = levers_of(
        {"annual_review.at_least": {"met_share": 8000}, "annual_review.at_most": {"turnover": 1000}}
    )
    least = levers_of(
        {"annual_review.at_least": {"met_share": 1000}, "annual_review.at_most": {"turnover": 10000}}
    )

    assert terms["renew_bp"] == 10_000
    assert least["renew_bp"] == 0


@pytest.mark.parametrize(
    ("path", "value", "lever", "expected"),
    [
        ("contract.term_ceiling", 12, "term", 12),
        ("contract.term_ceiling", 12, "merit", 0),
        ("practice.long_terms", False, "term", 12),
        ("evaluation.grade_bands.fair", 7000, "pass_bp", 7000),
        ("sample.participants_max", 80, "audit", 0.1),
        ("sample.participants_max", 8000, "audit", 1),
        ("acceptance.light.users_invited", False, "closing", 0),
        ("off_plan.credit_max", 1750, "credit", 0.7),
        ("staffing.protected_cost_share_min", 6750, "wage", 0.9),
        ("fund.track_weights", {"resident": 4500, "expert": 5500}, "vote", 1),
        ("practice.fund_by_delegates", True, "vote", 3),
        ("practice.communities_with_fund", 10_000, "fund", 0.4),
        ("practice.post_based", True, "post", 1),
        ("practice.promised_output", 5000, "quota", 0.5),
        ("practice.projects_a_year", 4, "granularity", 4),
    ],
)
def test_a_value_moves_its_lever(path, value, lever, expected):
    found = levers_of({path: value})

    assert found[lever] == pytest.approx(expected)
    assert lever in moved_by(
        path if path.startswith("practice.") or path in SCALES else path.rpartition(".")[0]
    )


@pytest.mark.parametrize("code", [code for code, each in LEVER_SOURCES.items() if each.origin is Origin.RULE])
def test_a_lever_moves_with_the_rules_that_it_names_and_with_no_other(code):
    names = set(LEVER_SOURCES[code].paths)
    other = Reform(
        {
            name: 0 if isinstance(found.value, int) else ()
            for name, found in rules().resolved.items()
            if name not in names and not isinstance(found.value, dict)
        }
    )

    moved = apply_reform(other, rules())

    assert LEVER_SOURCES[code].read(moved, FACTS) == LEVER_SOURCES[code].read(rules(), FACTS)


def test_every_indicator_belongs_to_a_weight_of_the_model():
    assert {weight_of(name) for name in INDICATORS} == set(WEIGHTS)


def test_every_lever_and_its_origin_is_written_for_people():
    known = shipped.catalogue()

    assert [
        code for code in LEVER_SOURCES if f"lever.{code}" not in known or f"lever_from.{code}" not in known
    ] == []
    assert [each for each in Origin if f"lever_origin.{each}" not in known] == []
    assert all(
        fact.zh and fact.en and fact.source and fact.grade in "AELJ" for fact in shipped_facts().values()
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"contract.term_ceiling": 60}, ["rulebook.loosened"]),
        ({"contract.signing_max": 31}, ["rulebook.loosened"]),
        ({"need.private_kinds": ["illness"]}, ["rulebook.not_local"]),
        ({"self_evaluation.weights": {"output": 10_000}}, ["rulebook.not_local"]),
        ({"contract.trm": 12}, ["rulebook.unknown_name"]),
        ({"off_plan.credit_max": "many"}, ["rulebook.value_type"]),
        ({"off_plan.credit_max": 10_001}, ["rulebook.value_range"]),
        ({"evaluation.scheme": {"met_share": 9000}}, ["rulebook.value_range"]),
        ({"evaluation.scheme": {"hours": 10_000}}, ["reform.unknown_figure"]),
        ({"annual_review.at_least": {"met_sare": 5000}}, ["reform.unknown_figure"]),
        ({"practice.colour": 1}, ["reform.unknown_fact"]),
        ({"practice.residents": 500}, ["reform.not_practice"]),
        ({"practice.projects_a_year": 9}, ["reform.fact_range"]),
        ({"practice.post_based": "perhaps"}, ["reform.fact_flag"]),
        ({"a.b": 1, "off_plan.credit_max": -1}, ["rulebook.unknown_name", "rulebook.value_range"]),
    ],
)
def test_what_a_reform_may_not_say_is_refused_with_a_text_in_both_languages(changes, found):
    with pytest.raises(RuleError) as caught:
        reform_of(changes, rules())

    assert codes(caught.value) == found
    assert all(code in shipped.catalogue() for code in found)


def test_frozen_rules_without_layers_are_no_baseline_but_can_be_replayed_under_a_reform():
    frozen = Rules.from_snapshot(rules().snapshot())
    reform = reform_of({"off_plan.credit_max": 2000}, rules())

    with pytest.raises(RuleError, match=r"reform\.no_layers"):
        reform_of({"off_plan.credit_max": 2000}, frozen)
    assert lever_values(apply_reform(reform, frozen), FACTS)["credit"] == 0.8


def test_what_does_not_differ_is_no_change():
    reform = reform_of({"contract.term_ceiling": 36, "practice.post_based": False}, rules())

    assert reform.paths == ()
    assert not reform.is_adoptable


def test_only_values_of_the_rulebook_can_be_adopted():
    assert reform_of({"off_plan.credit_max": 2000}, rules()).is_adoptable
    assert not reform_of({"off_plan.credit_max": 2000, "practice.post_based": True}, rules()).is_adoptable


def test_the_rulebook_adopted_from_a_rehearsal_has_the_hash_of_the_one_rehearsed():
    reform = reform_of({"contract.term_ceiling": 24, "fund.quota_base.urban": 80_000}, rules())
    rows = [LayerRow(name, ON, value, "会议纪要〔2026〕9号") for name, value in reform.values.items()]
    head = LayerHead("local-990101001000", QINGHE, "本级规定", "Local values", "demo_qinghe")

    adopted = Rules((*shipped.layers(), layer_from_rows(head, rows, upper=shipped.layers())), QINGHE, ON)

    assert rulebook_hash(adopted) == rulebook_hash(apply_reform(reform, rules())) != rulebook_hash(rules())
    assert adopted.digest != apply_reform(reform, rules()).digest


def test_a_place_may_go_back_on_what_it_adopted_itself():
    head = LayerHead("local-990101001000", QINGHE, "本级规定", "Local values", "demo_qinghe")
    rows = [LayerRow("contract.term_ceiling", date(2026, 1, 1), 12, "会议纪要〔2026〕1号")]
    now = Rules((*shipped.layers(), layer_from_rows(head, rows, upper=shipped.layers())), QINGHE, ON)

    assert now.int("contract.term_ceiling") == 12
    assert reform_of({"contract.term_ceiling": 36}, now).values == {"contract.term_ceiling": 36}


DIGEST = "91f4f43252bcf13b40c9ede1ba1f313aed294ac6bd189bc3e73b4ab2505428cf"


def test_the_hash_of_a_reform_is_the_same_on_any_machine_and_leaves_its_title_out():
    changes = {"practice.long_terms": False, "fund.quota_base.urban": 50_000, "contract.term_ceiling": 24}

    reform = reform_of(changes, rules(), title_zh="试行", title_en="Trial")

    assert reform.digest == DIGEST == reform_of(dict(reversed(changes.items())), rules()).digest
    assert reform_of({**changes, "contract.term_ceiling": 12}, rules()).digest != DIGEST


def test_the_map_covers_the_levers_of_the_model_in_their_order_and_holds_them_in_its_range():
    facts = FACTS.with_values({"outside_cost": 30_000, "communities_with_fund": 10_000})
    changes = {"contract.term_ceiling": 0, "contract.term_max": 0, "sample.participants_max": 5000}
    after = apply_reform(reform_of(changes, rules()), rules())

    found = lever_values(after, facts)

    assert list(found) == list(LEVER_SOURCES) == [lever.code for lever in LEVERS]
    assert (found["wage"], found["fund"], found["term"], found["audit"]) == (1.2, 0.4, 1, 1)
    assert beyond_model(after, facts) == ("term", "audit", "wage", "fund")
    assert beyond_model(rules(), FACTS) == ()
    assert len(lever_vector(**found)) == len(LEVERS)


def test_a_file_of_a_rulebook_is_a_reform_as_it_stands():
    head = LayerHead("mine", QINGHE, "拟议", "Draft", "demo_qinghe")
    rows = [
        LayerRow("contract.term_ceiling", ON, 24, "会议纪要"),
        LayerRow("off_plan.credit_max", ON, 2000, "会议纪要"),
    ]
    text = to_toml(layer_from_rows(head, rows, upper=shipped.layers()))

    reform = read_reform(text, rules(), file="mine.toml")

    assert parse_layer(text, file="mine.toml")
    assert reform.values == {"contract.term_ceiling": 24, "off_plan.credit_max": 2000}
    assert reform.title_zh == "拟议"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("[reform]\n\n[contract.term_ceiling]\nvalue = 60\n", "rulebook.loosened", 3),
        ("[reform]\n\n[contract.term_ceiling]\nvlue = 24\n", "reform.no_value", 3),
        ('[reform]\n[contract.term_ceiling]\nunit = "days"\nvalue = 24\n', "reform.bad_unit", 3),
        ("[contract.term_ceiling]\nvalue = 24\n", "reform.missing_head", 1),
        ("[reform]\n[practice.post_based]\nvalue = 3\n", "reform.fact_flag", 2),
        ("[reform]\n[practice.residents]\nvalue = 500\n", "reform.not_practice", 2),
        ("[reform]\nx = = 3\n", "reform.bad_toml", 2),
    ],
)
def test_a_slip_in_a_file_is_told_with_its_line(text, code, line):
    with pytest.raises(RuleError) as caught:
        read_reform(text, rules(), file="mine.toml")

    assert (caught.value.code, caught.value.figures["line"]) == (code, line)


def test_the_lines_of_a_reform_tell_before_and_after_in_words():
    reform = reform_of({"off_plan.credit_max": 2000, "practice.post_based": True}, rules())

    rule, practice = changed_values(reform, rules(), FACTS)

    assert (rule.zh, rule.before, rule.after) == ("计划外任务可以抵作服务量的上限", "1000", "2000")
    assert (practice.path, practice.before, practice.after) == ("practice.post_based", "false", "true")


NUMBERS = {
    "off_plan.credit_max": st.integers(0, 10_000),
    "contract.term_ceiling": st.integers(1, 36),
    "contract.term_max": st.integers(1, 12),
    "sample.participants_max": st.integers(0, 500),
    "staffing.protected_cost_share_min": st.integers(0, 10_000),
    "acceptance.light.users_invited": st.booleans(),
    "tender.public_comment_min": st.integers(0, 60),
    "fund.quota_base.urban": st.integers(0, 10**6),
    "annual_review.at_least.met_share": st.integers(0, 10_000),
    "annual_review.required_terms": st.just(["met_share", "trust_mean"]),
    "practice.post_based": st.booleans(),
    "practice.promised_output": st.integers(2000, 15_000),
}
CHANGES = st.fixed_dictionaries({}, optional=NUMBERS)


@settings(max_examples=40, deadline=None)
@given(CHANGES)
def test_a_reform_survives_its_file_and_is_found_again_between_the_two_rulebooks(changes):
    before = RULES
    reform = reform_of(changes, before, title_zh="“引号”\n与换行", title_en='"x" \\ y')

    after = apply_reform(reform, before)

    assert read_reform(write_reform(reform), before, file="x.toml") == reform
    assert reform_between(before, after).values == reform.values
    assert rulebook_hash(apply_reform(reform_between(before, after), before)) == rulebook_hash(after)
    assert rulebook_hash(apply_reform(reform_between(after, before), after)) == rulebook_hash(before)
    levers = lever_values(after, facts_after(reform, FACTS))
    assert set(levers) == set(LEVER_SOURCES)
    assert all(
        0 <= levers[code] <= 1 for code in ("audit", "credit", "fund", "merit", "quota") if code != "quota"
    )


RULES = rules()


def test_a_district_states_its_own_figures():
    found = facts_from_toml("[minimum_wage]\nvalue = 2540\n[is_rural]\nvalue = true\n", file="own.toml")

    assert (found["minimum_wage"], found["is_rural"], found["residents"]) == (2540, 1, FACTS["residents"])
    assert found.digest != FACTS.digest
    assert wage_month(RULES, found) == 60_000 * 10_000 // (12 * 13_500)
    rural = lever_values(RULES, found)["fund"]
    assert rural > lever_values(RULES, FACTS)["fund"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[minimum_wage]\nvalu = 2540\n", "reform.no_value"),
        ("minimum_wage = 2540\n", "reform.no_value"),
        ("[wage]\nvalue = 1\n", "reform.unknown_fact"),
        ('[residents]\nvalue = "many"\n', "reform.fact_range"),
        ("[residents]\nvalue = 1\n", "reform.fact_range"),
    ],
)
def test_a_slip_in_a_district_s_figures_is_told(text, code):
    with pytest.raises(RuleError) as caught:
        facts_from_toml(text, file="own.toml")

    assert codes(caught.value) == [code]


def test_each_local_figure_moves_a_lever_or_the_legal_check():
    used = {name for each in LEVER_SOURCES.values() for name in each.facts}
    legal = {"minimum_wage", "employer_dues"}

    assert used | legal == set(shipped_facts())
    assert all(shipped_facts()[name].kind is FactKind.FACT for name in legal)
    assert checked_facts({"post_based": 1}) == {"post_based": 1} == checked_facts({"post_based": True})


def test_an_office_moves_its_own_values_and_none_that_the_law_sets():
    shown = {each.path: each for each in office_levers(rules())}

    term = shown["contract.term_ceiling"]
    assert (term.least, term.most, term.step, term.base) == (12, 36, 12, 36)
    assert term.limit == CLAUSE_24
    assert {"term", "merit"} <= set(term.moves)
    assert shown["annual_review.at_least.trust_mean"].most == 500
    assert "居民" in shown["fund.track_weights.resident"].zh
    assert not [path for path in shown if path.startswith(("self_evaluation", "tie", "contract.long_term"))]
    assert all(each.moves and each.clause and each.least <= each.base <= each.most for each in shown.values())


def test_a_street_that_set_less_itself_may_move_up_to_what_binds_it():
    head = LayerHead("local-990101001000", QINGHE, "本级规定", "Local values", "demo_qinghe")
    rows = [LayerRow("contract.term_ceiling", date(2026, 1, 1), 12, "会议纪要〔2026〕1号")]
    now = Rules((*shipped.layers(), layer_from_rows(head, rows, upper=shipped.layers())), QINGHE, ON)

    term = next(each for each in office_levers(now) if each.path == "contract.term_ceiling")

    assert (term.base, term.most, term.limit) == (12, 36, CLAUSE_24)


def test_each_value_on_the_screen_can_be_put_into_a_reform():
    for each in office_levers(rules()):
        name = each.path if rules().has(each.path) else each.path.rpartition(".")[0]
        if rules().value(name).unit == "weights_bp":
            continue
        aim = each.least if each.base != each.least else each.most
        assert reform_of({each.path: bool(aim) if each.is_flag else aim}, rules()).values


STATUTE = Statute("contract.term_ceiling", 60, "某办法", "财政部令第999号", "第一条", date(2026, 1, 1))


def test_a_statutory_value_changes_by_document_number_and_date():
    later = enacted(rules(""), [STATUTE])

    assert later.int("contract.term_ceiling") == 60
    assert later.value("contract.term_ceiling").source == "某办法（财政部令第999号）第一条"
    assert later.value("contract.term_ceiling").confirm
    before = Rules(later.layers, "", date(2025, 12, 31))
    assert before.int("contract.term_ceiling") == 36
    assert enacted(rules(LIUWAN), [STATUTE]).int("contract.term_ceiling") == 24
    assert reform_of({"contract.term_ceiling": 48}, later).values == {"contract.term_ceiling": 48}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": ""}, "statute.no_document"),
        ({"number": "听说"}, "statute.no_document"),
        ({"document": " "}, "statute.no_document"),
        ({"path": "off_plan.credit_max", "value": 1}, "statute.is_local"),
        ({"in_force_on": date(2020, 3, 1)}, "statute.not_later"),
        ({"path": "contract.never"}, "rulebook.unknown_name"),
        ({"value": "long"}, "rulebook.value_type"),
    ],
)
def test_a_statute_without_its_document_or_over_a_local_value_is_refused(changes, code):
    fields = {name: getattr(STATUTE, name) for name in Statute.__slots__} | changes

    with pytest.raises(RuleError) as caught:
        enacted(rules(""), [Statute(**fields)])

    assert caught.value.code == code
    assert code in shipped.catalogue()


def test_statutes_are_read_from_a_file():
    text = (
        '[[statute]]\npath = "contract.term_ceiling"\nvalue = 60\ndocument = "某办法"\nnumber = "财政部令第999号"\n'
        'article = "第一条"\nin_force_on = 2026-01-01\n'
    )

    assert read_statutes(text, file="s.toml") == (STATUTE,)
    with pytest.raises(RuleError) as caught:
        read_statutes(text.replace("in_force_on = 2026-01-01", 'day = "2026"'), file="s.toml")
    assert set(codes(caught.value)) == {"statute.bad_entry", "statute.unknown_key"}


def test_before_a_value_is_in_force_it_is_not_on_the_screen():
    early = {each.path for each in office_levers(rules(on=date(2020, 2, 1)))}

    assert "contract.term_ceiling" not in early
    assert "off_plan.credit_max" in early


def test_a_snapshot_measures_what_it_can_of_a_district_and_its_own_file_comes_first():
    money = (YearOfMoney(0, 1_140_000_000, 0), YearOfMoney(1, 2_280_000_000, 0))
    snapshot = a_snapshot(money=money, slots_percent=200, served=(38,) * 36, off_plan=Part(9_000, 99_000))

    found = measured_facts(snapshot)

    assert (found["site_cost"], found["worker_cost"], found["off_plan_load"]) == (300_000, 150_000, 1000)
    assert found["residents"] == FACTS["residents"]
    own = facts_from_toml("[worker_cost]\nvalue = 120_000\n", file="own.toml", known=found)
    assert (own["worker_cost"], own["off_plan_load"]) == (120_000, 1000)
    assert lever_values(RULES, found)["credit"] == 1
    assert lever_values(RULES, found)["wage"] == 1.2


def test_what_a_snapshot_does_not_tell_or_cannot_mean_is_left_as_it_ships():
    empty = a_snapshot(money=(), off_plan=Part(None, 90_000))
    odd = a_snapshot(money=(YearOfMoney(0, 100, 0),), off_plan=Part(10, 90_000), slots_percent=0)
    short = a_snapshot(served=(0,) * 25 + (1,) * 11, off_plan=None)

    assert (
        measured_facts(empty).values
        == measured_facts(odd).values
        == measured_facts(short).values
        == FACTS.values
    )

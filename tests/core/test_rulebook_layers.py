from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.books import NATIONAL, ON, STREET_HEAD, entry, national, problems, street
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.explain import FAR_CHANGES, diff, explain
from zhagen.core.rulebook.layers import check_layers, may_set, next_change, turning_days, voices
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules

STREET = "990101001000"
TASKS = "community.tasks_max"


def refused(*layers) -> list[tuple[str, object, object]]:
    with pytest.raises(RuleError) as caught:
        check_layers(layers)
    return problems(caught.value)


def test_a_local_value_is_replaced_freely_below():
    layer = street(entry(TASKS, "count", "[{ from = 2025-01-01, value = 9 }]"))

    check_layers((national(), layer))

    rules = Rules((national(), layer), STREET, ON)
    assert (rules.int(TASKS), rules.value(TASKS).layer) == (9, "street")
    assert Rules((national(), layer), "990101002000", ON).int(TASKS) == 4
    assert Rules((layer, national()), STREET, date(2024, 12, 31)).int(TASKS) == 4


@pytest.mark.parametrize(
    ("name", "unit", "value", "code"),
    [
        ("tender.open_tender.bid_period_min", "days", "21", ""),
        ("tender.open_tender.bid_period_min", "days", "20", ""),
        ("tender.open_tender.bid_period_min", "days", "19", "rulebook.loosened"),
        ("contract.term_max", "months", "24", ""),
        ("contract.term_max", "months", "37", "rulebook.loosened"),
        ("contract.term_max", "days", "24", "rulebook.unit_differs"),
        ("contract.tern_max", "months", "24", "rulebook.unknown_name"),
        ("panel.is_odd", "yes_no", "false", "rulebook.not_local"),
        ("price.formula", "text", '"fixed_price"', ""),
        ("price.formula", "text", '"highest"', "rulebook.value_choice"),
    ],
)
def test_a_lower_layer_may_tighten_or_set_what_is_local_and_nothing_else(name, unit, value, code):
    layer = street(entry(name, unit, f"[{{ from = 2025-01-01, value = {value} }}]"))

    if not code:
        check_layers((national(), layer))
    else:
        assert [(each[0], each[2]) for each in refused(national(), layer)] == [(code, name)]


def test_a_list_of_words_is_held_to_the_choices_too():
    upper = NATIONAL.replace('unit = "texts"\nsource = "个人信息保护法"', 'unit = "texts"\nlocal = true\nchoices = ["illness", "violence"]\nsource = "个人信息保护法"')  # fmt: skip
    layer = street(
        entry("need.private_kinds", "texts", '[{ from = 2025-01-01, value = ["illness", "debt"] }]')
    )

    assert [each[0] for each in refused(parse_layer(upper, file="n"), layer)] == ["rulebook.value_choice"]


def test_a_loosened_value_is_refused_with_the_upper_value_and_its_source():
    layer = street(entry("contract.term_max", "months", "[\n{ from = 2025-01-01, value = 60 },\n]"))

    with pytest.raises(RuleError) as caught:
        check_layers((national(), layer))

    figures = caught.value.figures
    assert (figures["value"], figures["upper"], caught.value.source) == ("60", "36", "102号令 第二十四条")
    assert (figures["file"], figures["expected"]) == ("street.toml", "≤ 36")
    assert figures["line"] == layer.entries["contract.term_max"].values[0].line


def test_what_no_layer_may_change_is_refused_also_before_the_upper_value_begins():
    layer = street(entry("panel.is_odd", "yes_no", "[{ from = 2001-01-01, value = false }]"))

    assert [each[0] for each in refused(national(), layer)] == ["rulebook.not_local"]


def test_a_layer_hangs_under_a_parent_whose_places_hold_its_own():
    other = STREET_HEAD.replace('parent = "national"', 'parent = "city"')
    city = '[layer]\nname = "city"\nplace = "11"\ntitle_zh = "市"\ntitle_en = "City"\nparent = "national"\n'

    assert [each[0] for each in refused(national(), street(head=other))] == ["rulebook.bad_parent"]
    wrong = refused(national(), parse_layer(city, file="city.toml"), street(head=other))
    assert [each[0] for each in wrong] == ["rulebook.bad_parent"]
    check_layers((national(), parse_layer(city.replace('"11"', '"9901"'), file="c"), street(head=other)))


def test_there_is_exactly_one_national_layer():
    assert refused(street()) == [("rulebook.no_national", None, None)]
    assert refused(national(), national()) == [("rulebook.no_national", None, None)]


def test_problems_of_several_entries_come_at_once():
    body = entry("panel.is_odd", "yes_no", "[{ from = 2025-01-01, value = false }]")
    body += entry("contract.term_max", "months", "[{ from = 2025-01-01, value = 48 }]")

    assert {each[0] for each in refused(national(), street(body))} == {
        "rulebook.not_local",
        "rulebook.loosened",
    }


def test_when_the_law_tightens_later_a_looser_local_value_loses_its_effect():
    layer = street(entry("contract.term_max", "months", "[{ from = 2025-01-01, value = 30 }]"))
    check_layers((national(), layer))

    before = Rules((national(), layer), STREET, date(2026, 12, 31))
    after = Rules((national(), layer), STREET, date(2027, 1, 1))

    assert (before.int("contract.term_max"), before.value("contract.term_max").layer) == (30, "street")
    assert (after.int("contract.term_max"), after.value("contract.term_max").layer) == (24, "national")
    outcomes = [each.outcome for each in voices((national(), layer), "contract.term_max", STREET, after.on)]
    assert outcomes == ["won", "looser"]


def test_the_rules_turn_on_the_day_after_the_last_one_of_a_value():
    body = entry(TASKS, "count", "[{ from = 2025-01-01, value = 9 }]", "until = 2026-06-30")

    without, with_it = (
        set(turning_days(layers, STREET)) for layers in [(national(),), (national(), street(body))]
    )

    assert with_it - without == {date(2025, 1, 1), date(2026, 7, 1)}


def test_an_explanation_names_who_spoke_who_won_and_what_comes():
    body = entry(TASKS, "count", "[{ from = 2025-01-01, value = 9 }]", "until = 2026-06-30")
    layers = (national(), street(body))

    found = explain(layers, TASKS, STREET, ON)

    assert [(each.layer.name, each.outcome) for each in found.spoke] == [
        ("national", "replaced"),
        ("street", "won"),
    ]
    assert found.winner.dated.value == 9
    assert [(each.on, each.voice.layer.name) for each in found.coming] == [(date(2026, 7, 1), "national")]


@pytest.mark.parametrize(
    ("on", "outcomes", "coming"),
    [
        (date(2003, 1, 1), ["not_yet"], [date(2017, 10, 1), date(2031, 1, 1)]),
        (date(2020, 1, 1), ["won"], [date(2031, 1, 1)]),
        (date(2030, 12, 31), ["won"], [date(2031, 1, 1)]),
        (date(2031, 1, 1), ["ended"], []),
    ],
)
def test_an_entry_holds_from_its_first_day_to_its_last(on, outcomes, coming):
    found = explain((national(),), "panel.is_odd", "", on)

    assert [each.outcome for each in found.spoke] == outcomes
    assert [each.on for each in found.coming] == coming
    assert (found.winner is None) == (outcomes != ["won"])


def test_a_change_that_changes_nothing_is_not_announced():
    layer = street(entry("contract.term_max", "months", "[{ from = 2026-06-01, value = 48 }]"))

    assert [each.on for each in explain((national(), layer), "contract.term_max", STREET, ON).coming] == [
        date(2027, 1, 1)
    ]


def test_an_explanation_lists_a_bounded_number_of_coming_changes():
    values = ", ".join(f"{{ from = {date(2026, 4, 1) + timedelta(days=n)}, value = {n} }}" for n in range(40))

    found = explain((national(), street(entry(TASKS, "count", f"[{values}]"))), TASKS, STREET, ON)

    assert len(found.coming) == FAR_CHANGES


def test_an_unknown_name_is_refused_everywhere():
    for ask in (
        lambda: explain((national(),), "contract.tern", "", ON),
        lambda: Rules((national(),), "", ON).value("contract.tern"),
    ):
        with pytest.raises(RuleError, match=r"rulebook\.unknown_name"):
            ask()
    assert next_change((national(),), "contract.tern", "", ON) is None


def test_what_a_lower_layer_may_set_is_listed_for_the_page():
    names = [each.name for each in may_set((national(), street()))]

    assert TASKS in names
    assert "contract.term_max" in names
    assert "panel.is_odd" not in names
    assert [each.name for each in may_set((national(),), [TASKS])] == [TASKS]


def test_a_difference_tells_values_from_sources_and_absent_ones():
    text = (
        NATIONAL.replace("value = 4 }", "value = 5 }")
        .replace("个人信息保护法", "个保法")
        .replace("panel.is_odd", "panel.odd")
    )

    found = diff(Rules((national(),), "", ON), Rules((parse_layer(text, file="n"),), "", ON))

    assert [(each.name, each.is_of_value) for each in found] == [
        (TASKS, True),
        ("need.private_kinds", False),
        ("panel.is_odd", True),
        ("panel.odd", True),
    ]
    assert diff(Rules((national(),), "", ON), Rules((national(),), "990101", date(2026, 3, 3))) == ()


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["lower", "higher"]))
def test_a_value_never_gets_looser_on_the_way_down(upper, lower, direction):
    text = NATIONAL.replace("value = 20", f"value = {upper}").replace(
        'tighter = "higher"', f'tighter = "{direction}"'
    )
    name = "tender.open_tender.bid_period_min"
    layer = street(entry(name, "days", f"[{{ from = 2025-01-01, value = {lower} }}]"))

    layers = (parse_layer(text, file="n"), layer)

    best = (min if direction == "lower" else max)(upper, lower)
    assert Rules(layers, STREET, ON).int(name) == best
    if best != lower:
        assert [each[0] for each in refused(*layers)] == ["rulebook.loosened"]
    else:
        check_layers(layers)

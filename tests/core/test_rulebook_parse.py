from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.books import NATIONAL, STREET_HEAD, entry, national, problems, street
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import place_prefix
from zhagen.core.rulebook.parse import parse_layer


def refused(text: str) -> list[tuple[str, object, object]]:
    with pytest.raises(RuleError) as caught:
        parse_layer(text, file="a.toml")
    return problems(caught.value)


def codes_of(text: str) -> list[str]:
    try:
        parse_layer(text, file="a.toml")
    except RuleError as error:
        return [code for code, _, _ in problems(error)]
    return []


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_file_gives_its_entries_with_unit_source_and_dates():
    layer = national()

    term = layer.entries["contract.term_max"]

    assert [(each.value, each.source, each.confirm) for each in term.values] == [
        (36, "102号令 第二十四条", False),
        (24, "新规", True),
    ]
    assert (term.unit, term.tighter, term.note_en) == ("months", "lower", "three years")
    assert layer.entries["procurement.threshold"].values[0].confirm


def test_a_place_of_twelve_digits_is_kept_as_the_prefix_of_all_places_below():
    assert street().place == "990101001"
    assert street().covers("990101001007")
    assert not street().covers("990101002000")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('unit = "days"', 'unit = "day"', "rulebook.bad_unit"),
        ('source = "政府采购法 第三十五条"', 'sauce = "x"', "rulebook.unknown_key"),
        ("from = 2003-01-01, value = 20", 'from = "2003-01-01", value = 20', "rulebook.bad_date"),
        ("from = 2003-01-01, value = 20", "from = 2003-01-01T00:00:00, value = 20", "rulebook.bad_date"),
        ("value = 20 }", 'value = "20" }', "rulebook.value_type"),
        ("value = 20 }", "value = -1 }", "rulebook.value_range"),
        ("value = 20 }", "value = true }", "rulebook.value_type"),
        ("value = 20 }", "value = 20, unti = 1 }", "rulebook.unknown_key"),
        ('tighter = "higher"', 'tighter = "up"', "rulebook.bad_tighter"),
        ('tighter = "higher"', 'tighter = "higher"\nlocal = true', "rulebook.local_and_tighter"),
        ('tighter = "higher"', 'confirm = "yes"', "rulebook.value_type"),
        ('zh = "投标期限"', "zh = 1", "rulebook.value_type"),
        ('en = "Bid period"\n', "", "rulebook.missing_label"),
        ('note_en = "three years"\n', "", "rulebook.missing_label"),
        ("from = 2027-01-01", "from = 2014-01-01", "rulebook.dates_out_of_order"),
        ("from = 2027-01-01", "from = 2015-01-01", "rulebook.dates_out_of_order"),
        ("until = 2030-12-31", "until = 2010-12-31", "rulebook.dates_out_of_order"),
        ("until = 2030-12-31", "until = 2030", "rulebook.bad_date"),
        ("office = 4000", "office = 4001", "rulebook.value_range"),
        ("{ residents = 6000, office = 4000 }", "6000", "rulebook.value_type"),
        ('"lowest_ratio" }', '"highest" }', "rulebook.value_choice"),
        ('"lowest_ratio" }', '" " }', "rulebook.value_type"),
        ('["illness", "violence"]', "[]", "rulebook.value_type"),
        ('["illness", "violence"]', '["illness", 3]', "rulebook.value_type"),
        ("value = true", "value = 1", "rulebook.value_type"),
        ("values = [{ from = 2017-10-01, value = true }]", "values = 3", "rulebook.missing_values"),
        ("values = [{ from = 2017-10-01, value = true }]", "values = []", "rulebook.missing_values"),
        ("value = 4 }", "value = { a = 1 } }", ""),
        ("value = 20 }", "value = { a = 1 } }", "rulebook.bad_tighter"),
        ("value = 20 }", "value = {} }", "rulebook.value_type"),
        ("[contract.term_max]", "[contract]", "rulebook.bad_name"),
        ("[contract.term_max]", "[a.b.c.d]", "rulebook.bad_name"),
        ("[contract.term_max]", "[contract.Term]", "rulebook.bad_name"),
        ("[panel.is_odd]", "[panel]\nodd = 1\n[panel.x]", "rulebook.bad_name"),
        ('title_zh = "全国"\n', "", "rulebook.missing_key"),
        ("parent", "parents", "rulebook.unknown_key"),
        ('place = ""', 'place = "1"', "rulebook.bad_place"),
        ('place = ""', 'place = "٣٣"', "rulebook.bad_place"),
        ("[layer]", "[leyer.x]", "rulebook.missing_head"),
    ],
)  # fmt: skip
def test_each_slip_of_an_author_is_refused_by_its_code_and_with_its_line(old, new, code):
    text = NATIONAL.replace(old, new)
    assert text != NATIONAL

    if not code:
        assert parse_layer(text, file="a.toml")
        return
    found = refused(text)

    assert code in [each[0] for each in found]
    for each in found:
        assert 1 <= each[1] <= text.count("\n") + 1


def test_a_value_without_any_source_is_refused_at_its_own_line():
    text = NATIONAL.replace('source = "102号令 第二十四条"\n', "")

    assert refused(text) == [
        ("rulebook.missing_source", line_of(text, "from = 2015-01-01"), "contract.term_max.values.0")
    ]


def test_all_problems_of_a_file_come_at_once_in_the_order_of_its_lines():
    text = NATIONAL.replace('unit = "months"', 'unit = "moon"').replace("value = 20", "value = 2.5")

    found = refused(text)

    assert [each[:2] for each in found] == [
        ("rulebook.value_type", line_of(text, "value = 2.5")),
        ("rulebook.bad_unit", line_of(text, 'unit = "moon"')),
    ]


def test_one_wrong_mark_of_a_table_is_told_once_however_many_values_it_has():
    text = NATIONAL.replace('tighter = "lower"', 'tighter = "lower"\nconfirm = 1').replace(
        ", confirm = true", ""
    )

    assert [each[0] for each in refused(text)] == ["rulebook.value_type"]


def test_text_that_is_no_toml_is_refused_with_the_line():
    assert refused("[layer]\nname = national\n") == [("rulebook.bad_toml", 2, "")]
    assert refused('[layer]\nname = "a') == [("rulebook.bad_toml", 2, "")]
    assert refused("[layer]\nx = [1,\n\n")[0][0] == "rulebook.bad_toml"


def test_a_value_outside_any_rule_is_refused():
    assert refused("x = 1\n" + NATIONAL)[0] == ("rulebook.value_outside_table", 1, "x")


def test_a_lower_layer_says_values_only_and_needs_no_label():
    right = street(entry("community.tasks_max", "count", "[{ from = 2025-01-01, value = 3 }]"))
    wrong = STREET_HEAD + entry(
        "community.tasks_max", "count", "[{ from = 2025-01-01, value = 3 }]", "local = true"
    )

    assert right.entries["community.tasks_max"].zh == ""
    assert [each[0] for each in refused(wrong)] == ["rulebook.only_national"]


def test_only_the_national_layer_may_name_a_local_value_without_giving_one():
    given = "{ from = 2020-01-01, value = 500_000 }"
    assert parse_layer(NATIONAL.replace(given, ""), file="a").entries["procurement.threshold"].values == ()

    text = STREET_HEAD + entry("community.tasks_max", "count", "[]")
    assert [each[0] for each in refused(text)] == ["rulebook.missing_values"]


def test_an_entry_may_end_on_the_day_its_last_value_begins():
    text = NATIONAL.replace("until = 2030-12-31", "until = 2017-10-01")

    assert parse_layer(text, file="a").entries["panel.is_odd"].at(date(2017, 10, 1)).value is True


def test_choices_may_be_written_as_one_word():
    text = NATIONAL.replace('choices = ["lowest_ratio", "fixed_price"]', 'choices = "lowest_ratio"')

    assert parse_layer(text, file="a").entries["price.formula"].choices == ("lowest_ratio",)


def test_place_codes_shrink_to_the_level_that_they_mean():
    assert [place_prefix(code) for code in ("", "11", "110000000000", "110105001000", "110105001002")] == [
        "", "11", "11", "110105001", "110105001002",
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_by_a_rule_and_never_breaks_the_reader(data):
    start = data.draw(st.integers(0, len(NATIONAL) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.text(alphabet="[]{}=\"\n#'., 0aT-一", max_size=6))
    text = NATIONAL[:start] + put + NATIONAL[start + length :]

    assert all(code.startswith("rulebook.") for code in codes_of(text))

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.books import NATIONAL, ON, entry, national, street
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import NATIONAL as NATIONAL_NAME
from zhagen.core.rulebook.layer import UNITS, Kind
from zhagen.core.rulebook.layers import check_layers
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules, canonical_json
from zhagen.core.rulebook.values import read_value, show_value
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows, to_toml

HEAD = LayerHead("local_990101001", "990101001000", "青禾街道本地值", "Local values of Qinghe", "national")


def rules(on=ON, *more):
    return Rules((national(), *more), "990101001000", on)


def test_each_kind_of_value_is_read_by_its_own_getter():
    found = rules()

    assert found.int("contract.term_max") == 36
    assert found.fen("procurement.threshold") == 50_000_000
    assert found.text("price.formula") == "lowest_ratio"
    assert found.flag("panel.is_odd") is True
    assert found.table("evaluation.scheme") == {"office": 4000, "residents": 6000}
    assert found.texts("need.private_kinds") == ("illness", "violence")


@pytest.mark.parametrize(
    ("getter", "name"),
    [
        ("int", "procurement.threshold"),
        ("int", "panel.is_odd"),
        ("int", "price.formula"),
        ("int", "evaluation.scheme"),
        ("fen", "contract.term_max"),
        ("text", "contract.term_max"),
        ("texts", "price.formula"),
        ("flag", "contract.term_max"),
        ("table", "contract.term_max"),
    ],
)
def test_a_value_is_never_read_as_another_kind(getter, name):
    with pytest.raises(RuleError, match=r"rulebook\.wrong_kind"):
        getattr(rules(), getter)(name)


def test_an_amount_by_class_is_no_single_amount():
    text = NATIONAL.replace("value = 500_000", "value = { small = 10_000, large = 20_000 }")

    with pytest.raises(RuleError, match=r"rulebook\.wrong_kind"):
        Rules((parse_layer(text, file="n"),), "", ON).fen("procurement.threshold")


def test_a_value_carries_all_that_a_page_says_beside_it():
    value = rules(date(2027, 1, 1)).value("contract.term_max")

    assert (value.value, value.unit, value.source, value.layer) == (24, "months", "新规", NATIONAL_NAME)
    assert (value.since, value.confirm) == (date(2027, 1, 1), True)
    assert (value.label("zh"), value.label("en")) == ("合同期限", "Term")
    assert (value.note("zh"), value.note("en")) == ("一招三年", "three years")
    assert rules(date(2027, 1, 1)).confirm_names() == ("contract.term_max", "procurement.threshold")


def test_a_lower_layers_own_note_stands_in_for_the_national_one():
    note = 'note_zh = "街道规定"\nnote_en = "own"'
    layer = street(entry("contract.term_max", "months", "[{ from = 2025-01-01, value = 12 }]", note))

    assert rules(ON, layer).value("contract.term_max").note_zh == "街道规定"


def test_before_the_first_day_and_after_the_last_there_is_no_value():
    for on in (date(2017, 9, 30), date(2031, 1, 1)):
        found = rules(on)
        assert not found.has("panel.is_odd")
        with pytest.raises(RuleError) as caught:
            found.flag("panel.is_odd")
        assert caught.value.code == "rulebook.no_value"
        assert caught.value.figures["on"] == on.isoformat()


def test_a_method_has_its_own_value_else_that_of_its_family_and_never_the_laws_below_the_threshold():
    found = rules()

    assert found.keyed("tender", "open_tender", "bid_period_min") == "tender.open_tender.bid_period_min"
    assert found.keyed("contract", "open_tender", "term_max") == "contract.term_max"
    assert found.keyed("contract", "selection", "term_max") == "contract.light.term_max"


def test_a_snapshot_through_json_gives_equal_rules_with_an_equal_digest():
    found = rules()

    again = Rules.from_snapshot(json.loads(json.dumps(found.snapshot())))

    assert again == found
    assert (again.digest, hash(again)) == (found.digest, hash(found))
    assert again.value("evaluation.scheme") == found.value("evaluation.scheme")
    assert again.names() == found.names()
    with pytest.raises(RuleError, match=r"rulebook\.no_value"):
        again.value("contract.tern")


def test_any_changed_value_changes_the_digest():
    found = rules()

    assert rules(date(2027, 1, 1)).digest != found.digest
    assert rules(date(2027, 1, 1)) != found
    assert found != "rules"
    assert (
        Rules((parse_layer(NATIONAL.replace("value = 4 }", "value = 5 }"), file="n"),), found.place, ON)
        != found
    )


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.pop("values"),
        lambda data: data.update(format=2),
        lambda data: data.update(on="soon"),
        lambda data: data.update(values=[]),
        lambda data: data["values"]["panel.is_odd"].update(unit="moons"),
        lambda data: data["values"]["panel.is_odd"].update(confirm="no"),
        lambda data: data["values"]["panel.is_odd"].update(value=3),
        lambda data: data["values"]["panel.is_odd"].update(since="x"),
        lambda data: data["values"].update(x=3),
    ],
)
def test_a_damaged_snapshot_is_refused(damage):
    data = json.loads(json.dumps(rules().snapshot()))

    damage(data)

    with pytest.raises(RuleError, match=r"rulebook\.bad_snapshot"):
        Rules.from_snapshot(data)


def test_canonical_json_refuses_what_json_cannot_keep():
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": float("nan")})


def test_rows_of_a_database_make_a_layer_that_is_checked_like_any_other():
    rows = [
        LayerRow("community.tasks_max", date(2026, 1, 1), 3, "会议纪要〔2026〕2号"),
        LayerRow("community.tasks_max", date(2025, 1, 1), 5, "会议纪要〔2025〕1号", confirm=True),
        LayerRow("community.tasks_max", date(2026, 1, 1), 2, "会议纪要〔2026〕3号"),
        LayerRow(
            "evaluation.scheme", date(2025, 1, 1), {"residents": 7000, "office": 3000}, "会议纪要〔2025〕1号"
        ),
    ]

    layer = layer_from_rows(HEAD, rows, upper=(national(),))

    check_layers((national(), layer))
    assert [each.value for each in layer.entries["community.tasks_max"].values] == [5, 2]
    assert rules(ON, layer).int("community.tasks_max") == 2
    assert rules(date(2025, 6, 1), layer).confirm_names() == ("community.tasks_max", "procurement.threshold")


def test_a_row_below_a_file_of_the_same_place_wins():
    file = street(entry("community.tasks_max", "count", "[{ from = 2025-01-01, value = 9 }]"))
    head = replace(HEAD, parent="street")
    row = layer_from_rows(head, [LayerRow("community.tasks_max", ON, 1, "纪要")], upper=(national(), file))

    check_layers((national(), file, row))

    assert rules(ON, file, row).int("community.tasks_max") == 1


@pytest.mark.parametrize(
    ("name", "value", "source", "code"),
    [
        ("community.tasks", 3, "纪要", "rulebook.unknown_name"),
        ("community.tasks_max", 3, " ", "rulebook.missing_source"),
        ("community.tasks_max", "3", "纪要", "rulebook.value_type"),
        ("price.formula", "highest", "纪要", "rulebook.value_choice"),
    ],
)
def test_a_row_that_says_what_it_may_not_is_refused(name, value, source, code):
    with pytest.raises(RuleError, match=code):
        layer_from_rows(HEAD, [LayerRow(name, ON, value, source)], upper=(national(),))


def test_a_layer_is_written_as_a_file_that_reads_equal():
    body = entry(
        "contract.term_max",
        "months",
        "[{ from = 2025-01-01, value = 12 }]",
        'until = 2027-01-01\nnote_zh = "a\\"\\\\"',
    )

    for layer in (national(), street(body)):
        assert parse_layer(to_toml(layer), file="again.toml") == layer


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@given(
    TEXT,
    st.dictionaries(TEXT, st.integers(0, 9), min_size=1, max_size=4),
    st.lists(TEXT, min_size=1, max_size=3),
)
def test_any_text_survives_being_written_and_read(source, table, texts):
    rows = [
        LayerRow("community.tasks_max", ON, table, source),
        LayerRow("need.private_kinds", ON, texts, source),
    ]
    layer = layer_from_rows(HEAD, rows, upper=(national(),))

    assert parse_layer(to_toml(layer), file="again.toml") == layer


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        (" 20 ", "days", 20),
        ("1,000,000", "yuan", 1_000_000),
        ("phone=1，paper=3", "working_days", {"paper": 3, "phone": 1}),
        ("居民=6000 社区=4000", "weights_bp", {"居民": 6000, "社区": 4000}),
        ("是", "yes_no", True),
        ("No", "yes_no", False),
        ("疾病、暴力", "texts", ("疾病", "暴力")),
        ("lowest_ratio", "text", "lowest_ratio"),
    ],
)
def test_what_a_person_types_is_read_and_shown_alike(typed, unit, value):
    assert read_value(typed, unit) == value
    assert read_value(show_value(value), unit) == value


@pytest.mark.parametrize(
    ("typed", "unit", "code"),
    [
        ("二十", "days", "rulebook.value_type"),
        ("-3", "days", "rulebook.value_type"),
        ("1.5", "months", "rulebook.value_type"),
        ("", "days", "rulebook.value_type"),
        ("", "text", "rulebook.value_type"),
        ("", "texts", "rulebook.value_type"),
        ("也许", "yes_no", "rulebook.value_type"),
        ("10001", "bp", "rulebook.value_range"),
        ("13", "month_of_year", "rulebook.value_range"),
        ("0", "day_of_month", "rulebook.value_range"),
        ("a=1 b", "days", "rulebook.value_type"),
        ("a=5000", "weights_bp", "rulebook.value_range"),
        ("5000", "weights_bp", "rulebook.value_type"),
    ],
)
def test_what_fits_no_unit_is_refused_by_a_rule(typed, unit, code):
    with pytest.raises(RuleError, match=code):
        read_value(typed, unit)


@given(st.text(max_size=30), st.sampled_from(sorted(UNITS)))
def test_nothing_typed_breaks_the_reader(typed, unit):
    try:
        value = read_value(typed, unit)
    except RuleError:
        return
    if UNITS[unit] is Kind.NUMBER and isinstance(value, int):
        assert read_value(show_value(value), unit) == value

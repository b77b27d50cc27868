"""The packs, regimes and presets: whole, sourced, and the same over a live rulebook as far as it has them."""

from datetime import date
from pathlib import Path

import pytest

from zhagen.cli import shipped
from zhagen.cli.lab_inputs import newest_day
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.legal import Level, legal_check
from zhagen.lab.lever_map import LEVER_SOURCES, WEIGHTS, Origin
from zhagen.lab.lever_page import lever_page
from zhagen.lab.local_facts import default_facts
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.model.params import PARAMS, default_params
from zhagen.lab.packs import BASE, PackKind, base_levers, base_sources, forms, packs, presets, regimes
from zhagen.lab.reform import apply_reform, facts_after, lever_values, reform_of

ROOT = Path(__file__).parents[2]
ON = date(2026, 3, 2)
NATIONAL = Rules(shipped.layers(), "", ON)
YEARLY = apply_reform(
    reform_of(
        {"contract.term_ceiling": 12, "acceptance.light.users_invited": False, "practice.long_terms": False},
        NATIONAL,
    ),
    NATIONAL,
)
FACTS = default_facts().with_values({"plans_from_needs": 0})


def test_the_base_names_every_lever_once_with_its_source():
    assert list(base_sources()) == list(LEVER_SOURCES)
    assert all(each.source and each.grade in "AELJ" for each in base_sources().values())
    assert packs()[BASE].levers == base_levers() == {lever.code: lever.base for lever in LEVERS}


def test_each_pack_is_what_the_design_says():
    found = packs()

    assert set(found) == {"base", "R1", "R2", "R3", "R4", "R5", "R6", "R1+R2", "R3+R4", "no_purchase"}
    assert found["R1"].changed == {"term": 36, "merit": 1, "wage": 0.9}
    assert [found["R2"].levers[code] for code in WEIGHTS] == [2500, 3000, 1000, 1500, 2000]
    assert found["R3+R4"].changed == {**found["R3"].changed, **found["R4"].changed}
    joined = {**found["R1+R2"].changed, **found["R3+R4"].changed, "seat": 0.5}
    assert found["R5"].changed == joined
    assert found["no_purchase"].levers["buy"] == 0


def test_every_set_of_levers_is_known_whole_and_has_titles_and_a_source():
    for pack in (*packs().values(), *regimes().values(), *presets().values()):
        assert set(pack.changed) <= set(LEVER_SOURCES), pack.code
        assert all(lever.low <= pack.levers[lever.code] <= lever.high for lever in LEVERS), pack.code
        assert len(default_params(**pack.params)) == len(PARAMS)
        assert sum(pack.levers[code] for code in WEIGHTS) == 10_000
        assert pack.zh
        assert pack.en
        assert pack.source
        assert bool(pack.note_zh) == bool(pack.note_en)
        assert pack.title("zh") != pack.title("en")


@pytest.mark.parametrize("code", ["R1", "R2", "R3", "R4", "R5", "R6", "R1+R2", "R3+R4"])
def test_a_pack_over_a_yearly_rulebook_moves_the_levers_that_it_names_to_where_it_says(code):
    pack = packs()[code]
    reform = reform_of(pack.rules, YEARLY, FACTS)

    before, after = (
        lever_values(YEARLY, FACTS),
        lever_values(apply_reform(reform, YEARLY), facts_after(reform, FACTS)),
    )

    moved = {name: value for name, value in after.items() if value != before[name]}
    assert moved
    assert moved == pytest.approx({name: pack.levers[name] for name in moved}, abs=1e-4)
    unmoved = {name for name in pack.changed if name not in moved and after[name] != pack.levers[name]}
    assert unmoved <= {*WEIGHTS, "fee", "term", "merit", "wage"}
    assert code == "R6" or not {"term", "merit", "wage"} & unmoved


def test_posts_over_a_live_rulebook_are_blocked_as_employment():
    reform = reform_of(packs()["R6"].rules, NATIONAL)

    found = legal_check(NATIONAL, reform, ON, "")

    assert found[0].code == "legal.post_is_employment"
    assert found[0].level is Level.BLOCK
    assert not reform.is_adoptable


def test_the_second_baseline_is_the_national_form_whose_effect_counts_as_output_unless_checked():
    paper, checked = forms(NATIONAL).values()

    assert [paper.levers[code] for code in WEIGHTS] == [9000, 0, 0, 1000, 0]
    assert [checked.levers[code] for code in WEIGHTS] == [6000, 3000, 0, 1000, 0]
    assert "财预〔2020〕10号" in paper.source
    assert {name: value for name, value in paper.levers.items() if name not in WEIGHTS} == {
        name: value for name, value in base_levers().items() if name not in WEIGHTS
    }


def test_regimes_stay_in_research_and_move_what_no_office_can():
    found = regimes()

    assert set(found) == {"control", "absorption", "pluralism", "corporatism"}
    assert all(pack.kind is PackKind.REGIME and not pack.rules and pack.params for pack in found.values())
    assert found["absorption"].levers == base_levers()
    research = {
        name
        for pack in found.values()
        for name in pack.changed
        if LEVER_SOURCES[name].origin is Origin.RESEARCH
    }
    assert research >= {"themes_closed", "tender_mode", "licensed", "agencies_share", "buy", "other_income"}


def test_presets_are_densities_of_staff_and_name_no_city():
    dense, thin = presets()["dense_staff"], presets()["thin_staff"]

    assert dense.params["capacity"] > 1 > thin.params["capacity"]
    assert not dense.changed
    assert (dense.zh, thin.zh) == ("高人员密度", "低人员密度")


def test_the_page_of_levers_in_the_docs_is_the_one_that_the_code_gives():
    texts = shipped.catalogue()

    page = lever_page(Rules(shipped.layers(), "", newest_day()), texts)

    assert (ROOT / "docs/reference/lab-levers.md").read_text("utf-8") == page, "run: make docs"
    assert page.count("| `term` |") == 1
    assert all(texts[f"lever_origin.{origin}"]["zh"] in page for origin in Origin)

"""The guide of rule authors: each example in it is one that the product accepts."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.core.case_checks import CHECKS, world
from zhagen.cli import shipped
from zhagen.core.calendar import parse_year
from zhagen.core.rulebook.layers import check_layers
from zhagen.core.rulebook.parse import parse_layer
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.reform import read_reform

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


def examples(name: str) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (GUIDES / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("guide", ["rule-author.md", "rule-author.zh-CN.md"])
def test_the_examples_of_the_guide_are_accepted(guide):
    layer_text, year_text, case_text, reform_text = examples(guide)

    layer = parse_layer(layer_text, file=guide)
    case = tomllib.loads(case_text)["case"][0]

    check_layers((*shipped.layers(), layer))
    assert layer.entries["tender.selection.bid_period_min"].at(date(2025, 6, 1)).value == 7
    assert parse_year(year_text, guide).number == 2027
    rules = Rules(shipped.layers(), "990101001000", date(2026, 3, 2))
    assert len(read_reform(reform_text, rules, file=guide).paths) == 3
    assert CHECKS[case["check"]](world(case["place"], case["on"]), **case["given"]) == case["expect"]


@pytest.mark.parametrize("guide", ["rule-author.md", "rule-author.zh-CN.md"])
def test_the_commands_of_the_guide_are_commands_of_the_product(guide):
    text = (GUIDES / guide).read_text(encoding="utf-8")

    named = set(re.findall(r"zhagen (rulebook|calendar) (\w+)", text))

    assert named == {
        ("rulebook", "check"), ("rulebook", "show"), ("rulebook", "explain"), ("rulebook", "diff"),
        ("calendar", "check"),
    }  # fmt: skip

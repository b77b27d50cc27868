"""Every code that the judging core raises or gives as a reason has a text in both languages."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from zhagen.cli.shipped import catalogue
from zhagen.core.catalogue import parse_catalogue
from zhagen.core.errors import RuleError, render, spoken
from zhagen.core.scoring.renewal import Verdict

ROOT = Path(__file__).parents[2]
CONCEPTS = "bid|panel|sampling|evaluation|acceptance|self_evaluation|renewal"


def test_every_code_has_a_text_and_every_text_a_code() -> None:
    file = ROOT / "zhagen/rulebooks/messages/scoring.toml"
    texts = set(parse_catalogue([(file.name, file.read_text("utf-8"))]))
    sources = [ROOT / "zhagen/core/sampling.py", *(ROOT / "zhagen/core/scoring").glob("*.py")]
    used = {
        code
        for source in sources
        for code in re.findall(rf'(?:Error|Reason)\(\s*"((?:{CONCEPTS})\.\w+)"', source.read_text("utf-8"))
    }
    used |= {f"renewal.{verdict.value}" for verdict in Verdict}
    used |= {"acceptance.short", "acceptance.short_not_essential"}

    assert used == texts


def test_amounts_and_shares_are_said_in_yuan_and_percent_never_in_fen_or_bp():
    texts = catalogue()

    said = render(RuleError("bid.over_budget", amount_fen=18_000_050, budget_fen=18_000_000), texts, "zh")
    fraction = render(RuleError("bid.more_marks_would_win", criterion="方案", more_bp="1325/2"), texts, "en")

    assert "180,000.50 元" in said
    assert "6.63 points" in fraction
    for code, each in texts.items():
        for text in each.values():
            assert not re.search(r"_fen\} ?(分|fen)|_bp\} ?(bp|（万分)|万分之 ?\{", text), code


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("mean_fen", Fraction(5, 2), "0.03"), ("mean_fen", "51500000/3", "171,666.67"), ("least_bp", 0, "0"),
        ("least_bp", 6667, "66.67"), ("why_bp", "—", "—"), ("days", 3, 3), ("at_fen", None, None),
    ],
)  # fmt: skip
def test_a_figure_is_said_by_the_unit_in_its_name(name, value, expected):
    assert spoken(name, value) == expected

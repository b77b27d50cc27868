"""Perfect paper without effect against plain paper with real effect, through the database and the pages.

The core's proof is in tests/lab; here small worlds are told as actions of the product, and what its pages
say of both agencies is read as a member of the office reads it. Nothing that judges sees the plant.
"""

import datetime as dt
import re
from dataclasses import replace

import pytest

from tests.web.visitor import plain
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.delivery.models import AnnualReview, Evaluation
from zhagen.lab.district import District, Plant, make_district
from zhagen.lab.district_work import work_of
from zhagen.procurement.models import Contract
from zhagen.web.demo.load import load_demo

SEEDS = (11, 12, 13)
ENDS_ON = dt.date(2025, 10, 31)
FROM_WORST = (Advice.NOT_RENEW, Advice.REPROCURE, Advice.CORRECT, Advice.RENEW)
SESSIONS = 24
PARTS = ("信任", "需求在先")
"""Parts of the portrait in which the plant must show; the others may stand either way in one year."""


def a_small_world(seed: int) -> District:
    """One street, two lots, the two agencies that must be told apart, one year judged to its end."""
    made = make_district(
        seed, streets=1, communities=4, agencies=2, workers=6, months=16, doors=120, ends_on=ENDS_ON
    )
    contracts = tuple(replace(each, promised_sessions=SESSIONS) for each in made.contracts)
    return replace(made, contracts=contracts)


@pytest.fixture(params=SEEDS)
def world(request):
    return load_demo(district=a_small_world(request.param))


def contract_of(world, plant: Plant) -> Contract:
    key = next(key for key, truth in world.district.truths.items() if truth.plant is plant)
    return Contract.objects.get(pk=world.contracts[key].pk)


def read(client, world, path: str) -> str:
    client.force_login(world.people[f"handler:{world.district.streets[0].code}"])
    answer = client.get(path)
    assert answer.status_code == 200, path
    return plain(answer.content.decode())


def percent(text: str, after: str) -> float:
    """Return the first percentage, or number, that a page shows after some words."""
    return float(re.search(r"(-?\d+(?:\.\d+)?)\s*%?", text.partition(after)[2])[1])


def test_real_effect_stands_above_perfect_paper_on_every_page_that_judges(client, world):
    paper, effect = contract_of(world, Plant.PERFECT_PAPER), contract_of(world, Plant.PLAIN_PAPER)

    assert _paper_kept(world, Plant.PERFECT_PAPER) > 2 * _paper_kept(world, Plant.PLAIN_PAPER)
    assert _accepted_fen(paper) == paper.amount_fen, "what was promised was delivered, on paper"

    assert _score(client, world, paper) < _score(client, world, effect)
    assert _advice(client, world, paper) <= _advice(client, world, effect)
    of_effect, of_paper = _portrait(client, world, effect), _portrait(client, world, paper)
    assert all(of_effect[part] > of_paper[part] for part in PARTS)


def _paper_kept(world, plant: Plant) -> int:
    """Photos and sheets: what the usual evaluation counts."""
    key = next(key for key, truth in world.district.truths.items() if truth.plant is plant)
    contract = next(each for each in world.district.contracts if each.key == key)
    return sum(each.photos for each in work_of(world.district, contract).sessions)


def _accepted_fen(contract: Contract) -> int:
    return sum(each.payable_fen for each in contract.instalments.all())


def _score(client, world, contract: Contract) -> float:
    evaluation = Evaluation.objects.get(contract=contract)
    page = read(client, world, f"/evaluations/{evaluation.pk}/")
    score = percent(page, "得分")
    assert score == pytest.approx(evaluation.score_bp / 100, abs=0.6)
    return score


def _advice(client, world, contract: Contract) -> int:
    review = AnnualReview.objects.get(contract=contract)
    assert "建议" in read(client, world, f"/annual-reviews/{review.pk}/")
    return FROM_WORST.index(Advice(review.advice))


def _portrait(client, world, contract: Contract) -> dict[str, float]:
    page = read(client, world, f"/contracts/{contract.pk}/portrait/")
    return {part: float(re.search(rf"{part} (\d+\.\d)% \(", page)[1]) for part in PARTS}

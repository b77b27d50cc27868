"""The budget unit's own form: figures from records, ratings only where nothing can be counted."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, cast
from tests.delivery.builders import a_staffing, deliver
from tests.delivery.builders_judging import at
from tests.procurement.builders_contract import a_contract
from zhagen.core.errors import RuleError
from zhagen.delivery.actions.self_evaluation import FormWords, make_self_evaluation, rules_on
from zhagen.delivery.models import SelfEvaluation
from zhagen.delivery.portrait import portrait_of, public_portrait_of
from zhagen.delivery.self_form import prepare
from zhagen.parties.actions.door import import_doors
from zhagen.parties.models import Door, Place

MADE = at(2027, 1, 12)
RATED = {f"benefit.{name}": 9_000 for name in ("economic", "social", "ecological", "sustainable")} | {
    "quality": 9_000,
    "satisfaction": 9_000,
}


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def explained(contract, year=2026):
    keys = [each.key for each in prepare(contract, year, rules_on(contract, MADE)).lines]
    return dict.fromkeys(keys, "当年服务从三月开始，次年继续")


def words(contract, **changes):
    values = {
        "goal": "独居老人有人问",
        "goal_result": "已基本达到",
        "ratings": RATED,
        "reasons": explained(contract),
    }
    return FormWords(**{**values, **changes})


def test_the_form_is_filled_from_the_records_and_sums_to_a_hundred(people):
    contract = a_contract(people)
    deliver(contract, a_staffing(contract, people["social_worker"]))

    form = make_self_evaluation(contract, 2026, words(contract), by=people["handler"].actor, now=MADE)

    lines = {each["key"]: each for each in form.result["lines"]}
    assert sum(each["weight_bp"] for each in lines.values()) + 1_000 == 10_000
    assert lines["quantity.cases"]["actual"] == 12
    assert lines["quantity.cases"]["target"] == 10, "306 of 365 days of twelve"
    assert form.result["spent_fen"] == 0
    assert form.result["heads_bp"]["execution"] == 0
    assert form.score_bp == sum(form.result["heads_bp"].values())


def test_a_line_off_its_target_is_explained_and_every_open_line_is_rated(people):
    contract, handler = a_contract(people), people["handler"].actor

    with refused("self_evaluation.reason_needed"):
        make_self_evaluation(contract, 2026, words(contract, reasons={}), by=handler, now=MADE)
    with refused("self_evaluation.share_out_of_range"):
        make_self_evaluation(contract, 2026, words(contract, ratings={}), by=handler, now=MADE)
    with refused("self_evaluation.year_outside"):
        make_self_evaluation(contract, 2030, words(contract), by=handler, now=MADE)
    with refused("permission.denied"):
        make_self_evaluation(contract, 2026, words(contract), by=people["agency_head"].actor, now=MADE)
    assert not SelfEvaluation.objects.exists()


def test_a_year_without_money_cannot_be_evaluated(people):
    contract = a_contract(people)
    contract.instalments.update(budget_year=2027)

    with refused("self_evaluation.no_budget"):
        make_self_evaluation(contract, 2026, words(contract), by=people["handler"].actor, now=MADE)


def test_a_year_without_a_due_instalment_is_rated_for_timeliness(people):
    contract = a_contract(people)
    contract.instalments.update(due_on=dt.date(2027, 2, 1))

    prepared = prepare(contract, 2026, rules_on(contract, MADE))

    timeliness = next(each for each in prepared.lines if each.key == "timeliness")
    assert timeliness.line is None


def test_the_portrait_says_nothing_of_what_is_not_measured(people):
    contract = a_contract(people)
    rules = rules_on(contract, MADE)

    for drawn in (portrait_of, public_portrait_of):
        portrait = drawn(contract, dt.date(2026, 9, 1), rules)
        assert [part.value_bp for part in portrait.parts] == [None] * 4


def test_doors_are_added_once_and_only_to_a_community(people):
    own, street = Place.objects.get(pk=COMMUNITY), Place.objects.get(pk="990101001000")
    rows = [("1号楼", "101"), ("1号楼 ", "101"), ("1号楼", "102"), ("", "")]

    assert import_doors(own, rows, by=people["community"].actor, now=MADE) == 2
    assert import_doors(own, rows, by=people["handler"].actor, now=MADE) == 0
    with refused("door.nothing_to_add"):
        import_doors(own, [], by=people["handler"].actor, now=MADE)
    with refused("door.not_a_community"):
        import_doors(street, rows, by=people["handler"].actor, now=MADE)
    with refused("permission.denied"):
        import_doors(Place.objects.get(pk="990101001002"), rows, by=people["community"].actor, now=MADE)
    assert Door.objects.count() == 2

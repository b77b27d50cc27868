"""Lines of the year's budget: entered once, never below what plans hold, never held beyond their sum."""

import datetime as dt

import pytest

from tests.cast import STREET, cast, foreign_cast
from tests.procurement import builders_tender as made
from zhagen.core.errors import RuleError
from zhagen.parties.models import Place
from zhagen.procurement.actions.budget import LineDraft, add_budget_line, change_budget_line
from zhagen.procurement.models import BudgetLine

NOW = made.DRAFTED_AT
ARRIVED = dt.date(2026, 3, 1)


@pytest.fixture
def people():
    return cast()


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def change(people, line, amount_fen, by="finance"):
    return change_budget_line(line, amount_fen=amount_fen, arrived_on=ARRIVED, by=people[by].actor, now=NOW)


def test_a_line_is_entered_once_a_year_and_by_finance_of_the_own_street(people):
    made.a_budget_line(people)
    place = Place.objects.get(pk=STREET)
    same = LineDraft(place, 2026, "2080299", "社区服务购买", 100, None)
    next_year = LineDraft(place, 2027, "2080299", "社区服务购买", 100, None)

    with refused("budget.line_twice"):
        add_budget_line(same, by=people["finance"].actor, now=NOW)
    for stranger in (people["handler"], foreign_cast()["finance"]):
        with refused("permission.denied"):
            add_budget_line(next_year, by=stranger.actor, now=NOW)
    add_budget_line(next_year, by=people["finance"].actor, now=NOW)
    assert BudgetLine.objects.count() == 2


def test_a_line_is_corrected_down_to_what_plans_hold_of_it_and_no_further(people):
    plan = made.a_plan(people)
    line, held = plan.budget_line, plan.held_fen

    with refused("budget.below_committed"):
        change(people, line, held - 1)
    with refused("permission.denied"):
        change(people, line, held, by="handler")
    changed = change(people, line, held)

    assert (changed.amount_fen, changed.arrived_on, changed.left_fen) == (held, ARRIVED, 0)


def test_a_plan_that_needs_more_than_is_left_of_its_line_is_not_approved(people):
    line = made.a_budget_line(people, 200_000)
    made.a_plan(people, budget_line=line)

    with refused("budget.line_exceeded"):
        made.a_plan(people, budget_line=line, title="第二个项目")
    line.refresh_from_db()
    assert line.committed_fen == 135_000 * made.YUAN

"""A round over the doors of a community: who may open it, when, and what its closing moves."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, cast
from tests.procurement.builders import a_need
from zhagen.core.errors import RuleError
from zhagen.core.needs import Word
from zhagen.parties.actions.door import add_doors
from zhagen.parties.models import Organisation, Place
from zhagen.platform.clock import now, today
from zhagen.procurement.actions.need import unserve_need
from zhagen.procurement.actions.need_round import (
    answer_by_code,
    answer_by_evaluator,
    close_round,
    door_of_code,
    open_round,
)
from zhagen.procurement.actions.need_triage import clear_need
from zhagen.procurement.models import NeedRound

DAY = dt.timedelta(days=1)
DOORS = "3号楼 101-106,201-206\n5号楼 101-108"


@pytest.fixture
def people():
    return cast()


def add_the_doors(people):
    add_doors(Place.objects.get(pk=COMMUNITY), DOORS, by=people["community"].actor, now=now())


def a_shared_need(people):
    return clear_need(a_need(people, "in_service"), "3号楼楼道灯不亮", by=people["handler"].actor, now=now())


def open_one(people, *, by="handler", kind="evaluator", until=20 * DAY) -> NeedRound:
    evaluator = Organisation.objects.filter(kind=kind).first()
    place = Place.objects.get(pk=COMMUNITY)
    return open_round(place, evaluator, answer_until=today() + until, by=people[by].actor, now=now())


def refused(code):
    return pytest.raises(RuleError, match=code.replace(".", r"\."))


def answer_all(people, round_, word):
    asked = {str(need.pk): word for need in round_.needs.all()}
    for drawn in round_.drawn.all():
        answer_by_evaluator(drawn, asked, by=people["evaluator"].actor, now=now())


def test_a_round_needs_doors_and_cleared_needs_of_the_community(people):
    with refused("need.round_no_doors"):
        open_one(people)
    add_the_doors(people)
    with refused("need.round_no_needs"):
        open_one(people)
    a_shared_need(people)

    assert open_one(people).needs.count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"by": "community"}, "permission.denied"),
        ({"by": "evaluator"}, "permission.denied"),
        ({"kind": "agency"}, "need.evaluator_unfit"),
        ({"until": -DAY}, "need.date_past"),
    ],
)
def test_a_round_is_opened_by_the_street_for_an_evaluator_with_time_to_answer(people, wrong, code):
    add_the_doors(people)
    a_shared_need(people)

    with refused(code):
        open_one(people, **wrong)
    assert not NeedRound.objects.exists()


def test_a_code_that_was_never_printed_opens_no_door(people):
    with refused("need.door_unknown"):
        door_of_code("ABCD-EFGH")


def test_a_closed_round_takes_no_answer_and_is_not_closed_again(people):
    add_the_doors(people)
    need = a_shared_need(people)
    round_ = open_one(people)
    drawn = round_.drawn.first()
    round_ = close_round(round_, by=people["evaluator"].actor, now=now() + 21 * DAY)

    with refused("need.round_closed"):
        answer_by_code(drawn.code, {str(need.pk): "met"}, now=now())
    with refused("need.round_closed"):
        close_round(round_, by=people["evaluator"].actor, now=now())
    need.refresh_from_db()
    assert (need.sampled_word, need.state) == ("", "in_service"), "nobody answered: nothing is said of it"


def test_a_word_of_the_draw_waits_where_the_need_is_to_be_bought_again(people):
    add_the_doors(people)
    need = a_shared_need(people)
    round_ = open_one(people)
    unserve_need(need, by=people["handler"].actor, now=now())
    answer_all(people, round_, Word.MET.value)

    close_round(round_, by=people["evaluator"].actor, now=now())

    need.refresh_from_db()
    assert (need.sampled_word, need.state) == ("met", "to_buy")

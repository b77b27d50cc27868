"""Ties are declared and ended by their owner, on days that have come."""

import datetime as dt

import pytest

from tests.cast import cast, make_organisation
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.types import PUBLIC
from zhagen.parties.actions.tie import declare_tie, end_tie
from zhagen.parties.models import Tie
from zhagen.platform.clock import now, today

SINCE = dt.date(2022, 5, 1)


@pytest.fixture
def people():
    return cast()


def declare(by, kind="kin", since_on=SINCE):
    return declare_tie(make_organisation("扎根社工服务中心"), kind, since_on, by=by, now=now())


def test_a_tie_is_declared_once_a_kind_until_it_has_ended(people):
    expert = people["expert"].actor
    tie = declare(expert)

    with pytest.raises(RuleError, match=r"tie\.twice"):
        declare(expert)
    declare(expert, "other")
    end_tie(tie, today(), by=expert, now=now())
    declare(expert)

    assert Tie.objects.filter(person=people["expert"].user).count() == 3
    assert Event.objects.filter(kind="tie.declared").count() == 3


def test_a_visitor_who_has_not_signed_in_declares_none(people):
    with pytest.raises(RuleError, match=r"permission\.denied"):
        declare(PUBLIC)
    assert not Tie.objects.exists()


def test_a_tie_begins_and_ends_on_days_that_have_come_and_in_this_order(people):
    expert, tomorrow = people["expert"].actor, today() + dt.timedelta(days=1)
    with pytest.raises(RuleError, match=r"tie\.in_future"):
        declare(expert, since_on=tomorrow)
    tie = declare(expert)

    with pytest.raises(RuleError, match=r"tie\.in_future"):
        end_tie(tie, tomorrow, by=expert, now=now())
    with pytest.raises(RuleError, match=r"tie\.ends_before_start"):
        end_tie(tie, SINCE - dt.timedelta(days=1), by=expert, now=now())
    assert Tie.objects.get().until_on is None
    assert end_tie(tie, SINCE, by=expert, now=now()).until_on == SINCE


def test_nobody_ends_a_tie_of_another(people):
    tie = declare(people["expert"].actor)

    with pytest.raises(RuleError, match=r"permission\.denied"):
        end_tie(tie, today(), by=people["chief"].actor, now=now())

"""An office is set up once; its places and its upkeep."""

import pytest

from tests.cast import COMMUNITY, STREET, cast
from zhagen.audit.models import Event, EventPayload
from zhagen.core.errors import RuleError
from zhagen.parties.actions.office import (
    OfficeDraft,
    add_community,
    choose_intake,
    record_upkeep,
    set_up_office,
)
from zhagen.parties.models import Invitation, Place
from zhagen.platform.clock import now

DRAFT = OfficeDraft(STREET, "青禾街道", "罗小维")


def the_known_street(**changes):
    values = {"name": "青禾街道", "level": 4, "parent": "990101000000", "edition": "2023-06-30", **changes}
    return Place.objects.create(code=STREET, **values)


def test_a_second_office_is_refused():
    set_up_office(DRAFT, now=now())

    with pytest.raises(RuleError, match=r"office\.exists"):
        set_up_office(OfficeDraft("990101002000", "柳湾街道", "罗小维"), now=now())
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("name", ["青禾街道", ""])
def test_a_street_that_the_division_files_know_keeps_its_edition(name):
    the_known_street()

    invitation, token = set_up_office(OfficeDraft(STREET, name, "罗小维"), now=now())

    place = Place.objects.get(pk=STREET)
    assert (place.name, place.edition, place.is_active) == ("青禾街道", "2023-06-30", True)
    assert (invitation.place, bool(token)) == (place, True)


def test_a_name_that_is_not_the_files_name_of_the_code_is_refused():
    the_known_street(name="禾苗街道")

    with pytest.raises(RuleError, match=r"place\.name_differs") as refused:
        set_up_office(DRAFT, now=now())
    assert refused.value.figures == {"code": STREET, "known": "禾苗街道", "given": "青禾街道"}
    assert not Place.objects.filter(is_active=True).exists()


def test_upkeep_is_on_the_log_of_the_street_and_nowhere_before_there_is_one():
    record_upkeep("office.backed_up", {"log_size": 0}, now=now())
    assert not Event.objects.exists()
    the_known_street(is_active=True)

    record_upkeep("office.backed_up", {"log_size": 3}, now=now())

    assert EventPayload.objects.get(event__kind="office.backed_up").figures == {"log_size": 3}


def test_a_community_that_is_known_is_not_entered_again():
    street, operator = Place.objects.filter(pk=STREET), cast()["operator"].actor

    with pytest.raises(RuleError, match=r"place\.exists"):
        add_community(street.get(), COMMUNITY, "东园新村", by=operator, now=now())
    assert Place.objects.get(pk=COMMUNITY).name == "东园社区"


def test_whoever_holds_no_post_of_the_street_does_not_take_in_its_needs():
    people, street = cast(), Place.objects.get(pk=STREET)

    with pytest.raises(RuleError, match=r"place\.intake_not_in_post"):
        choose_intake(street, people["finance"].user, by=people["chief"].actor, now=now())
    assert choose_intake(street, people["leader"].user, by=people["chief"].actor, now=now()).intake
    assert choose_intake(street, None, by=people["chief"].actor, now=now()).intake is None

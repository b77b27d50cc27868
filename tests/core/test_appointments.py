"""Who may invite whom, and which posts lie in different hands."""

import itertools

import pytest

from zhagen.core.appointments import MAY_INVITE, check_invitable, check_roles, where_of
from zhagen.core.errors import RuleError
from zhagen.core.types import Role

PEOPLE = [role for role in Role if role not in {Role.PUBLIC, Role.SYSTEM}]
LIMITS_SEPARATED = [
    (Role.HANDLER, Role.FINANCE),
    (Role.CHIEF, Role.FINANCE),
    (Role.HANDLER, Role.DISCIPLINE),
    (Role.FINANCE, Role.AUDITOR),
    (Role.OPERATOR, Role.AUDITOR),
    (Role.OPERATOR, Role.CHIEF),
    (Role.HANDLER, Role.AGENCY_HEAD),
    (Role.EVALUATOR, Role.SOCIAL_WORKER),
    (Role.COMMUNITY, Role.STATION_LEAD),
]


@pytest.mark.parametrize(("one", "other"), LIMITS_SEPARATED)
def test_posts_that_must_be_separate_are_refused_in_either_order(one, other):
    for role, held in ((one, other), (other, one)):
        with pytest.raises(RuleError) as refused:
            check_roles(role, {held})
        assert refused.value.code == "appointment.roles_collide"
        assert refused.value.figures == {"role": role, "other": held}
        assert refused.value.source


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Role.HANDLER, Role.CHIEF),
        (Role.FINANCE, Role.EXPERT),
        (Role.STATION_LEAD, Role.SOCIAL_WORKER),
        (Role.DISCIPLINE, Role.AUDITOR),
        (Role.HANDLER, Role.HANDLER),
    ],
)
def test_posts_that_may_go_together_are_let_through(one, other):
    check_roles(one, {other})


def test_separation_does_not_depend_on_the_order():
    def refuses(role, held):
        try:
            check_roles(role, {held})
        except RuleError:
            return True
        return False

    assert all(refuses(a, b) == refuses(b, a) for a, b in itertools.product(PEOPLE, PEOPLE))


def test_every_role_can_be_given_by_somebody_and_none_gives_the_public_or_the_clock():
    given = set().union(*MAY_INVITE.values())

    assert given == set(PEOPLE)


def test_an_agency_head_gives_no_post_of_the_street():
    with pytest.raises(RuleError):
        check_invitable({Role.AGENCY_HEAD}, Role.HANDLER)
    check_invitable({Role.AGENCY_HEAD}, Role.SOCIAL_WORKER)


def test_each_role_is_held_in_one_kind_of_place():
    assert {where_of(role) for role in PEOPLE} == {"street", "community", "organisation"}

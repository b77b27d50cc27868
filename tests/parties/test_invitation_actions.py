"""People by invitation: who may give what where, and links that work once."""

import datetime as dt

import pytest

from tests.cast import COMMUNITY, OTHER_STREET, STREET, cast
from zhagen.core.errors import RuleError
from zhagen.core.types import PUBLIC, Role
from zhagen.parties.actions.invitation import (
    VALID_FOR,
    AccountDraft,
    Invited,
    accept_invitation,
    invite_person,
    open_invitation,
    renew_invitation,
    withdraw_invitation,
)
from zhagen.parties.actor import actor_of
from zhagen.parties.models import Appointment, Organisation, Place, User
from zhagen.platform.clock import now

ACCOUNT = AccountDraft("xinren", "三号楼的石榴树有七棵", "010-1234")


@pytest.fixture
def people():
    return cast()


def at_place(role, code=STREET, **more):
    return Invited("新人", role, place=Place.objects.get(pk=code), **more)


def issue(people, invited=None, by="operator"):
    return invite_person(invited or at_place(Role.HANDLER), by=people[by].actor, now=now())


def test_an_accepted_invitation_makes_an_account_with_one_role_from_today(people):
    invitation, token = issue(people)

    user = accept_invitation(open_invitation(token, now()), ACCOUNT, by=PUBLIC, now=now())

    grants = actor_of(user).grants
    assert [(grant.role, grant.place) for grant in grants] == [(Role.HANDLER, STREET)]
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert token not in str(invitation.__dict__)


def test_a_link_works_once(people):
    invitation, token = issue(people)
    accept_invitation(invitation, ACCOUNT, by=PUBLIC, now=now())

    with pytest.raises(RuleError, match=r"invitation\.used"):
        accept_invitation(invitation, AccountDraft("other", "三号楼的石榴树有八棵"), by=PUBLIC, now=now())
    assert open_invitation(token, now()) is None
    assert not User.objects.filter(username="other").exists()


def test_a_link_expires_to_the_second(people):
    invitation, token = issue(people)

    assert open_invitation(token, invitation.expires_at - dt.timedelta(seconds=1)) == invitation
    assert open_invitation(token, invitation.expires_at) is None
    assert invitation.expires_at - invitation.invited_at == VALID_FOR


def test_a_renewed_link_kills_the_old_one_and_a_withdrawn_one_is_dead(people):
    invitation, old = issue(people)

    invitation, new = renew_invitation(invitation, by=people["operator"].actor, now=now())
    is_renewed = open_invitation(old, now()) is None and open_invitation(new, now()) == invitation
    withdraw_invitation(invitation, by=people["operator"].actor, now=now())

    assert is_renewed
    assert open_invitation(new, now()) is None


@pytest.mark.parametrize(
    ("by", "role", "code"),
    [
        ("chief", Role.AUDITOR, {}),
        ("chief", Role.OPERATOR, {}),
        ("handler", Role.COMMUNITY, {"code": COMMUNITY}),
        ("operator", Role.HANDLER, {"code": OTHER_STREET}),
        ("agency_head", Role.HANDLER, {}),
    ],
)
def test_nobody_gives_a_role_beyond_his_own_reach(people, by, role, code):
    with pytest.raises(RuleError) as refused:
        issue(people, at_place(role, **code), by=by)
    assert refused.value.code in {"appointment.may_not_invite", "appointment.not_yours"}


@pytest.mark.parametrize(("role", "is_of_agency"), [(Role.AGENCY_HEAD, False), (Role.HANDLER, True)])
def test_a_role_is_given_where_it_is_held(people, role, is_of_agency):
    invited = at_place(role, organisation=Organisation.objects.get(kind="agency") if is_of_agency else None)

    with pytest.raises(RuleError, match=r"appointment\.where_missing"):
        issue(people, invited)


def test_a_used_or_withdrawn_invitation_is_neither_renewed_nor_withdrawn(people):
    used, withdrawn = issue(people)[0], issue(people)[0]
    accept_invitation(used, ACCOUNT, by=PUBLIC, now=now())
    withdraw_invitation(withdrawn, by=people["operator"].actor, now=now())

    for each in (used, withdrawn):
        for again in (renew_invitation, withdraw_invitation):
            with pytest.raises(RuleError, match=r"invitation\.used"):
                again(each, by=people["operator"].actor, now=now())


def test_an_agency_head_invites_into_the_own_agency_only(people):
    own = Organisation.objects.get(kind="agency")
    other = Organisation.objects.create(name="外来社工中心", kind="agency", created_at=now())

    issue(people, Invited("新社工", Role.SOCIAL_WORKER, organisation=own), by="agency_head")

    with pytest.raises(RuleError, match=r"appointment\.not_yours"):
        issue(people, Invited("新社工", Role.SOCIAL_WORKER, organisation=other), by="agency_head")


def test_a_person_with_an_account_takes_a_second_role_unless_the_posts_collide(people):
    community, _ = issue(people, at_place(Role.EXPERT))
    finance, _ = issue(people, at_place(Role.FINANCE))
    handler = people["handler"]

    accept_invitation(community, None, by=handler.actor, now=now())

    assert actor_of(handler.user).roles == {Role.HANDLER, Role.EXPERT}
    with pytest.raises(RuleError, match=r"appointment\.roles_collide"):
        accept_invitation(finance, None, by=handler.actor, now=now())
    finance.refresh_from_db()
    assert finance.accepted_at is None


def test_an_account_name_is_taken_whatever_its_case(people):
    invitation, _ = issue(people)

    with pytest.raises(RuleError, match=r"invitation\.username_taken"):
        accept_invitation(invitation, AccountDraft("HANDLER", "三号楼的石榴树有七棵"), by=PUBLIC, now=now())
    assert not Appointment.objects.filter(user__username="HANDLER").exists()

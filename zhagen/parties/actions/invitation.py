"""People by invitation: issue, renew, withdraw, accept."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from zhagen.audit.record import record
from zhagen.core.appointments import check_invitable, check_roles, where_of
from zhagen.core.errors import RuleError
from zhagen.core.permissions import scopes
from zhagen.core.types import Actor, Role
from zhagen.parties.actor import user_of
from zhagen.parties.models import Appointment, Invitation, Organisation, Place, User
from zhagen.parties.tokens import digest_of, new_token
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

VALID_FOR = dt.timedelta(days=14)


@dataclass(frozen=True)
class Invited:
    """Whom an invitation is for.

    Args:
        name: The person's name.
        role: The role that comes with acceptance.
        place: Street or community of the role; None for a role in an organisation.
        organisation: Organisation of the role; None for a role in a place.
        invited_from: The street on whose behalf it is given.
        mail: Where the link may be sent; empty if it is handed over on paper.
        until_on: Last day of the term, if it is limited.
    """

    name: str
    role: Role
    place: Place | None = None
    organisation: Organisation | None = None
    invited_from: Place | None = None
    mail: str = ""
    until_on: dt.date | None = None


@dataclass(frozen=True)
class AccountDraft:
    """The account that an invited person makes."""

    username: str
    password: str
    phone: str = ""


@write_tx
def invite_person(invited: Invited, *, by: Actor, now: dt.datetime) -> tuple[Invitation, str]:
    """Invite a person to a role within the inviter's own street or organisation; return it with its token.

    Raises:
        RuleError: "appointment.may_not_invite", "appointment.not_yours", "appointment.where_missing".
    """
    inviting = _inviting_roles(by, invited)
    if not inviting:
        raise RuleError("appointment.not_yours", role=invited.role)
    check_invitable(inviting, invited.role)
    return issue_invitation(invited, by=by, now=now)


def issue_invitation(invited: Invited, *, by: Actor, now: dt.datetime) -> tuple[Invitation, str]:
    """Write an invitation inside the caller's transaction; who may give it the caller has checked."""
    if (invited.organisation is None) == (where_of(invited.role) == "organisation"):
        raise RuleError("appointment.where_missing", role=invited.role)
    token, digest = new_token()
    invitation = Invitation.objects.create(
        token_digest=digest,
        name=invited.name,
        mail=invited.mail,
        role=invited.role,
        place=invited.place,
        organisation=invited.organisation,
        invited_from=invited.invited_from,
        until_on=invited.until_on,
        invited_by=user_of(by),
        invited_at=now,
        expires_at=now + VALID_FOR,
    )
    record("invitation.issued", invitation, by=by, at=now, payload={"role": invited.role})
    return invitation, token


def _inviting_roles(by: Actor, invited: Invited) -> set[Role]:
    """Return the inviter's roles whose street or organisation covers the place of the invitation."""
    found = set()
    for _, grant in scopes(by, "person.invite"):
        if grant.organisation:
            is_covered = str(invited.organisation and invited.organisation.pk) == grant.organisation
        else:
            where = invited.place.code if invited.place else grant.place
            is_covered = bool(grant.place) and where.startswith(grant.place[:9])
        if is_covered:
            found.add(grant.role)
    return found


@write_tx
def renew_invitation(invitation: Invitation, *, by: Actor, now: dt.datetime) -> tuple[Invitation, str]:
    """Give an unused invitation a new link; the old one is dead.

    Raises:
        RuleError: "invitation.used".
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    permit(by, "invitation.renew", invitation)
    _require_unused(invitation)
    token, invitation.token_digest = new_token()
    invitation.expires_at = now + VALID_FOR
    invitation.save(update_fields=["token_digest", "expires_at"])
    record("invitation.renewed", invitation, by=by, at=now)
    return invitation, token


@write_tx
def withdraw_invitation(invitation: Invitation, *, by: Actor, now: dt.datetime) -> Invitation:
    """Take back an unused invitation.

    Raises:
        RuleError: "invitation.used".
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    permit(by, "invitation.withdraw", invitation)
    _require_unused(invitation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    record("invitation.withdrawn", invitation, by=by, at=now)
    return invitation


def _require_unused(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.withdrawn_at:
        raise RuleError("invitation.used")


def open_invitation(token: str, now: dt.datetime) -> Invitation | None:
    """Return the invitation behind a link that may still be used; None if there is none."""
    return Invitation.objects.filter(
        token_digest=digest_of(token), accepted_at=None, withdrawn_at=None, expires_at__gt=now
    ).first()


@write_tx
def accept_invitation(
    invitation: Invitation, account: AccountDraft | None, *, by: Actor, now: dt.datetime
) -> User:
    """Make the account and its appointment, or appoint the person who has signed in; once.

    Args:
        invitation: An open one.
        account: The new account; None if the person who has signed in takes the role.
        by: The public, or the person who has signed in.
        now: Moment of receipt.

    Raises:
        RuleError: "invitation.used", "invitation.username_taken", "appointment.roles_collide".
    """
    taken = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None, expires_at__gt=now
    ).update(accepted_at=now)
    if not taken:
        raise RuleError("invitation.used")
    user = _new_user(invitation, account) if account else User.objects.select_for_update().get(pk=by.key)
    _appoint(user, invitation, now)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    who = Actor(str(user.pk), user.name, ())
    record("invitation.accepted", invitation, by=who, at=now, payload={"role": invitation.role})
    return user


def _new_user(invitation: Invitation, account: AccountDraft) -> User:
    if User.objects.filter(username__iexact=account.username).exists():
        raise RuleError("invitation.username_taken", username=account.username)
    user = User(username=account.username, name=invitation.name, email=invitation.mail, phone=account.phone)
    user.set_password(account.password)
    with transaction.atomic():
        user.save()
    return user


def _appoint(user: User, invitation: Invitation, now: dt.datetime) -> Appointment:
    on = now.astimezone(SHANGHAI).date()
    held = Appointment.objects.filter(user=user).exclude(until_on__lt=on).values_list("role", flat=True)
    check_roles(Role(invitation.role), {Role(each) for each in held})
    return Appointment.objects.create(
        user=user,
        role=invitation.role,
        place=invitation.place,
        organisation=invitation.organisation,
        invited_from=invitation.invited_from,
        from_on=on,
        until_on=invitation.until_on,
    )

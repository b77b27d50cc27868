"""A lost password or second factor: the operator asks, a second person confirms, both on record."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import AccessReset, Place, User
from zhagen.parties.tokens import digest_of, new_token
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

VALID_FOR = dt.timedelta(days=2)


@write_tx
def ask_access_reset(
    user: User, kind: str, reason: str, *, place: Place, by: Actor, now: dt.datetime
) -> AccessReset:
    """Ask for a person's lost password or second factor to be reset.

    Raises:
        RuleError: "access_reset.own", "access_reset.open".
    """
    permit(by, "access_reset.ask", user)
    if str(user.pk) == by.key:
        raise RuleError("access_reset.own")
    if AccessReset.objects.filter(user=user, kind=kind, confirmed_at=None).exists():
        raise RuleError("access_reset.open")
    reset = AccessReset.objects.create(
        user=user, kind=kind, reason=reason, place=place, asked_by=user_of(by), asked_at=now
    )
    record("access_reset.asked", reset, by=by, at=now, payload={"kind": kind, "user": user.pk})
    return reset


@write_tx
def confirm_access_reset(reset: AccessReset, *, by: Actor, now: dt.datetime) -> tuple[AccessReset, str]:
    """Confirm a reset as a second person; return it with the one-use token of a password link, else "".

    The person's sessions end everywhere; a second factor is removed and must be set up anew.

    Raises:
        RuleError: "access_reset.second_person", "access_reset.done".
    """
    reset = AccessReset.objects.select_for_update(of=("self",)).select_related("user").get(pk=reset.pk)
    permit(by, "access_reset.confirm", reset)
    if by.key in {str(reset.asked_by_id), str(reset.user_id)}:
        raise RuleError("access_reset.second_person")
    if reset.confirmed_at:
        raise RuleError("access_reset.done")
    reset.confirmed_by, reset.confirmed_at = user_of(by), now
    token = ""
    if reset.kind == AccessReset.Kind.SECOND_FACTOR:
        Authenticator.objects.filter(user=reset.user).delete()
    else:
        token, reset.token_digest = new_token()
    reset.save(update_fields=["confirmed_by", "confirmed_at", "token_digest"])
    end_sessions(reset.user)
    record(
        "access_reset.confirmed", reset, by=by, at=now, payload={"kind": reset.kind, "user": reset.user_id}
    )
    return reset, token


def open_reset(token: str, now: dt.datetime) -> AccessReset | None:
    """Return the password reset behind a link that may still be used; None if there is none."""
    return AccessReset.objects.filter(
        token_digest=digest_of(token), used_at=None, confirmed_at__gt=now - VALID_FOR
    ).first()


@write_tx
def use_access_reset(reset: AccessReset, password: str, *, now: dt.datetime) -> User:
    """Set the new password behind a link, once.

    Raises:
        RuleError: "access_reset.used".
    """
    if not AccessReset.objects.filter(pk=reset.pk, used_at=None).update(used_at=now):
        raise RuleError("access_reset.used")
    user = reset.user
    user.set_password(password)
    user.save(update_fields=["password"])
    record("access_reset.used", reset, by=Actor(str(user.pk), user.name, ()), at=now)
    return user


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()

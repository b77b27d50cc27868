"""Accounts come by invitation only; nobody signs himself up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnly(DefaultAccountAdapter):
    """Closes the sign-up page of the sign-in library."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: `parties` makes an account when an invitation is accepted."""
        return False

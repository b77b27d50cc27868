"""How the sign-in library fits this product: no sign-up, and a QR code that the content policy lets pass."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhagen.platform.home import secret_from
from zhagen.platform.qr import qr_svg

FRESH_SECONDS = 300


class InvitationOnly(DefaultAccountAdapter):
    """Closes the sign-up page of the sign-in library."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: `parties` makes an account when an invitation is accepted."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Ask for the password again before a sensitive step, but not minutes after the sign-in itself."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - each["at"] < FRESH_SECONDS for each in records)


class SecondFactor(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted and draws their QR code as plain SVG."""

    def build_totp_svg(self, url: str) -> str:
        """Draw the code without inline style, which the content policy refuses."""
        return qr_svg(url, title=_("二次验证二维码"))

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Name the account, not a mail address, in the app on the phone."""
        return user.get_username()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """No: a lost or changed phone goes by a reset that two people sign."""
        return False

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with a key that lies outside the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher():  # type: ignore[no-untyped-def]
    import base64
    import hashlib

    from cryptography.fernet import Fernet
    from django.conf import settings

    secret = secret_from(settings.HOME / "keys" / "second-factor")
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

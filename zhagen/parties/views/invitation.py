"""Invitations: the slip with the one-use link, and the page behind it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from zhagen.parties.actions.invitation import (
    AccountDraft,
    accept_invitation,
    open_invitation,
    renew_invitation,
    withdraw_invitation,
)
from zhagen.parties.models import Invitation, User
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.qr import qr_svg


@page("invitation.view", Invitation)
def invitation_view(request: HttpRequest, obj: Invitation) -> HttpResponse:
    """Show an invitation; to whoever has just issued it also the link, as a slip to print."""
    token = request.session.get(f"invitation:{obj.pk}", "")
    link = request.build_absolute_uri(reverse("invitation_accept", args=[token])) if token else ""
    code = mark_safe(qr_svg(link, title=str(_("邀请链接")))) if link else ""  # noqa: S308 - our own SVG
    context = {"invitation": obj, "link": link, "qr": code, "now": request.received_at}
    return render(request, "parties/invitation/view.html", context)


@page("invitation.renew", Invitation, methods=("POST",))
def invitation_renew(request: HttpRequest, obj: Invitation) -> HttpResponse:
    """Give an unused invitation a new link."""
    invitation, token = renew_invitation(obj, by=request.actor, now=request.received_at)
    request.session[f"invitation:{invitation.pk}"] = token
    return redirect("invitation_view", pk=obj.pk)


@page("invitation.withdraw", Invitation, methods=("POST",))
def invitation_withdraw(request: HttpRequest, obj: Invitation) -> HttpResponse:
    """Take back an unused invitation."""
    withdraw_invitation(obj, by=request.actor, now=request.received_at)
    return redirect("person_list")


class AccountForm(forms.Form):
    """The account that an invited person makes."""

    username = forms.CharField(
        label=_("账号"),
        min_length=3,
        max_length=60,
        validators=[UnicodeUsernameValidator()],
        help_text=_("字母、数字或汉字，登录时使用。"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    phone = forms.CharField(
        label=_("工作电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    password = forms.CharField(
        label=_("密码"),
        help_text=_("至少 10 个字符，不要用常见密码。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输入一次密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict:
        """Check the password's strength and that both entries agree."""
        data = super().clean() or {}
        password = data.get("password", "")
        if password and password != data.get("again"):
            self.add_error("again", _("两次输入的密码不一样。"))
        if password:
            try:
                validate_password(password, User(username=data.get("username", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class TakeForm(forms.Form):
    """Nothing to fill in: the person who has signed in takes the role."""


@page("invitation.accept", methods=("GET", "POST"))
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Make an account for one role, or take the role with the account that has signed in."""
    invitation = open_invitation(token, request.received_at)
    if invitation is None:
        raise Http404
    has_account = not request.actor.is_anonymous

    def act(data: dict) -> HttpResponse:
        account = None if has_account else AccountDraft(data["username"], data["password"], data["phone"])
        accept_invitation(invitation, account, by=request.actor, now=request.received_at)
        if has_account:
            return redirect("desk")
        messages.success(request, _("账号已建立，请登录。"))
        return redirect("account_login")

    context = {"invitation": invitation, "has_account": has_account}
    form_class = TakeForm if has_account else AccountForm
    return answer_form(request, form_class, act, "parties/invitation/accept.html", context)

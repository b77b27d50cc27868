"""Lost passwords and second factors: ask, confirm by a second person, set a new password."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.parties.actions.access_reset import (
    ask_access_reset,
    confirm_access_reset,
    open_reset,
    use_access_reset,
)
from zhagen.parties.models import AccessReset, User
from zhagen.parties.office import street_of
from zhagen.platform.fields import ChipField
from zhagen.platform.forms import answer_form
from zhagen.platform.pages import page
from zhagen.platform.scope import visible


class ResetForm(forms.Form):
    """What was lost, and how the person was recognised."""

    kind = ChipField(
        label=_("丢失了什么"),
        choices=[("second_factor", _("二次验证的手机")), ("password", _("密码"))],
    )
    reason = forms.CharField(
        label=_("原因，以及怎样核实了本人身份"),
        help_text=_("例如：手机丢失；本人持工作证到场。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@page("access_reset.ask", User, methods=("GET", "POST"))
def access_reset_ask(request: HttpRequest, obj: User) -> HttpResponse:
    """Ask for a reset; a second person has to confirm it."""
    street = street_of(request.actor, "access_reset.ask")

    def act(data: dict) -> HttpResponse:
        ask_access_reset(
            obj, data["kind"], data["reason"], place=street, by=request.actor, now=request.received_at
        )
        return redirect("access_reset_list")

    return answer_form(request, ResetForm, act, "parties/access_reset/ask.html", {"person": obj})


@page("access_reset.list")
def access_reset_list(request: HttpRequest) -> HttpResponse:
    """List the resets asked and confirmed."""
    resets = visible(request.actor, "access_reset.list", AccessReset)
    may_confirm = set(
        visible(request.actor, "access_reset.confirm", AccessReset)
        .filter(confirmed_at=None)
        .values_list("pk", flat=True)
    )
    rows = resets.select_related("user", "asked_by", "confirmed_by")[:100]
    context = {"resets": rows, "may_confirm": may_confirm}
    return render(request, "parties/access_reset/list.html", context)


@page("access_reset.confirm", AccessReset, methods=("GET", "POST"))
def access_reset_confirm(request: HttpRequest, obj: AccessReset) -> HttpResponse:
    """Confirm as a second person; for a password the one-use link is shown once."""

    def act(data: dict) -> HttpResponse:
        reset, token = confirm_access_reset(obj, by=request.actor, now=request.received_at)
        if not token:
            return redirect("access_reset_list")
        request.session[f"access_reset:{reset.pk}"] = token
        return redirect("access_reset_confirm", pk=reset.pk)

    token = request.session.get(f"access_reset:{obj.pk}", "")
    link = request.build_absolute_uri(reverse("access_reset_use", args=[token])) if token else ""
    context = {"reset": obj, "link": link}
    return answer_form(request, forms.Form, act, "parties/access_reset/confirm.html", context)


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("再输入一次密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, user: User, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self._user = user

    def clean(self) -> dict:
        """Check the password's strength and that both entries agree."""
        data = super().clean() or {}
        password = data.get("password", "")
        if password and password != data.get("again"):
            self.add_error("again", _("两次输入的密码不一样。"))
        if password:
            try:
                validate_password(password, self._user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


@page("access_reset.use", methods=("GET", "POST"))
def access_reset_use(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password behind a one-use link."""
    reset = open_reset(token, request.received_at)
    if reset is None:
        raise Http404

    def act(data: dict) -> HttpResponse:
        use_access_reset(reset, data["password"], now=request.received_at)
        return redirect("account_login")

    return answer_form(request, PasswordForm, act, "parties/access_reset/use.html", user=reset.user)

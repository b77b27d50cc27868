"""Setting up the first office; the communities it serves."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from zhagen.parties.actions.office import (
    OfficeDraft,
    activate_communities,
    add_community,
    choose_intake,
    has_office,
    intake_candidates,
    set_up_office,
)
from zhagen.parties.models import Place, User
from zhagen.parties.office import street_of
from zhagen.platform.clock import today
from zhagen.platform.forms import answer_form
from zhagen.platform.home import secret_from
from zhagen.platform.pages import page
from zhagen.platform.scope import visible


def setup_code() -> str:
    """Return the code that proves that whoever sets up the office can read this server's data home."""
    return secret_from(settings.HOME / "keys" / "setup-code")[:8]


class SetUpForm(forms.Form):
    """What a new office says of itself."""

    setup_code = forms.CharField(
        label=_("启动码"),
        help_text=_("服务器启动时显示，也在数据目录的 keys/setup-code 文件里（前 8 位）。"),
        max_length=80,
    )
    code = forms.RegexField(
        r"^\d{12}$",
        label=_("街道（乡镇）12 位统计用区划代码"),
        help_text=_("例如 990101001000；代码末三位是 000。"),
        error_messages={"invalid": _("区划代码是 12 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(label=_("街道（乡镇）名称"), max_length=100)
    operator = forms.CharField(
        label=_("系统管理员姓名"), help_text=_("下一步由他设置账号和密码。"), max_length=60
    )

    def clean_setup_code(self) -> str:
        """Compare in constant time."""
        given = self.cleaned_data["setup_code"].strip()
        if not constant_time_compare(given[:8], setup_code()):
            raise forms.ValidationError(_("启动码不对。请查看启动 zhagen serve 的窗口。"))
        return given


@page("office.set_up", methods=("GET", "POST"))
def office_set_up(request: HttpRequest) -> HttpResponse:
    """Set up the first office; absent once there is one."""
    if has_office():
        raise Http404

    def act(data: dict) -> HttpResponse:
        draft = OfficeDraft(data["code"], data["name"], data["operator"])
        _invitation, token = set_up_office(draft, now=request.received_at)
        return redirect("invitation_accept", token=token)

    return answer_form(request, SetUpForm, act, "parties/office/set_up.html")


class CommunitiesForm(forms.Form):
    """Which communities the office serves."""

    codes = forms.MultipleChoiceField(
        label=_("本街道服务的社区"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args, street: Place, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        communities = Place.objects.filter(parent=street.code, level=Place.Level.COMMUNITY)
        self.fields["codes"].choices = [(each.code, f"{each.name}（{each.code}）") for each in communities]
        self.initial["codes"] = [each.code for each in communities if each.is_active]


@page("place.activate", methods=("GET", "POST"))
def place_activate(request: HttpRequest) -> HttpResponse:
    """Choose the communities that the office serves."""
    street = _my_street(request)

    def act(data: dict) -> HttpResponse:
        activate_communities(street, data["codes"], by=request.actor, now=request.received_at)
        return redirect("person_list")

    context = {"street": street}
    return answer_form(
        request, CommunitiesForm, act, "parties/office/communities.html", context, street=street
    )


class IntakeForm(forms.Form):
    """Who takes in the needs of the street first."""

    user = forms.ModelChoiceField(
        label=_("新的需求先由谁接"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("在任最久的经办人（自动）"),
        help_text=_("他离任后自动改由在任最久的经办人接，不会没人管。"),
    )

    def __init__(self, *args, street: Place, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        candidates = [each.pk for each in intake_candidates(street, today())]
        self.fields["user"].queryset = User.objects.filter(pk__in=candidates).order_by("name")  # type: ignore[attr-defined]
        self.fields["user"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]
        self.initial["user"] = street.intake_id


@page("place.choose_intake", methods=("GET", "POST"))
def place_intake(request: HttpRequest) -> HttpResponse:
    """Choose who takes in the needs of the street first."""
    street = street_of(request.actor, "place.choose_intake")
    if street is None:
        raise Http404

    def act(data: dict) -> HttpResponse:
        choose_intake(street, data["user"], by=request.actor, now=request.received_at)
        messages.success(request, _("已记下。以后的新需求按此分给他。"))
        return redirect("place_intake")

    return answer_form(
        request, IntakeForm, act, "parties/office/intake.html", {"street": street}, street=street
    )


class CommunityForm(forms.Form):
    """A community that the division files do not know yet."""

    code = forms.RegexField(
        r"^\d{12}$",
        label=_("社区 12 位区划代码"),
        error_messages={"invalid": _("区划代码是 12 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = forms.CharField(label=_("社区名称"), max_length=100)


@page("place.activate", methods=("GET", "POST"))
def place_add(request: HttpRequest) -> HttpResponse:
    """Enter a community by hand."""
    street = _my_street(request)

    def act(data: dict) -> HttpResponse:
        add_community(street, data["code"], data["name"], by=request.actor, now=request.received_at)
        return redirect("place_activate")

    return answer_form(request, CommunityForm, act, "parties/office/community_add.html", {"street": street})


@page("office.view")
def office_view(request: HttpRequest) -> HttpResponse:
    """Show the office: its communities and what is still to be set up."""
    street = street_of(request.actor, "office.view")
    communities = visible(request.actor, "office.view", Place).filter(
        level=Place.Level.COMMUNITY, is_active=True
    )
    return render(request, "parties/office/view.html", {"street": street, "communities": communities})


def _my_street(request: HttpRequest) -> Place:
    street = street_of(request.actor, "place.activate")
    if street is None:
        raise Http404
    return street

"""Pages of organisations."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.core.uscc import doubt_about
from zhagen.parties.actions.organisation import OrganisationDraft, add_organisation, edit_organisation
from zhagen.parties.models import Organisation
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import explain, say

COLUMNS = (
    Column("name", "名称", "Name"),
    Column("kind", "类别", "Kind"),
    Column("uscc", "统一社会信用代码", "Unified social credit code"),
    Column("doubt", "核对", "Check"),
    Column("contact", "联系人", "Contact"),
)


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    name = forms.CharField(label=_("机构名称"), max_length=100)
    kind = forms.ChoiceField(label=_("类别"))
    uscc = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("18 位。校验不符时只提示，请与登记证书核对。"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )
    contact = forms.CharField(label=_("联系人"), max_length=100, required=False)
    mail = forms.EmailField(label=_("邮箱"), required=False)
    bank_account_name = forms.CharField(label=_("收款户名"), max_length=100, required=False)

    def __init__(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (kind.value, say(f"organisation.kind.{kind.value}")) for kind in Organisation.Kind
        ]


def organisation_row(organisation: Organisation) -> dict[str, object]:
    """Return one organisation as a row of the list."""
    doubt = doubt_about(organisation.uscc)
    return {
        "name": organisation.name,
        "kind": say(f"organisation.kind.{organisation.kind}"),
        "uscc": organisation.uscc,
        "doubt": explain(doubt) if doubt else "",
        "contact": organisation.contact,
    }


@page("organisation.list")
def organisation_list(request: HttpRequest) -> HttpResponse:
    """List the organisations."""
    listing = Listing(
        title=("机构", "Organisations"),
        columns=COLUMNS,
        rows=visible(request.actor, "organisation.list", Organisation),
        row_of=organisation_row,
        url_of=lambda each: reverse("organisation_edit", args=[each.pk]),
        empty=_("还没有机构。请先登记一家。"),
    )
    return answer_list(request, listing, template="parties/organisation/list.html")


@page("organisation.add", methods=("GET", "POST"))
def organisation_add(request: HttpRequest) -> HttpResponse:
    """Enter an organisation."""

    def act(data: dict) -> HttpResponse:
        made = add_organisation(OrganisationDraft(**data), by=request.actor, now=request.received_at)
        _say_doubt(request, made)
        return redirect("organisation_list")

    return answer_form(request, OrganisationForm, act, "parties/organisation/form.html")


@page("organisation.edit", Organisation, methods=("GET", "POST"))
def organisation_edit(request: HttpRequest, obj: Organisation) -> HttpResponse:
    """Correct an organisation."""

    def act(data: dict) -> HttpResponse:
        draft = OrganisationDraft(**data)
        _say_doubt(request, edit_organisation(obj, draft, by=request.actor, now=request.received_at))
        return redirect("organisation_edit", pk=obj.pk)

    initial = {name: getattr(obj, name) for name in OrganisationForm.base_fields}
    context = {"organisation": obj}
    return answer_form(
        request, OrganisationForm, act, "parties/organisation/form.html", context, initial=initial
    )


def _say_doubt(request: HttpRequest, organisation: Organisation) -> None:
    doubt = doubt_about(organisation.uscc)
    if doubt:
        messages.warning(request, explain(doubt))

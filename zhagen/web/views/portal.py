"""The public portal: notices, contracts with search and open data, what is done with data and for access."""

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import listed
from zhagen.procurement.models import Contract
from zhagen.web import public_contract

CONTRACT_COLUMNS = (
    Column("title", "服务", "Service"),
    Column("agency", "承接机构", "Agency"),
    Column("street", "街道", "Sub-district"),
    Column("amount_fen", "合同金额（元）", "Amount (yuan)", "money"),
    Column("starts_on", "开始", "From", "date"),
    Column("ends_on", "结束", "Until", "date"),
    Column("state", "状态", "State"),
    Column("number", "合同编号", "Number"),
)


class ContractSearch(forms.Form):
    """What the public may search contracts by."""

    q = forms.CharField(label=_("名称、机构或编号"), required=False, max_length=60)
    year = forms.IntegerField(label=_("服务年度"), required=False, min_value=2000, max_value=2100)

    def apply(self, contracts: QuerySet[Contract]) -> QuerySet[Contract]:
        """Return the contracts that match what was typed; nothing typed is everything."""
        if not self.is_valid():
            return contracts
        words, year = self.cleaned_data["q"], self.cleaned_data["year"]
        if words:
            contracts = contracts.filter(
                Q(title__icontains=words) | Q(agency__name__icontains=words) | Q(number__icontains=words)
            )
        if year:
            contracts = contracts.filter(starts_on__year__lte=year, ends_on__year__gte=year)
        return contracts


def _contract_row(contract: Contract) -> dict[str, object]:
    return {
        "title": contract.title,
        "agency": contract.agency.name,
        "street": contract.place.name,
        "amount_fen": contract.amount_fen,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "state": contract.state,
        "number": contract.number,
    }


@page("contract.public_list")
def contract_public_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List the contracts that are public; the same rows as open data with `?format=csv`."""
    search = ContractSearch(request.GET or {})
    shown = visible(request.actor, "contract.public_list", Contract).select_related("agency", "place")
    listing = Listing(
        title=("公开的服务合同", "Public service contracts"),
        columns=CONTRACT_COLUMNS,
        rows=search.apply(shown).order_by("-starts_on", "number"),
        row_of=_contract_row,
        url_of=lambda contract: reverse("contract_public_view", args=[contract.pk]),
        filters=search,
        states={"state": "contract"},
        empty=_("还没有公开的合同。合同签订后会出现在这里。"),
    )
    lead = _("街道花公共资金购买的社区服务，每一份合同都在这里。数据可以下载，随意使用。")
    return answer_list(request, listing, context={"lead": lead})


@page("contract.public_view", Contract)
def contract_public_view(request: HttpRequest, obj: Contract) -> HttpResponse:
    """Show a contract to the public."""
    rules = rules_for(obj.place_id, today())
    facts = [
        (_("合同编号"), obj.number),
        (_("服务期"), f"{obj.starts_on} — {obj.ends_on}"),
        (_("街道"), obj.place.name),
        (_("服务社区"), listed(each.name for each in obj.communities.all())),
        (_("购买形式"), obj.get_kind_display()),
    ]
    context = {
        "contract": obj,
        "facts": facts,
        "figures": public_contract.key_figures(obj),
        "needs": public_contract.need_groups(obj, rules),
        "works": public_contract.work_groups(obj),
        "instalments": public_contract.instalment_rows(obj),
        "group_min": rules.int(public_contract.GROUP_MIN),
        "crumbs": [(_("公开的服务合同"), reverse("contract_public_list")), (obj.title, "")],
    }
    return render(request, "web/portal/contract.html", context)


@page("site.about")
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about residents, for how long, and who may see it."""
    return render(request, "web/portal/privacy.html")


@page("site.about")
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how the site is made usable for all, and what to do where it is not."""
    return render(request, "web/portal/accessibility.html")

"""The page of those who watch over a fund: who wins again and again, declared ties, whether the frozen rules hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions.fund_cycle import is_as_frozen
from zhagen.community.models import FundCycle, FundReceipt, Grant, ListDecision, ProposerTie
from zhagen.core.fund.concentration import By, Concentration, Win, concentration
from zhagen.core.fund.receipts import supplier_key
from zhagen.core.lifecycle.fund_cycle import FundCycleState
from zhagen.core.lifecycle.fund_receipt import COUNTED
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.pages import page
from zhagen.platform.scope import visible

NAMES = {
    By.PROPOSER: _("按提案人"),
    By.BUILDING: _("按楼栋"),
    By.SUPPLIER: _("按供应商（按票据；还没有票据的按预算）"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One proposer, building or supplier as the page shows it."""

    name: str
    wins: int
    amount_fen: int
    share_bp: int
    is_high: bool


class PlaceForm(forms.Form):
    """One community, or all that the reader watches over."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none(), required=False)

    def __init__(self, data: object, places: QuerySet[Place]) -> None:
        super().__init__(data or None)  # type: ignore[arg-type]
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


@page("fund_guard.view")
def fund_guard(request: HttpRequest) -> HttpResponse:
    """Show concentration of wins, declared ties, recusals, and cycles whose terms differ from what was frozen."""
    actor = request.actor  # type: ignore[attr-defined]
    cycles = visible(actor, "fund_guard.view", FundCycle).exclude(state=FundCycleState.DRAFT)
    grants = visible(actor, "fund_guard.view", Grant).exclude(state="stopped")
    filters = PlaceForm(request.GET, Place.objects.filter(pk__in=cycles.values("place_id")))
    place = filters.cleaned_data.get("place") if filters.is_valid() else None
    if place is not None:
        cycles, grants = cycles.filter(place=place), grants.filter(cycle__place=place)
    shown = list(cycles.select_related("place").prefetch_related("limits"))
    context = {
        "filters": filters,
        "groups": groups_of(grants),
        "ties": ProposerTie.objects.filter(proposal__cycle__in=shown)
        .select_related("proposal__cycle", "member", "organisation")
        .order_by("-declared_at")[:200],
        "cycles": [(cycle, is_as_frozen(cycle)) for cycle in shown],
        "recusals": ListDecision.objects.filter(proposed_list__cycle__in=shown, recused__gt=0)
        .select_related("proposed_list__cycle")
        .order_by("-held_on")[:100],
    }
    return render(request, "community/fund_cycle/guard.html", context)


def groups_of(grants: QuerySet[Grant]) -> list[tuple[object, list[Row]]]:
    """Return what each proposer, building and supplier got, largest first; only those with two wins or a high share."""
    related = ("proposal__cost_lines__supplier", "receipts__supplier")
    rows = list(grants.select_related("proposal", "cycle").prefetch_related(*related))
    names = {_proposer(grant): grant.proposal.proposer_shown for grant in rows}
    suppliers = {key: name for grant in rows for key, name, _fen in _sold(grant)}
    place = rows[0].cycle.place_id if rows else ""
    found = concentration([_win(grant) for grant in rows], rules_for(place, today())) if rows else ()
    return [(NAMES[by], _rows(found, by, {**names, **suppliers})) for by in By]


def _rows(found: Iterable[Concentration], by: By, names: dict[str, str]) -> list[Row]:
    return [
        Row(names.get(each.key, each.key), each.wins, each.amount_fen, each.share_bp, each.is_high)
        for each in found
        if each.by is by
    ]


def _proposer(grant: Grant) -> str:
    """Return what names a proposer across cycles: his keyed phone, else how he is named."""
    return grant.proposal.proposer_key or grant.proposal.proposer_shown


def _win(grant: Grant) -> Win:
    suppliers: dict[str, int] = {}
    for key, _name, fen in _sold(grant):
        suppliers[key] = suppliers.get(key, 0) + fen
    return Win(str(grant.pk), grant.amount_fen, _proposer(grant), grant.proposal.building, suppliers)


def _sold(grant: Grant) -> list[tuple[str, str, int]]:
    """Return who sold what for the fund's money: key, name, fen; by the budget while no receipt has come."""
    receipts = [each for each in grant.receipts.all() if each.state in COUNTED]
    if receipts:
        of_fund = [each for each in receipts if each.money == FundReceipt.Money.FUND]
        return [(_seller(each), each.supplier_name, each.amount_fen) for each in of_fund]
    lines = [line for line in grant.proposal.cost_lines.all() if line.supplier]
    return [(str(line.supplier_id), line.supplier.name, line.amount_fen) for line in lines]


def _seller(receipt: FundReceipt) -> str:
    """Return what names a supplier across receipts: its key where it is known, else its name as compared."""
    return str(receipt.supplier_id) if receipt.supplier_id else supplier_key(receipt.supplier_name)

"""Pages of the roll: from doors or a sheet, who has voted, slips with codes as a large-print PDF."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import roll as actions
from zhagen.community.models import Ballot, RollEntry
from zhagen.community.views.fund_common import step_context
from zhagen.core.errors import SeveralRulesError
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg
from zhagen.platform.sheet_files import template_xlsx
from zhagen.platform.sheets import SheetColumn, SheetForm, read_sheet
from zhagen.platform.tables import Column
from zhagen.platform.texts import language
from zhagen.platform.uploads import CONTENT_TYPES

SHOWN_ERRORS = 20
SHEET = SheetForm(
    ("投票人名册", "Roll of voters"),
    (
        SheetColumn(
            "label", "门牌、户号或代表号", "Door, household or delegate number", is_required=True, most_characters=60,
            accepted=("门牌", "户号", "代表号"), example="3号楼101",
        ),
        SheetColumn("barred", "须回避的提案号", "Numbers of proposals to abstain on", most_characters=60, example="3、7"),
        SheetColumn("account", "代表的账号", "Delegate's account", most_characters=60),
    ),
    most_rows=20_000,
)  # fmt: skip
COLUMNS = (
    Column("number", "名册号", "Number", "int"),
    Column("label", "门牌、户号或代表号", "Door, household or delegate", width=24),
    Column("code", "投票码", "Code", width=10),
    Column("voted", "已投", "Voted", width=8),
    Column("way", "怎样投的", "How", width=12),
)


class RollForm(forms.Form):
    """The sheet of the roll."""

    sheet = forms.FileField(
        label=_("名册表"),
        help_text=_("xlsx 或 csv。每户（人）一行，只写门牌、户号或代表号，不写姓名、电话、身份证号。"),
    )


ballot_roll_doors = step_page("ballot.make_roll", Ballot, actions.roll_from_doors, then="ballot_view")


@page("ballot.make_roll", Ballot, methods=("GET", "POST"))
def ballot_roll_import(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Make the roll from a sheet; every wrong cell is named, nothing is taken over until all are right."""

    def act(data: dict[str, Any]) -> HttpResponse:
        read = read_sheet(data["sheet"].read(), SHEET)
        if read.errors:
            raise SeveralRulesError([each.error for each in read.errors[:SHOWN_ERRORS]])
        lines = [_line(row.values) for row in read.rows]
        actions.import_roll(obj, lines, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("ballot_view", pk=obj.pk)

    back = reverse("ballot_view", args=[obj.pk])
    context = step_context(_("用表格导入名册"), str(obj), back, ballot=obj)
    return answer_form(request, RollForm, act, "community/ballot/roll_import.html", context)


def _line(values: Any) -> actions.RollLine:
    numbers = tuple(int(each) for each in re.findall(r"[0-9]{1,5}", values.get("barred") or ""))
    return actions.RollLine(str(values["label"]).strip(), numbers, (values.get("account") or "").strip())


@page("ballot.make_roll", Ballot)
def ballot_roll_template(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Return the empty sheet of a roll."""
    answer = HttpResponse(template_xlsx(SHEET, language()), content_type=CONTENT_TYPES["xlsx"])  # type: ignore[arg-type]
    answer["Content-Disposition"] = 'attachment; filename="roll.xlsx"'
    return answer


def _row(entry: RollEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "label": entry.label,
        "code": "✓" if entry.code_digest else "—",
        "voted": "✓" if entry.has_voted else "—",
        "way": entry.get_way_display(),
    }


@page("ballot.roll", Ballot)
def ballot_roll(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """List the roll with who has voted and how, for the desk; what was voted is nowhere in it."""
    listing = Listing(
        title=("投票人名册", "Roll of voters"),
        columns=COLUMNS,
        rows=obj.roll.order_by("number"),
        row_of=_row,
        empty=_("名册还是空的。请回到投票页，用门牌生成或用表格导入。"),
    )
    return answer_list(request, listing)


@page("ballot.print", Ballot, methods=("POST",))
def ballot_slips(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Print the next slips; their codes stand on this paper only."""
    slips = actions.issue_codes(obj, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
    return slips_pdf(request, obj, slips)


class NumberForm(forms.Form):
    """Which entry of the roll lost its slip."""

    number = forms.IntegerField(label=_("名册号"), min_value=1, max_value=actions.MOST_ENTRIES)


@page("ballot.print", Ballot, methods=("GET", "POST"))
def ballot_reissue(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Print a new slip for a lost one."""

    def act(data: dict[str, Any]) -> HttpResponse:
        slip = actions.reissue_code(obj, data["number"], by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return slips_pdf(request, obj, [slip])

    context = step_context(_("补发投票码"), str(obj), reverse("ballot_view", args=[obj.pk]))
    return answer_form(request, NumberForm, act, "community/fund_cycle/step.html", context)


def slips_pdf(request: HttpRequest, ballot: Ballot, slips: list[actions.Slip]) -> HttpResponse:
    """Return slips in large print, three a page, with code and QR code."""

    def slip(each: actions.Slip) -> dict[str, str]:
        url = request.build_absolute_uri(reverse("ballot_vote", args=[each.code.replace("-", "")]))
        qr = qr_svg(url, title="投票二维码")
        return {"number": str(each.number), "label": each.label, "code": each.code, "qr_svg": qr}

    cycle = ballot.cycle
    data = {
        "title": cycle.title,
        "place": cycle.place.name,
        "until": ballot.until_on.isoformat(),
        "from": cycle.vote_from_on.isoformat(),
        "address": request.build_absolute_uri(reverse("ballot_start")),
        "slips": [slip(each) for each in slips],
    }
    made = HttpResponse(pdf_from_typst("community/vote_slips", data), content_type="application/pdf")
    made["Content-Disposition"] = 'inline; filename="vote-slips.pdf"'
    return made

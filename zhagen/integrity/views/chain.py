"""Pages of the chain: the needs behind a payment, the money behind a need, a year's yuan by theme."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.need import NeedState
from zhagen.core.money import format_yuan
from zhagen.core.permissions import may
from zhagen.integrity.chain import NeedsBehind, Words, head_of, money_of, needs_behind, words_of
from zhagen.integrity.spending import ThemeLine, spending_by_theme, years_of
from zhagen.platform.clock import today
from zhagen.platform.lists import Listing, answer_list, file_answer
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure
from zhagen.platform.small_charts import part_bar_svg
from zhagen.platform.tables import Column, Table
from zhagen.platform.texts import say
from zhagen.procurement.models import Claim, Need

SHOWN_TEXT = 80
SAID = ("met", "partly_met", "unmet", "unreachable")
SPEAKERS = ("raiser", "sampled", "reviewer")
FORMATS = ("xlsx", "docx", "pdf")

EQUAL_SHARES = (
    "一份合同的钱在它的各条需求之间平均分摊；合并的需求算在并入的那一条。",
    "A contract's money is shared equally among its needs; a merged need counts with the one it was merged into.",
)
NEED_COLUMNS = (
    Column("code", "受理编号", "Code", width=12),
    Column("text", "需求", "Need", width=40),
    Column("state", "状态", "State", width=12),
    Column("met", "说已解决", "Said met", "int"),
    Column("partly_met", "说部分解决", "Said partly met", "int"),
    Column("unmet", "说没有解决", "Said not met", "int"),
    Column("share_fen", "分摊金额（元）", "Share (yuan)", "money"),
)
MONEY_COLUMNS = (
    Column("number", "合同编号", "Contract", width=16),
    Column("title", "名称", "Title"),
    Column("agency", "机构", "Agency"),
    Column("state", "状态", "State", width=12),
    Column("amount_fen", "合同金额（元）", "Amount (yuan)", "money"),
    Column("share_fen", "本需求分摊（元）", "This need's share (yuan)", "money"),
    Column("paid_share_fen", "其中已付（元）", "Of it paid (yuan)", "money"),
    Column("sessions", "服务次数", "Sessions", "int"),
    Column("accepted", "验收合格期数", "Instalments accepted", "int"),
)
THEME_COLUMNS = (
    Column("theme", "需求类别", "Theme of needs"),
    Column("needs", "需求（条）", "Needs", "int"),
    Column("met", "已解决", "Met", "int"),
    Column("partly_met", "部分解决", "Partly met", "int"),
    Column("unmet", "没有解决", "Not met", "int"),
    Column("contracts", "合同（份）", "Contracts", "int"),
    Column("contracted_fen", "合同金额（元）", "Contracted (yuan)", "money"),
    Column("paid_fen", "已付（元）", "Paid (yuan)", "money"),
)


def said_rows(words: Words) -> list[dict[str, object]]:
    """Return who said what: one row a kind of speaker, with its counts."""
    return [
        {
            "speaker": say(f"speaker.need.{speaker}"),
            "cells": [(say(f"word.need.{word}"), words[speaker, word]) for word in SAID],
        }
        for speaker in SPEAKERS
        if any(words[speaker, word] for word in SAID)
    ]


def _said(words: Words, word: str) -> int:
    return sum(words[speaker, word] for speaker in SPEAKERS)


def _wanted(request: HttpRequest) -> str:
    wanted = request.GET.get("format", "")
    return wanted if wanted in FORMATS else ""


@page("chain.claim", Claim)
def chain_claim(request: HttpRequest, obj: Claim) -> HttpResponse:
    """Show the needs behind a payment, and who said they are met."""
    behind = needs_behind(request.actor, obj.contract, obj.amount_fen)
    if wanted := _wanted(request):
        return file_answer(_needs_table(obj, behind), wanted)
    return render(
        request,
        "integrity/chain/claim.html",
        {
            "claim": obj,
            "behind": behind,
            "rows": [{"seen": each, "said": said_rows(each.words)} for each in behind.shown],
            "said": said_rows(behind.words),
            "heads": [say(f"word.need.{word}") for word in SAID],
            "formats": FORMATS,
            "has_plan": obj.contract.plan_id is not None or obj.contract.previous_id is not None,
            "crumbs": [
                (_t("付款申请"), reverse("claim_list")),
                (obj.number, reverse("claim_view", args=[obj.pk])),
                (_t("背后的需求"), ""),
            ],
        },
    )


def _needs_table(claim: Claim, behind: NeedsBehind) -> Table:
    rows = [
        {
            "code": each.need.code,
            "text": each.text,
            "state": say(f"state.need.{each.need.state}"),
            **{word: _said(each.words, word) for word in SAID},
            "share_fen": each.share_fen,
        }
        for each in behind.shown
    ]
    hidden = (f"另有 {behind.private} 条私密需求", f"and {behind.private} private needs")
    title = (f"{claim.number} 背后的需求", f"Needs behind {claim.number}")
    notes = (EQUAL_SHARES, *((hidden,) if behind.private else ()))
    return Table(title, NEED_COLUMNS, rows, as_of=today(), notes=notes)


@page("chain.need", Need)
def chain_need(request: HttpRequest, obj: Need) -> HttpResponse:
    """Show the money behind a need and what came of it."""
    lines = money_of(request.actor, obj)
    if wanted := _wanted(request):
        return file_answer(_money_table(obj, lines), wanted)
    head = head_of(obj)
    return render(
        request,
        "integrity/chain/need.html",
        {
            "need": obj,
            "head": head if head.pk != obj.pk else None,
            "lines": lines,
            "plans": [] if lines else list(head.plans.all()),
            "may_claims": may(request.actor, "claim.list"),
            "said": said_rows(words_of([head.pk]).get(str(head.pk), Words())),
            "heads": [say(f"word.need.{word}") for word in SAID],
            "figures": [
                Figure(_("分摊到这条需求"), format_yuan(sum(each.share_fen for each in lines)), _("元")),
                Figure(_("其中已付"), format_yuan(sum(each.paid_share_fen for each in lines)), _("元")),
            ],
            "formats": FORMATS if lines else (),
            "crumbs": [
                (_t("需求"), reverse("need_list")),
                (obj.code, reverse("need_view", args=[obj.pk])),
                (_t("钱和结果"), ""),
            ],
        },
    )


def _money_table(need: Need, lines: list[Any]) -> Table:
    rows = [
        {
            "number": each.contract.number,
            "title": each.contract.title,
            "agency": each.contract.agency.name,
            "state": say(f"state.contract.{each.contract.state}"),
            "amount_fen": each.contract.amount_fen,
            "share_fen": each.share_fen,
            "paid_share_fen": each.paid_share_fen,
            "sessions": each.sessions[1],
            "accepted": each.accepted,
        }
        for each in lines
    ]
    title = (f"需求 {need.code} 的钱和结果", f"Money and results of need {need.code}")
    return Table(title, MONEY_COLUMNS, rows, as_of=today(), notes=(EQUAL_SHARES,))


class YearForm(forms.Form):
    """Which budget year."""

    year = forms.TypedChoiceField(label=_("预算年度"), required=False, coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(each, str(each)) for each in years]  # type: ignore[attr-defined]


def year_asked(form: YearForm, years: list[int]) -> int:
    """Return the year that was asked for, else this year, else the newest with money."""
    asked = form.cleaned_data.get("year") if form.is_valid() else None
    this = today().year
    return asked or (this if this in years or not years else years[0])


@page("chain.overview")
def chain_view(request: HttpRequest) -> HttpResponse:
    """Show a budget year's yuan by the themes of the needs behind them."""
    years = years_of(request.actor)
    form = YearForm(request.GET or None, years=years)
    year = year_asked(form, years)
    lines = spending_by_theme(request.actor, year)
    longest = max((each.contracted_fen for each in lines), default=0)
    listing = Listing(
        title=(f"{year} 年钱花在哪些需求上", f"{year}: money by the needs behind it"),
        columns=THEME_COLUMNS,
        rows=lines,
        row_of=_theme_row,
        filters=form if years else None,
        empty=_("这一年还没有签订的合同。签订合同后，这里按需求类别显示每一元钱。"),
        notes=(EQUAL_SHARES,),
    )
    bars = [(say(f"theme.need.{each.key}"), _bar(each, longest)) for each in lines]
    return answer_list(request, listing, template="integrity/chain/view.html", context={"bars": bars})


def _theme_row(line: ThemeLine) -> Mapping[str, Any]:
    states = {
        state.value: line.states.get(state.value, 0)
        for state in (NeedState.MET, NeedState.PARTLY_MET, NeedState.UNMET)
    }
    return {
        "theme": say(f"theme.need.{line.key}"),
        "needs": line.needs,
        **states,
        "contracts": line.contracts,
        "contracted_fen": line.contracted_fen,
        "paid_fen": line.paid_fen,
    }


def _bar(line: ThemeLine, longest: int) -> str:
    figures = {"paid": format_yuan(line.paid_fen), "all": format_yuan(line.contracted_fen)}
    words = str(_("已付 %(paid)s 元，合同金额 %(all)s 元") % figures)
    drawn = part_bar_svg(line.paid_fen, line.contracted_fen, longest, words=words)
    return mark_safe(drawn)  # noqa: S308 - drawn here from figures; its words are escaped there

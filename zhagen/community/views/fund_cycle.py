"""Pages of fund cycles for the street and the community office: draft, limits, opening, what is under way."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.community.actions import fund_cycle as actions
from zhagen.community.actions.fund_list import publish_list
from zhagen.community.models import Ballot, FundCycle, FundLimit
from zhagen.community.views.fund_common import STEP, allowed, form_step, moves_of, rules_of, theme_choices
from zhagen.community.views.fund_cycle_form import CycleForm, draft_of, initial_of
from zhagen.community.views.fund_next import may_propose, next_moves, next_words
from zhagen.core.fund.quota import next_quota_by
from zhagen.core.lifecycle.fund_cycle import FUND_CYCLE
from zhagen.parties.models import Place
from zhagen.parties.story import named_story
from zhagen.platform.fields import LongTextField, MoneyField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Figure, Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say

COLUMNS = (
    Column("title", "名称", "Name"),
    Column("year", "年度", "Year"),
    Column("place", "社区或街道", "Community or street"),
    Column("stage", "层级", "Stage"),
    Column("quota_fen", "资金（元）", "Money (yuan)", "money"),
    Column("state", "状态", "State"),
    Column("vote_until_on", "投票截止", "Vote ends", "date"),
)


def _row(cycle: FundCycle) -> dict[str, object]:
    return {
        "title": cycle.title,
        "year": str(cycle.year),
        "place": f"{cycle.place.name}{cycle.building}",
        "stage": say(f"stage.fund.{cycle.stage}"),
        "quota_fen": cycle.quota_fen,
        "state": cycle.state,
        "vote_until_on": cycle.vote_until_on,
    }


@page("fund_cycle.list")
def fund_cycle_list(request: HttpRequest) -> HttpResponse:
    """List the cycles of the reader's street, community or agency."""
    rows = visible(request.actor, "fund_cycle.list", FundCycle).select_related("place")  # type: ignore[attr-defined]
    may_draft = visible(request.actor, "fund_cycle.draft", Place).exists()  # type: ignore[attr-defined]
    moves = [Move(_("新一轮自治金"), reverse("fund_cycle_draft"), "primary")] if may_draft else []
    listing = Listing(
        title=("社区自治金", "Community fund"),
        columns=COLUMNS,
        rows=rows,
        row_of=_row,
        url_of=lambda cycle: reverse("fund_cycle_view", args=[cycle.pk]),
        states={"state": "fund_cycle"},
        empty=_("还没有自治金。街道经办人先起草一轮，由科室负责人开放征集。"),
    )
    return answer_list(request, listing, context={"moves": moves})


@page("fund_cycle.draft", methods=("GET", "POST"))
def fund_cycle_draft(request: HttpRequest) -> HttpResponse:
    """Draft a cycle."""
    places = visible(request.actor, "fund_cycle.draft", Place).filter(is_active=True)  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> HttpResponse:
        cycle = actions.draft_cycle(draft_of(data), by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("fund_cycle_view", pk=cycle.pk)

    context = _context(_("新一轮自治金"), reverse("fund_cycle_list"))
    return answer_form(request, CycleForm, act, STEP, context, places=places, initial=initial_of(places))


@page("fund_cycle.change", FundCycle, methods=("GET", "POST"))
def fund_cycle_change(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Change a draft."""
    places = visible(request.actor, "fund_cycle.draft", Place).filter(is_active=True)  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> HttpResponse:
        actions.change_cycle(obj, draft_of(data), by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("fund_cycle_view", pk=obj.pk)

    context = _context(_("修改草案"), reverse("fund_cycle_view", args=[obj.pk]))
    return answer_form(request, CycleForm, act, STEP, context, places=places, initial=initial_of(places, obj))


def _context(heading: object, back: str) -> dict[str, Any]:
    crumbs = [(_("社区自治金"), reverse("fund_cycle_list")), (heading, "")]
    return {"heading": heading, "submit_label": now_("保存"), "cancel_url": back, "crumbs": crumbs}


STEPS = (
    ("open", "fund_cycle.open", _("开放征集（冻结规则）"), "fund_cycle_open", "primary", True),
    ("open", "fund_cycle.change", _("修改草案"), "fund_cycle_change", "secondary", False),
    ("open", "fund_cycle.change", _("加一条限额"), "fund_cycle_limit", "secondary", False),
    ("end_ideas", "idea.record", _("代录点子"), "idea_record", "primary", False),
    ("end_ideas", "fund_cycle.end_ideas", _("截止征集"), "fund_cycle_end_ideas", "secondary", True),
    ("publish_list", "fund_cycle.publish_list", _("公示清单"), "fund_cycle_publish_list", "primary", True),
    ("propose", "fund_cycle.propose", _("出拟立项清单"), "fund_cycle_propose", "primary", True),
    ("stop", "fund_cycle.stop", _("停止本轮"), "fund_cycle_stop", "danger", False),
)
"""Move that must be possible now, action, label, page, look, whether it posts at once."""


@page("fund_cycle.view", FundCycle)
def fund_cycle_view(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Show a cycle: money, dates, frozen terms, what waits in it."""
    now_possible = {*FUND_CYCLE.moves_from(obj.state)} - (set() if may_propose(obj) else {"propose"})
    wanted = [each[1:] for each in STEPS if each[0] in now_possible]
    context = {
        "cycle": obj,
        "facts": cycle_facts(obj),
        "figures": cycle_figures(obj),
        "limits": limit_rows(obj),
        "lists": obj.proposed_lists.order_by("-version"),
        "votes": visible(request.actor, "ballot.view", Ballot).filter(cycle=obj).order_by("-round"),  # type: ignore[attr-defined]
        "moves": [*next_moves(request, obj), *moves_of(request, obj, wanted)],  # type: ignore[arg-type]
        "next": next_words(obj),
        "may_drop": bool(obj.limits.exists())
        and obj.state == FUND_CYCLE.initial
        and allowed(request.actor, "fund_cycle.change", obj),  # type: ignore[attr-defined]
        "steps": named_story(obj),
        "crumbs": [(now_("社区自治金"), reverse("fund_cycle_list")), (obj.title, "")],
    }
    return render(request, "community/fund_cycle/view.html", context)


def cycle_figures(cycle: FundCycle) -> list[Figure]:
    """Return the key figures of a cycle, for staff and public alike."""
    rules = rules_of(cycle)
    share = cycle.coaching_fen * 100 // cycle.quota_fen
    return [
        Figure(_("本轮资金"), _yuan(cycle.quota_fen), _("元"), note=_quota_note(cycle)),
        Figure(_("由投票分配"), _yuan(cycle.votable_fen), _("元")),
        Figure(
            _("机构陪伴辅导费"),
            _yuan(cycle.coaching_fen),
            _("元"),
            note=f"{share}% · {cycle.coach.name}" if cycle.coach else "",
            is_to_confirm=rules.value("fund.coaching_share_max").confirm,
        ),
        Figure(_("收到的点子"), cycle.ideas.count(), _("个")),
    ]


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen / 100:,.2f}".removesuffix(".00")


def _quota_note(cycle: FundCycle) -> object:
    if cycle.quota_way == FundCycle.QuotaWay.DIRECT:
        return cycle.get_quota_way_display()
    return f"{cycle.get_quota_way_display()} · {cycle.residents}"


def cycle_facts(cycle: FundCycle) -> list[tuple[object, object]]:
    """Return the dates and vote terms of a cycle as people read them."""
    tie = cycle.get_tie_display() + (f"（{cycle.tie_seed}）" if cycle.tie_seed else "")
    return [
        (_("层级"), say(f"stage.fund.{cycle.stage}")),
        (_("征集点子到"), cycle.ideas_until_on),
        (_("投票"), f"{cycle.vote_from_on} — {cycle.vote_until_on}"),
        (_("结余清理"), cycle.clearing_on),
        (_("告知下一年度额度"), next_quota_by(cycle.year, rules_of(cycle))),
        (_("谁投票"), cycle.get_mode_display()),
        (_("怎么投"), cycle.get_vote_type_display()),
        (
            _("怎么算出入选"),
            f"{cycle.get_rule_display()} · {cycle.get_utility_display()} · {cycle.get_completion_display()}",
        ),
        (_("平局时"), tie),
        (_("最低票数"), cycle.least_votes or ""),
        (_("权重"), weights_text(cycle)),
        (_("停止的理由"), cycle.stopped_reason),
    ]


def weights_text(cycle: FundCycle) -> str:
    """Return the weights of the two tracks in words."""
    return now_("居民 %(resident)g%%，专家 %(expert)g%%") % {
        "resident": cycle.resident_weight_bp / 100,
        "expert": cycle.expert_weight_bp / 100,
    }


def limit_rows(cycle: FundCycle) -> list[tuple[object, str, object]]:
    """Return the limits of a cycle: over what, its name, the most."""
    return [
        (
            limit.get_over_display(),
            say(f"theme.fund.{limit.name}") if limit.over == FundLimit.Over.THEME else limit.name,
            now_("%(most)s 元") % {"most": _yuan(limit.most_fen)}
            if limit.most_fen
            else now_("%(most)s 个") % {"most": limit.most_count},
        )
        for limit in cycle.limits.all()
    ]


class LimitForm(forms.Form):
    """A limit over one theme or one building."""

    theme = forms.ChoiceField(label=_("限哪个主题"), required=False)
    building = forms.CharField(label=_("或者限哪栋楼"), max_length=40, required=False)
    most_fen = MoneyField(label=_("最多多少钱"), required=False)
    most_count = forms.IntegerField(label=_("或者最多几个"), required=False, min_value=1, max_value=1000)

    def __init__(self, *args: Any, cycle: FundCycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "—"), *theme_choices(rules_of(cycle))]  # type: ignore[attr-defined]


@page("fund_cycle.change", FundCycle, methods=("GET", "POST"))
def fund_cycle_limit(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Limit one theme or one building of a draft."""

    def act(data: dict[str, Any]) -> HttpResponse:
        theme, building = data.pop("theme"), data.pop("building")
        over = FundLimit.Over.THEME if theme else FundLimit.Over.BUILDING
        actions.add_limit(obj, over, theme or building, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("fund_cycle_view", pk=obj.pk)

    context = _context(_("加一条限额"), reverse("fund_cycle_view", args=[obj.pk]))
    return answer_form(request, LimitForm, act, STEP, context, cycle=obj)


class ReasonForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("理由（公开）"), max_length=300, rows=3)


fund_cycle_open = step_page("fund_cycle.open", FundCycle, actions.open_cycle, then="fund_cycle_view")
fund_cycle_end_ideas = step_page("fund_cycle.end_ideas", FundCycle, actions.end_ideas, then="fund_cycle_view")
fund_cycle_publish_list = step_page(
    "fund_cycle.publish_list", FundCycle, publish_list, then="fund_cycle_view"
)
fund_cycle_drop_limits = step_page(
    "fund_cycle.change", FundCycle, actions.drop_limits, then="fund_cycle_view"
)
fund_cycle_stop = form_step(
    "fund_cycle.stop", FundCycle, ReasonForm, actions.stop_cycle, title=_("停止本轮"), then="fund_cycle_view",
    submit_look="danger",
)  # fmt: skip

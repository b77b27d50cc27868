"""Pages of a vote for the community office and the street: prepare, roll, slips, open, papers, close, count."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.community.actions import ballot as actions
from zhagen.community.actions.ballot_count import count_ballot
from zhagen.community.models import Ballot, FundCycle
from zhagen.community.views.ballot_result import frozen_facts, progress_figures
from zhagen.community.views.fund_common import STEP, form_step, moves_of, step_context
from zhagen.core.lifecycle.ballot import BALLOT, KEYING, LIVE, BallotState
from zhagen.core.types import Actor
from zhagen.platform.clock import now
from zhagen.platform.fields import DayField, LongTextField
from zhagen.platform.forms import answer_form
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Move
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column

COLUMNS = (
    Column("title", "投票", "Vote", width=28),
    Column("place", "社区", "Community", width=16),
    Column("state", "状态", "State", width=14),
    Column("roll", "名册", "Roll", "int"),
    Column("closes", "截止", "Closes", "datetime"),
)


def _row(ballot: Ballot) -> dict[str, object]:
    cycle = ballot.cycle
    again = f"（{ballot.round}）" if ballot.round > 1 else ""
    return {
        "title": f"{cycle.title}{again}",
        "place": f"{cycle.place.name}{cycle.building}",
        "state": ballot.state,
        "roll": ballot.roll_count,
        "closes": ballot.closes_at,
    }


@page("ballot.list")
def ballot_list(request: HttpRequest) -> HttpResponse:
    """List the votes that the reader may see, and the cycles that wait for one."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = visible(actor, "ballot.list", Ballot).select_related("cycle__place")
    listing = Listing(
        title=("自治金投票", "Votes on the community fund"),
        columns=COLUMNS,
        rows=rows,
        row_of=_row,
        url_of=lambda ballot: reverse("ballot_view", args=[ballot.pk]),
        states={"state": "ballot"},
        empty=_("还没有投票。提案清单公示以后，由社区在这里准备名册和投票码。"),
    )
    return answer_list(request, listing, context={"moves": _to_prepare(actor)})


def _to_prepare(actor: Actor) -> list[Move]:
    """Return a button for each cycle whose list is public and that has no vote; a late one is asked for its day."""
    cycles = visible(actor, "ballot.prepare", FundCycle).filter(state__in=actions.VOTABLE)
    waiting = cycles.exclude(pk__in=Ballot.objects.filter(state__in=LIVE).values("cycle_id"))
    words, moment = now_("准备投票：%(title)s"), now()
    return [
        Move(
            words % {"title": cycle.title},
            reverse("ballot_prepare", args=[cycle.pk]),
            "primary",
            is_post=not actions.is_late(cycle, moment),
        )
        for cycle in waiting
    ]


class PrepareForm(forms.Form):
    """The last day of a vote, where it is not the cycle's."""

    until_on = DayField(
        label=_("投票最后一天"), required=False, help_text=_("不填就用本轮原定的日期；原定日期已过的必须填。")
    )


@page("ballot.prepare", FundCycle, methods=("GET", "POST"))
def ballot_prepare(request: HttpRequest, obj: FundCycle) -> HttpResponse:
    """Begin the vote of a cycle."""

    def act(data: dict[str, Any]) -> HttpResponse:
        ballot = actions.prepare_ballot(obj, **data, by=request.actor, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("ballot_view", pk=ballot.pk)

    context = step_context(_("准备投票"), str(obj), reverse("fund_cycle_view", args=[obj.pk]))
    return answer_form(request, PrepareForm, act, STEP, context)


Wanted = tuple[str, object, str, Any, bool]
DRAFT_STEPS: tuple[Wanted, ...] = (
    ("ballot.make_roll", _("用门牌生成名册"), "ballot_roll_doors", "secondary", True),
    ("ballot.make_roll", _("用表格导入名册"), "ballot_roll_import", "secondary", False),
)
OPEN_STEPS: tuple[Wanted, ...] = (
    ("ballot.assist", _("协助投票"), "ballot_assist", "primary", False),
    ("ballot.mark_paper", _("登记交回纸质票"), "ballot_mark_paper", "primary", False),
    ("ballot.print", _("印纸质票"), "ballot_print_papers", "secondary", False),
    ("ballot.print", _("补发投票码"), "ballot_reissue", "secondary", False),
    ("ballot.close", _("截止投票"), "ballot_close", "secondary", True),
)
PAPER_STEPS: tuple[Wanted, ...] = (
    ("ballot.key_paper", _("录入纸质票"), "ballot_key_paper", "primary", False),
    ("ballot.key_paper", _("看纸质票录到哪里"), "ballot_papers", "secondary", False),
)
ROLL_STEP: tuple[Wanted, ...] = (("ballot.roll", _("看名册"), "ballot_roll", "secondary", False),)
PRINT_STEP: tuple[Wanted, ...] = (("ballot.print", _("印投票码条"), "ballot_slips", "primary", True),)
OPEN_STEP: tuple[Wanted, ...] = (("ballot.open", _("开始投票（冻结）"), "ballot_open", "primary", True),)
COUNT_STEP: tuple[Wanted, ...] = (("ballot.count", _("计票"), "ballot_count", "primary", True),)
STOP_STEP: tuple[Wanted, ...] = (("ballot.stop", _("停止投票"), "ballot_stop", "danger", False),)


def _steps(ballot: Ballot) -> list[Wanted]:
    """Return the steps that the vote's state allows, the next one first."""
    steps: list[Wanted] = []
    if ballot.state == BallotState.DRAFT:
        unprinted = ballot.roll.filter(code_digest="").exists()
        ready = ballot.roll_count and not unprinted
        steps += [*(PRINT_STEP if unprinted else ()), *(OPEN_STEP if ready else ()), *DRAFT_STEPS]
    if ballot.state == BallotState.OPEN:
        steps += OPEN_STEPS
    if ballot.state in KEYING and ballot.papers_marked:
        steps += PAPER_STEPS
    if ballot.state == BallotState.CLOSED:
        steps += COUNT_STEP
    if ballot.roll_count:
        steps += ROLL_STEP
    return [*steps, *(STOP_STEP if "stop" in BALLOT.moves_from(ballot.state) else ())]


@page("ballot.view", Ballot)
def ballot_view(request: HttpRequest, obj: Ballot) -> HttpResponse:
    """Show a vote to those who run it: how far it is, what is frozen, what comes next."""
    context = {
        "ballot": obj,
        "figures": progress_figures(obj) if obj.roll_count else [],
        "unprinted": obj.roll.filter(code_digest="").count() if obj.state == BallotState.DRAFT else 0,
        "frozen": frozen_facts(obj),
        "moves": moves_of(request, obj, _steps(obj)),
        "steps": story(obj),
        "crumbs": [(now_("自治金投票"), reverse("ballot_list")), (obj.cycle.title, "")],
    }
    return render(request, "community/ballot/view.html", context)


class StopForm(forms.Form):
    """Why."""

    reason = LongTextField(label=_("理由（公开）"), max_length=300, rows=3)


ballot_open = step_page("ballot.open", Ballot, actions.open_ballot, then="ballot_view")
ballot_close = step_page("ballot.close", Ballot, actions.close_ballot, then="ballot_view")
ballot_count = step_page("ballot.count", Ballot, count_ballot, then="ballot_public")
ballot_stop = form_step(
    "ballot.stop", Ballot, StopForm, actions.stop_ballot, title=_("停止投票"), then="ballot_view", submit_look="danger"
)  # fmt: skip

"""Pages of rounds: doors, draw, notices to the doors, answers by phone or on the page, the sum."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zhagen.audit.story import story
from zhagen.core.errors import RuleError
from zhagen.core.needs import Word
from zhagen.core.permissions import may
from zhagen.parties.models import Organisation, Place
from zhagen.platform.fields import DayField
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page, step_page
from zhagen.platform.parts import Move
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column, cell_text
from zhagen.platform.texts import explain, say
from zhagen.procurement.actions.need_round import (
    UNKNOWN,
    answer_by_code,
    answer_by_evaluator,
    close_round,
    door_of_code,
    miss_door,
    needs_to_sample,
    open_round,
    outcomes,
)
from zhagen.procurement.models import NeedDoor, NeedRound
from zhagen.procurement.views.need_intake import places_for

MISSED, REFUSED = "missed", "refused"
TRIED_AT_MOST, HOUR = 60, 3600

COLUMNS = (
    Column("quarter", "季度", "Quarter", width=10),
    Column("place", "社区", "Community", width=16),
    Column("evaluator", "评估机构", "Evaluator", width=20),
    Column("state", "状态", "State", width=10),
    Column("answered", "已答复", "Answered", "int"),
    Column("drawn", "抽中户数", "Doors drawn", "int"),
    Column("answer_until", "答复截止", "Answers until", "date"),
)


def _row(each: NeedRound) -> dict[str, Any]:
    return {
        "quarter": each.quarter,
        "place": each.place.name,
        "evaluator": each.evaluator.name,
        "state": each.state,
        "answered": each.answered_count,  # type: ignore[attr-defined]
        "drawn": each.drawn_count,  # type: ignore[attr-defined]
        "answer_until": each.answer_until,
    }


@page("need_round.list")
def need_round_list(request: HttpRequest) -> HttpResponse:
    """List the rounds the reader may see."""
    from django.db.models import Count

    rows = visible(request.actor, "need_round.list", NeedRound).select_related("place", "evaluator")  # type: ignore[attr-defined]
    rows = rows.annotate(
        drawn_count=Count("drawn", distinct=True), answered_count=Count("drawn__answered_at")
    )
    listing = Listing(
        title=("随机抽访", "Rounds of sampled residents"),
        columns=COLUMNS,
        rows=rows,
        row_of=_row,
        url_of=lambda each: reverse("need_round_view", args=[each.pk]),
        states={"state": "need_round"},
        empty=_("还没有抽访。先登记门牌、审定公开表述，再抽签。"),
    )
    moves = []
    if may(request.actor, "door.add"):  # type: ignore[attr-defined]
        moves.append(Move(_("登记门牌"), reverse("door_add")))
    if may(request.actor, "need_round.open"):  # type: ignore[attr-defined]
        moves.append(Move(_("抽签，开始一轮"), reverse("need_round_open"), "primary"))
    return answer_list(request, listing, context={"moves": moves})


def _trail(title: object) -> list[tuple[object, str]]:
    return [(_("需求"), reverse("need_list")), (_("随机抽访"), reverse("need_round_list")), (title, "")]


class OpenForm(forms.Form):
    """What a round needs."""

    place = forms.ModelChoiceField(label=_("社区"), queryset=Place.objects.none(), empty_label=None)
    evaluator = forms.ModelChoiceField(
        label=_("交给哪个评估机构"), queryset=Organisation.objects.filter(kind=Organisation.Kind.EVALUATOR)
    )
    answer_until = DayField(label=_("答复截止"))

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]
        self.fields["place"].label_from_instance = lambda place: (
            _("%(name)s（可抽访 %(count)d 条需求）")
            % {  # type: ignore[attr-defined]
                "name": place.name,
                "count": len(needs_to_sample(place.pk)),
            }
        )


@page("need_round.open", methods=("GET", "POST"))
def need_round_open(request: HttpRequest) -> HttpResponse:
    """Draw the doors of a community for this quarter."""

    def act(data: dict[str, Any]) -> HttpResponse:
        opened = open_round(
            data["place"],
            data["evaluator"],
            answer_until=data["answer_until"],
            by=request.actor,
            now=request.received_at,  # type: ignore[attr-defined]
        )
        return redirect("need_round_view", pk=opened.pk)

    context = {"heading": _("抽签，开始一轮"), "crumbs": _trail(_("抽签，开始一轮"))}
    places = places_for(request, "need_round.open")
    return answer_form(request, OpenForm, act, "procurement/need/intake.html", context, places=places)


@page("need_round.view", NeedRound)
def need_round_view(request: HttpRequest, obj: NeedRound) -> HttpResponse:
    """Show a round: its draw, its doors, what the answers say so far."""
    actor = request.actor  # type: ignore[attr-defined]
    is_open = obj.state == NeedRound.State.DRAWN
    may_answer = is_open and visible(actor, "need_round.answer", NeedRound).filter(pk=obj.pk).exists()
    sums = [
        {
            "need": need,
            "word": found.word.value if found.word else "",
            "answers": found.answers,
            "least": found.least,
            "met": _interval(found.met),
        }
        for need, found in outcomes(obj).items()
    ]
    context = {
        "round": obj,
        "sums": sums,
        "doors": obj.drawn.select_related("door") if may_answer else (),
        "drawn": obj.drawn.count(),
        "answered": obj.drawn.exclude(answered_at=None).count(),
        "may_answer": may_answer,
        "is_open": is_open,
        "steps": story(obj),
        "crumbs": _trail(f"{obj.place.name} {obj.quarter}"),
    }
    return render(request, "procurement/need/round.html", context)


def _interval(met: Any) -> str:
    if met is None:
        return ""
    value, low, high = (cell_text(each, "percent_bp") for each in (met.value, met.low, met.high))
    return f"{value}（{low}–{high}）"


class AnswerForm(forms.Form):
    """What a door says of each need of the round."""

    def __init__(self, *args: Any, drawn: NeedDoor, is_evaluator: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(word.value, say(f"word.need.{word.value}")) for word in Word]
        choices = [*words, (UNKNOWN, say("word.need.unknown"))]
        for need in drawn.round.needs.all():
            self.fields[str(need.pk)] = forms.ChoiceField(
                label=need.public_text, choices=choices, widget=forms.RadioSelect, required=not is_evaluator
            )
        if is_evaluator:
            self.fields["contact"] = forms.ChoiceField(
                label=_("联系情况"),
                choices=[("", _("已答复")), (MISSED, _("没联系上")), (REFUSED, _("不愿回答"))],
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )


@page("need_round.answer", NeedRound, methods=("GET", "POST"))
def need_round_answer(request: HttpRequest, obj: NeedRound) -> HttpResponse:
    """Record what a drawn door told the evaluator."""
    drawn = obj.drawn.select_related("door", "round").filter(order=_number(request.GET.get("door"))).first()
    if drawn is None:
        raise Http404

    def act(data: dict[str, Any]) -> HttpResponse:
        who = {"by": request.actor, "now": request.received_at}  # type: ignore[attr-defined]
        contact = data.pop("contact", "")
        if contact:
            miss_door(drawn, is_refusal=contact == REFUSED, **who)
        else:
            if not all(data.values()):
                raise RuleError("need.answers_missing")
            answer_by_evaluator(drawn, data, **who)
        return redirect("need_round_view", pk=obj.pk)

    context = {"heading": str(drawn.door), "crumbs": _trail(str(drawn.door))}
    return answer_form(
        request, AnswerForm, act, "procurement/need/intake.html", context, drawn=drawn, is_evaluator=True
    )


def _number(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


need_round_close = step_page("need_round.close", NeedRound, close_round, then="need_round_view")


@page("need_round.answer", NeedRound)
def need_round_notices(request: HttpRequest, obj: NeedRound) -> HttpResponse:
    """Return the notices to the drawn doors, a page each, with the code of the door."""
    doors = [
        {
            "door": str(drawn.door),
            "code": "-".join((drawn.code[:5], drawn.code[5:])),
            "qr_svg": qr_svg(
                request.build_absolute_uri(reverse("need_door", args=[drawn.code])), title="问卷二维码"
            ),
        }
        for drawn in obj.drawn.select_related("door").filter(answered_at=None)
    ]
    data = {
        "place": obj.place.name,
        "evaluator": obj.evaluator.name,
        "until": obj.answer_until.isoformat(),
        "needs": [need.public_text for need in obj.needs.all()],
        "commitment": obj.draw_commitment,
        "address": request.build_absolute_uri(reverse("front")),
        "doors": doors,
    }
    made = HttpResponse(pdf_from_typst("procurement/door_notices", data), content_type="application/pdf")
    made["Content-Disposition"] = f'inline; filename="notices-{obj.quarter}.pdf"'
    return made


@page("need_round.door", methods=("GET", "POST"))
def need_door(request: HttpRequest, code: str) -> HttpResponse:
    """Let a drawn door answer on its own phone; nobody is named."""
    try:
        limit("need.door", caller_of(request), most=TRIED_AT_MOST, seconds=HOUR)
        drawn = door_of_code(code)
    except RuleError as error:
        if error.code == "need.door_unknown":
            raise Http404 from None
        raise

    if drawn.answered_at is not None or drawn.round.state != NeedRound.State.DRAWN:
        key = "need.door_answered" if drawn.answered_at else "need.round_closed"
        return render(request, "procurement/need/door.html", {"done": explain(RuleError(key))})

    def act(data: dict[str, Any]) -> HttpResponse:
        answer_by_code(code, data, now=request.received_at)  # type: ignore[attr-defined]
        return redirect("need_door", code=code)

    return answer_form(
        request,
        AnswerForm,
        act,
        "procurement/need/door.html",
        {"place": drawn.round.place},
        drawn=drawn,
        is_evaluator=False,
    )

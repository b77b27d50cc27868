"""Pages of the asking: letters, the evaluator's list of doors, and the page a resident opens by his code."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.indicators.need import NeedWord as Word
from zhagen.delivery.actions import asking as actions
from zhagen.delivery.actions.evaluation import first_asking_day
from zhagen.delivery.models import DrawnParticipant, Evaluation, SampledDoor
from zhagen.platform.fields import ChipField
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.pages import page, step_page
from zhagen.platform.qr import qr_svg
from zhagen.platform.texts import explain

TRIES, HOUR = 60, 3600
"""Codes that one device may try in an hour: nobody guesses a neighbour's."""

YES_NO = (("yes", _("是")), ("no", _("否")))
MARKS = [(str(mark), str(mark)) for mark in actions.SCALE]


class AnswerForm(forms.Form):
    """The questions to a drawn door; only the first must be answered."""

    knows_agency = ChipField(label=_("您知道这家机构吗"), choices=YES_NO)
    knows_work = ChipField(label=_("您说得出它做什么吗"), choices=YES_NO, required=False)
    trust = ChipField(label=_("您信任它吗（1 不信任，5 很信任）"), choices=MARKS, required=False)
    satisfied = ChipField(
        label=_("用过服务的：您满意吗（1 不满意，5 很满意）"), choices=MARKS, required=False
    )
    need_word = ChipField(
        label=_("这件事解决了吗"),
        choices=[(Word.MET, _("已解决")), (Word.PARTLY, _("部分解决")), (Word.UNMET, _("没有解决"))],
        required=False,
    )

    def __init__(self, *args: Any, door: SampledDoor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if door.need is None:
            del self.fields["need_word"]
        else:
            self.fields["need_word"].label = _t("“%(need)s”解决了吗") % {"need": door.need.public_text}


def answers_from(said: dict[str, Any]) -> actions.DoorAnswers:
    """Return the answers from what a form cleaned."""
    return actions.DoorAnswers(
        knows_agency=said["knows_agency"] == "yes",
        knows_work=said.get("knows_work") == "yes",
        trust=int(said["trust"]) if said.get("trust") else None,
        satisfied=int(said["satisfied"]) if said.get("satisfied") else None,
        need_word=said.get("need_word") or "",
    )


class ConfirmForm(forms.Form):
    """The two questions to a drawn participant."""

    took_place = ChipField(label=_("这次活动您家有人参加吗"), choices=YES_NO)
    was_of_use = ChipField(label=_("有用吗"), choices=YES_NO, required=False)


@page("evaluation.answer_by_code", methods=("GET", "POST"))
def survey_door(request: HttpRequest, code: str) -> HttpResponse:
    """Let a drawn door answer by the code of its letter: no account, big buttons, a few taps."""
    return _by_code(request, code, actions.door_of, _door_form)


@page("evaluation.answer_by_code", methods=("GET", "POST"))
def survey_participant(request: HttpRequest, code: str) -> HttpResponse:
    """Let a drawn participant say whether it took place and was of use."""
    return _by_code(request, code, actions.participant_of, _participant_form)


def _by_code(
    request: HttpRequest,
    code: str,
    find: Callable[[str], SampledDoor | DrawnParticipant],
    form: Callable[[HttpRequest, str, Any], HttpResponse],
) -> HttpResponse:
    """Show the form of whoever the code names; a wrong code, a closed survey or an answer given ends it."""
    try:
        limit("evaluation.code", caller_of(request), most=TRIES, seconds=HOUR)
        asked = find(code)
    except RuleError as error:
        return render(request, "delivery/asking/closed.html", {"message": explain(error)}, status=404)
    if asked.answered_at is not None:
        return render(request, "delivery/asking/thanks.html", {"evaluation": asked.evaluation})
    return form(request, code, asked)


def _door_form(request: HttpRequest, code: str, door: SampledDoor) -> HttpResponse:
    def act(data: dict[str, Any]) -> HttpResponse:
        actions.answer_by_code(code, answers_from(data), now=request.received_at)
        return redirect("survey_door", code=code)

    context = {"evaluation": door.evaluation, "agency": door.evaluation.contract.agency}
    return answer_form(request, AnswerForm, act, "delivery/asking/door.html", context, door=door)


def _participant_form(request: HttpRequest, code: str, drawn: DrawnParticipant) -> HttpResponse:
    def act(data: dict[str, Any]) -> HttpResponse:
        said = {name: data[name] == "yes" for name in ("took_place", "was_of_use")}
        actions.confirm_by_code(code, **said, now=request.received_at)
        return redirect("survey_participant", code=code)

    context = {
        "evaluation": drawn.evaluation,
        "agency": drawn.evaluation.contract.agency,
        "activity": drawn.attendance.activity,
    }
    return answer_form(request, ConfirmForm, act, "delivery/asking/door.html", context)


@page("evaluation.ask", Evaluation)
def evaluation_doors(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Show the evaluator which doors and participants still wait, the done ones folded; no answer is shown."""
    return render(
        request,
        "delivery/evaluation/doors.html",
        {
            "evaluation": obj,
            "doors": _by_turn(obj.sampled.select_related("door")),
            "participants": _by_turn(obj.participants.select_related("attendance__activity")),
            "crumbs": _crumbs(obj, _t("门牌与答卷")),
        },
    )


def _by_turn(asked: Iterable[Any]) -> dict[str, list[Any]]:
    """Return who is still to be asked, and who has answered or refused."""
    turns: dict[str, list[Any]] = {"waiting": [], "done": []}
    for each in asked:
        turns["done" if each.answered_at or each.refused else "waiting"].append(each)
    return turns


def _crumbs(evaluation: Evaluation, last: str) -> list[tuple[object, str]]:
    back = reverse("evaluation_view", args=[evaluation.pk])
    return [(_t("服务评估"), reverse("evaluation_list")), (evaluation.number, back), (last, "")]


@page("evaluation.ask", Evaluation)
def evaluation_letters(request: HttpRequest, obj: Evaluation) -> HttpResponse:
    """Print the notice and one letter a door with its code, QR code and the street's landline."""

    def letter(name: str, asked: SampledDoor | DrawnParticipant, place: str) -> dict[str, Any]:
        url = request.build_absolute_uri(reverse(name, args=[asked.code]))
        qr = mark_safe(qr_svg(url, title=_t("问卷二维码")))  # noqa: S308 - own SVG
        return {"place": place, "code": asked.code, "qr": qr, "asked": asked}

    return render(
        request,
        "delivery/evaluation/letters.html",
        {
            "evaluation": obj,
            "agency": obj.contract.agency,
            "from_on": first_asking_day(obj),
            "letters": [
                letter("survey_door", each, str(each.door)) for each in obj.sampled.select_related("door")
            ],
            "slips": [
                letter("survey_participant", each, each.attendance.door)
                for each in obj.participants.select_related("attendance__activity")
            ],
            "crumbs": _crumbs(obj, _t("打印告知信")),
        },
    )


WAYS = {"phone": actions.take_phone_answer, "paper": actions.enter_paper}


class EvaluatorForm(AnswerForm):
    """The same questions with how they were answered."""

    way = ChipField(
        label=_("怎样答的"),
        choices=(("phone", _("电话或上门")), ("paper", _("纸质（录两遍）"))),
        initial="phone",
    )


@page("evaluation.ask", SampledDoor, methods=("GET", "POST"))
def sampled_door_answer(request: HttpRequest, obj: SampledDoor) -> HttpResponse:
    """Let the evaluator key in what one door said."""
    evaluation = obj.evaluation
    back = reverse("evaluation_doors", args=[evaluation.pk])

    def act(data: dict[str, Any]) -> HttpResponse:
        WAYS[data["way"]](obj, answers_from(data), by=request.actor, now=request.received_at)
        return redirect(back)

    context = {
        "heading": _t("记录答卷：%(door)s") % {"door": obj.door},
        "lead": _t("纸质问卷第一遍已录入，请再录一遍核对。") if obj.first_entry else "",
        "cancel_url": back,
        "crumbs": _crumbs(evaluation, str(obj.door)),
        "clear_url": reverse("sampled_door_clear", args=[obj.pk]) if obj.first_entry else "",
    }
    initial = {"way": "paper" if obj.first_entry else "phone"}
    return answer_form(
        request, EvaluatorForm, act, "delivery/judging/step.html", context, door=obj, initial=initial
    )  # fmt: skip


@page("evaluation.ask", DrawnParticipant, methods=("GET", "POST"))
def participant_answer(request: HttpRequest, obj: DrawnParticipant) -> HttpResponse:
    """Let the evaluator key in what one participant said."""
    back = reverse("evaluation_doors", args=[obj.evaluation_id])

    def act(data: dict[str, Any]) -> HttpResponse:
        said = {name: data[name] == "yes" for name in ("took_place", "was_of_use")}
        actions.take_confirmation(obj, **said, by=request.actor, now=request.received_at)
        return redirect(back)

    activity = obj.attendance.activity
    context = {
        "heading": _t("核实参加：%(door)s") % {"door": obj.attendance.door},
        "lead": f"{activity.title} · {activity.held_on}",
        "cancel_url": back,
        "crumbs": _crumbs(obj.evaluation, obj.attendance.door),
    }
    return answer_form(request, ConfirmForm, act, "delivery/judging/step.html", context)


def _missed(model: type[SampledDoor] | type[DrawnParticipant], *, is_refusal: bool) -> Any:
    @page("evaluation.ask", model, methods=("POST",))
    def view(request: HttpRequest, obj: Any) -> HttpResponse:
        actions.miss_door(obj, is_refusal=is_refusal, by=request.actor, now=request.received_at)
        return redirect("evaluation_doors", pk=obj.evaluation_id)

    return view


sampled_door_miss = _missed(SampledDoor, is_refusal=False)
sampled_door_refuse = _missed(SampledDoor, is_refusal=True)
participant_miss = _missed(DrawnParticipant, is_refusal=False)
participant_refuse = _missed(DrawnParticipant, is_refusal=True)


sampled_door_clear = step_page("evaluation.ask", SampledDoor, actions.clear_paper, then="sampled_door_answer")

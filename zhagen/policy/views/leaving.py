"""Pages from which a file leaves the database for the lab: the snapshot, the past cases."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.pages import page
from zhagen.platform.texts import explain
from zhagen.policy.actions.past_case import take_past_cases
from zhagen.policy.actions.snapshot import make_snapshot

TEMPLATE = "policy/snapshot/take.html"
UNPROCESSABLE = 422

SNAPSHOT = {
    "heading": _("区情快照"),
    "lead": _("政策预演按本地区的汇总数校准。快照里没有姓名、机构、社区、编号和日期，人数少的已合并或略去。"),
    "points": (
        _("只含全部街道合在一起的汇总数，截至上一个完整的季度。"),
        _("少于规则手册“可公布的最小人数”的数不写入，也不能用别的数推算出来。"),
        _("谁在什么时候取走、文件的哈希是什么，都记入日志。"),
    ),
    "button": _("下载快照"),
}
CASES = {
    "heading": _("往轮案例"),
    "lead": _("拿往轮的比选、评估和年度考核按新规则重审一遍，看会有多少不同。文件里没有姓名、编号和日期。"),
    "points": (
        _("每一例按当时冻结的规则重算，与当时的决定一致才写入。"),
        _("熟悉报价的人仍可能认出单独一轮：文件留在单位内，只对外说合计，五例以上才说。"),
        _("谁在什么时候取走、文件的哈希是什么，都记入日志。"),
    ),
    "button": _("下载往轮案例"),
}


@page("snapshot.make", methods=("GET", "POST"))
def snapshot_make(request: HttpRequest) -> HttpResponse:
    """Say what a snapshot holds; make it and hand it out."""
    return _answer(request, SNAPSHOT, make_snapshot, "district-snapshot.json")


@page("past_case.take", methods=("GET", "POST"))
def past_case_take(request: HttpRequest) -> HttpResponse:
    """Say what past cases hold; take them and hand them out."""
    return _answer(request, CASES, take_past_cases, "past-cases.json")


Take = Callable[..., tuple[Any, str]]


def _answer(request: HttpRequest, words: dict[str, Any], take: Take, name: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, TEMPLATE, words)
    by: Actor = request.actor  # type: ignore[attr-defined]
    received_at: dt.datetime = request.received_at  # type: ignore[attr-defined]
    try:
        _made, text = take(by=by, now=received_at)
    except RuleError as error:
        return render(request, TEMPLATE, {**words, "problem": explain(error)}, status=UNPROCESSABLE)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer

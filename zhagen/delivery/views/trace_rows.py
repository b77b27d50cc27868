"""From each figure to its source rows: every kind of row links to its page for whoever may open it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _t

from zhagen.community.models import Meeting
from zhagen.core.trace import Trace
from zhagen.core.types import Actor
from zhagen.delivery.models import (
    Acceptance,
    Activity,
    Attendance,
    CaseFile,
    DrawnParticipant,
    LoadRating,
    OffPlanTask,
    SampledDoor,
    Staffing,
    Supervision,
)
from zhagen.delivery.views.judging_words import shown, span
from zhagen.delivery.views.trace_words import name_in_words, rule_in_words, value_in_words
from zhagen.parties.models import Place
from zhagen.platform.scope import visible
from zhagen.platform.tables import cell_text
from zhagen.procurement.models import Contract, Instalment, Need, NeedWord

SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True)
class Opening:
    """How the rows of a kind are opened.

    Args:
        model: What the row is.
        action: What one must be allowed to do with the page's object to open it.
        page: Name of the page.
        label: What the link says.
        subject: What the page is about, where it is not the row itself.
        field: The row's field that leads there.
    """

    model: type[Model]
    action: str
    page: str
    label: Callable[[Any], str]
    subject: type[Model] | None = None
    field: str = "pk"


def _day(field: str) -> Callable[[Any], str]:
    return lambda row: cell_text(getattr(row, field), "date")


def _held(row: Activity) -> str:
    return f"{cell_text(row.held_on, 'date')} {row.title or row.get_kind_display()}"


OPENS: dict[str, Opening] = {
    "need": Opening(Need, "need.view", "need_view", str),
    "need_word": Opening(NeedWord, "need.view", "need_view", lambda row: row.need.code, Need, "need"),
    "acceptance": Opening(Acceptance, "acceptance.view", "acceptance_view", lambda row: row.number),
    "activity": Opening(Activity, "activity.view", "activity_view", _held),
    "attendance": Opening(
        Attendance, "activity.view", "activity_view", lambda row: _held(row.activity), Activity, "activity"
    ),
    "off_plan": Opening(OffPlanTask, "off_plan.view", "off_plan_view", _day("done_on")),
    "staffing": Opening(
        Staffing, "staffing.list", "staffing_list", lambda row: row.name, Contract, "contract"
    ),
    "supervision": Opening(
        Supervision, "supervision.list", "supervision_list", _day("held_on"), Contract, "contract"
    ),
    "meeting": Opening(Meeting, "meeting.view", "meeting_view", lambda row: row.title),
    "rating": Opening(LoadRating, "load.view", "load_view", lambda row: row.place.name, Place, "place"),
    "instalment": Opening(
        Instalment, "contract.view", "contract_view", lambda row: str(row.order), Contract, "contract"
    ),
    "case": Opening(CaseFile, "case.view", "case_view", lambda row: row.code),
    "answer": Opening(
        SampledDoor, "evaluation.ask", "sampled_door_answer", lambda row: f"{row.order} · {row.door}"
    ),
    "confirmation": Opening(
        DrawnParticipant, "evaluation.ask", "participant_answer", lambda row: str(row.order)
    ),
}
"""Kinds of rows with a page. A day has none and is shown as it is; a worker's answer on paperwork is nobody's to read."""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Source rows of one kind: how many, those that the reader may open, how many more of these there are."""

    kind: str
    count: int
    links: Sequence[tuple[str, str]]
    more: int = 0

    @property
    def closed(self) -> int:
        """How many the reader may not open."""
        return self.count - len(self.links) - self.more


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One figure of a trace, drawn with its figures below it."""

    label: str
    value: str
    interval: str
    rule: str
    groups: Sequence[RowGroup]
    children: Sequence["TraceLine"]


def row_kind(kind: str) -> str:
    """Return the name of a kind of source row."""
    names = {
        "need": _t("需求"), "need_word": _t("抽访答复"), "answer": _t("抽访答卷"),
        "confirmation": _t("参加者核实"), "activity": _t("服务记录"), "off_plan": _t("计划外任务"),
        "staffing": _t("在岗记录"), "supervision": _t("督导记录"), "meeting": _t("会议记录"),
        "rating": _t("社区评价"), "instalment": _t("付款期次"), "case": _t("个案"), "day": _t("在岗日"),
        "contact": _t("服务接触"), "attendance": _t("服务接触"), "paper": _t("文书问卷"),
        "acceptance": _t("履约验收"),
    }  # fmt: skip
    return names.get(kind, kind)


def trace_line(trace: Trace, actor: Actor) -> TraceLine:
    """Return a trace as the page draws it; rows are links only where the reader may see them."""
    return TraceLine(
        label=name_in_words(trace.name),
        value=shown(value_in_words(trace.value, trace.unit), trace.unit),
        interval=span(trace.low, trace.high, trace.unit) if trace.low != trace.high else "",
        rule=rule_in_words(trace.rule),
        groups=_groups(trace.rows, actor),
        children=[trace_line(child, actor) for child in trace.children],
    )


def _groups(rows: Iterable[str], actor: Actor) -> list[RowGroup]:
    by_kind: dict[str, list[str]] = {}
    for row in rows:
        kind, _, key = row.removeprefix("contact:").partition(
            ":"
        )  # a contact is a session or a presence in one
        by_kind.setdefault(kind, []).append(key)
    return [_group(kind, keys, actor) for kind, keys in by_kind.items()]


def _group(kind: str, keys: Sequence[str], actor: Actor) -> RowGroup:
    if kind == "day":
        return RowGroup(row_kind(kind), len(keys), [(key, "") for key in keys])
    if kind not in OPENS:
        return RowGroup(row_kind(kind), len(keys), [])
    opening = OPENS[kind]
    may_open = visible(actor, opening.action, opening.subject or opening.model)
    rows = opening.model._default_manager.filter(
        **{"pk__in": keys, f"{opening.field}__in": may_open.values("pk")}
    )
    if opening.field != "pk":
        rows = rows.select_related(opening.field)
    key_of = "pk" if opening.field == "pk" else f"{opening.field}_id"
    links = [
        (opening.label(row), reverse(opening.page, args=[getattr(row, key_of)])) for row in rows[:SHOWN_ROWS]
    ]
    return RowGroup(row_kind(kind), len(keys), links, more=max(0, rows.count() - SHOWN_ROWS))

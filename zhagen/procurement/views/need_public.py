"""What anyone may read of needs, and the summary for the desk: counts, small ones hidden, no raw texts."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.lifecycle.need import OPEN
from zhagen.core.suppression import suppress_table
from zhagen.core.types import PUBLIC
from zhagen.parties.models import Place
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import today
from zhagen.platform.forms import answer_form
from zhagen.platform.limits import caller_of, limit
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import say
from zhagen.procurement.actions.need_merge import support_need
from zhagen.procurement.models import Need
from zhagen.procurement.views.need_sheet import ANYWHERE

SUPPORTED_AT_MOST, HOUR = 30, 3600
HIDDEN = "＜5"

PUBLIC_COLUMNS = (
    Column("public_text", "大家说的", "You said", width=40),
    Column("state", "办到哪一步", "Where it stands", width=14),
    Column("place", "社区", "Community", width=14),
    Column("theme", "类别", "Theme", width=10),
    Column("referred_to", "谁负责", "Who is liable", width=16),
    Column("supports", "我也需要", "Neighbours who have it too", "int"),
    Column("month", "提出月份", "Month raised", width=10),
)


class PlaceFilter(forms.Form):
    """One community, or all."""

    place = forms.ModelChoiceField(label=_("社区"), required=False, queryset=Place.objects.none())

    def __init__(self, data: Any, places: QuerySet[Place]) -> None:
        super().__init__(data or None)
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def place_code(self) -> str:
        """Return the code that was chosen; "" for all."""
        place = self.cleaned_data.get("place") if self.is_bound and self.is_valid() else None
        return place.pk if place else ""


def _active() -> QuerySet[Place]:
    return Place.objects.filter(is_active=True, level=Place.Level.COMMUNITY)


@page("need.public")
def need_public(request: HttpRequest) -> HttpResponse:
    """List shared needs in the words that a handler has cleared: you said, and where it stands."""
    filters = PlaceFilter(request.GET, _active())
    rows = Need.objects.filter(is_private=False).exclude(public_text="").exclude(state="merged")
    if filters.place_code():
        rows = rows.filter(place_id=filters.place_code())
    rows = rows.select_related("place").annotate(support_count=Count("supports")).order_by("-raised_at")
    listing = Listing(
        title=("您说的事", "You said"),
        columns=PUBLIC_COLUMNS,
        rows=rows,
        row_of=_public_row,
        url_of=lambda need: reverse("need_support", args=[need.pk]),
        filters=filters,
        states={"state": "need"},
        empty=_("还没有公开的需求。您可以先说一条；只有经办人整理过、不含个人信息的才会出现在这里。"),
    )
    lead = _("只列大家的事，用经办人审定的表述。办没办成由提出人和随机抽到的邻居说了算。")
    return answer_list(request, listing, context={"lead": lead})


def _public_row(need: Need) -> Mapping[str, Any]:
    return {
        "public_text": need.public_text,
        "state": need.state,
        "place": need.place.name,
        "theme": say(f"theme.need.{need.theme}"),
        "referred_to": need.referred_to,
        "supports": need.support_count,  # type: ignore[attr-defined]
        "month": f"{need.raised_at:%Y-%m}",
    }


class SupportForm(forms.Form):
    """A neighbour who has the same need."""

    phone = forms.CharField(
        label=_("手机号"),
        required=False,
        max_length=30,
        help_text=_("只用来保证一人一次：变成一串算不回来的码，号码本身不保存。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    receipt = forms.CharField(label=_("或者填您自己那条需求的查询码"), required=False, max_length=30)
    building = forms.CharField(label=_("哪栋楼"), required=False, max_length=40)


@page("need.support", Need, methods=("GET", "POST"))
def need_support(request: HttpRequest, obj: Need) -> HttpResponse:
    """Let a neighbour say that he has the need too."""

    def act(data: dict[str, Any]) -> HttpResponse:
        limit("need.support", caller_of(request), most=SUPPORTED_AT_MOST, seconds=HOUR)
        is_new = support_need(obj, **data, by=PUBLIC, now=request.received_at)  # type: ignore[attr-defined]
        messages.success(request, now_("记下了，谢谢。") if is_new else now_("您已经说过了，一人只算一次。"))
        return redirect("need_support", pk=obj.pk)

    context = {"need": obj, "supports": obj.supports.count()}
    return answer_form(request, SupportForm, act, "procurement/need/support.html", context)


SUMMARY_COLUMNS = (
    Column("theme", "类别", "Theme", width=14),
    Column("total", "合计", "In all", width=8),
    Column("open", "办理中", "Open", width=8),
    Column("met", "已解决", "Met", width=8),
    Column("partly_met", "部分解决", "Partly met", width=8),
    Column("unmet", "没有解决", "Not met", width=8),
    Column("other", "其他结果", "Other outcomes", width=8),
    Column("supports", "我也需要", "Neighbours too", width=8),
    Column("sampled", "抽访中说没解决的", "Sampled who say not met", width=12),
)
GROUPS = ("open", "met", "partly_met", "unmet", "other")


@page("need.summary")
def need_summary(request: HttpRequest) -> HttpResponse:
    """Count needs by theme and outcome; counts under five are hidden, also from subtraction."""
    rows = visible(request.actor, "need.summary", Need)  # type: ignore[attr-defined]
    filters = PlaceFilter(request.GET, _active().filter(pk__in=rows.values("place_id")))
    if filters.place_code():
        rows = rows.filter(place_id=filters.place_code())
    least = rules_for(filters.place_code() or ANYWHERE, today()).int("sample.published_group_min")
    note = (
        f"少于 {least} 条的不显示，也不能由合计减出。“我也需要”只作参考：少数热心人会放大；排序请结合抽访。",
        f"Counts under {least} are hidden, also from subtraction. "
        "Neighbours who say so too are weak evidence; weigh them beside the sampled answers.",
    )
    listing = Listing(
        title=("需求汇总", "Needs by theme"),
        columns=SUMMARY_COLUMNS,
        rows=summary_rows(rows, least),
        row_of=lambda row: row,
        filters=filters,
        empty=_("还没有需求。请社区代录一条，或把居民二维码贴到楼道。"),
        notes=(note,),
    )
    return answer_list(request, listing)


def summary_rows(rows: QuerySet[Need], least: int) -> list[dict[str, Any]]:
    """Return a row a theme, the most numerous first, with small counts hidden."""
    table: Counter[tuple[str, str]] = Counter()
    for theme, state, count in (
        rows.exclude(state="merged").values_list("theme", "state").annotate(n=Count("pk")).order_by()
    ):
        table[(theme, _group(state))] += count
    themes = sorted({theme for theme, _group_name in table})
    full = {(theme, group): table[(theme, group)] for theme in themes for group in GROUPS}
    shown = suppress_table(full, least)
    totals = {theme: sum(full[(theme, group)] for group in GROUPS) for theme in themes}
    extra = _extras(rows)
    found = []
    for theme in sorted(themes, key=lambda each: (-totals[each], each)):
        cells = {group: _cell(shown[(theme, group)]) for group in GROUPS}
        total = str(totals[theme]) if totals[theme] >= least else HIDDEN
        found.append(
            {
                "theme": say(f"theme.need.{theme}"),
                "total": total,
                **cells,
                **_shown_extra(extra.get(theme), least),
            }
        )
    return found


def _group(state: str) -> str:
    if state in OPEN:
        return "open"
    return state if state in GROUPS else "other"


def _cell(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _extras(rows: QuerySet[Need]) -> dict[str, tuple[int, int, int]]:
    """Return for each theme: neighbours who have it too, sampled answers, sampled answers "not met"."""
    sampled = Q(words__speaker="sampled")
    supports = dict(rows.values_list("theme").annotate(n=Count("supports", distinct=True)).order_by())
    asked = {
        theme: (count, unmet)
        for theme, count, unmet in rows.values_list("theme")
        .annotate(n=Count("words", filter=sampled), u=Count("words", filter=sampled & Q(words__word="unmet")))
        .order_by()
    }
    return {theme: (count, *asked.get(theme, (0, 0))) for theme, count in supports.items()}


def _shown_extra(extra: tuple[int, int, int] | None, least: int) -> dict[str, str]:
    supports, asked, unmet = extra or (0, 0, 0)
    shown = str(supports) if supports >= least or not supports else HIDDEN
    return {"supports": shown, "sampled": f"{unmet * 100 // asked}%（{asked}）" if asked >= least else ""}

"""Pages that look back on forecasts: stored directions beside what the platform measured since; internal only."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from zhagen.core.indicators.registry import INDICATORS
from zhagen.platform.lists import Listing, answer_list
from zhagen.platform.pages import page
from zhagen.platform.parts import Figure
from zhagen.platform.scope import visible
from zhagen.platform.tables import Column
from zhagen.platform.texts import language, say
from zhagen.policy.models import Forecast
from zhagen.policy.views.lab_run import NOT_AN_APPRAISAL
from zhagen.policy.views.lab_words import outcome_name

INTERNAL = (
    "仅供内部：只看全街道，不看任何一家机构，不作评价依据",
    "Internal only: of the street as a whole, never of one agency, and no ground for any evaluation",
)
COLUMNS = (
    Column("draft", "规则草案", "Draft of rules"),
    Column("after_months", "施行后月数", "Months in force", "int"),
    Column("hits", "相符", "Hits", "int"),
    Column("misses", "不符", "Misses", "int"),
    Column("unknowns", "无法判断", "Unknown", "int"),
    Column("made_at", "回看时间", "Looked back at", "datetime"),
)


@page("forecast.list")
def forecast_list(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """List what came of the forecasts of the reader's street."""
    rows = visible(request.actor, "forecast.list", Forecast)  # type: ignore[attr-defined]
    listing = Listing(
        title=("回看预判", "Forecasts looked back on"),
        columns=COLUMNS,
        rows=rows.select_related("draft"),
        row_of=lambda each: {
            "draft": each.draft.number,
            **{
                name: getattr(each, name)
                for name in ("after_months", "hits", "misses", "unknowns", "made_at")
            },
        },
        url_of=lambda each: reverse("forecast_view", args=[each.pk]),
        empty=_(
            "还没有可回看的。经预演采纳的规则施行满半年、一年时，系统自动把当时的方向和之后的实测摆在一起。"
        ),
        notes=(INTERNAL, NOT_AN_APPRAISAL),
    )
    return answer_list(request, listing)


@page("forecast.view", Forecast)
def forecast_view(request: HttpRequest, obj: Forecast) -> HttpResponse:
    """Show each forecast direction beside what was measured before and since."""
    context = {
        "forecast": obj,
        "figures": [
            Figure(_("相符"), obj.hits, _("项")),
            Figure(_("不符"), obj.misses, _("项")),
            Figure(_("无法判断"), obj.unknowns, _("项"), note=_("没有实测、实测太少或预判本就不确定")),
        ],
        "lines": [_line(each) for each in obj.lines],
        "crumbs": [(now_("回看预判"), reverse("forecast_list")), (obj.draft.number, "")],
    }
    return render(request, "policy/forecast/view.html", context)


def _line(said: dict[str, Any]) -> dict[str, str]:
    known = INDICATORS.get(said["indicator"])
    twin = (known.zh if language() == "zh" else known.en) if known else ""
    return {
        "outcome": outcome_name(said["outcome"]),
        "twin": twin,
        "forecast": say(f"lab_run.direction.{said['forecast']}"),
        "went": say(f"lab_run.direction.{said['went']}") if said["went"] else "",
        "verdict": say(f"verdict.{said['verdict']}"),
        "tone": {"hit": "good", "miss": "bad"}.get(said["verdict"], ""),
    }

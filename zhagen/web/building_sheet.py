"""The quarterly sheet of a building: you said, done, cost, whom to ask. Only what is not private.

The cost of a need is its share of what the contract was paid so far, by service time; it says so.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.money import format_yuan
from zhagen.core.quarter import Quarter
from zhagen.delivery.models import Activity, Staffing
from zhagen.parties.models import Place
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.texts import listed, say
from zhagen.procurement.models import Claim, Need

MAX_LINES = 14
"""More does not fit on one sheet in large print; the rest is counted."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One need on the sheet."""

    said: str
    done: str
    result: str
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a building may ask: name, work telephone and when there; all empty where nobody is in post."""

    name: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A building's quarter."""

    place: Place
    building: str
    quarter: Quarter
    lines: tuple[SheetLine, ...]
    more: int
    contact: Contact

    @property
    def total_fen(self) -> int:
        """The sum of the costs shown, in fen."""
        return sum(line.cost_fen for line in self.lines)


def buildings_of(place: Place) -> list[str]:
    """Return the buildings of a community from which a need was raised."""
    needs = Need.objects.filter(place=place, is_private=False).exclude(building="")
    return list(needs.order_by("building").values_list("building", flat=True).distinct())


def make_sheet(place: Place, building: str, quarter: Quarter) -> Sheet:
    """Return the sheet of a building: needs raised in the quarter or served in it."""
    start = dt.datetime.combine(quarter.first_day, dt.time(), SHANGHAI)
    end = dt.datetime.combine(quarter.next().first_day, dt.time(), SHANGHAI)
    days = (quarter.first_day, quarter.last_day)
    served = Q(activities__held_on__range=days, activities__is_withdrawn=False)
    needs = list(
        Need.objects.filter(place=place, building=building, is_private=False, raised_at__lt=end)
        .filter(Q(raised_at__gte=start) | served)
        .distinct()
        .order_by("raised_at", "code")
    )
    work = _work_of(needs[:MAX_LINES], quarter)
    prices = _fen_per_minute({each.contract_id for group in work.values() for each in group})
    lines = tuple(_line(need, work[need.pk], prices) for need in needs[:MAX_LINES])
    more = max(0, len(needs) - MAX_LINES)
    return Sheet(place, building, quarter, lines, more, whom_to_ask(place, quarter.last_day))


def _work_of(needs: list[Need], quarter: Quarter) -> dict[object, list[Activity]]:
    work: dict[object, list[Activity]] = defaultdict(list)
    links = Activity.needs.through.objects.filter(
        need__in=needs,
        activity__is_withdrawn=False,
        activity__held_on__range=(quarter.first_day, quarter.last_day),
    ).select_related("activity")
    for link in links:
        work[link.need_id].append(link.activity)
    return work


def _fen_per_minute(contracts: set[object]) -> dict[object, tuple[int, int]]:
    """Return what each contract was paid and how long it served: fen and minutes."""
    paid = dict(
        Claim.objects.filter(contract__in=contracts, state=ClaimState.PAID)
        .values_list("contract")
        .annotate(all=Sum("amount_fen"))
        .values_list("contract", "all")
    )
    served = dict(
        Activity.objects.filter(contract__in=contracts, is_withdrawn=False)
        .values_list("contract")
        .annotate(all=Sum("minutes"))
        .values_list("contract", "all")
    )
    return {each: (paid.get(each, 0), served.get(each, 0)) for each in contracts}


def _line(need: Need, work: list[Activity], prices: dict[object, tuple[int, int]]) -> SheetLine:
    said = getattr(need, "public_text", "") or say(f"theme.need.{need.theme}")
    kinds = dict(Activity.Kind.choices)
    counted: dict[str, int] = defaultdict(int)
    cost = 0
    for each in work:
        counted[str(kinds[each.kind])] += 1
        paid, served = prices[each.contract_id]
        cost += paid * each.minutes // served if served else 0
    done = listed(_("%(kind)s %(count)s 次") % {"kind": kind, "count": n} for kind, n in counted.items())
    return SheetLine(said, done or need.answer or _("还没有开始"), say(f"state.need.{need.state}"), cost)


def whom_to_ask(place: Place, on: dt.date) -> Contact:
    """Return the station lead of a community on a day, else a worker."""
    still = Q(until_on__isnull=True) | Q(until_on__gte=on)
    in_post = Staffing.objects.filter(still, place=place, from_on__lte=on).select_related("user")
    found = in_post.exclude(post=Staffing.Post.SUPERVISOR).order_by("post", "from_on").first()
    if found is None:
        return Contact()
    return Contact(found.name, found.user.phone if found.user else "", found.hours)


def sheet_paper(sheet: Sheet, office: str, printed_on: dt.date, qr: tuple[str, str]) -> dict[str, object]:
    """Return what the large-print template needs; `qr` is the code's SVG and its words."""
    notes = [_("“花的钱”是这件事按服务时数从合同已付款中折算的份额。")]
    if sheet.more:
        notes.append(_("还有 %(more)s 件，请到社区查看。") % {"more": sheet.more})
    return {
        "office": office,
        "building": f"{sheet.place.name}{sheet.building}",
        "quarter": quarter_name(sheet.quarter),
        "needs": [
            {"said": each.said, "done": each.done, "result": each.result, "cost": format_yuan(each.cost_fen)}
            for each in sheet.lines
        ],
        "total_cost": format_yuan(sheet.total_fen),
        "contact": asdict(sheet.contact),
        "notes": notes,
        "printed_on": printed_on.isoformat(),
        "qr_svg": qr[0],
        "qr_words": qr[1],
    }


def quarter_name(quarter: Quarter) -> str:
    """Return the name of a quarter in the reader's language."""
    return _("%(year)s 年第 %(number)s 季度") % {"year": quarter.year, "number": quarter.number}

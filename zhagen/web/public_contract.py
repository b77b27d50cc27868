"""What the public sees of a contract: money, term, its needs, what was done. No person, no small group."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from zhagen.core.lifecycle.claim import ClaimState
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import Rules
from zhagen.core.suppression import suppress_groups
from zhagen.delivery.models import Activity
from zhagen.platform.parts import Figure
from zhagen.platform.texts import say
from zhagen.procurement.models import Claim, Contract, Need

GROUP_MIN = "sample.published_group_min"


@dataclass(frozen=True, slots=True)
class Group:
    """A named count; None where it is too small to be published."""

    name: str
    count: int | None
    hours: str = ""


def needs_behind(contract: Contract) -> Iterable[Need]:
    """Return the needs a contract was bought for."""
    return Need.objects.filter(plans=contract.plan_id) if contract.plan_id else Need.objects.none()


def shown_counts(counts: Mapping[str, int], rules: Rules) -> list[Group]:
    """Return counts by name, the largest first, small groups without their number."""
    shown = suppress_groups(counts, rules.int(GROUP_MIN), total_is_public=False)
    ordered = sorted(shown.items(), key=lambda pair: (-(pair[1] or 0), pair[0]))
    return [Group(name, count) for name, count in ordered]


def need_groups(contract: Contract, rules: Rules) -> list[Group]:
    """Return the needs behind a contract by theme."""
    themes = Counter(needs_behind(contract).values_list("theme", flat=True))
    return shown_counts({say(f"theme.need.{theme}"): count for theme, count in themes.items()}, rules)


def work_groups(contract: Contract) -> list[Group]:
    """Return what was done by kind of service, with hours."""
    kinds = dict(Activity.Kind.choices)
    done = (
        Activity.objects.filter(contract=contract, is_withdrawn=False)
        .values("kind")
        .annotate(count=Count("pk"), minutes=Sum("minutes"))
        .order_by("-count")
    )
    return [Group(str(kinds[each["kind"]]), each["count"], f"{each['minutes'] / 60:.0f}") for each in done]


def paid_fen(contract: Contract) -> int:
    """Return what has been paid for a contract so far, in fen."""
    return sum(
        Claim.objects.filter(contract=contract, state=ClaimState.PAID).values_list("amount_fen", flat=True)
    )


def instalment_rows(contract: Contract) -> list[dict[str, object]]:
    """Return each instalment with what was paid of it and when."""
    paid: dict[object, list[Claim]] = {}
    for claim in Claim.objects.filter(contract=contract, state=ClaimState.PAID).order_by("paid_on"):
        paid.setdefault(claim.instalment_id, []).append(claim)
    return [
        {
            "instalment": each,
            "paid_fen": sum(claim.amount_fen for claim in paid.get(each.pk, ())),
            "paid_on": max((claim.paid_on for claim in paid.get(each.pk, ())), default=None),
        }
        for each in contract.instalments.order_by("order")
    ]


def key_figures(contract: Contract) -> list[Figure]:
    """Return the figures at the head of a contract's public page."""
    paid = paid_fen(contract)
    minutes = Activity.objects.filter(contract=contract, is_withdrawn=False).aggregate(all=Sum("minutes"))[
        "all"
    ]
    share = paid * 100 // contract.amount_fen
    return [
        Figure(_("合同金额"), format_yuan(contract.amount_fen), _("元")),
        Figure(_("已支付"), format_yuan(paid), _("元"), note=_("占合同金额 %(share)s%%") % {"share": share}),
        Figure(_("已服务"), f"{(minutes or 0) / 60:,.0f}", _("小时")),
    ]

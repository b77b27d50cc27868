"""Figures of a loaded demo, read from its database: for the README, and for whoever checks the story."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count, QuerySet, Sum

from zhagen.audit.models import Leaf
from zhagen.community.models import FundReceipt, Grant, Idea, Proposal, RollEntry
from zhagen.core.types import SYSTEM, Role
from zhagen.delivery.models import Activity, Evaluation, OffPlanTask
from zhagen.parties.models import Appointment, Door, Organisation, Place
from zhagen.platform.clock import SHANGHAI
from zhagen.procurement.models import Claim, Contract, Need, NeedWord
from zhagen.web.demo.load import ENDS_ON, STARTS_AT
from zhagen.web.demo.people import TURNS_ON

RUNNING = ("in_service", "suspended", "ending")


@dataclass(frozen=True)
class Facts:
    """Figures of the demo; all follow from its seed, whatever is drawn by lot."""

    ends_on: dt.date
    communities: int
    doors: int
    agencies: int
    workers: int
    needs: int
    private_needs: int
    raisers_heard: int
    raisers_met: int
    contracts: int
    running: int
    sessions: int
    off_plan: int
    off_plan_confirmed: int
    evaluations: int
    paid_fen: int
    fund_ideas: int
    fund_proposals: int
    fund_votes: int
    fund_grants: int
    fund_granted_fen: int
    fund_receipts: int
    events: int
    digest: str


def facts() -> Facts:
    """Return the figures of the demo in this database."""
    words = last_words()
    people = Appointment.objects.filter(role=Role.SOCIAL_WORKER, from_on__lt=dt.date(*TURNS_ON))
    return Facts(
        ends_on=ENDS_ON,
        communities=Place.objects.filter(level=Place.Level.COMMUNITY, is_active=True).count(),
        doors=Door.objects.count(),
        agencies=Organisation.objects.filter(kind="agency").count(),
        workers=people.values("user").distinct().count(),
        needs=Need.objects.count(),
        private_needs=Need.objects.filter(is_private=True).count(),
        raisers_heard=len(words),
        raisers_met=Counter(words.values())["met"],
        contracts=Contract.objects.exclude(state="draft").count(),
        running=Contract.objects.filter(state__in=RUNNING).count(),
        sessions=Activity.objects.filter(is_withdrawn=False).count(),
        off_plan=OffPlanTask.objects.count(),
        off_plan_confirmed=OffPlanTask.objects.filter(state="confirmed").count(),
        evaluations=Evaluation.objects.filter(drafted_at__isnull=False).count(),
        paid_fen=Claim.objects.filter(state="paid").aggregate(all=Sum("amount_fen"))["all"] or 0,
        **_fund(),
        events=_told().count(),
        digest=story_digest(),
    )


def _fund() -> dict[str, int]:
    """Return the figures of the money that communities run themselves."""
    grants = Grant.objects.aggregate(number=Count("pk"), fen=Sum("amount_fen"))
    return {
        "fund_ideas": Idea.objects.count(),
        "fund_proposals": Proposal.objects.count(),
        "fund_votes": RollEntry.objects.filter(has_voted=True).count(),
        "fund_grants": grants["number"],
        "fund_granted_fen": grants["fen"] or 0,
        "fund_receipts": FundReceipt.objects.count(),
    }


def last_words() -> dict[object, str]:
    """Return the last word of each raiser who was heard, by the key of his need."""
    said = NeedWord.objects.filter(speaker=NeedWord.Speaker.RAISER).exclude(word="unreachable")
    return dict(said.order_by("said_at", "pk").values_list("raised_as_id", "word"))


def _told() -> QuerySet[Leaf]:
    """Return the log up to the end of the story; what the clock does afterwards is not part of it."""
    return Leaf.objects.filter(event__at__lte=STARTS_AT)


def story_digest() -> str:
    """Return the SHA-256 of what the log tells: every moment at which a person acted, and his role, a line each.

    The root of the log itself differs from one loading to the next, because salts, keys of seals and seeds
    of draws are fresh secrets each time, and must be. What else an action of the product records does not
    change the story.
    """
    roles = dict(Appointment.objects.order_by("from_on", "role").values_list("user_id", "role"))
    by_key = {str(user): role for user, role in roles.items()}
    rows = _told().exclude(event__actor_key=SYSTEM.key).values_list("event__at", "event__actor_key")
    steps = {f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} {by_key.get(key, key)}" for at, key in rows}
    return sha256("\n".join(sorted(steps)).encode()).hexdigest()

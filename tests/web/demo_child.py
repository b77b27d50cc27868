"""What a loaded demo holds, read by the product's own functions in the demo's own data home.

Run by test_demo.py: `python -m tests.web.demo_child`, ZHAGEN_HOME says where. Prints one line of JSON.
"""

import json
import os
from collections import Counter, defaultdict

MEASURED = ("QS2024-01", "QS2024-02", "QS2024-03", "QS2024-07", "QS2024-08", "QS2024-09", "QS2025-04")


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhagen.web.settings"
    import django

    django.setup()
    from tests.unsettled import left_behind
    from zhagen.web.demo import readme

    print(
        json.dumps(
            {
                "blocks": {language: readme.block(language) for language in ("zh", "en")},
                "contracts": contracts(),
                "measures": measures(),
                "words": words_by_agency(),
                "ties": ties(),
                "ghost": ghost(),
                "left_behind": left_behind(),
                "open_for_handler": open_for_handler(),
                "fund": fund(),
                "leaving": leaving(),
            },
            default=str,
        )
    )


def contracts() -> list[dict[str, object]]:
    from zhagen.procurement.models import Contract

    rows = Contract.objects.select_related("agency").prefetch_related("amendments", "communities")
    return [
        {
            "pk": each.pk, "number": each.number, "agency": each.agency.name, "state": each.state,
            "place": each.place_id, "starts_on": each.starts_on, "ends_on": each.ends_on,
            "last_session": max((a.held_on for a in each.activities.all()), default=None),
            "amendments": [
                {"ends_on": a.after["ends_on"], "in_force_on": a.in_force_on, "agency": bool(a.agreed_by_agency_id)}
                for a in each.amendments.all()
            ],
            "remarks": [o.remark for a in each.acceptances.all() for o in a.opinions.all() if o.remark],
        }
        for each in rows
    ]  # fmt: skip


def measures() -> dict[str, dict[str, int]]:
    """The indicators by which live contracts are judged, of some contracts."""
    from zhagen.delivery.measures import measures_of
    from zhagen.delivery.portrait import portrait_period
    from zhagen.platform.clock import today
    from zhagen.procurement.models import Contract

    return {
        each.number: {
            name: measure.value
            for name, measure in measures_of(
                each, portrait_period(each, today()), confidence_bp=9_000
            ).items()
            if measure.value is not None
        }
        for each in Contract.objects.filter(number__in=MEASURED)
    }


def words_by_agency() -> dict[str, Counter]:
    """The last words of raisers by the agency whose sessions were for their need."""
    from zhagen.delivery.models import Activity
    from zhagen.web.demo.facts import last_words

    words, found = last_words(), defaultdict(Counter)
    served = Activity.objects.filter(needs__isnull=False).values_list("needs", "contract__agency__name")
    for need, agency in set(served):
        if need in words:
            found[agency][words[need]] += 1
    return found


def ties() -> list[tuple[str, str, str]]:
    from zhagen.parties.models import Tie

    return [(each.person.username, each.organisation.name, each.kind) for each in Tie.objects.all()]


def ghost() -> dict[str, object]:
    """Whoever was a frontline worker and is a supervisor of the same agency now."""
    from zhagen.delivery.models import Supervision
    from zhagen.parties.models import Appointment

    turned = Appointment.objects.filter(
        role="supervisor", user__appointments__role="social_worker", from_on__gt="2024-01-01"
    ).select_related("user", "organisation")
    one = turned.get()
    held = Supervision.objects.filter(supervisor=one.user)
    return {
        "agency": one.organisation.name,
        "sessions": held.count(),
        "unseen": held.filter(worker_minutes=0, supervisor_minutes__gt=0).count(),
    }


def open_for_handler() -> list[tuple[str, bool]]:
    """What the handler has not read yet, and whether it waits for something."""
    from zhagen.parties.actions.notice import open_for
    from zhagen.parties.models import User

    rows = open_for(str(User.objects.get(username="handler").pk))
    return [(each.code, bool(each.about)) for each in rows]


def book_of(cycle: object) -> dict[str, int]:
    """Return what stands in a cycle's book: the sum of all accounts, and how much was spent and given back."""
    from zhagen.community.actions.fund_entry import posted
    from zhagen.core.fund.book import Account, balances

    found = balances(posted(cycle))
    total = {account: sum(fen for (each, _), fen in found.items() if each == account) for account in Account}
    return {"sum": sum(found.values()), "spent": total[Account.SPENT], "returned": total[Account.RETURNED],
            "pool": total[Account.POOL]}  # fmt: skip


def fund() -> list[dict[str, object]]:
    """Each cycle with what stands on its list, its vote and its decisions."""
    from zhagen.community.models import FundCycle

    return [
        {
            "pk": each.pk, "title": each.title, "state": each.state, "place": each.place_id,
            "quota_fen": each.quota_fen, "residents": each.residents,
            "channels": sorted(set(each.ideas.values_list("channel", flat=True))),
            "proposals": {p.title: {"pk": p.pk, "state": p.state} for p in each.proposals.all()},
            "ballots": [
                {"pk": b.pk, "state": b.state, "roll": b.roll_count, "result": b.result,
                 "voted": b.roll.filter(has_voted=True).count()}
                for b in each.ballots.all()
            ],
            "decisions": [
                [d.step, d.body, d.is_passed, d.recused, bool(d.minutes)]
                for made in each.proposed_lists.all()
                for d in made.decisions.all()
            ],
            "book": book_of(each),
            "claims": sorted(claim.state for grant in each.grants.all() for claim in grant.claims.all()),
            "grants": [[g.grantee.kind, g.leader_shown, g.amount_fen] for g in each.grants.all()],
        }
        for each in FundCycle.objects.order_by("created_at")
    ]  # fmt: skip


def leaving() -> dict[str, object]:
    """What the policy lab may take: the snapshot, and the past cases judged again by a reform."""
    from zhagen.lab.past_cases import read_cases, write_cases
    from zhagen.lab.reform import reform_of
    from zhagen.lab.replay import replay
    from zhagen.lab.snapshot import write_snapshot
    from zhagen.parties.models import Organisation, Place, User
    from zhagen.parties.rules import rules_for
    from zhagen.platform.clock import today
    from zhagen.policy.past_cases import past_cases
    from zhagen.policy.snapshot import district_snapshot

    cases = past_cases(today())
    texts = write_snapshot(district_snapshot(today())) + write_cases(cases)
    names = [
        name for model in (Place, Organisation, User) for name in model.objects.values_list("name", flat=True)
    ]
    reform = reform_of({"annual_review.at_least.met_share": 2500}, rules_for("990101001000", today()))
    found = replay(read_cases(write_cases(cases)), reform, 5)
    return {
        "cases": [len(cases.rounds), len(cases.grades), len(cases.reviews)],
        "left_out": cases.left_out,
        "named": [name for name in names if name in texts],
        "shifts": {part.kind: part.shifts for part in found.parts},
    }


if __name__ == "__main__":
    main()

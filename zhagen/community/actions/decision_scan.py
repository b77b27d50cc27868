"""The signed minutes of a decision on a proposed list, attached as a scan when it is recorded or later."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.community.actions.fund_receipt import Scan
from zhagen.community.models import DecisionScan, ListDecision
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@write_tx
def add_decision_scan(decision: ListDecision, scan: Scan, *, by: Actor, now: dt.datetime) -> DecisionScan:
    """Attach a scan that the evidence store holds to a decision, each file once.

    Raises:
        RuleError: "permission.denied", "decision_scan.twice".
    """
    permit(by, "decision_scan.add", decision)
    ListDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.scans.filter(file_digest=scan.file_digest).exists():
        raise RuleError("decision_scan.twice")
    added = DecisionScan.objects.create(
        decision=decision,
        file_digest=scan.file_digest,
        original_digest=scan.original_digest,
        content_type=scan.content_type,
        added_by=user_of(by),
        added_at=now,
    )
    payload = {"step": decision.step, "digest": scan.file_digest, "original": scan.original_digest}
    record("decision_scan.added", decision.proposed_list, by=by, at=now, payload=payload)
    return added

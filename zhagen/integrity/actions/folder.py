"""Papers put into the folder of a signed contract: the scan, invoices, vouchers."""

import datetime as dt

from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.scope import permit
from zhagen.procurement.actions.folder import paper_kinds
from zhagen.procurement.actions.paper import add_paper
from zhagen.procurement.models import Claim, Contract, Paper


def file_contract_paper(
    contract: Contract,
    *,
    kind: str,
    title: str,
    claim: Claim | None,
    content: bytes,
    content_type: str,
    by: Actor,
    now: dt.datetime,
) -> Paper:
    """Put a paper on file under a contract, or under one of its payments.

    Raises:
        RuleError: "permission.denied", "paper.kind_unknown" or "folder.claim_needed".
    """
    permit(by, "folder.add", contract)
    known = paper_kinds().get(kind)
    if known is None:
        raise RuleError("paper.kind_unknown", kind=kind)
    if claim is None and known.stage == "claim":
        raise RuleError("folder.claim_needed")
    owner = claim if claim is not None and known.stage == "claim" else contract
    return add_paper(owner, kind, title, content=content, content_type=content_type, by=by, now=now)

"""Papers on file: uploads are known by content and kept by hash, generated ones are kept the same way."""

import datetime as dt
import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from zhagen.audit.record import record
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.platform.files import store
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import MOST_BYTES, take_upload
from zhagen.procurement.models import Claim, Contract, Instalment, Paper, Plan, Tender

Owner = Plan | Tender | Contract | Claim | Instalment


def evidence_root() -> Path:
    """Return the folder of the evidence store."""
    return Path(settings.HOME) / "evidence"


def take_file(upload: UploadedFile) -> tuple[bytes, str]:
    """Return what may be kept of an uploaded file and its content type; outside any transaction.

    Raises:
        RuleError: codes that begin with "upload.".
    """
    kept = take_upload(upload.read(MOST_BYTES + 1))
    return kept.content, mimetypes.types_map.get(f".{kept.kind}", "application/octet-stream")


def keep_content(content: bytes) -> str:
    """Put a file into the evidence store and return its hash; before the row that names it commits."""
    return store(evidence_root(), content)


@write_tx
def add_paper(
    owner: Owner,
    kind: str,
    title: str,
    *,
    content: bytes,
    content_type: str,
    by: Actor,
    now: dt.datetime,
    is_public: bool = False,
) -> Paper:
    """Put a paper on file under a plan, tender, contract, instalment or claim.

    The caller has asked whether the actor may; a paper is always part of another step.

    Args:
        owner: What it belongs to.
        kind: Code of the archive's catalogue, such as "contract_scan".
        title: Name for people.
        content: The bytes that `take_file` passed, or that a template gave.
        content_type: Its type by content.
        by: Who put it there.
        now: Moment of receipt.
        is_public: Whether the public portal offers it.
    """
    digest = keep_content(content)
    paper = Paper.objects.create(
        kind=kind,
        title=title,
        file_digest=digest,
        content_type=content_type,
        size=len(content),
        is_public=is_public,
        added_by=user_of(by),
        added_at=now,
        **_links(owner),
    )
    told = owner.contract if isinstance(owner, Instalment) else owner
    record("paper.added", told, by=by, at=now, payload={"kind": kind, "digest": digest})
    return paper


def _links(owner: Owner) -> dict[str, Any]:
    """Return the owner and all that stands above it, so that the whole folder is found from any of them."""
    links: dict[str, Any] = {}
    if isinstance(owner, Claim):
        links["claim"], owner = owner, owner.contract
    if isinstance(owner, Instalment):
        links["instalment"], owner = owner, owner.contract
    if isinstance(owner, Contract):
        links["contract"] = owner
        links["tender"] = owner.award.tender if owner.award else None
        links["plan"] = owner.plan
        return {**links, "place_id": owner.place_id}
    if isinstance(owner, Tender):
        links["tender"], owner = owner, owner.plan
    return {**links, "plan": owner, "place_id": owner.place_id}

"""The archive folder of a purchase: each kind of paper in order, what is on file, what is missing."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.platform.scope import permit
from zhagen.procurement.actions.paper import add_paper
from zhagen.procurement.models import Paper, Plan, Tender


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper of the archive catalogue.

    Args:
        code: Stable code.
        order: Place in the archive folder.
        stage: "plan", "tender", "award", "contract", "claim".
        zh: Name in Chinese.
        en: Name in English.
        mandatory: Methods for which the folder is not complete without it; "*" = all.
        is_generated: Whether the product fills it from a template.
    """

    code: str
    order: int
    stage: str
    zh: str
    en: str
    mandatory: tuple[str, ...] = ()
    is_generated: bool = False

    def is_mandatory(self, method: str) -> bool:
        """Whether a purchase by this method must have it."""
        return "*" in self.mandatory or method in self.mandatory


@cache
def paper_kinds() -> dict[str, PaperKind]:
    """Return the archive catalogue by code, in archive order."""
    text = (files("zhagen") / "rulebooks" / "papers" / "purchase.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["paper"]
    kinds = [
        PaperKind(order=order, **{**row, "mandatory": tuple(row.get("mandatory", ()))})
        for order, row in enumerate(rows, start=1)
    ]
    return {kind.code: kind for kind in kinds}


@dataclass(frozen=True)
class FolderLine:
    """One line of the archive folder: the kind, what is on file, whether it is missing."""

    kind: PaperKind
    papers: tuple[Paper, ...]
    is_missing: bool


def folder_of(plan: Plan, stages: tuple[str, ...] = ("plan", "tender", "award")) -> list[FolderLine]:
    """Return the archive folder of a purchase in order, with what is missing for its method."""
    on_file: dict[str, list[Paper]] = {}
    for paper in Paper.objects.filter(plan=plan).select_related("added_by"):
        on_file.setdefault(paper.kind, []).append(paper)
    return [
        FolderLine(kind, tuple(on_file.get(code, ())), kind.is_mandatory(plan.method) and code not in on_file)
        for code, kind in paper_kinds().items()
        if kind.stage in stages
    ]


@dataclass(frozen=True)
class PaperDraft:
    """A paper to be put on file."""

    kind: str
    title: str
    content: bytes
    content_type: str
    is_public: bool = False


def file_paper(
    plan: Plan, draft: PaperDraft, *, by: Actor, now: dt.datetime, tender: Tender | None = None
) -> Paper:
    """Put a paper into a purchase's archive folder, under its round: the one named, else the latest.

    Raises:
        RuleError: "paper.kind_unknown" or "permission.denied".
    """
    permit(by, "paper.add", plan)
    if draft.kind not in paper_kinds():
        raise RuleError("paper.kind_unknown", kind=draft.kind)
    stage = paper_kinds()[draft.kind].stage
    tender = tender or Tender.objects.filter(plan=plan).order_by("-created_at").first()
    return add_paper(
        tender if tender and stage != "plan" else plan,
        draft.kind,
        draft.title,
        content=draft.content,
        content_type=draft.content_type,
        is_public=draft.is_public,
        by=by,
        now=now,
    )

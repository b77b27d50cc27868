"""The Word papers of a round: notice, opening, draw, score sheets, report, decision, result, letters."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.tender import TenderState
from zhagen.core.rulebook.rules import LIGHT_METHODS, Rules
from zhagen.core.types import Actor
from zhagen.platform.documents import Filled, fill_document, in_chinese
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import CONTENT_TYPES
from zhagen.procurement.actions import award_paper_data as award_data_of
from zhagen.procurement.actions import tender_paper_data as data_of
from zhagen.procurement.actions.folder import PaperDraft, file_paper, paper_kinds
from zhagen.procurement.actions.panel import has_panel
from zhagen.procurement.actions.tender import check_frozen, rules_in
from zhagen.procurement.models import Award, Paper, Tender


@dataclass(frozen=True)
class TenderPaper:
    """One kind of paper that a round can be asked for.

    Args:
        template: Name of the template.
        data: Returns what fills it: one paper, or one a supplier.
        is_ready: Whether the round has come so far.
    """

    template: str
    data: Callable[[Tender, Rules, dt.datetime], list[Mapping[str, Any]]]
    is_ready: Callable[[Tender], bool]


def _award(tender: Tender) -> Award | None:
    return Award.objects.filter(tender=tender, annulled_at__isnull=True).first()


def _is_light_round(tender: Tender) -> bool:
    light = tender.published_at is not None and tender.rules_id is not None
    return light and tender.method in rules_in(tender, tender.published_at).texts(LIGHT_METHODS)


def _has_result(tender: Tender) -> bool:
    return _award(tender) is not None and tender.opened_at is not None


def _is_over(tender: Tender) -> bool:
    failed = tender.state in {TenderState.FAILED, TenderState.CANCELLED} and tender.published_at is not None
    return failed or (_award(tender) is not None and not _award(tender).is_from_outside)


KINDS: Mapping[str, TenderPaper] = {
    "tender_notice": TenderPaper("selection_notice", data_of.notice, _is_light_round),
    "opening_record": TenderPaper("opening_record", data_of.opening, lambda t: t.opened_at is not None),
    "draw_record": TenderPaper("draw_record", data_of.draw, lambda t: bool(t.draw_public)),
    "score_sheets": TenderPaper(
        "score_sheets", data_of.sheets, lambda t: bool(t.result.get("ranking")) and has_panel(t)
    ),
    "evaluation_report": TenderPaper(
        "evaluation_report", data_of.report, lambda t: bool(t.result.get("ranking"))
    ),
    "direct_reason": TenderPaper(
        "direct_reason", award_data_of.direct, lambda t: t.method == "direct" and _award(t) is not None
    ),
    "award_minutes": TenderPaper("decision_record", award_data_of.decision, lambda t: _award(t) is not None),
    "result_notice": TenderPaper("result_notice", award_data_of.result, _is_over),
    "award_letter": TenderPaper("award_notice", award_data_of.letter, _has_result),
    "loser_letters": TenderPaper("unsuccessful_notice", award_data_of.losers, _has_result),
}
"""Kind of the archive catalogue → the paper."""


def ready_kinds(tender: Tender) -> set[str]:
    """Return the kinds of papers that this round can be asked for now."""
    return {kind for kind, paper in KINDS.items() if paper.is_ready(tender)}


@in_chinese
def tender_document(tender: Tender, kind: str, *, by: Actor, now: dt.datetime) -> list[Paper]:
    """Fill a paper of a round and put it on file with its hash; letters to losers are one a supplier.

    Filling happens before the transaction.

    Raises:
        RuleError: "paper.kind_unknown", "paper.not_yet", "tender.frozen_differs", or of the template.
    """
    permit(by, "paper.add", tender.plan)
    if kind not in KINDS:
        raise RuleError("paper.kind_unknown", kind=kind)
    paper = KINDS[kind]
    if not paper.is_ready(tender):
        raise RuleError("paper.not_yet", kind=paper_kinds()[kind].zh)
    check_frozen(tender)
    data = paper.data(tender, rules_in(tender, now), now)
    office, template = tender.plan.place_id, f"procurement/{paper.template}"
    filled = [(each.get("supplier", ""), fill_document(template, each, office=office)) for each in data]
    return _file(tender, kind, filled, by=by, now=now)


@write_tx
def _file(
    tender: Tender, kind: str, filled: list[tuple[str, Filled]], *, by: Actor, now: dt.datetime
) -> list[Paper]:
    papers = []
    for supplier, each in filled:
        name = (
            f"{paper_kinds()[kind].zh}（{supplier}）" if kind == "loser_letters" else paper_kinds()[kind].zh
        )
        draft = PaperDraft(kind, f"{name} 系统生成，待盖章", each.content, CONTENT_TYPES["docx"])
        papers.append(file_paper(tender.plan, draft, by=by, now=now, tender=tender))
        figures = {"kind": kind, "document": each.sha256, "template": each.template_sha256}
        record("tender.document_made", tender, by=by, at=now, payload=figures)
    return papers

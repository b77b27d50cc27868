"""The acceptance form (履约验收单): filled from what was judged, kept by its hash, stamped, its scan kept beside it."""

import datetime as dt
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.core.lifecycle.acceptance import AcceptanceState
from zhagen.core.money import format_yuan
from zhagen.core.types import Actor
from zhagen.delivery.facts import MINUTES, confirmed_tasks, stage_of
from zhagen.delivery.models import Acceptance
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.documents import Filled, fill_document, in_chinese
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import sealed_terms
from zhagen.procurement.actions.contract_papers import WORD
from zhagen.procurement.actions.paper import add_paper
from zhagen.procurement.models import Paper
from zhagen.procurement.terms_words import promise_name, unit_name

KIND = "acceptance_form"
ACCEPTED = (AcceptanceState.ACCEPTED, AcceptanceState.DEEMED_ACCEPTED)


@in_chinese
def acceptance_form(acceptance: Acceptance, now: dt.datetime) -> Filled:
    """Return the form as a Word paper; what is not decided yet leaves room to write.

    Raises:
        RuleError: codes of "document.".
    """
    data = form_data(acceptance, now)
    return fill_document("delivery/acceptance_form", data, office=acceptance.contract.place_id)


def form_data(acceptance: Acceptance, now: dt.datetime) -> dict[str, Any]:
    """Return what stands in the form, each field of its template."""
    contract, (from_on, until) = acceptance.contract, stage_of(acceptance.instalment)
    tasks = [minutes for _, minutes in confirmed_tasks(contract, until)]
    opinions = list(acceptance.opinions.all())
    decided = acceptance.decided_at
    return {
        "acceptance_number": acceptance.number,
        "project_title": contract.title,
        "contract_number": contract.number,
        "office": f"{contract.place.name}办事处",
        "supplier": contract.agency.name,
        "period_from": from_on,
        "period_until": until,
        "held_on": decided.astimezone(SHANGHAI).date() if decided else None,
        "held_at": None,
        "members": acceptance.decided_by.name if acceptance.decided_by else None,
        "resident_statement": "、".join(dict.fromkeys(each.speaker for each in opinions)) or None,
        "resident_opinion": "\n".join(map(_opinion, opinions)) or None,
        "off_plan_count": len(tasks),
        "off_plan_hours": f"{sum(tasks) / MINUTES:.1f}",
        "off_plan_treatment": _treatment(acceptance),
        "conclusion": _conclusion(acceptance),
        "corrections": _corrections(acceptance),
        "written_on": now.astimezone(SHANGHAI).date(),
        "items": [
            {
                "text": promise_name(each["name"]),
                "agreed": f"{each['promised']} {unit_name(each['unit'])}",
                "done": f"{each['counted']} {unit_name(each['unit'])}",
                "result": "不足" if each["is_short"] else "达到",
            }
            for each in acceptance.figures.get("promises", ())
        ],
    }


def _opinion(opinion: Any) -> str:
    said = f"{opinion.speaker}：{opinion.get_word_display()}"
    return f"{said}，{opinion.remark}" if opinion.remark else said


def _treatment(acceptance: Acceptance) -> str:
    share_bp = sealed_terms(acceptance.contract).off_plan_credit_bp
    return f"按合同抵作服务量，最多抵约定量的{share_bp / 100:g}%。" if share_bp else "不抵作服务量。"


def _conclusion(acceptance: Acceptance) -> str | None:
    if acceptance.state in ACCEPTED:
        how = "合格" if acceptance.state == AcceptanceState.ACCEPTED else "逾期未答复，按合同视为合格"
        money = f"核定可付{format_yuan(acceptance.payable_fen or 0)}元"
        return "，".join(filter(None, [how, money, acceptance.remark])) + "。"
    return f"不合格。{acceptance.remark}" if acceptance.state == AcceptanceState.REFUSED else None


def _corrections(acceptance: Acceptance) -> str | None:
    if acceptance.state == AcceptanceState.TO_CORRECT:
        return acceptance.remark
    return "无。" if acceptance.state in ACCEPTED else None


@write_tx
def keep_form(acceptance: Acceptance, filled: Filled, *, by: Actor, now: dt.datetime) -> Paper:
    """Put a filled form on file under the instalment, with its hash in the log.

    Raises:
        RuleError: "permission.denied".
    """
    permit(by, "acceptance.write_form", acceptance)
    return add_paper(
        acceptance.instalment, KIND, f"履约验收单 {acceptance.number}",
        content=filled.content, content_type=WORD, by=by, now=now,
    )  # fmt: skip


@write_tx
def keep_scan(
    acceptance: Acceptance, content: bytes, content_type: str, *, by: Actor, now: dt.datetime
) -> Paper:
    """Put the stamped form on file.

    Raises:
        RuleError: "acceptance.scan_is_no_scan", "permission.denied".
    """
    permit(by, "acceptance.add_scan", acceptance)
    if content_type == WORD:
        raise RuleError("acceptance.scan_is_no_scan")
    return add_paper(
        acceptance.instalment, KIND, f"履约验收单 {acceptance.number}（盖章扫描件）",
        content=content, content_type=content_type, by=by, now=now,
    )  # fmt: skip


def forms_of(acceptance: Acceptance) -> list[tuple[Paper, bool]]:
    """Return the forms on file of an acceptance, the newest first, and whether each is a stamped scan."""
    papers = acceptance.instalment.papers.filter(kind=KIND, title__contains=acceptance.number)
    return [(paper, paper.content_type != WORD) for paper in papers.order_by("-added_at")]

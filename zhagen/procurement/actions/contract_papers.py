"""The papers of a contract that the product fills: its text, the payment approval."""

import datetime as dt
from typing import Any

from zhagen.core.contract_terms import ContractTerms
from zhagen.core.exact import BP
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.acceptance import Promise
from zhagen.core.types import Actor
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.documents import Filled, fill_document, in_chinese
from zhagen.platform.tx import write_tx
from zhagen.procurement.actions.contract import contract_rules, method_of, sealed_terms
from zhagen.procurement.actions.paper import add_paper
from zhagen.procurement.models import Claim, Contract, Paper
from zhagen.procurement.terms_words import indicator_name, indicator_value, promise_name, terms_in_words

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PERCENT = 100


@in_chinese
def contract_text(contract: Contract) -> Filled:
    """Return the contract as a Word paper, filled from its terms; the office may keep its own template.

    Raises:
        RuleError: codes of "document.".
    """
    terms = sealed_terms(contract)
    rules = contract_rules(contract) or rules_for(contract.place_id, contract.starts_on)
    data = _contract_data(contract, terms, rules)
    return fill_document(f"procurement/contract_{contract.kind}", data, office=contract.place_id)


def _contract_data(contract: Contract, terms: ContractTerms, rules: Rules) -> dict[str, Any]:
    places = "、".join(contract.communities.values_list("name", flat=True))
    numbers = "、".join(contract.plan.needs.values_list("code", flat=True)) if contract.plan else ""
    return {
        "project_title": contract.title,
        "contract_number": contract.number,
        "office": f"{contract.place.name}办事处",
        "office_code": None,
        "office_head": None,
        "supplier": contract.agency.name,
        "supplier_code": contract.agency.uscc or None,
        "supplier_head": None,
        "award_reference": contract.award.tender.number if contract.award else "平台外成交",
        "places": places,
        "beneficiaries": contract.plan.content if contract.plan else places,
        "staffing": f"人员经费不低于合同金额的{terms.protected_staff_bp / PERCENT:g}%",
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "long_term_statement": _long_term(contract),
        "continuity_plan": terms.continuity or "服务期内每季度均安排服务，不得集中突击。",
        "amount_fen": contract.amount_fen,
        "staff_cost_fen": contract.amount_fen * terms.protected_staff_bp // BP,
        "off_plan_hours": f"当月工时的{terms.off_plan_refusal_bp / PERCENT:g}%",
        "acceptance_days": terms.deemed_days,
        "review_days": rules.int("evaluation.review_request_window"),
        "supplement_percent": rules.int(
            rules.keyed("contract", method_of(contract, rules), "supplement_share_max")
        )
        // PERCENT,
        "handover_days": terms.handover_days,
        "closing_conditions": "；".join(terms_in_words(terms)["closing"]),
        "breach_terms": "甲方逾期付款的，按约定承担违约责任；乙方中断服务的，退还相应价款。",
        "copies": "四",
        "unverified_note": "、".join(
            rules.value(name).zh for name in rules.confirm_names() if _is_used(name)
        ),
        **_lists(contract, terms, numbers),
    }


def _lists(contract: Contract, terms: ContractTerms, numbers: str) -> dict[str, Any]:
    return {
        "items": [_item(each, numbers) for each in terms.promises],
        "instalments": [
            {
                "budget_year": each.budget_year,
                "amount_fen": each.amount_fen,
                "condition": each.condition,
                "due": each.due_on.isoformat(),
            }
            for each in contract.instalments.all()
        ],
        "review_terms": [
            {
                "name": indicator_name(each.indicator),
                "threshold": f"{'不低于' if each.at_least else '不高于'}{indicator_value(each.indicator, each.threshold)}",
                "method": "按合同冻结的指标口径计算，附置信区间",
            }
            for each in terms.renewal
        ],
    }


USED = ("contract.", "acceptance.", "staffing.", "off_plan.", "evaluation.review", "supervision.")


def _is_used(name: str) -> bool:
    return name.startswith(USED)


def _item(promise: Promise, numbers: str) -> dict[str, str]:
    return {
        "text": promise_name(promise.name),
        "need_numbers": numbers,
        "quantity": str(promise.promised),
        "done_when": "由服务记录汇总，并经随机抽取的参加者证实",
    }


def _long_term(contract: Contract) -> str:
    grounds = contract.plan.long_term_grounds if contract.plan else {}
    return "；".join(f"{key}：{value}" for key, value in grounds.items()) or "期限不超过一年。"


@in_chinese
def payment_approval(claim: Claim, now: dt.datetime) -> Filled:
    """Return the payment approval of a claim as a Word paper, with the papers it needs.

    Raises:
        RuleError: codes of "document.".
    """
    contract, instalment = claim.contract, claim.instalment
    paid = sum(contract.claims.filter(state="paid").values_list("amount_fen", flat=True))
    plan = contract.plan
    data = {
        "claim_number": claim.number,
        "supplier": contract.agency.name,
        "bank_account": contract.agency.bank_account_name or None,
        "project_title": contract.title,
        "contract_number": contract.number,
        "contract_fen": contract.amount_fen,
        "paid_fen": paid,
        "instalment_number": instalment.order,
        "amount_fen": claim.amount_fen,
        "rest_fen": contract.amount_fen - paid - (0 if claim.state == "paid" else claim.amount_fen),
        "budget_year": instalment.budget_year,
        "budget_line": plan.budget_line.title if plan else None,
        "due_on": instalment.due_on,
        "need_numbers": "、".join(plan.needs.values_list("code", flat=True))
        if plan
        else "运行中合同，未关联需求",
        "acceptance_result": instalment.acceptance_ref or instalment.condition,
        "voucher_number": claim.voucher_no or None,
        "office": f"{contract.place.name}办事处",
        "written_on": now.astimezone(SHANGHAI).date(),
        "papers": [
            {"name": "发票", "state": claim.invoice_no or "缺"},
            {"name": "履约验收单", "state": instalment.acceptance_ref or "签订后即付，不需验收"},
            {"name": "合同", "state": "已附" if contract.scan_digest else "缺盖章扫描件"},
        ],
    }
    return fill_document("procurement/payment_approval", data, office=contract.place_id)


@write_tx
def keep_contract_text(contract: Contract, text: Filled, *, by: Actor, now: dt.datetime) -> Paper:
    """Put the contract's text on file and its hash into the contract."""
    Contract.objects.filter(pk=contract.pk).update(document_digest=text.sha256)
    return add_paper(
        contract,
        "contract_text",
        contract.title,
        content=text.content,
        content_type=WORD,
        by=by,
        now=now,
    )

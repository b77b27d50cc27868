"""The Word papers of a plan, filled from the office's templates: request, paper for the meeting, plan."""

import datetime as dt
from typing import Any

from zhagen.audit.record import record
from zhagen.core.buying.plan import needs_collective_decision
from zhagen.core.calendar import after
from zhagen.core.contract_terms import terms_from_plain
from zhagen.core.errors import RuleError
from zhagen.core.money import format_yuan
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import Actor
from zhagen.parties.actor import user_of
from zhagen.platform.documents import Filled, fill_document, in_chinese
from zhagen.platform.scope import permit
from zhagen.platform.texts import say
from zhagen.platform.tx import write_tx
from zhagen.platform.uploads import CONTENT_TYPES
from zhagen.procurement.actions.folder import PaperDraft, file_paper
from zhagen.procurement.actions.plan import rules_of, split_warning_of, today_of
from zhagen.procurement.models import Paper, Plan

TITLES = {
    "project_request": "立项请示",
    "meeting_paper": "上会材料",
    "requirement_plan": "采购需求与实施计划",
}
LATEST_START_DAYS = 45
"""From the paper to the service: notice, award and signing of a selection usually take six weeks."""


@in_chinese
def plan_document(plan: Plan, kind: str, *, by: Actor, now: dt.datetime) -> Paper:
    """Fill one paper of a plan and put it on file with its hash; filling happens before the transaction.

    Raises:
        RuleError: "paper.kind_unknown" or what the template raises.
    """
    permit(by, "paper.add", plan)
    if kind not in TITLES:
        raise RuleError("paper.kind_unknown", kind=kind)
    filled = fill_document(f"procurement/{kind}", _data(plan, kind, by, now), office=plan.place_id)
    return _file(plan, kind, filled, by=by, now=now)


def _data(plan: Plan, kind: str, by: Actor, now: dt.datetime) -> dict[str, Any]:
    rules = rules_of(plan, now)
    fill = {"project_request": _request, "meeting_paper": _meeting, "requirement_plan": _requirements}[kind]
    common = _common(plan, rules, now)
    writer = user_of(by)
    named = {"handler": writer.name, "handler_phone": writer.phone, "reporter": writer.name}
    return {**common, **fill(plan, common, rules), **named}


@write_tx
def _file(plan: Plan, kind: str, filled: Filled, *, by: Actor, now: dt.datetime) -> Paper:
    title = f"{TITLES[kind]}（系统生成，待盖章）"
    draft = PaperDraft(kind, title, filled.content, CONTENT_TYPES["docx"])
    paper = file_paper(plan, draft, by=by, now=now)
    figures = {"kind": kind, "document": filled.sha256, "template": filled.template_sha256}
    record("plan.document_made", plan, by=by, at=now, payload=figures)
    return paper


def _common(plan: Plan, rules: Rules, now: dt.datetime) -> dict[str, Any]:
    today = today_of(now)
    starts_on = today + dt.timedelta(days=LATEST_START_DAYS)
    grounds = [f"{say(f'ground.{code}')}：{text}" for code, text in plan.long_term_grounds.items()]
    limit = rules.value("procurement.threshold_services")
    basis = f"预算低于采购限额标准 {format_yuan(rules.fen(limit.name))} 元（{limit.source}）"
    if plan.budget_fen >= rules.fen(limit.name):
        basis = f"预算达到采购限额标准 {format_yuan(rules.fen(limit.name))} 元（{limit.source}）"
    unverified = [rules.value(name).zh for name in ("procurement.threshold_services",) if limit.confirm]
    return {
        "project_title": plan.title,
        "document_number": plan.number,
        "plan_number": plan.number,
        "version": "第1版",
        "office": f"{plan.place.name}办事处",
        "department": "社区建设办公室",
        "decision_body": plan.decision_body or rules.texts("procurement.decision_bodies")[0],
        "need_count": plan.needs.count(),
        "place_count": plan.communities.count(),
        "places": "、".join(plan.communities.values_list("name", flat=True)),
        "scope": plan.content,
        "starts_on": starts_on,
        "ends_on": after(starts_on, plan.term_months, "months") - dt.timedelta(days=1),
        "budget_fen": plan.budget_fen,
        "budget_year": plan.budget_line.year,
        "budget_line": plan.budget_line.title,
        "fund_source": "街道部门预算",
        "method": say(f"method.{plan.method}"),
        "method_basis": f"{basis}{'；' + plan.method_reason if plan.method_reason else ''}",
        "reserved_statement": f"不专门预留。理由：{plan.not_reserved_reason or '—'}",
        "long_term_statement": "；".join(grounds) or "不适用",
        "unverified_note": f"含待核实的规则值：{'、'.join(unverified)}。" if unverified else "",
        "written_on": today,
    }


def _request(plan: Plan, common: dict[str, Any], rules: Rules) -> dict[str, Any]:
    needs = [
        {"number": need.code, "text": need.text[:80], "place": need.place.name, "supporters": ""}
        for need in plan.needs.filter(is_private=False).select_related("place")
    ]
    return {"needs": needs, "performance_goal": plan.content}


def _meeting(plan: Plan, common: dict[str, Any], rules: Rules) -> dict[str, Any]:
    is_collective = needs_collective_decision(plan.budget_fen, rules)
    start = format_yuan(rules.fen("procurement.collective_decision_from"))
    warning = split_warning_of(plan, rules)
    risks = "人员流动可能影响连续服务，合同中约定交接。"
    if warning:
        risks += f"本年度同类自行采购合计 {format_yuan(warning.total_fen)} 元，已核查是否化整为零。"
    option = {"name": "方案一", "text": plan.content[:200], "weighing": ""} | {"amount_fen": plan.budget_fen}
    return {
        "meeting_name": common["decision_body"],
        "subject": f"{plan.title}立项",
        "held_on": plan.decided_on,
        "amount_fen": plan.budget_fen,
        "collective_statement": ("属于，达到" if is_collective else "不属于，低于")
        + f"集体决策金额起点 {start} 元",
        "request": f"同意立项，并以{common['method']}方式选择承接主体。",
        "background": plan.no_needs_reason or f"对应居民需求 {common['need_count']} 件。",
        "procedure_done": "已完成需求汇总和科室审核。" if plan.checked_by_id else "已完成需求汇总。",
        "recusal_statement": "",
        "risks": risks,
        "proposal": "建议采用方案一。",
        "attendees": "",
        "vote_result": "",
        "decision": "",
        "minute_number": plan.decision_no,
        "options": [option],
    }


def _requirements(plan: Plan, common: dict[str, Any], rules: Rules) -> dict[str, Any]:
    terms = terms_from_plain(plan.terms)
    share = f"{terms.protected_staff_bp / 100:g}%"
    numbers = "、".join(plan.needs.values_list("code", flat=True))
    items = [
        {
            "text": say(f"promise.{each.name}"),
            "need_numbers": numbers,
            "quantity": str(each.promised),
            "done_when": "按合同约定验收，由服务对象确认",
        }
        for each in terms.promises
    ]
    return {
        "beneficiaries": "项目所在社区居民",
        "survey_method": "居民提出、入户走访与热线工单汇总",
        "survey_result": plan.no_needs_reason or f"汇总居民需求 {common['need_count']} 件",
        "comment_from": None,
        "comment_until": None,
        "comment_count": "",
        "comment_response": "",
        "staffing": f"社工由承接主体聘用和管理；人员经费不低于合同金额的 {share}。",
        "evaluation": "按公告所附评估方案和比重评价。",
        "qualifications": "依法登记，符合采购条件",
        "contract_kind": plan.get_kind_display(),
        "payment_terms": "按合同约定分期，验收合格后支付",
        "acceptance_terms": f"邀请服务对象参加；提交后 {terms.deemed_days} 天未答复视为通过",
        "risk_control": "人员变动须交接并报告；合同期满须完成交接",
        "items": items,
    }

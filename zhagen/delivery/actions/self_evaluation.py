"""The budget unit's own form (项目支出绩效自评): made from figures, rated where nothing can be counted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import form_rules
from zhagen.core.scoring.self_evaluation import FormLine, SelfEvaluation, self_evaluate
from zhagen.core.trace import trace_to_dict
from zhagen.core.types import Actor
from zhagen.delivery.actions.evaluation import day_of
from zhagen.delivery.models import SelfEvaluation as Form
from zhagen.delivery.self_form import PreparedForm, prepare
from zhagen.parties.actor import user_of
from zhagen.parties.rules import rules_for
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.procurement.models import Contract


@dataclass(frozen=True)
class FormWords:
    """What is written into the form beside its figures.

    Args:
        goal: Goal of the year.
        goal_result: What came of it.
        ratings: Line key → share of full marks in bp, for lines that nothing counts.
        reasons: Line key → why it differs from its target.
        remarks: Anything else.
    """

    goal: str
    goal_result: str
    ratings: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    remarks: str = ""


def rules_on(contract: Contract, now: dt.datetime) -> Rules:
    """Return the rules of the form: those in force today, since it is the budget unit's own."""
    return rules_for(contract.place_id, day_of(now))


def score_form(prepared: PreparedForm, ratings: Mapping[str, int], rules: Rules) -> SelfEvaluation:
    """Return the scored form; nothing is changed.

    Raises:
        RuleError: as `self_evaluate`.
    """
    lines = [each.rated(ratings) for each in prepared.lines]
    return self_evaluate(
        lines, budget_fen=prepared.budget_fen, spent_fen=prepared.spent_fen, rules=form_rules(rules)
    )


@write_tx
def make_self_evaluation(
    contract: Contract, budget_year: int, words: FormWords, *, by: Actor, now: dt.datetime
) -> Form:
    """Make the form of a budget year; a line off its target must be explained.

    Raises:
        RuleError: "self_evaluation.year_outside", "self_evaluation.reason_needed", or as `self_evaluate`.
    """
    permit(by, "self_evaluation.make", contract)
    if not contract.starts_on.year <= budget_year <= contract.ends_on.year:
        raise RuleError("self_evaluation.year_outside", year=budget_year)
    rules = rules_on(contract, now)
    prepared = prepare(contract, budget_year, rules)
    scored = score_form(prepared, words.ratings, rules)
    unexplained = [name for name in scored.to_explain if not words.reasons.get(name, "").strip()]
    if unexplained:
        raise RuleError("self_evaluation.reason_needed", count=len(unexplained))
    form = Form.objects.create(
        contract=contract,
        budget_year=budget_year,
        result=_plain(prepared, scored, words),
        score_bp=scored.score_bp,
        goal=words.goal.strip(),
        goal_result=words.goal_result.strip(),
        remarks=words.remarks.strip(),
        made_by=user_of(by),
        made_at=now,
    )
    payload = {"year": budget_year, "score_bp": scored.score_bp, "band": scored.band}
    record("self_evaluation.made", form, by=by, at=now, payload=payload)
    return form


def _plain(prepared: PreparedForm, scored: SelfEvaluation, words: FormWords) -> dict[str, Any]:
    points = {child.name: child.value for child in scored.trace.children}
    return {
        "score_bp": scored.score_bp,
        "band": scored.band,
        "budget_fen": prepared.budget_fen,
        "spent_fen": prepared.spent_fen,
        "heads_bp": {head.value: value for head, value in scored.heads_bp.items()},
        "lines": [
            {
                "key": each.key,
                "subhead": each.subhead,
                "head": each.head.value,
                "weight_bp": each.weight_bp,
                "target": each.line.target if isinstance(each.line, FormLine) else None,
                "actual": each.line.actual if isinstance(each.line, FormLine) else None,
                "rated_bp": words.ratings.get(each.key) if each.line is None else None,
                "score_bp": points[each.key],
                "reason": words.reasons.get(each.key, "").strip(),
            }
            for each in prepared.lines
        ],
        "trace": trace_to_dict(scored.trace),
    }

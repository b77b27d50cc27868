"""What the law says of a reform before it is rehearsed: each finding with its clause and the day that is in force."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from zhagen.core.errors import Catalogue, RuleError, render
from zhagen.core.indicators.registry import SELF_REPORTED
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.defaults import BY_FIGURE
from zhagen.core.toml_lines import read_toml
from zhagen.lab.lever_map import WEIGHTS, wage_month
from zhagen.lab.local_facts import LocalFacts, default_facts
from zhagen.lab.reform import Reform, apply_reform, facts_after, lever_values

Levers = Mapping[str, float]

FORM_HEADS = ("budget_execution", "output", "benefit", "satisfaction")
"""Heads of the budget unit's own form, in its order."""


class Level(StrEnum):
    """How grave a finding is."""

    BLOCK = "block"
    """Forbidden: computed only under a red banner, never adopted."""
    WARN = "warn"
    """Allowed only on conditions."""
    NOTE = "note"
    """To be borne in mind."""


@dataclass(frozen=True, slots=True)
class Clause:
    """An article and the day from which it is in force.

    Args:
        source: Document, number and article.
        since: First day in force.
        confirm: Whether it still has to be checked against the official text.
    """

    source: str
    since: date
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the law says of a reform.

    Args:
        level: How grave.
        code: Its text in the message catalogue.
        levers: Levers of the model that it is about.
        clause: The article.
        figures: What the text quotes.
        stands_already: Whether it holds of the rulebook in force too.
    """

    level: Level
    code: str
    levers: tuple[str, ...]
    clause: Clause
    figures: Mapping[str, Any] = field(default_factory=dict)
    stands_already: bool = False

    def text(self, catalogue: Catalogue, language: str) -> str:
        """Return the finding for people, with clause and date, in a language: "zh" or "en"."""
        code = "legal.cited_confirm" if self.clause.confirm else "legal.cited"
        said = render(RuleError(self.code, **self.figures), catalogue, language)
        cited = RuleError(code, said=said, clause=self.clause.source, since=self.clause.since.isoformat())
        return render(cited, catalogue, language)


@dataclass(frozen=True, slots=True)
class Case:
    """What is tested.

    Args:
        rules: In force on the day: the limits come from here.
        levers: What would be.
        before: What is; equal to `levers` where nothing changes.
        facts: Of the district.
        paper_bp: Weight of outputs on the agency's own record in the scheme.
        wage: Of a month in yuan, before tax, as the protected staff cost pays it.
    """

    rules: Rules
    levers: Levers
    before: Levers
    facts: LocalFacts
    paper_bp: float
    wage: int

    def changed(self, *codes: str) -> tuple[str, ...]:
        """Return those of some levers that change."""
        return tuple(code for code in codes if self.levers[code] != self.before[code])

    def form(self) -> dict[str, int]:
        """Return the weights of the budget unit's own form, in its order; empty where none is in force."""
        name = "self_evaluation.weights"
        weights = self.rules.table(name) if self.rules.has(name) else {}
        return {head: weights[head] for head in FORM_HEADS if head in weights}

    def rule(self, name: str) -> Clause | None:
        """Return the article behind a value; None where none is in force on the day."""
        if not self.rules.has(name):
            return None
        found = self.rules.value(name)
        return Clause(found.source, found.since, found.confirm)


@cache
def clauses() -> Mapping[str, Clause]:
    """Return the articles that set no value, by code."""
    text = (files("zhagen.lab") / "data" / "clauses.toml").read_text(encoding="utf-8")
    data, _ = read_toml(text, file="clauses.toml", concept="legal")
    tables = {name: table for name, table in data.items() if isinstance(table, dict)}
    return {
        name: Clause(table["source"], table["from"], bool(table.get("confirm")))
        for name, table in tables.items()
    }


Found = Iterator[Finding | None]
Test = Callable[[Case], Found]


def _finding(
    level: Level, code: str, levers: tuple[str, ...], clause: Clause | None, **figures: Any
) -> Finding | None:
    return None if clause is None else Finding(level, f"legal.{code}", levers, clause, figures)


def _terms(case: Case) -> Found:
    months, names = case.levers["term"], ("term",)
    usual, ceiling = case.rule("contract.term_max"), case.rule("contract.term_ceiling")
    if usual is None or ceiling is None:
        return
    most, least = case.rules.int("contract.term_ceiling"), case.rules.int("contract.term_max")
    if months > most:
        yield _finding(Level.BLOCK, "term_too_long", names, ceiling, months=int(months), most=most)
    elif months > least:
        grounds = case.rule("contract.long_term_conditions")
        yield _finding(Level.WARN, "term_needs_grounds", names, grounds, months=int(months), usual=least)
    if case.levers["merit"]:
        kept = min(int(months), most)
        yield _finding(Level.NOTE, "renewal_within_award", ("merit", "term"), ceiling, months=kept)


def _weights(case: Case) -> Found:
    total = sum(case.levers[code] for code in WEIGHTS)
    scheme = case.rule("evaluation.scheme")
    if total != FULL_BP:
        yield _finding(Level.BLOCK, "weights_not_whole", WEIGHTS, scheme, total_bp=int(total))
    cap = case.rule("evaluation.output_weight_max")
    if cap is not None and case.paper_bp > (most := case.rules.int("evaluation.output_weight_max")):
        figures = {"paper_bp": int(case.paper_bp), "most_bp": most}
        yield _finding(Level.BLOCK, "too_much_paper", ("w_out",), cap, **figures)
    if changed := case.changed(*WEIGHTS):
        yield _finding(Level.NOTE, "scheme_declared_first", changed, clauses()["written_contract"])
        clause = case.rule("self_evaluation.weights")
        weights = "/".join(f"{bp // 100}" for bp in case.form().values())
        yield _finding(Level.NOTE, "own_form_stays", changed, clause, weights=weights)


def _contracts(case: Case) -> Found:
    frozen = (*WEIGHTS, "term", "merit", "pass_bp", "renew_bp", "credit", "closing", "wage", "quota")
    if changed := case.changed(*frozen):
        yield _finding(Level.NOTE, "signed_contracts_stay", changed, clauses()["contract_kept"])


def _acceptance(case: Case) -> Found:
    if case.levers["closing"] == 1:
        yield _finding(Level.BLOCK, "closes_early", ("closing",), clauses()["closing"])
    if case.levers["closing"] == 0:
        clause = case.rule("acceptance.users_invited")
        yield _finding(Level.WARN, "users_at_acceptance", ("closing",), clause)


def _tenders(case: Case) -> Found:
    levers = case.levers
    if levers["past_weight"] > 0:
        level = Level.WARN if levers["past_weight"] > case.before["past_weight"] else Level.NOTE
        clause = clauses()["no_local_bonus"]
        figures = {"weight_bp": round(levers["past_weight"] * FULL_BP)}
        yield _finding(level, "newcomers", ("past_weight",), clause, **figures)
    if levers["need_tender"] == 0:
        yield _finding(Level.NOTE, "needs_comment", ("need_tender",), clauses()["public_comment"])
    if levers["tender_mode"] == 1:
        yield _finding(Level.BLOCK, "direct_award", ("tender_mode",), clauses()["single_source"])
    if levers["tender_mode"] == 2:
        yield _finding(Level.NOTE, "residents_choose", ("tender_mode",), clauses()["framework"])
    closed = [code for code in ("themes_closed", "licensed") if levers[code] > 0]
    if closed:
        yield _finding(Level.BLOCK, "market_closed", tuple(closed), clauses()["fair_competition"])


def _wages(case: Case) -> Found:
    names = ("wage",)
    wage, least = case.wage, case.facts["minimum_wage"]
    clause = clauses()["minimum_wage"]
    if not least:
        yield _finding(Level.NOTE, "minimum_wage_unknown", names, clause, wage=wage)
    elif wage < least:
        yield _finding(Level.BLOCK, "below_minimum_wage", names, clause, wage=wage, least=least)
    if case.changed("wage"):
        clause_of_posts = case.rule("contract.post_forbidden_fields")
        yield _finding(Level.NOTE, "wages_set_by_agency", names, clause_of_posts)


def _funds(case: Case) -> Found:
    if case.levers["fund"] > 0 and case.levers["vote"] < 2:
        yield _finding(Level.WARN, "residents_decide", ("vote", "fund"), case.rule("fund.assembly.bodies"))
    if case.changed("fund"):
        yield _finding(Level.NOTE, "fund_clears", ("fund",), case.rule("fund.clearing_month"))


def _ties(case: Case) -> Found:
    if not case.levers["recuse"]:
        yield _finding(Level.WARN, "committee_may_bid", ("recuse",), clauses()["contractors"])
    if case.levers["ban"]:
        yield _finding(Level.WARN, "ban_discriminates", ("ban",), clauses()["no_discrimination"])
    if case.levers["seat"] > 0:
        yield _finding(Level.NOTE, "seat_without_vote", ("seat",), clauses()["residents_committee"])


def _forms(case: Case) -> Found:
    if case.levers["post"] > 0:
        yield _finding(Level.BLOCK, "post_is_employment", ("post",), clauses()["no_staffing"])
    if case.levers["granularity"] >= 2:
        yield _finding(Level.NOTE, "short_bursts", ("granularity",), clauses()["continuity"])
    if case.levers["audit"] > case.before["audit"]:
        yield _finding(Level.NOTE, "checks_by_sample", ("audit",), clauses()["no_formalism"])


TESTS: tuple[Test, ...] = (
    _terms, _weights, _contracts, _acceptance, _tenders, _wages, _funds, _ties, _forms,
)  # fmt: skip
_ORDER = tuple(Level)


def _findings(case: Case) -> tuple[Finding, ...]:
    found = [each for test in TESTS for each in test(case) if each is not None]
    in_force = [each for each in found if each.clause.since <= case.rules.on]
    return tuple(sorted(in_force, key=lambda each: (_ORDER.index(each.level), each.code)))


def legal_check(
    baseline: Rules,
    reform: Reform,
    on: date,
    place: str,
    facts: LocalFacts | None = None,
) -> tuple[Finding, ...]:
    """Return what the law says of a reform, the gravest first: of what it changes, and every block.

    Args:
        baseline: The rulebook that it changes, with its layers.
        reform: Checked.
        on: Day for which the law is asked; a clause not yet in force then says nothing.
        place: Code of the place.
        facts: The district's figures; the shipped ones where left out.
    """
    is_same = (on, place) == (baseline.on, baseline.place)
    rules = baseline if is_same else Rules(baseline.layers, place, on)
    known = facts or default_facts()
    later, told = apply_reform(reform, baseline), facts_after(reform, known)
    before, after = lever_values(baseline, known), lever_values(later, told)
    now = Case(rules, before, before, known, paper_bp(baseline), wage_month(baseline, known))
    then = Case(rules, after, before, told, paper_bp(later), wage_month(later, told))
    was = {each.code for each in _findings(now)}
    changed = {code for code, value in after.items() if value != before[code]}
    return tuple(
        replace(each, stands_already=each.code in was)
        for each in _findings(then)
        if each.level is Level.BLOCK or changed.intersection(each.levers)
    )


def legal_check_levers(
    levers: Levers, before: Levers, rules: Rules, facts: LocalFacts | None = None
) -> tuple[Finding, ...]:
    """Return what the law says of a lever vector of the research packs and regimes, the gravest first."""
    known = facts or default_facts()
    was = {each.code for each in _findings(_of_levers(before, before, rules, known))}
    found = _findings(_of_levers(levers, before, rules, known))
    return tuple(replace(each, stands_already=each.code in was) for each in found)


def _of_levers(levers: Levers, before: Levers, rules: Rules, facts: LocalFacts) -> Case:
    wage = round(levers["wage"] * facts["outside_cost"] / 12 / (1 + facts.share("employer_dues")))
    return Case(rules, levers, before, facts, levers["w_out"], wage)


def is_blocked(found: tuple[Finding, ...]) -> bool:
    """Return whether anything is forbidden: the result then stands under a red banner and is not adopted."""
    return any(each.level is Level.BLOCK for each in found)


def paper_bp(rules: Rules) -> float:
    """Return the weight of outputs on the agency's own record in the scheme of a rulebook."""
    scheme = rules.table("evaluation.scheme").items()
    return float(sum(bp for figure, bp in scheme if BY_FIGURE[figure] in SELF_REPORTED))

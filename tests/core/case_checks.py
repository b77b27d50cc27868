"""What a worked case may check: each name that tests/cases/*.toml uses → one function of the core.

To add one, write a function here with `@check`: its first parameter is the `World` of the case, the rest are
the figures of `given`. It returns what `expect` holds: number, text, date, yes or no, list or table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zhagen.cli import shipped
from zhagen.core import needs
from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.budgeting import Part, check_tie
from zhagen.core.buying.plan import methods_for
from zhagen.core.calendar import Calendar
from zhagen.core.flags.tie import DeclaredTie, TieKind, blocked_by_ties
from zhagen.core.fund import cycle as fund_cycle
from zhagen.core.fund import decision, negative, quota
from zhagen.core.fund.concentration import Win, concentration
from zhagen.core.fund.matching import matched, terms_by_rule
from zhagen.core.fund.negative import Answer
from zhagen.core.indicators.measure import Measure
from zhagen.core.indicators.registry import INDICATORS
from zhagen.core.rulebook.layers import check_layers, over
from zhagen.core.rulebook.rules import Rules
from zhagen.core.rulebook.write import LayerHead, LayerRow, layer_from_rows
from zhagen.core.sampling import sample_size
from zhagen.core.scoring.acceptance import AcceptanceTerms, Delivered, Promise, judge_acceptance
from zhagen.core.scoring.bid import Outcome, score_bids
from zhagen.core.scoring.bid_terms import Bid, Criterion, CriterionKind, PanelMark
from zhagen.core.scoring.defaults import (
    BY_FIGURE,
    bid_scheme,
    default_renewal_terms,
    default_scheme,
    form_rules,
    grade_bands,
    panel_rules,
    renewal_measured_min,
)
from zhagen.core.scoring.evaluation import Item, Scheme, check_scheme, grade
from zhagen.core.scoring.panel import Member, check_panel
from zhagen.core.scoring.renewal import advise_renewal
from zhagen.core.scoring.self_evaluation import Head, QualityLine, self_evaluate
from zhagen.core.trace import Trace


@dataclass(frozen=True)
class World:
    """The rules and the calendar of a case."""

    place: str
    on: date
    rules: Rules
    calendar: Calendar


CHECKS: dict[str, Callable[..., object]] = {}


def check(function: Callable[..., object]) -> Callable[..., object]:
    """Make a function known to worked cases under its own name."""
    assert function.__doc__, function
    assert function.__name__ not in CHECKS, function
    CHECKS[function.__name__] = function
    return function


def world(place: str, on: date) -> World:
    return World(place, on, Rules(shipped.layers(), place, on), shipped.calendar())


@check
def rule_value(world: World, name: str) -> object:
    """The value in force, in the unit of the rulebook."""
    value = world.rules.value(name).value
    return list(value) if isinstance(value, tuple) else value


@check
def method_value(world: World, concept: str, method: str, name: str) -> object:
    """The value in force for a method of purchase."""
    return rule_value(world, world.rules.keyed(concept, method, name))


@check
def is_to_be_confirmed(world: World, name: str) -> bool:
    """Whether the value still has to be checked against the official text."""
    return world.rules.value(name).confirm


@check
def last_day(world: World, rule: str, start: date) -> date:
    """The last day of a duty whose length a rule gives."""
    value = world.rules.value(rule)
    return world.calendar.due_on(start, world.rules.int(rule), value.unit)


@check
def first_day(world: World, rule: str, start: date) -> date:
    """The first day on which a least period, given by a rule, is over."""
    value = world.rules.value(rule)
    return world.calendar.earliest_on(start, world.rules.int(rule), value.unit)


@check
def working_days(world: World, start: date, end: date) -> int:
    """The working days after one day up to and with another."""
    return world.calendar.working_days_between(start, end)


@check
def local_value(world: World, name: str, value: object) -> str:
    """Whether the place may set a value of its own from that day: "allowed", or a refusal."""
    upper = shipped.layers()
    parent = over(upper, world.place)[-1].name
    head = LayerHead("case", world.place, "本地值", "Local values", parent)
    layer = layer_from_rows(head, [LayerRow(name, world.on, value, "会议纪要")], upper=upper)
    check_layers((*upper, layer))
    return "allowed"


def _criteria(table: list[dict]) -> list[Criterion]:
    return [
        Criterion(each["name"], CriterionKind(each["kind"]), each["weight_bp"], high=each.get("high", 100))
        for each in table
    ]


def _bids(listed: list[dict]) -> list[Bid]:
    return [
        Bid(
            each["bid"],
            each["amount_fen"],
            each.get("figures", {}),
            tuple(
                PanelMark(str(member), criterion, mark)
                for criterion, marks in each.get("marks", {}).items()
                for member, mark in enumerate(marks)
            ),
            low_price_accepted=each.get("explained"),
        )
        for each in listed
    ]


@check
def bid_ranking(world: World, method: str, budget_fen: int, criteria: list, bids: list, **more) -> list:
    """The bids from first to last, each with its points to two decimals; or what stops the round."""
    scheme = replace(bid_scheme(world.rules, method, budget_fen=budget_fen), **more)
    result = score_bids(_bids(bids), _criteria(criteria), scheme)
    if result.outcome is not Outcome.RANKED:
        return [result.outcome.value]
    return [f"{each.key} {float(each.total_bp) / 100:.2f}" for each in result.ranking]


@check
def panel_may_judge(world: World, method: str, amount_fen: int, experts: int, others: int) -> str:
    """Whether a panel of so many experts and others may judge: "allowed", or a refusal."""
    seats = [Member(str(at), at < experts) for at in range(experts + others)]
    check_panel(seats, panel_rules(world.rules, method, amount_fen=amount_fen))
    return "allowed"


@check
def is_recused(world: World, kind: str, until: date) -> bool:
    """Whether one whose tie to a bidder ended on a day must step aside on the day of the case."""
    tie = DeclaredTie("1", "user", "org:bidder", TieKind(kind), until=until)
    years = world.rules.int("tie.look_back")
    return bool(blocked_by_ties("user", ["org:bidder"], [tie], world.on, years))


@check
def doors_to_draw(world: World, doors: int, expected_response_bp: int = 10_000) -> list:
    """How many answers are needed, and how many doors to draw for them."""
    size = sample_size(
        doors,
        margin_bp=world.rules.int("sample.margin"),
        confidence_bp=world.rules.int("sample.confidence"),
        expected_response_bp=expected_response_bp,
    )
    return [size.answers, size.draw]


@check
def acceptance_outcome(world: World, ends_on: date, promised: int, delivered: int, users_heard: int) -> str:
    """What an acceptance on the day of the case finds: accept, correct, not_yet."""
    terms = AcceptanceTerms(date(ends_on.year - 1, ends_on.month, 1), ends_on)
    promise = Promise("hours", "hours", promised)
    found = judge_acceptance(
        [promise], {"hours": Delivered(delivered)}, terms, today=world.on, opinions=users_heard
    )
    return found.outcome.value


def _measured(name: str, value: int, low: int | None = None, high: int | None = None) -> Measure:
    ends = (value if low is None else low, value if high is None else high)
    return Measure(name, value, *ends, 100, INDICATORS[name].unit, Trace(name, value, "bp"))


@check
def renewal_advice(world: World, months_served: int, figures: dict, unmeasured: Sequence[str] = ()) -> str:
    """The advice of the proposed renewal terms: some figures (value, low, high) as given, some not measured.

    All other terms are just kept. "none" is: not yet known.
    """
    terms = default_renewal_terms(world.rules)
    kept = {each.name: [each.threshold] for each in terms if each.name not in unmeasured}
    found = advise_renewal(
        terms,
        {BY_FIGURE[name]: _measured(BY_FIGURE[name], *ends) for name, ends in {**kept, **figures}.items()},
        months_served=months_served,
        months_most=world.rules.int("contract.term_ceiling"),
        measured_min=renewal_measured_min(world.rules, terms),
    )
    return found.advice.value if found.advice else "none"


@check
def evaluation_band(world: World, figures: dict) -> str:
    """The grade by the proposed scheme if only these figures are measured; "none" is: no grade."""
    measures = {BY_FIGURE[name]: _measured(BY_FIGURE[name], value) for name, value in figures.items()}
    return grade(default_scheme(world.rules), measures).band or "none"


@check
def instalment_on_line(world: World, year: int, plan_year: int, line_year: int) -> str:
    """Whether an instalment of a year, under a plan of another, may stand on a line of the same office."""
    check_tie(Part(world.place, year, plan_year), line_place=world.place, line_year=line_year)
    return "allowed"


@check
def scheme_is_allowed(world: World, weights: dict) -> str:
    """Whether an evaluation scheme of these indicators and weights may stand in a contract."""
    items = [Item(name, name, weight, full_at=10_000, zero_at=0) for name, weight in weights.items()]
    scheme = Scheme(tuple(items), grade_bands(world.rules))
    check_scheme(scheme, world.rules.int("evaluation.output_weight_max"))
    return "allowed"


@check
def self_evaluation_points(
    world: World, spent_fen: int, budget_fen: int, output_bp: int, effect_bp: int, satisfaction_bp: int
) -> list:
    """Points and grade of the budget unit's form, each head reached by a share."""
    rules = form_rules(world.rules)
    shares = {Head.OUTPUT: output_bp, Head.EFFECT: effect_bp, Head.SATISFACTION: satisfaction_bp}
    lines = [
        QualityLine(head.value, head, rules.head_weights_bp[head], share) for head, share in shares.items()
    ]
    found = self_evaluate(lines, budget_fen=budget_fen, spent_fen=spent_fen, rules=rules)
    return [f"{found.score_bp / 100:.2f}", found.band]


@check
def need_first_answer(world: World, received: date, channel: str, order_class: str = "") -> date:
    """The day by which whoever raised a need gets a first answer."""
    return needs.first_answer_on(received, channel, world.rules, world.calendar, order_class=order_class)


@check
def need_next_step(world: World, state: str, since: date) -> date | str:
    """The day by which the desk owes the next step of a need; "none" where it owes none."""
    return needs.next_step_on(state, since, world.rules, world.calendar) or "none"


@check
def need_escalation(world: World, next_on: date, today: date) -> int:
    """How high an overdue need goes: 0 not overdue, 1 its owner, 2 the chief, 3 the leader."""
    return needs.escalation_level(next_on, today, world.rules, world.calendar)


@check
def methods_allowed(world: World, amount_yuan: int, kind: str) -> list[str]:
    """The methods of a kind, "light" or "statutory", by which an amount may be bought, the lightest order kept."""
    choices = methods_for(amount_yuan * FEN_PER_YUAN, world.rules)
    return [each.method for each in choices if each.refusal is None and each.is_light is (kind == "light")]


@check
def fund_quota(world: World, way: str, residents: int = 0, direct_yuan: int = 0) -> int:
    """A fund's money for a year in yuan, by formula or as a direct sum."""
    fen = quota.quota_fen(way, residents=residents, direct_fen=direct_yuan * FEN_PER_YUAN, rules=world.rules)
    return fen // FEN_PER_YUAN


@check
def fund_cleared_by(world: World, year: int) -> date:
    """The day by which what was not spent of a year's fund is cleared."""
    return quota.clearing_on(year, world.rules)


@check
def fund_next_quota_told_by(world: World, year: int) -> date:
    """The day by which the next year's quota is told."""
    return quota.next_quota_by(year, world.rules)


@check
def fund_coaching(world: World, coaching_yuan: int, quota_yuan: int) -> int:
    """The share, in basis points, of a fund that buys the agency's coaching."""
    return quota.check_coaching(coaching_yuan * FEN_PER_YUAN, quota_yuan * FEN_PER_YUAN, world.rules)


@check
def fund_matching(world: World, raised_yuan: int, cost_yuan: int) -> int:
    """What a building that raises so much itself is matched with, in yuan, from a pot that suffices."""
    terms = terms_by_rule(10**12, world.rules)
    own, cost = raised_yuan * FEN_PER_YUAN, cost_yuan * FEN_PER_YUAN
    return matched({"a": own}, {"a": cost}, terms)["a"] // FEN_PER_YUAN


@check
def fund_asks_at_most(world: World, asked_yuan: int, stage: str) -> str:
    """Whether a proposal may ask the fund for so much at a stage: "allowed", or a refusal."""
    fund_cycle.check_cost([asked_yuan * FEN_PER_YUAN], 0, stage, world.rules)
    return "allowed"


@check
def fund_co_signs(world: World, stage: str) -> int:
    """How many neighbours an idea needs at a stage."""
    return fund_cycle.co_signs_needed(stage, world.rules)


@check
def fund_stage_above(world: World, stage: str, below: str) -> str:
    """Whether a cycle of a stage may take from one of another: "allowed", or a refusal."""
    fund_cycle.check_stage(stage, below, world.rules)
    return "allowed"


@check
def fund_list_fails(world: World, fails: dict) -> list:
    """Which tests of the negative list a proposal fails that falls under these items (test → item)."""
    answers = {
        test: Answer(test not in fails, "理由", fails.get(test, ""))
        for test in negative.list_tests(world.rules)
    }
    return list(negative.check_negative_list(answers, world.rules).failed)


@check
def fund_experts_weigh(world: World, resident_bp: int, expert_bp: int) -> str:
    """Whether the two tracks may weigh so much: "allowed", or a refusal."""
    fund_cycle.check_weights(resident_bp, expert_bp, world.rules)
    return "allowed"


@check
def fund_list_is_public_long_enough(world: World, listed: date, vote: date) -> str:
    """Whether a list public since one day may be voted on from another: "allowed", or a refusal."""
    fund_cycle.check_list_days(listed, vote, world.rules)
    return "allowed"


@check
def fund_decision(
    world: World, step: str, body: str, entitled: int, present: int, yes: int, recused: int = 0
) -> bool:
    """Whether a list passes a step when all others who came, but the recused, said no."""
    figures = decision.DecisionFigures(entitled, present, yes, present - yes - recused, 0, recused)
    return decision.is_passed(step, body, figures, world.rules)


@check
def fund_is_concentrated(world: World, wins: int, of: int) -> bool:
    """Whether a proposer with so many of equal wins is shown as concentrated."""
    every = [Win(str(at), 100, "same" if at < wins else str(at)) for at in range(of)]
    return concentration(every, world.rules)[0].is_high

"""Every change of a fund cycle: drafting, limits, opening with its terms frozen by hash, end of ideas, stop."""

import datetime as dt
from dataclasses import dataclass, fields

from zhagen.audit.record import record
from zhagen.community.actions.fund_notice import tell_stage
from zhagen.community.models import FundCycle, FundLimit
from zhagen.core.errors import RuleError
from zhagen.core.fund import cycle as core
from zhagen.core.fund.matching import terms_by_rule
from zhagen.core.fund.negative import list_version
from zhagen.core.fund.quota import check_coaching, quota_fen
from zhagen.core.lifecycle.fund_cycle import FUND_CYCLE
from zhagen.core.rulebook.rules import Rules
from zhagen.core.types import SYSTEM, Actor
from zhagen.parties.actor import user_of
from zhagen.parties.models import Organisation, Place
from zhagen.parties.rules import freeze, rules_for, thawed
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx


@dataclass(frozen=True)
class CycleDraft:
    """What the street decides of a cycle before it opens; names as the fields of `FundCycle`.

    `direct_fen` is the sum where `quota_way` is direct.
    """

    place: Place
    stage: str
    title: str
    year: int
    quota_way: str
    ideas_until_on: dt.date
    vote_from_on: dt.date
    vote_until_on: dt.date
    clearing_on: dt.date
    residents: int = 0
    direct_fen: int = 0
    building: str = ""
    budget_code: str = ""
    coach: Organisation | None = None
    coaching_fen: int = 0
    matching_pot_fen: int = 0
    expert_weight_bp: int = 0
    mode: str = FundCycle.Mode.RESIDENT
    vote_type: str = FundCycle.VoteType.APPROVAL
    most_named: int = 0
    rule: str = FundCycle.Rule.EQUAL_SHARES
    utility: str = FundCycle.Utility.COST
    completion: str = FundCycle.Completion.ADD1U
    tie: str = FundCycle.Tie.COST
    tie_seed: str = ""
    least_votes: int = 1
    from_cycle: FundCycle | None = None


def day_of(moment: dt.datetime) -> dt.date:
    """Return the date in Shanghai of a moment."""
    return moment.astimezone(SHANGHAI).date()


def cycle_rules(cycle: FundCycle, now: dt.datetime) -> Rules:
    """Return the rules that a cycle froze; those in force today while it is a draft."""
    return thawed(cycle.rules_id) if cycle.rules_id else rules_for(cycle.place_id, day_of(now))


@write_tx
def draft_cycle(draft: CycleDraft, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Draft a cycle; its quota comes from the formula unless a direct sum is given.

    Raises:
        RuleError: "permission.denied", "fund_cycle.title_taken" and what `core.fund.cycle` refuses.
    """
    permit(by, "fund_cycle.draft", draft.place)
    cycle = FundCycle(drafted_by=user_of(by), created_at=now)
    _fill(cycle, draft, now)
    cycle.save(force_insert=True)
    record("fund_cycle.drafted", cycle, by=by, at=now, payload={"quota_fen": cycle.quota_fen})
    return cycle


@write_tx
def change_cycle(cycle: FundCycle, draft: CycleDraft, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Change a draft; what was opened is frozen.

    Raises:
        RuleError: "permission.denied", "fund_cycle.is_frozen" and as `draft_cycle`.
    """
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.change", cycle)
    check_draft(cycle)
    _fill(cycle, draft, now)
    cycle.save()
    record("fund_cycle.changed", cycle, by=by, at=now, payload={"quota_fen": cycle.quota_fen})
    return cycle


def check_draft(cycle: FundCycle) -> None:
    """Refuse a change of a cycle that was opened.

    Raises:
        RuleError: "fund_cycle.is_frozen".
    """
    if cycle.state != FUND_CYCLE.initial:
        raise RuleError("fund_cycle.is_frozen", digest=cycle.terms_digest[:12])


def _fill(cycle: FundCycle, draft: CycleDraft, now: dt.datetime) -> None:
    rules = rules_for(draft.place.pk, day_of(now))
    for field in fields(draft):
        if field.name != "direct_fen":
            setattr(cycle, field.name, getattr(draft, field.name))
    below = draft.from_cycle.stage if draft.from_cycle else ""
    core.check_stage(draft.stage, below, rules)
    cycle.quota_fen = quota_fen(
        draft.quota_way, residents=draft.residents, direct_fen=draft.direct_fen, rules=rules
    )
    cycle.resident_weight_bp = core.WHOLE_BP - draft.expert_weight_bp
    terms = terms_by_rule(draft.matching_pot_fen, rules)
    cycle.matching_from_fen, cycle.matching_share_bp = terms.from_fen, terms.share_bp
    cycle.matching_most_fen = terms.most_fen
    _check_cycle(cycle, dates_of(cycle, day_of(now)), rules)
    twins = FundCycle.objects.filter(
        place=cycle.place, building=cycle.building, year=cycle.year, title=cycle.title
    )
    if twins.exclude(pk=cycle.pk).exists():
        raise RuleError("fund_cycle.title_taken", title=cycle.title)


def _check_cycle(cycle: FundCycle, dates: core.CycleDates, rules: Rules) -> None:
    core.check_dates(dates, cycle.year, rules)
    core.check_weights(cycle.resident_weight_bp, cycle.expert_weight_bp, rules)
    check_coaching(cycle.coaching_fen, cycle.quota_fen, rules)
    if cycle.votable_fen <= 0:
        raise RuleError("fund_cycle.nothing_to_vote_on")
    if cycle.coaching_fen and cycle.coach is None:
        raise RuleError("fund_cycle.coach_missing")
    core.check_vote_terms(
        cycle.vote_type,
        cycle.rule,
        cycle.utility,
        cycle.completion,
        seed_needed=cycle.tie == "seed",
        seed=cycle.tie_seed,
    )


def dates_of(cycle: FundCycle, opened_on: dt.date) -> core.CycleDates:
    """Return a cycle's days."""
    return core.CycleDates(
        opened_on, cycle.ideas_until_on, cycle.vote_from_on, cycle.vote_until_on, cycle.clearing_on
    )


@write_tx
def add_limit(
    cycle: FundCycle,
    over: str,
    name: str,
    *,
    most_fen: int | None = None,
    most_count: int | None = None,
    by: Actor,
    now: dt.datetime,
) -> FundLimit:
    """Limit the money or the number of proposals of one theme or building, in a draft.

    Raises:
        RuleError: "permission.denied", "fund_cycle.is_frozen", "fund_cycle.limit_twice",
            "fund_cycle.limit_needs_one", "fund_cycle.theme_unknown".
    """
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.change", cycle)
    check_draft(cycle)
    if not name.strip() or bool(most_fen) == bool(most_count):
        raise RuleError("fund_cycle.limit_needs_one")
    if over == FundLimit.Over.THEME:
        core.check_theme(name, cycle_rules(cycle, now))
    if cycle.limits.filter(over=over, name=name).exists():
        raise RuleError("fund_cycle.limit_twice", name=name)
    limit = FundLimit.objects.create(
        cycle=cycle, over=over, name=name, most_fen=most_fen or None, most_count=most_count or None
    )
    record("fund_cycle.limited", cycle, by=by, at=now, payload={"over": over, "name": name})
    return limit


@write_tx
def drop_limits(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Take all limits back from a draft."""
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.change", cycle)
    check_draft(cycle)
    cycle.limits.all().delete()
    record("fund_cycle.limits_dropped", cycle, by=by, at=now)
    return cycle


@write_tx
def open_cycle(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> FundCycle:
    """Open a cycle for ideas; rulebook, vote terms, weights and limits are frozen by their hash.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.same_person" and what
            `core.fund.cycle` refuses on the day of opening.
    """
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.open", cycle)
    cycle.state = FUND_CYCLE.after("open", cycle.state)
    if str(cycle.drafted_by_id) == by.key:
        raise RuleError("fund_cycle.same_person")
    rules = rules_for(cycle.place_id, day_of(now))
    _check_cycle(cycle, dates_of(cycle, day_of(now)), rules)
    cycle.rules = freeze(rules, now)
    cycle.negative_list_version = list_version(rules)
    cycle.terms = terms_of(cycle)
    cycle.terms_digest = core.digest_of(cycle.terms)
    cycle.opened_by, cycle.opened_at = user_of(by), now
    cycle.save()
    record(
        "fund_cycle.opened",
        cycle,
        by=by,
        at=now,
        payload={"terms": cycle.terms_digest, "rules": cycle.rules_id, "quota_fen": cycle.quota_fen},
    )
    tell_stage(cycle, now=now)
    return cycle


FROZEN = (
    "stage", "building", "year", "quota_way", "residents", "quota_fen", "coaching_fen", "matching_pot_fen",
    "matching_from_fen", "matching_share_bp", "matching_most_fen", "resident_weight_bp", "expert_weight_bp",
    "mode", "vote_type", "most_named", "rule", "utility", "completion", "tie", "tie_seed", "least_votes",
    "negative_list_version",
)  # fmt: skip
"""What the hash covers, beside dates, place, rulebook and limits."""


def terms_of(cycle: FundCycle) -> dict[str, object]:
    """Return what a cycle freezes, as plain data."""
    rows = sorted(cycle.limits.all(), key=lambda limit: (limit.over, limit.name))
    limits = [[limit.over, limit.name, limit.most_fen, limit.most_count] for limit in rows]
    days = ("ideas_until_on", "vote_from_on", "vote_until_on", "clearing_on")
    return {
        **{name: getattr(cycle, name) for name in FROZEN},
        **{name: getattr(cycle, name).isoformat() for name in days},
        "place": cycle.place_id,
        "rules": cycle.rules_id,
        "limits": limits,
    }


def check_frozen(cycle: FundCycle) -> None:
    """Refuse a step of a cycle whose terms are not those that were frozen.

    Raises:
        RuleError: "fund_cycle.terms_changed".
    """
    if not is_as_frozen(cycle):
        raise RuleError("fund_cycle.terms_changed", digest=cycle.terms_digest[:12])


def is_as_frozen(cycle: FundCycle) -> bool:
    """Return whether a cycle's terms are still those whose hash was taken at its opening."""
    return core.digest_of(terms_of(cycle)) == cycle.terms_digest


@write_tx
def end_ideas(cycle: FundCycle, *, by: Actor, now: dt.datetime) -> FundCycle:
    """End the time for ideas; by the clock, or by hand once its last day has passed.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.ideas_still_open".
    """
    cycle = moved_cycle(cycle, "end_ideas", by=by)
    if day_of(now) <= cycle.ideas_until_on:
        raise RuleError("fund_cycle.ideas_still_open", day=cycle.ideas_until_on.isoformat())
    cycle.save(update_fields=["state"])
    record("fund_cycle.ideas_ended", cycle, by=by, at=now, payload={"ideas": cycle.ideas.count()})
    tell_stage(cycle, now=now)
    return cycle


@write_tx
def stop_cycle(cycle: FundCycle, *, reason: str, by: Actor, now: dt.datetime) -> FundCycle:
    """Stop a cycle before any money is granted, with a public reason.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.reason_missing".
    """
    cycle = locked_cycle(cycle)
    permit(by, "fund_cycle.stop", cycle)
    cycle.state = FUND_CYCLE.after("stop", cycle.state)
    if not reason.strip():
        raise RuleError("fund_cycle.reason_missing")
    cycle.stopped_reason = reason.strip()
    cycle.save(update_fields=["state", "stopped_reason"])
    record("fund_cycle.stopped", cycle, by=by, at=now, payload={"reason": cycle.stopped_reason})
    return cycle


def locked_cycle(cycle: FundCycle) -> FundCycle:
    """Return the cycle again with its row locked, as the first step of every change."""
    return FundCycle.objects.select_for_update(of=("self",)).select_related("place", "coach").get(pk=cycle.pk)


def moved_cycle(cycle: FundCycle, move: str, *, by: Actor) -> FundCycle:
    """Return a locked cycle after a move that the actor may make; its frozen terms must still be the same.

    Raises:
        RuleError: "permission.denied", "lifecycle.not_now", "fund_cycle.terms_changed".
    """
    cycle = locked_cycle(cycle)
    permit(by, f"fund_cycle.{move}", cycle)
    cycle.state = FUND_CYCLE.after(move, cycle.state)
    check_frozen(cycle)
    return cycle


def end_passed(now: dt.datetime) -> int:
    """End the time for ideas wherever its last day has passed; return how many."""
    passed = FundCycle.objects.filter(state="collecting", ideas_until_on__lt=day_of(now))
    for cycle in passed:
        end_ideas(cycle, by=SYSTEM, now=now)
    return len(passed)

"""Past rounds judged again by a reform: how many would have come out otherwise, and by which value.

Only aggregates of at least so many cases leave this module: no case, no agency, no place.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from zhagen.core.errors import RuleError
from zhagen.core.exact import half_up
from zhagen.core.lifecycle.annual_review import Advice
from zhagen.core.rulebook.rules import Rules
from zhagen.core.scoring.bid import Outcome
from zhagen.core.scoring.renewal import LADDER
from zhagen.core.suppression import suppress_groups
from zhagen.lab import rejudge
from zhagen.lab.guard import part_or_none
from zhagen.lab.past_cases import Kind, PastCases, is_read, rules_of
from zhagen.lab.reform import Reform, apply_reform
from zhagen.lab.rejudge import Change, Regraded
from zhagen.lab.snapshot import Part

SAME = "same"


SHIFTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ROUND: (SAME, "other_winner", "asks_price", "no_winner", "winner_now"),
    Kind.GRADE: (SAME, "better", "worse", "graded_now", "ungraded_now"),
    Kind.REVIEW: (SAME, "milder", "harsher", "known_now", "unknown_now"),
}
"""How a case may come out under the new rule beside the old one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one value of the reform does.

    Args:
        path: Its name in the rulebook.
        alone: Cases that come out otherwise if it alone is changed; None = these, or the others, are few.
        without: The same if all but it is changed.
    """

    path: str
    alone: int | None
    without: int | None


@dataclass(frozen=True, slots=True)
class Shifted:
    """What became of the cases of one kind.

    Args:
        kind: Rounds, grades or reviews.
        cases: How many; None = too few to be told of.
        shifts: How many came out how; None = few, or needed to keep few from being worked out.
        newcomers: Of the rounds with another winner, those won by an agency new to these communities.
        score_shift_bp: Mean change of the score; None = changed in few, or not a score.
        own_terms: Contracts that had agreed on other terms than the rulebook proposed, and keep them.
        effects: Value by value, of those that enter the judging of this kind.
    """

    kind: Kind
    cases: int | None
    shifts: Mapping[str, int | None]
    newcomers: Part | None
    score_shift_bp: int | None
    own_terms: int | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """The report.

    Args:
        least: Smallest number of cases told of.
        cases_sha256: Hash of the cases.
        reform_sha256: Hash of the reform.
        read: Values of the reform that enter the judging of a past case.
        unread: Those that do not: a replay says nothing of them.
        left_out: Cases that could not be judged again as they were decided.
        parts: Rounds, grades, reviews.
    """

    least: int
    cases_sha256: str
    reform_sha256: str
    read: tuple[str, ...]
    unread: tuple[str, ...]
    left_out: int
    parts: tuple[Shifted, ...]


JUDGES: Mapping[Kind, Callable[[Any, Change], Any]] = {
    Kind.ROUND: rejudge.judge_round,
    Kind.GRADE: rejudge.judge_grade,
    Kind.REVIEW: rejudge.judge_review,
}


@dataclass(frozen=True)
class _Shelf:
    """The cases of one kind with the rules that they froze, by the key of the file."""

    kind: Kind
    cases: tuple[Any, ...]
    rules: Mapping[str, Rules]

    @cached_property
    def decided(self) -> list[Any]:
        """What the old rule gives, case by case."""
        return self.under(Reform())

    def under(self, reform: Reform) -> list[Any]:
        """What a reform gives, case by case; what a case's rules do not know yet cannot be changed in them."""
        changes = {
            key: Change(rules, apply_reform(_known(reform, rules), rules))
            for key, rules in self.rules.items()
        }
        return [JUDGES[self.kind](each, changes[each.rules]) for each in self.cases]

    def shifts(self, reform: Reform) -> list[str]:
        """How each case comes out beside the old rule."""
        shift = {Kind.ROUND: _round_shift, Kind.GRADE: _grade_shift, Kind.REVIEW: _review_shift}[self.kind]
        return [shift(old, new) for old, new in zip(self.decided, self.under(reform), strict=True)]

    def own(self) -> int:
        """How many had agreed on other terms than their rulebook proposed."""
        if self.kind is Kind.ROUND:
            return 0
        has_own = rejudge.has_own_scheme if self.kind is Kind.GRADE else rejudge.has_own_terms
        changes = {key: Change(rules, rules) for key, rules in self.rules.items()}
        return sum(has_own(each, changes[each.rules]) for each in self.cases)


def _known(reform: Reform, rules: Rules) -> Reform:
    return replace(reform, values={name: value for name, value in reform.values.items() if rules.has(name)})


def replay(cases: PastCases, reform: Reform, least: int) -> Replay:
    """Judge past cases by the old and the new rule and sum up the difference.

    Args:
        cases: The past cases.
        reform: What is changed; its practice does not enter.
        least: Smallest number of cases that is told of (`lab.cases_min`).

    Raises:
        RuleError: "replay.unfaithful" where the old rule does not give what was decided; "replay.too_few";
            "replay.nothing_read" where no value of the reform enters.
    """
    shelves = _shelves(cases)
    _check_faithful(shelves)
    read = tuple(name for name in reform.values if is_read(name))
    if not read:
        raise RuleError("replay.nothing_read", paths=", ".join(reform.paths) or "—")
    only = replace(reform, values={name: reform.values[name] for name in read}, practice={})
    parts = tuple(_shifted(shelf, only, least) for shelf in shelves)
    if all(part.cases is None for part in parts):
        raise RuleError("replay.too_few", least=least)
    unread = tuple(path for path in reform.paths if path not in read)
    return Replay(least, cases.digest, reform.digest, read, unread, cases.left_out, parts)


def _check_faithful(shelves: Sequence[_Shelf]) -> None:
    """Refuse cases that the old rule does not judge exactly as they were decided: no comparison would mean anything."""
    for shelf in shelves:
        pairs = zip(shelf.cases, shelf.decided, strict=True)
        wrong = sum(not is_as_decided(shelf.kind, past, judged) for past, judged in pairs)
        if wrong:
            raise RuleError("replay.unfaithful", kind=shelf.kind.value, wrong=wrong)


def is_as_decided(kind: Kind, past: Any, judged: Any) -> bool:
    """Return whether a judging gives what a past case has on record."""
    if kind is Kind.ROUND:
        return bool(judged.outcome is past.outcome and rejudge.winner_of(judged) == past.winner)
    if kind is Kind.GRADE:
        return bool((judged.score_bp, judged.band) == (past.score_bp, past.band))
    return bool(judged is past.advice)


def _shelves(cases: PastCases) -> list[_Shelf]:
    rules = {key: rules_of(cases, key) for key in cases.rules}
    of = {Kind.ROUND: cases.rounds, Kind.GRADE: cases.grades, Kind.REVIEW: cases.reviews}
    return [_Shelf(kind, own, rules) for kind, own in of.items()]


def _shifted(shelf: _Shelf, reform: Reform, least: int) -> Shifted:
    kind, cases = shelf.kind, len(shelf.cases)
    if cases < least:
        return Shifted(kind, None, {}, None, None, None, ())
    counts = Counter(shelf.shifts(reform))
    return Shifted(
        kind,
        cases,
        suppress_groups({name: counts[name] for name in SHIFTS[kind]}, least),
        _newcomers(shelf, reform, least) if kind is Kind.ROUND else None,
        _score_shift(shelf, reform, least) if kind is Kind.GRADE else None,
        part_or_none(shelf.own(), cases, least),
        tuple(_effect(shelf, reform, path, least) for path in reform.values if is_read(path, kind)),
    )


def _round_shift(old: Any, new: Any) -> str:
    was, now = rejudge.winner_of(old), rejudge.winner_of(new)
    if was == now:
        return SAME
    if now is None:
        return "asks_price" if new.outcome is Outcome.EXPLANATION_NEEDED else "no_winner"
    return "winner_now" if was is None else "other_winner"


def _grade_shift(old: Regraded, new: Regraded) -> str:
    if old.rank == new.rank:
        return SAME
    if old.rank is None or new.rank is None:
        return "graded_now" if old.rank is None else "ungraded_now"
    return "better" if new.rank < old.rank else "worse"


def _review_shift(old: Advice | None, new: Advice | None) -> str:
    if old is new:
        return SAME
    if old is None or new is None:
        return "known_now" if old is None else "unknown_now"
    return "milder" if LADDER.index(new) < LADDER.index(old) else "harsher"


def _newcomers(shelf: _Shelf, reform: Reform, least: int) -> Part | None:
    won = []
    for past, old, new in zip(shelf.cases, shelf.decided, shelf.under(reform), strict=True):
        was, now = rejudge.winner_of(old), rejudge.winner_of(new)
        if was is not None and now is not None and was != now:
            won.append(past.bids[now].is_newcomer)
    return Part(part_or_none(sum(won), len(won), least), len(won)) if len(won) >= least else None


def _score_shift(shelf: _Shelf, reform: Reform, least: int) -> int | None:
    pairs = zip(shelf.decided, shelf.under(reform), strict=True)
    both = [
        (old.score_bp, new.score_bp)
        for old, new in pairs
        if old.score_bp is not None and new.score_bp is not None
    ]
    moved = sum(old != new for old, new in both)
    if len(both) < least or 0 < moved < least:
        return None
    return half_up(Fraction(sum(new - old for old, new in both), len(both)))


def _effect(shelf: _Shelf, reform: Reform, path: str, least: int) -> Effect:
    alone = replace(reform, values={path: reform.values[path]})
    rest = replace(reform, values={name: value for name, value in reform.values.items() if name != path})
    return Effect(path, _changed(shelf, alone, least), _changed(shelf, rest, least))


def _changed(shelf: _Shelf, reform: Reform, least: int) -> int | None:
    changed = sum(shift != SAME for shift in shelf.shifts(reform))
    return part_or_none(changed, len(shelf.cases), least)

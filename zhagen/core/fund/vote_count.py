"""Count a vote from its published ballots: winners, money, why each won or lost, who is represented how far."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction

from zhagen.core.allocation.allocate import Count, Outcome
from zhagen.core.allocation.election import Ballots, Election, Project
from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.reasons import fewest, highest, why_won, wins_at_cost, wins_with_ballots
from zhagen.core.allocation.representation import represented
from zhagen.core.allocation.terms import STEPWISE, Completion, Rule, Utility
from zhagen.core.allocation.writing import write_election
from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.fund.vote import WITH_POINTS, VoteTerms, choice_of, engine_terms
from zhagen.core.fund.vote_groups import GroupReached, groups_reached
from zhagen.core.rulebook.rules import canonical_json

FILE = "votes.pb"
TERMS_KEY = "zhagen_terms"
"""Row of the file's META that carries the frozen rule, for whoever counts again."""


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """What the count says of one project.

    Args:
        place: In which order it won, from 1; 0 if it lost.
        votes: How many ballots name it.
        points: Its points or marks; 0 on ballots without.
        price_fen: What a supporter with enough left pays, rounded down; None where the rule has no payments.
        payers: How many of its supporters pay.
        ballots_more: Fewest further ballots for it alone with which it wins; None if none was found.
        is_fewest: Whether no smaller number wins.
        wins_at_fen: Highest cost at which it wins; None if it wins at none.
        is_highest: Whether no higher cost wins.
    """

    number: int
    title: str
    asked_fen: int
    place: int
    votes: int
    points: int = 0
    price_fen: int | None = None
    payers: int = 0
    ballots_more: int | None = None
    is_fewest: bool = True
    wins_at_fen: int | None = None
    is_highest: bool = True


@dataclass(frozen=True, slots=True)
class VoteResult:
    """The result of a vote under its frozen terms.

    Args:
        winners: Numbers in order of selection.
        ties: Numbers of each group of exact equals, the chosen one first.
        bar: Fewest votes with which a project could win.
        voters: Ballots counted, blank ones included.
        reached: How many voters have at least one, two, three winners among what they named.
        groups: The same for the voters who named a project of a theme or building.
    """

    budget_fen: int
    spent_fen: int
    voters: int
    bar: int
    winners: tuple[int, ...]
    ties: tuple[tuple[int, ...], ...]
    projects: tuple[ProjectResult, ...]
    reached: tuple[int, ...]
    groups: tuple[GroupReached, ...] = ()

    def plain(self) -> dict[str, object]:
        """Return the result as JSON carries it."""
        rows = {name: [asdict(each) for each in getattr(self, name)] for name in ("projects", "groups")}
        return {**asdict(self), **rows}

    @staticmethod
    def of(plain: Mapping[str, object]) -> "VoteResult":
        """Return a result that was kept."""
        values: dict[str, object] = dict(plain)
        values["projects"] = tuple(ProjectResult(**each) for each in plain["projects"])  # type: ignore[attr-defined]
        groups = [GroupReached(**each) for each in plain.get("groups", ())]  # type: ignore[attr-defined]
        values["groups"] = tuple(replace(each, at_least=tuple(each.at_least)) for each in groups)
        values["ties"] = tuple(tuple(each) for each in plain["ties"])  # type: ignore[attr-defined]
        for name in ("winners", "reached"):
            values[name] = tuple(plain[name])  # type: ignore[arg-type]
        return VoteResult(**values)  # type: ignore[arg-type]


def election_of(lines: Sequence[str], terms: VoteTerms) -> Election:
    """Return the election of a box's ballots, read back from the file that anyone may count again."""
    return read_election(votes_file(lines, terms).encode(), FILE)


def votes_file(
    lines: Sequence[str],
    terms: VoteTerms,
    meta: Mapping[str, str] | None = None,
    winners: Sequence[int] | None = None,
) -> str:
    """Return the ballots as a Pabulib file, sorted, with the frozen rule in META.

    Args:
        lines: Ballots as the box keeps them.
        terms: The vote's.
        meta: Further rows of META: place, dates.
        winners: Numbers for the column `selected`; None leaves it empty.
    """
    vote_type = VoteType(terms.vote_type)
    places = {project.number: at for at, project in enumerate(terms.projects)}
    choices = [choice_of(line, terms) for line in sorted(lines)]
    named = [[places[number] for number in choice] for choice in choices]
    points = [list(choice.values()) for choice in choices] if vote_type in WITH_POINTS else None
    selected = {True: "1", False: "0"} if winners is not None else {True: "", False: ""}
    projects = tuple(
        Project(
            str(each.number), each.asked_fen, each.title, (each.theme,) if each.theme else (),
            (each.building,) if each.building else (), selected[each.number in (winners or ())],
        )
        for each in terms.projects
    )  # fmt: skip
    rows = {**(meta or {}), "currency": "CNY", "rule": terms.rule, **_asked(terms)}
    rows[TERMS_KEY] = canonical_json(_for_counting(terms)).decode()
    budget, ballots = terms.budget_fen, Ballots.of(named, points)
    return write_election(Election(projects, budget, ballots, vote_type, FEN_PER_YUAN, rows))


def _asked(terms: VoteTerms) -> dict[str, str]:
    """Return what Pabulib says of the form of a ballot."""
    rows = {"max_length": str(terms.most_named or len(terms.projects))}
    if terms.vote_type == VoteType.CUMULATIVE:
        rows["max_sum_points"] = str(terms.points)
    if terms.vote_type == VoteType.SCORING:
        rows["max_points"] = str(terms.mark_most)
    return rows


def _for_counting(terms: VoteTerms) -> dict[str, object]:
    """Return the part of the terms that decides who wins; limits name their projects."""
    names = ("rule", "utility", "completion", "tie", "seed", "least_votes", "majority_bp")
    limits = [
        {"name": each.name, "projects": sorted(each.projects), "most": each.most, "of_cost": each.of_cost}
        for each in engine_terms(terms, 0).limits
    ]
    return {**{name: getattr(terms, name) for name in names}, "limits": limits}


def winners_at(lines: Sequence[str], terms: VoteTerms, budget_fen: int) -> tuple[int, ...]:
    """Return who would win with another sum of money, all else as frozen: the real election, counted again."""
    other = replace(terms, budget_fen=budget_fen)
    outcome = count_of(election_of(lines, other), other).outcome()
    return tuple(int(each) for each in outcome.winners)


def count_vote(lines: Sequence[str], terms: VoteTerms) -> VoteResult:
    """Return the result of a vote with the reasons of every project.

    Raises:
        RuleError: "allocation.utility_not_for_votes", "allocation.completion_not_for_rule", "allocation.too_large".
    """
    election = election_of(lines, terms)
    count = count_of(election, terms)
    outcome = count.outcome()
    reached = represented(election, outcome.winners)[0].at_least
    winners = tuple(int(each) for each in outcome.winners)
    return VoteResult(
        budget_fen=terms.budget_fen,
        spent_fen=_fen(election, outcome.cost),
        voters=election.ballots.count,
        bar=terms.bar(election.ballots.count),
        winners=winners,
        ties=tuple(tuple(int(each) for each in tie.projects) for tie in outcome.ties),
        projects=_project_results(count, outcome, terms),
        reached=reached,
        groups=groups_reached(lines, terms, winners),
    )


def count_of(election: Election, terms: VoteTerms) -> Count:
    """Return the count of an election; limits are frozen in fen, the file's units may be coarser."""
    engine = engine_terms(terms, election.ballots.count)
    limits = tuple(
        replace(each, most=each.most * election.scale // FEN_PER_YUAN) if each.of_cost else each
        for each in engine.limits
    )
    return Count(election, replace(engine, limits=limits))


def _fen(election: Election, units: int | Fraction) -> int:
    return int(election.money(units) * FEN_PER_YUAN)


def _project_results(count: Count, outcome: Outcome, terms: VoteTerms) -> tuple[ProjectResult, ...]:
    won = {each.project: each for each in why_won(count, outcome)}
    rows = []
    for at, project in enumerate(terms.projects):
        name = str(project.number)
        plain = ProjectResult(
            project.number, project.title, project.asked_fen, 0, count.support.votes[at],
            count.support.scores[at] if terms.utility == Utility.POINTS else 0,
        )  # fmt: skip
        if name not in won:
            rows.append(_lost(count, terms, at, plain))
            continue
        why = won[name]
        price = None if why.price is None else _fen(count.election, why.price)
        payers = sum(how_many for amount, how_many in why.payments if amount)
        rows.append(replace(plain, place=outcome.winners.index(name) + 1, price_fen=price, payers=payers))
    return tuple(rows)


def _lost(count: Count, terms: VoteTerms, at: int, plain: ProjectResult) -> ProjectResult:
    """Return a loser with what would have made it win, found by counting again; the bar moves with the ballots."""
    voters = count.election.ballots.count

    def wins_with(more: int) -> bool:
        moved = replace(count.terms, least_votes=terms.bar(voters + more))
        return wins_with_ballots(Count(count.election, moved, count.support), at, more)

    ballots = fewest(wins_with, max(1, 2 * voters))
    cost = highest(lambda each: wins_at_cost(count, at, each), count.costs[at])
    by_shares = count.terms.rule is Rule.EQUAL_SHARES
    return replace(
        plain,
        ballots_more=ballots,
        is_fewest=not (by_shares or terms.majority_bp) or ballots in (None, 1),
        wins_at_fen=None if cost is None else _fen(count.election, cost),
        is_highest=Completion(terms.completion) not in STEPWISE,
    )

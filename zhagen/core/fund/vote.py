"""What a vote freezes at its opening, and what a voter may put on one ballot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from zhagen.core.allocation.pabulib import VoteType
from zhagen.core.allocation.terms import Completion, Limit, Rule, Terms, TieBreak, Utility
from zhagen.core.errors import RuleError
from zhagen.core.rulebook.layer import FULL_BP

BLANK = "-"
"""A ballot that names nothing: it counts as cast."""

SPOILT = "!"
"""A paper that nobody can read; never put into the box."""

WITH_POINTS = (VoteType.CUMULATIVE, VoteType.SCORING)
BY_SCORE = (Utility.POINTS, Utility.BORDA)


@dataclass(frozen=True, slots=True)
class VotedProject:
    """A proposal on the ballot, as it stood when the vote opened."""

    number: int
    title: str
    asked_fen: int
    theme: str = ""
    building: str = ""
    excludes: str = ""


@dataclass(frozen=True, slots=True)
class VotedLimit:
    """At most so much money, or so many proposals, over a theme or a building."""

    over: str
    name: str
    most_fen: int | None = None
    most_count: int | None = None


@dataclass(frozen=True, slots=True)
class VoteTerms:
    """All that decides a vote, hashed at its opening; code reads this, never what the cycle says later.

    Args:
        points: What a voter hands out in all on a cumulative ballot.
        mark_most: Highest mark of a scored ballot.
        least_votes: A project below is out.
        quorum_bp: More than this share of the roll must vote; 0: one vote is enough.
        majority_bp: More than this share of the ballots must name a project; 0: no such bar.
    """

    mode: str
    vote_type: str
    budget_fen: int
    rule: str
    utility: str
    completion: str
    tie: str
    seed: str = ""
    most_named: int = 0
    points: int = 0
    mark_most: int = 0
    least_votes: int = 0
    quorum_bp: int = 0
    majority_bp: int = 0
    projects: tuple[VotedProject, ...] = ()
    limits: tuple[VotedLimit, ...] = ()

    def plain(self) -> dict[str, object]:
        """Return the terms as JSON carries them."""
        return {**asdict(self), "projects": [asdict(each) for each in self.projects],
                "limits": [asdict(each) for each in self.limits]}  # fmt: skip

    @staticmethod
    def of(plain: Mapping[str, object]) -> "VoteTerms":
        """Return the terms that were frozen; what else was frozen beside them is left out."""
        known = {each.name for each in fields(VoteTerms)}
        values: dict[str, object] = {name: value for name, value in plain.items() if name in known}
        values["projects"] = tuple(VotedProject(**each) for each in plain["projects"])  # type: ignore[attr-defined]
        values["limits"] = tuple(VotedLimit(**each) for each in plain["limits"])  # type: ignore[attr-defined]
        return VoteTerms(**values)  # type: ignore[arg-type]

    @property
    def numbers(self) -> frozenset[int]:
        """Return the numbers on the ballot."""
        return frozenset(project.number for project in self.projects)

    def bar(self, voters: int) -> int:
        """Return the fewest votes with which a project may win when so many voted.

        >>> VoteTerms("delegate", "approval", 1, "greedy", "cost", "none", "cost", majority_bp=5000).bar(10)
        6
        """
        majority = voters * self.majority_bp // FULL_BP + 1 if self.majority_bp else 0
        return max(self.least_votes, majority)


def check_terms(terms: VoteTerms) -> None:
    """Refuse a vote about nothing, or one whose majority no count could check.

    Raises:
        RuleError: "ballot.nothing_to_vote_on", "ballot.majority_needs_votes".
    """
    if not terms.projects or terms.budget_fen <= 0:
        raise RuleError("ballot.nothing_to_vote_on")
    if terms.majority_bp and terms.utility in BY_SCORE:
        raise RuleError("ballot.majority_needs_votes", utility=terms.utility, majority_bp=terms.majority_bp)


def engine_terms(terms: VoteTerms, voters: int) -> Terms:
    """Return the terms as the count reads them, for so many ballots."""
    return Terms(
        rule=Rule(terms.rule),
        utility=Utility(terms.utility),
        completion=Completion(terms.completion),
        tie=TieBreak(terms.tie),
        seed=terms.seed,
        least_votes=terms.bar(voters),
        limits=_limits(terms),
    )


def _limits(terms: VoteTerms) -> tuple[Limit, ...]:
    found = []
    for each in terms.limits:
        under = frozenset(
            str(project.number) for project in terms.projects if getattr(project, each.over) == each.name
        )
        most = each.most_count if each.most_fen is None else each.most_fen
        found.append(Limit(f"{each.over}:{each.name}", under, most or 0, of_cost=each.most_fen is not None))
    for group in sorted({project.excludes for project in terms.projects} - {""}):
        under = frozenset(str(project.number) for project in terms.projects if project.excludes == group)
        found.append(Limit(f"excludes:{group}", under, 1, of_cost=False))
    return tuple(found)


def line_of(choice: Mapping[int, int], terms: VoteTerms, barred: Collection[int] = ()) -> str:
    """Return one ballot as the box keeps it, in an order that tells nothing of how it was filled in.

    Args:
        choice: Number of each project named → 1, or its points, mark or rank, as the ballot asks.
        terms: The vote's.
        barred: Projects to which the voter has a declared tie.

    Raises:
        RuleError: "ballot.project_unknown", "ballot.tied_to_project", "ballot.too_many_named",
            "ballot.points_differ", "ballot.mark_off_scale", "ballot.rank_twice".
    """
    unknown = sorted(set(choice) - terms.numbers)
    if unknown:
        raise RuleError("ballot.project_unknown", number=unknown[0])
    tied = sorted(set(choice) & set(barred))
    if tied:
        raise RuleError("ballot.tied_to_project", number=tied[0])
    most = 1 if terms.vote_type == VoteType.CHOOSE_1 else terms.most_named
    if most and len(choice) > most:
        raise RuleError("ballot.too_many_named", named=len(choice), most=most)
    if not choice:
        return BLANK
    if terms.vote_type in WITH_POINTS:
        _check_points(choice.values(), terms)
        return ",".join(f"{number}:{choice[number]}" for number in sorted(choice))
    if terms.vote_type == VoteType.ORDINAL:
        return ",".join(map(str, _ranked(choice)))
    return ",".join(map(str, sorted(choice)))


def _check_points(marks: Collection[int], terms: VoteTerms) -> None:
    top = terms.points if terms.vote_type == VoteType.CUMULATIVE else terms.mark_most
    if not all(1 <= mark <= top for mark in marks):
        raise RuleError("ballot.mark_off_scale", most=top)
    if terms.vote_type == VoteType.CUMULATIVE and sum(marks) != terms.points:
        raise RuleError("ballot.points_differ", given=sum(marks), points=terms.points)


def _ranked(choice: Mapping[int, int]) -> list[int]:
    order = sorted(choice, key=lambda number: choice[number])
    if [choice[number] for number in order] != list(range(1, len(order) + 1)):
        raise RuleError("ballot.rank_twice", most=len(order))
    return order


def choice_of(line: str, terms: VoteTerms) -> dict[int, int]:
    """Return what a ballot says: number → 1, points, mark or rank.

    >>> terms = VoteTerms("resident", "ordinal", 1, "greedy", "cost", "none", "cost")
    >>> choice_of("4,1", terms), choice_of("-", terms)
    ({4: 1, 1: 2}, {})
    """
    if line in (BLANK, SPOILT):
        return {}
    if terms.vote_type in WITH_POINTS:
        return {int(a): int(b) for a, b in (each.split(":") for each in line.split(","))}
    named = [int(each) for each in line.split(",")]
    is_ranked = terms.vote_type == VoteType.ORDINAL
    return {number: place if is_ranked else 1 for place, number in enumerate(named, start=1)}


def chosen_fen(choice: Mapping[int, int], terms: VoteTerms) -> int:
    """Return what the projects that a ballot names ask for together."""
    return sum(project.asked_fen for project in terms.projects if project.number in choice)


def is_quorate(voted: int, entitled: int, terms: VoteTerms) -> bool:
    """Return whether enough of the roll voted."""
    return voted * FULL_BP > entitled * terms.quorum_bp


def drawers_for(entitled: int, full: int) -> int:
    """Return into how many drawers a box is cut so that each holds about `full` ballots when all vote.

    >>> drawers_for(30, 100), drawers_for(1_000, 100)
    (1, 10)
    """
    return max(1, entitled // full)


def sorted_lines(drawers: Sequence[str]) -> list[str]:
    """Return all ballots of a box, sorted: no order of casting is left."""
    return sorted(line for lines in drawers for line in lines.split("\n") if line)


def with_line(lines: str, line: str) -> str:
    """Return a drawer's ballots with one more, sorted anew."""
    return "\n".join(sorted([*(each for each in lines.split("\n") if each), line]))

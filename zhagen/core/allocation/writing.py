"""An election written as a Pabulib file, for anyone to count again."""

from fractions import Fraction

from zhagen.core.allocation.election import Election
from zhagen.core.allocation.pabulib import Row, Sections, write_sections
from zhagen.core.allocation.reading import WITH_POINTS

PROJECT_COLUMNS = ("project_id", "cost", "name", "category", "district", "selected")


def write_election(election: Election) -> str:
    """Return the text of a .pb file with these projects and ballots; voters are numbered, nothing else is told."""
    meta = {
        **election.meta,
        "num_projects": str(len(election.projects)),
        "num_votes": str(election.ballots.count),
        "budget": decimal(election.money(election.budget)),
        "vote_type": str(election.vote_type),
    }
    columns = ("voter_id", "vote", *(["points"] if election.vote_type in WITH_POINTS else []))
    projects = tuple(
        Row(
            0,
            {
                "project_id": project.id,
                "cost": decimal(election.money(project.cost)),
                "name": project.name,
                "category": ",".join(project.categories),
                "district": ",".join(project.districts),
                "selected": project.selected,
            },
        )
        for project in election.projects
    )
    return write_sections(Sections("", meta, {}, PROJECT_COLUMNS, projects, columns, _votes(election)))


def decimal(amount: Fraction) -> str:
    """Return an amount as the shortest exact decimal, as a fraction where there is none.

    >>> decimal(Fraction(25, 2)), decimal(Fraction(7)), decimal(Fraction(1, 3))
    ('12.5', '7', '1/3')
    """
    rest, places = amount.denominator, 0
    for factor in (2, 5):
        count = 0
        while rest % factor == 0:
            rest //= factor
            count += 1
        places = max(places, count)
    if rest > 1:
        return str(amount)
    if not places:
        return str(amount.numerator)
    digits = f"{abs(amount.numerator) * 10**places // amount.denominator:0{places + 1}d}"
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _votes(election: Election) -> tuple[Row, ...]:
    ids, ballots = election.ids, election.ballots
    ends, named, points = ballots.offsets.tolist(), ballots.projects.tolist(), ballots.points.tolist()
    return tuple(
        Row(
            0,
            {
                "voter_id": str(v + 1),
                "vote": ",".join(ids[p] for p in named[ends[v] : ends[v + 1]]),
                "points": ",".join(map(str, points[ends[v] : ends[v + 1]])),
            },
        )
        for v in range(ballots.count)
    )

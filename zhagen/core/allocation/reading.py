"""From a Pabulib file to an election: fast where rows are clean, careful where they are not."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm

import numpy as np

from zhagen.core.allocation.compiled import COMPILED
from zhagen.core.allocation.election import Ballots, Election, Project
from zhagen.core.allocation.pabulib import (
    Row,
    Sections,
    VoteType,
    fault,
    number,
    read_sections,
    unpack,
)
from zhagen.core.allocation.scan import MOST_POINTS, Layout, Names, scan_votes
from zhagen.core.errors import RuleError

MOST_LENGTH = 10**6
WITH_POINTS = (VoteType.CUMULATIVE, VoteType.SCORING)


def read_election(data: bytes, file: str, *, careful: bool = False) -> Election:
    """Return the election of a .pb or .pb.gz file.

    Args:
        data: The file, packed or not.
        file: Its name, for messages.
        careful: Read each row as CSV even where the fast way would do.

    Raises:
        RuleError: "pabulib.…" with file, line, field and what was expected.
    """
    plain = unpack(data, file)
    if COMPILED and not careful:
        cut = _cut(plain)
        if cut is not None:
            election = _fast(plain, cut, file)
            if election is not None:
                return election
    return from_sections(read_sections(plain, file))


def from_sections(sections: Sections) -> Election:
    """Return the election of sections read with care.

    Raises:
        RuleError: "pabulib.…" with file, line, field and what was expected.
    """
    whole = _without_votes(sections)
    ballots = _ballots(sections, whole.ids, whole.vote_type)
    return Election(whole.projects, whole.budget, ballots, whole.vote_type, whole.scale, whole.meta)


def _cut(plain: bytes) -> tuple[int, int] | None:
    """Return where the votes' header and first row start; None where there is there is a quote or no such section."""
    start = plain.find(b"\nVOTES")
    header = plain.find(b"\n", start + 1) + 1
    first = plain.find(b"\n", header) + 1
    if start < 0 or not header or not first or plain.find(b'"', start) >= 0:
        return None
    return header, first


def _fast(plain: bytes, cut: tuple[int, int], file: str) -> Election | None:
    try:
        sections = read_sections(plain[: cut[1]], file)
        whole = _without_votes(sections)
    except RuleError:
        return None
    if sections.votes or not _is_utf8(plain[cut[1] :]):
        return None  # the header's line holds more, or a byte is no text: the careful way names it
    layout = _layout(sections, whole.vote_type, returns=plain.find(b"\r", cut[1]) >= 0)
    ballots = layout and scan_votes(plain, cut[1], Names.of(whole.ids), layout)
    if ballots is None or (
        whole.vote_type is VoteType.CHOOSE_1 and bool((np.diff(ballots.offsets) > 1).any())
    ):
        return None
    return Election(whole.projects, whole.budget, ballots, whole.vote_type, whole.scale, whole.meta)


def _is_utf8(rows: bytes) -> bool:
    try:
        return rows.isascii() or bool(rows.decode())
    except UnicodeDecodeError:
        return False


def _layout(sections: Sections, vote_type: VoteType, *, returns: bool) -> Layout | None:
    """Return where rows of votes have what; None where that is in no usual order."""
    columns = sections.vote_columns
    voter, vote, points = columns.index("voter_id"), columns.index("vote"), -1
    if vote_type in WITH_POINTS:
        points = columns.index("points") if "points" in columns else 0
    usual = voter < vote and (points < 0 or points > vote)
    return Layout(vote, points, returns) if usual else None


def _without_votes(sections: Sections) -> Election:
    """Return all but the ballots."""
    file, meta = sections.file, {key.lower(): value for key, value in sections.meta.items()}
    line = {key.lower(): at for key, at in sections.meta_lines.items()}
    for key in ("budget", "vote_type"):
        if key not in meta:
            fault("no_meta", file, 1, key, f"a row `{key};…` in META")
    if meta["vote_type"].lower() not in list(VoteType):
        fault("vote_type", file, line["vote_type"], "vote_type", ", ".join(VoteType), found=meta["vote_type"])
    budget = number(meta["budget"], file, line["budget"], "budget")
    costs = [number(row.fields["cost"], file, row.line, "cost") for row in sections.projects]
    scale = lcm(budget.denominator, *(cost.denominator for cost in costs))
    if not sections.projects:
        fault("no_projects", file, 1, "PROJECTS", "at least one project")
    projects = tuple(
        _project(row, cost.numerator * (scale // cost.denominator), file)
        for row, cost in zip(sections.projects, costs, strict=True)
    )
    _all_different(sections)
    vote_type = VoteType(meta["vote_type"].lower())
    if meta.get("max_length"):
        longest = number(meta["max_length"], file, line["max_length"], "max_length")
        if longest.denominator != 1 or longest > MOST_LENGTH:
            expected = f"a whole number of at most {MOST_LENGTH}"
            fault("no_number", file, line["max_length"], "max_length", expected, found=meta["max_length"])
        meta["max_length"] = str(longest)
    return Election(projects, int(budget * scale), Ballots.of([]), vote_type, scale, meta)


def _project(row: Row, cost: int, file: str) -> Project:
    fields = row.fields
    if not fields["project_id"]:
        fault("no_id", file, row.line, "project_id", "an id")
    return Project(
        fields["project_id"],
        cost,
        fields.get("name", ""),
        _parts(fields.get("category", "")),
        _parts(fields.get("district", "") or fields.get("neighborhood", "")),
        fields.get("selected", ""),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(",")))) if text else ()


def _all_different(sections: Sections) -> None:
    seen: set[str] = set()
    for row in sections.projects:
        name = row.fields["project_id"]
        if name in seen:
            fault("id_twice", sections.file, row.line, "project_id", "an id of its own", found=name)
        seen.add(name)


def _ballots(sections: Sections, ids: Iterable[str], vote_type: VoteType) -> Ballots:
    known = {name: at for at, name in enumerate(ids)}
    named = [_named(row, known, sections.file) for row in sections.votes]
    if vote_type is VoteType.CHOOSE_1:
        for row, each in zip(sections.votes, named, strict=True):
            if len(set(each)) > 1:
                fault("one_only", sections.file, row.line, "vote", "one project", found=row.fields["vote"])
    if vote_type not in WITH_POINTS:
        return Ballots.of(named)
    if "points" not in sections.vote_columns:
        found = ", ".join(sections.vote_columns)
        line = sections.votes[0].line - 1 if sections.votes else 1
        fault("no_column", sections.file, line, "points", "a column `points`", found=found)
    points = [_points(row, len(each), sections.file) for row, each in zip(sections.votes, named, strict=True)]
    scale = lcm(1, *{mark.denominator for each in points for mark in each})
    whole = [[int(mark * scale) for mark in each] for each in points]
    for row, each in zip(sections.votes, whole, strict=True):
        if max(each, default=0) > MOST_POINTS:
            expected = f"points of at most {MOST_POINTS // scale}, for the finest points are 1/{scale}"
            fault("no_number", sections.file, row.line, "points", expected, found=row.fields["points"])
    return Ballots.of(named, whole)


def _named(row: Row, known: Mapping[str, int], file: str) -> list[int]:
    try:
        return [known[name] for name in _parts(row.fields["vote"])]
    except KeyError as error:
        fault("unknown_project", file, row.line, "vote", "ids from PROJECTS", found=error.args[0])


def _points(row: Row, count: int, file: str) -> list[Fraction | int]:
    texts = _parts(row.fields.get("points", ""))
    if len(texts) != count:
        fault("points_count", file, row.line, "points", f"{count} points, one a project", found=len(texts))
    return [number(each, file, row.line, "points") for each in texts]

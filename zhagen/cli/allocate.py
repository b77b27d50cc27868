"""`zhagen allocate FILE.pb[.gz]`: count a vote on a file, with reasons, ties and seconds."""

import argparse
import json
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from zhagen.cli.talk import OK, add_language, say
from zhagen.cli.write_votes import check_writable, counted_file, write_whole
from zhagen.core.allocation.allocate import Count, Outcome
from zhagen.core.allocation.compiled import told
from zhagen.core.allocation.election import Election
from zhagen.core.allocation.pabulib import Sections, number, read_sections, unpack
from zhagen.core.allocation.reading import read_election
from zhagen.core.allocation.reasons import Lost, Won, why_all_lost, why_won
from zhagen.core.allocation.representation import Represented, represented
from zhagen.core.allocation.terms import Completion, Limit, Rule, Terms, TieBreak, Utility, limits_by
from zhagen.core.allocation.writing import decimal
from zhagen.core.errors import RuleError

OF_FILE = "file"
"""What `--min-votes` takes for the threshold that the file states."""


def register(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command that counts a vote."""
    text = "计票：按规则选出项目并说明理由 / count a vote: winners by a rule, with reasons"
    command = groups.add_parser("allocate", help=text, description=text)
    add_language(command)
    command.add_argument("file", metavar="FILE.pb[.gz]")
    command.add_argument("--rule", choices=list(Rule), type=Rule, default=Rule.EQUAL_SHARES)
    command.add_argument("--utility", choices=list(Utility), type=Utility)
    command.add_argument("--completion", choices=list(Completion), type=Completion, default=Completion.NONE)
    command.add_argument("--tie", type=a_tie, default=(TieBreak.COST, ""), metavar="cost|votes|id|seed:N")
    command.add_argument("--stop-at-first-misfit", action="store_true")
    command.add_argument("--min-votes", type=least_votes, default=0, metavar="N|file")
    command.add_argument("--category-limit", action="append", default=[], type=a_limit, metavar="NAME=AMOUNT")
    command.add_argument("--district-limit", action="append", default=[], type=a_limit, metavar="NAME=AMOUNT")
    command.add_argument("--exclusive", action="append", default=[], metavar="ID,ID")
    command.add_argument("--explain", action="store_true", help="逐项说明理由 / say why each won or lost")
    command.add_argument(
        "--thorough",
        action="store_true",
        help="逐个数试算，可能很久 / try each number, however long it takes",
    )
    command.add_argument("--by", metavar="COLUMN", help="按选票的一列看代表程度 / representation by a column")
    command.add_argument("--json", action="store_true", help="机器可读 / for machines")
    command.add_argument(
        "--write",
        metavar="OUT.pb[.gz]",
        type=Path,
        help="写回选票文件，标出入选项目 / write the file with its winners",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="允许覆盖已有的文件 / let --write replace a file"
    )
    command.set_defaults(run=run_allocate)


def a_tie(text: str) -> tuple[TieBreak, str]:
    """Return a tie rule of the command line and its seed; argparse reports what is none."""
    name, _, seed = text.partition(":")
    if name not in list(TieBreak) or (name == TieBreak.SEED) != bool(seed):
        raise argparse.ArgumentTypeError(f"cost, votes, id, seed:N: {text!r}")
    return TieBreak(name), seed


def least_votes(text: str) -> int | str:
    """Return a smallest score of the command line; argparse reports what is none."""
    if text == OF_FILE:
        return text
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"0, 1, 2 … / file: {text!r}")
    return int(text)


def a_limit(text: str) -> tuple[str, str]:
    """Return name and amount of a limit; argparse reports what is none."""
    name, sign, amount = text.rpartition("=")
    if not sign or not name.strip() or not amount.strip():
        raise argparse.ArgumentTypeError(f"NAME=AMOUNT: {text!r}")
    return name.strip(), amount


def run_allocate(args: argparse.Namespace) -> int:
    """Count the vote of a file and print its outcome."""
    if args.write:
        check_writable(args.write, overwrite=args.overwrite)
    data, name = read_bytes(args.file), Path(args.file).name
    started = time.perf_counter()
    with told(lambda: print(say("allocation.compiling", args.lang), file=sys.stderr, flush=True)):
        election = read_election(data, name)
        terms = terms_of(args, election)
        count = Count(election, terms)
        outcome = count.outcome()
    seconds = time.perf_counter() - started
    won = why_won(count, outcome) if args.explain else ()
    lost = why_all_lost(count, outcome, thorough=args.thorough) if args.explain else ()
    shown: tuple[Represented, ...] = ()
    if args.explain or args.by:
        shown = represented(election, outcome.winners, _groups(data, name, args.by) if args.by else None)
    if args.json:
        whole = as_json(election, outcome, seconds)
        if args.explain:
            whole |= {"won": [won_json(election, each) for each in won]}
            whole |= {"lost": [lost_json(election, each) for each in lost]}
        if shown:
            whole |= {"represented": [represented_json(each) for each in shown]}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        _tell(election, outcome, seconds, args.lang)
        _tell_reasons(election, won, lost, shown, args.lang)
    if args.write:
        write_whole(args.write, counted_file(data, name, terms, outcome), overwrite=args.overwrite)
    return OK


def read_bytes(name: str) -> bytes:
    """Return the bytes of a file.

    Raises:
        RuleError: "cli.cannot_read".
    """
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise RuleError("cli.cannot_read", name=name, reason=error.strerror) from error


def terms_of(args: argparse.Namespace, election: Election) -> Terms:
    """Return the terms that the command line states.

    Raises:
        RuleError: "allocation.unknown_in_limit", "allocation.no_threshold", "pabulib.no_number".
    """
    least = args.min_votes
    if least == OF_FILE:
        stated = election.meta.get("min_project_score_threshold", "")
        if not stated:
            raise RuleError("allocation.no_threshold")
        least = -(-number(stated, args.file, 1, "min_project_score_threshold") // 1)
    tie, seed = args.tie
    return Terms(
        rule=args.rule,
        utility=args.utility,
        completion=args.completion,
        tie=tie,
        seed=seed,
        stop_at_first_misfit=args.stop_at_first_misfit,
        least_votes=least,
        limits=_limits(args, election),
    )


def _limits(args: argparse.Namespace, election: Election) -> tuple[Limit, ...]:
    categories = {project.id: project.categories for project in election.projects}
    districts = {project.id: project.districts for project in election.projects}
    found: list[Limit] = []
    for parts, given in ((categories, args.category_limit), (districts, args.district_limit)):
        known = {name for of in parts.values() for name in of}
        most = {name: int(number(text, "", 0, name) * election.scale) for name, text in given}
        _all_known(most, known)
        found += limits_by(parts, most)
    for text in args.exclusive:
        ids = frozenset(each.strip() for each in text.split(","))
        _all_known(ids, set(election.ids))
        found.append(Limit(text, ids, 1, of_cost=False))
    return tuple(found)


def _all_known(names: "dict[str, int] | frozenset[str]", known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise RuleError("allocation.unknown_in_limit", name=name, known=", ".join(sorted(known)))


def _groups(data: bytes, name: str, column: str) -> list[str]:
    sections: Sections = read_sections(unpack(data, name), name)
    if column not in sections.vote_columns:
        raise RuleError("allocation.no_column", name=column, known=", ".join(sections.vote_columns))
    return [row.fields.get(column, "") for row in sections.votes]


def amount(election: Election, units: "int | Fraction") -> int | float:
    """Return an amount of money as a number of the currency."""
    money = election.money(units)
    return int(money) if money.denominator == 1 else float(money)


def as_json(election: Election, outcome: Outcome, seconds: float) -> dict[str, Any]:
    """Return an outcome as plain data; winners are ids as in the file, in order of selection."""
    return {
        "winners": list(outcome.winners),
        "cost": amount(election, outcome.cost),
        "budget": amount(election, election.budget),
        "voters": election.ballots.count,
        "utility": str(outcome.utility),
        "ties": [
            {"step": tie.step, "projects": list(tie.projects), "by": str(tie.by)} for tie in outcome.ties
        ],
        "redone_exactly": outcome.redone,
        "share": None if outcome.share is None else str(election.money(outcome.share)),
        "seconds": seconds,
    }


def won_json(election: Election, won: Won) -> dict[str, Any]:
    """Return why a project won; exact amounts as text."""
    return {
        "project": won.project,
        "votes": won.votes,
        "price": None if won.price is None else str(election.money(won.price)),
        "payments": [[str(election.money(paid)), voters] for paid, voters in won.payments],
    }


def lost_json(election: Election, lost: Lost) -> dict[str, Any]:
    """Return what would have made a project win."""
    return {
        "project": lost.project,
        "votes": lost.votes,
        "wins_at_cost": None if lost.cost is None else amount(election, lost.cost),
        "is_highest_cost": lost.is_highest_cost,
        "wins_with_further_ballots": lost.ballots,
        "is_fewest": lost.is_fewest,
    }


def represented_json(row: Represented) -> dict[str, Any]:
    """Return how far a group is represented."""
    return {"group": row.group, "voters": row.voters, "at_least": list(row.at_least)}


def _tell(election: Election, outcome: Outcome, seconds: float, language: str) -> None:
    projects = {project.id: project for project in election.projects}
    for place, name in enumerate(outcome.winners, 1):
        cost = decimal(election.money(projects[name].cost))
        print(f"{place}. {name}  {cost}  {projects[name].name}".rstrip())
    for tie in outcome.ties:
        print(
            say("allocation.tie", language, projects=", ".join(tie.projects), won=tie.projects[0], by=tie.by)
        )
    figures = {
        "count": len(outcome.winners),
        "cost": decimal(election.money(outcome.cost)),
        "budget": decimal(election.money(election.budget)),
        "voters": election.ballots.count,
        "seconds": f"{seconds:.3f}",
    }
    print(say("allocation.outcome", language, **figures))


def _tell_reasons(
    election: Election,
    won: tuple[Won, ...],
    lost: tuple[Lost, ...],
    shown: tuple[Represented, ...],
    language: str,
) -> None:
    for good in won:
        if good.price is None:
            print(say("allocation.won", language, project=good.project, votes=good.votes))
            continue
        price = f"{float(election.money(good.price)):.2f}"
        full = good.payments[0][1] if good.payments else 0
        figures = {"project": good.project, "votes": good.votes, "price": price, "full": full}
        print(say("allocation.won_paid", language, **figures))
    for bad in lost:
        print(say("allocation.lost", language, project=bad.project, votes=bad.votes))
        if bad.cost is not None:
            cost = decimal(election.money(bad.cost))
            code = "allocation.wins_at_cost" if bad.is_highest_cost else "allocation.wins_at_about_cost"
            print(say(code, language, cost=cost))
        if bad.ballots is not None:
            code = "allocation.wins_with_ballots" if bad.is_fewest else "allocation.wins_with_about_ballots"
            print(say(code, language, ballots=bad.ballots))
    for row in shown:
        one, two, three = (f"{each / 100:g}" for each in row.shares_bp)
        figures = {"group": row.group or "*", "voters": row.voters, "one": one, "two": two, "three": three}
        print(say("allocation.represented", language, **figures))
    sys.stdout.flush()

"""Which rulebook and which district the options of `zhagen lab …` name."""

import argparse

from zhagen.cli import shipped
from zhagen.cli.rulebook import with_files
from zhagen.cli.talk import read_file
from zhagen.core.rulebook.rules import Rules
from zhagen.lab.local_facts import LocalFacts, default_facts, facts_from_toml
from zhagen.lab.measured_facts import measured_facts
from zhagen.lab.snapshot import Snapshot, read_snapshot
from zhagen.lab.statute import enacted, read_statutes


def rules_of(args: argparse.Namespace) -> Rules:
    """Return the rulebook that the options name: place, day, files put in, statutes.

    Raises:
        RuleError: as `with_files`, `read_statutes` and `enacted`.
    """
    rules = Rules(with_files(shipped.layers(), args.file), args.place, args.on)
    if not args.statutes:
        return rules
    return enacted(rules, read_statutes(read_file(args.statutes), file=args.statutes))


def snapshot_of(args: argparse.Namespace) -> Snapshot | None:
    """Return the snapshot that the options name.

    Raises:
        RuleError: as `read_snapshot`.
    """
    return read_snapshot(read_file(args.snapshot)) if args.snapshot else None


def facts_of(args: argparse.Namespace) -> LocalFacts:
    """Return the district's figures: those of its own file, else measured in its snapshot, else the shipped ones.

    Raises:
        RuleError: as `read_snapshot` and `facts_from_toml`.
    """
    snapshot = snapshot_of(args)
    known = default_facts() if snapshot is None else measured_facts(snapshot)
    return facts_from_toml(read_file(args.facts), file=args.facts, known=known) if args.facts else known

"""One rulebook as it would run: the level of each outcome over parameter draws."""

from dataclasses import dataclass

from zhagen.lab.experiments.estimate import Amount, amount_of
from zhagen.lab.experiments.setup import Ruleset, Setup, Stamp, check_setup, run_grid, stamp_of, variant_of
from zhagen.lab.outcomes import in_order
from zhagen.lab.runner import ONE_PROCESS, Engine


@dataclass(frozen=True, slots=True)
class Level:
    """The level of one outcome; None where it has none in any draw, or where only directions may be told."""

    outcome: str
    amount: Amount | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """One rulebook run on all draws and replications."""

    stamp: Stamp
    base: Ruleset
    levels: tuple[Level, ...]


def look_ahead(base: Ruleset, setup: Setup, *, engine: Engine = ONE_PROCESS) -> Outlook:
    """Return the levels of all outcomes under a rulebook.

    Raises:
        RuleError: as of `compare`.
    """
    check_setup(setup, (base,))
    grid = run_grid([variant_of(base)], setup, engine=engine)
    levels = tuple(
        Level(each.code, None if each.only_direction else amount_of(grid.of(each.code)[0]))
        for each in in_order(grid.codes)
    )
    return Outlook(stamp_of(setup, (base,), grid.results.digest), base, levels)

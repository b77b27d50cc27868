"""Compare two rulebooks: what changes, in which direction, in how many draws, and who loses."""

from dataclasses import dataclass

from zhagen.lab.experiments.estimate import Amount, Direction, Estimate, amount_of, estimate
from zhagen.lab.experiments.losers import GROUPS, GroupChange, group_changes
from zhagen.lab.experiments.setup import (
    Grid,
    Ruleset,
    Setup,
    Stamp,
    check_setup,
    run_grid,
    stamp_of,
    variant_of,
)
from zhagen.lab.model.levers import LEVERS
from zhagen.lab.outcomes import Outcome, in_order
from zhagen.lab.runner import ONE_PROCESS, Engine

LEARN = "learn"
"""The lever that turns reckoning agencies into imitating ones."""


@dataclass(frozen=True, slots=True)
class LeverChange:
    """A lever that differs between two rulebooks."""

    code: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Change:
    """What a changed rulebook does to one outcome.

    Args:
        outcome: Its code.
        better: 1 more is better, -1 less is better, 0 neither.
        difference: Reform less base, paired by draws and random numbers.
        base: Its level under the base; None where only the direction may be told.
        reform: Its level under the reform.
        if_imitating: Direction when agencies imitate instead of reckon; None if that was not run.
    """

    outcome: str
    better: int
    difference: Estimate
    base: Amount | None
    reform: Amount | None
    if_imitating: Direction | None = None

    @property
    def direction(self) -> Direction:
        """Which way; uncertain too where the two behaviours of agencies disagree."""
        found = self.difference.direction
        return found if self.if_imitating in (None, found) else Direction.UNCERTAIN


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rulebooks compared on the same worlds, draws and random numbers."""

    stamp: Stamp
    base: Ruleset
    reform: Ruleset
    levers: tuple[LeverChange, ...]
    changes: tuple[Change, ...]
    groups: tuple[GroupChange, ...]

    @property
    def losers(self) -> tuple[GroupChange, ...]:
        """The groups that are worse off in at least four fifths of the draws."""
        return tuple(each for each in self.groups if each.loses)

    def change(self, outcome: str) -> Change:
        """Return what happens to one outcome.

        Raises:
            KeyError: it was not measured.
        """
        return {each.outcome: each for each in self.changes}[outcome]


def compare(
    base: Ruleset,
    reform: Ruleset,
    setup: Setup,
    *,
    both_behaviours: bool = False,
    engine: Engine = ONE_PROCESS,
) -> Comparison:
    """Return what the reform changes.

    Args:
        base: The rulebook as it is.
        reform: The rulebook as it might be.
        setup: World, draws, months, replications.
        both_behaviours: Run it also with agencies that imitate: a direction holds only if both agree.
        engine: How the rows are run.

    Raises:
        RuleError: "experiment.no_draws", "experiment.bad_months", "experiment.wrong_length", and those of a run.
    """
    check_setup(setup, (base, reform))
    rulesets = [base, reform]
    if both_behaviours:
        rulesets += [each.with_levers(each.name, {LEARN: 1.0}) for each in (base, reform)]
    variants = [variant_of(each) for each in rulesets]
    grid = run_grid(variants, setup, engine=engine, wanted=GROUPS)
    return Comparison(
        stamp_of(setup, (base, reform), grid.results.digest),
        base,
        reform,
        lever_changes(base, reform),
        tuple(_change(grid, outcome) for outcome in in_order(grid.codes)),
        group_changes(grid, setup.world),
    )


def lever_changes(base: Ruleset, reform: Ruleset) -> tuple[LeverChange, ...]:
    """Return the levers that differ."""
    pairs = ((lever.code, base.levers[at], reform.levers[at]) for at, lever in enumerate(LEVERS))
    return tuple(LeverChange(code, before, after) for code, before, after in pairs if before != after)


def _change(grid: Grid, outcome: Outcome) -> Change:
    values = grid.of(outcome.code)
    silent = outcome.only_direction
    imitating = None
    if len(values) > 2:
        imitating = estimate(outcome, values[3] - values[2]).direction
    return Change(
        outcome.code,
        outcome.better,
        estimate(outcome, values[1] - values[0]),
        None if silent else amount_of(values[0]),
        None if silent else amount_of(values[1]),
        imitating,
    )

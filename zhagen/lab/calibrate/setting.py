"""The real model as a simulator of one district's records."""

from dataclasses import dataclass

import numpy as np

from zhagen.lab.calibrate.box import Box, Floats
from zhagen.lab.calibrate.moments import of_results
from zhagen.lab.calibrate.observed import HELD_OUT
from zhagen.lab.calibrate.question import Numbers
from zhagen.lab.model.params import PARAMS, prior
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World

BURN_IN = 60
"""Months that the model runs before it is compared: by then it has forgotten how it began."""

CODES = tuple(param.code for param in PARAMS)
FREE = tuple(place for place, param in enumerate(PARAMS) if param.high > param.low)
"""Places of the parameters that the prior varies."""
WHOLE = Box(
    tuple(CODES[place] for place in FREE),
    np.array([PARAMS[place].low for place in FREE]),
    np.array([PARAMS[place].high for place in FREE]),
)
POOL = 16_384
"""Draws of the prior from which runs take the parameters that are not calibrated, by number."""


@dataclass(frozen=True)
class Setting:
    """A district to be simulated: its world, its rules, how long it has been on record.

    Attributes:
        world: communities, agencies, streets.
        levers: the rulebook under which the records came about, shape (levers,).
        months: on record, those held out included.
        seed: of all runs.
        burn_in: months before the record begins.
    """

    world: World
    levers: Floats
    months: int
    seed: int
    burn_in: int = BURN_IN

    def simulate(self, values: Floats, numbers: Numbers) -> Floats:
        """Return the moments (n, m) of runs up to the held-out months; `values` are all parameters (n, NP)."""
        last = self.burn_in + self.months - HELD_OUT
        return self._moments(values, numbers, last, self.burn_in)

    def simulate_last_year(self, values: Floats, numbers: Numbers) -> Floats:
        """Return the moments (n, m) of the held-out months of the very same runs."""
        last = self.burn_in + self.months
        return self._moments(values, numbers, last, last - HELD_OUT)

    def _moments(self, values: Floats, numbers: Numbers, months: int, burn_in: int) -> Floats:
        levers = np.tile(self.levers, (len(values), 1))
        cases = Cases(levers, values, numbers)
        found = run_cases(cases, self.world, seed=self.seed, months=months, burn_in=burn_in)
        return of_results(found.values)

    def from_prior(self, numbers: Numbers) -> Floats:
        """Return all parameters (n, NP) as the prior gives them to the runs of these numbers."""
        return np.asarray(prior(POOL, self.seed)[numbers % POOL])

    def filled(self, values: Floats, places: tuple[int, ...], numbers: Numbers) -> Floats:
        """Return all parameters (n, NP): `values` (n, k) at these places, the others as the prior gives them."""
        whole = self.from_prior(numbers)
        whole[:, places] = values
        return whole

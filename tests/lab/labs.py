"""A small district and a few rulebooks for tests of experiments: a row takes a few milliseconds."""

from zhagen.lab.experiments.setup import Ruleset, Setup, prior_draws
from zhagen.lab.model.levers import base_levers, lever_vector
from zhagen.lab.model.world import World
from zhagen.lab.runner import Span

WORLD = World.synthetic(communities=12, agencies=5, streets=2)
SPAN = Span(seed=7, months=36, burn_in=12)


def a_rulebook(name="base", **levers):
    return Ruleset(name, tuple(lever_vector(**levers)) if levers else tuple(base_levers()))


def a_setup(draws=4, replications=2, *, world=WORLD, span=SPAN):
    return Setup(world, prior_draws(draws, span.seed), span, replications)


BASE = a_rulebook()
REFORM = a_rulebook(
    "reform", term=36, merit=1, w_out=2500, w_outcome=3000, w_need=1000, w_sat=1500, w_embed=2000, credit=0.7
)

"""V1–V12: the model beside what can be worked out by hand. Each function returns what it found.

The submodels are called as the kernel calls them, with a state array of (variable, community) and the parameters
and levers by name, so that no second copy of a formula stands between the proof and what is proved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.core.scoring import evaluation, weighted
from zhagen.lab.model import derived, effort, month, need, record, service, staff, year
from zhagen.lab.model import fields as f
from zhagen.lab.model.draws import STAFF
from zhagen.lab.model.levers import LEVERS, lever_vector
from zhagen.lab.model.outcomes import Results
from zhagen.lab.model.params import PARAMS, default_params
from zhagen.lab.model.run import Cases, run_cases
from zhagen.lab.model.world import World

Values = NDArray[np.float64]
EXACT = 1e-12
PEOPLE = ("pop_elite", "pop_elderly", "pop_families", "pop_tenants")


@dataclass(frozen=True, slots=True)
class Found:
    """Whether a closed form is met, and the figures."""

    holds: bool
    shown: str


def _given(levers: Mapping[str, float] | None = None, **params: float) -> tuple[Any, Any]:
    """Return parameters with what follows from them, and levers, by name as the kernel has them."""
    vector, rules = default_params(**params), lever_vector(**(levers or {}))
    people = dict(zip(PEOPLE, World.synthetic().population, strict=True))
    named = {param.code: float(value) for param, value in zip(PARAMS, vector, strict=True)}
    p = SimpleNamespace(**people, **named)
    lv = SimpleNamespace(**{lever.code: float(value) for lever, value in zip(LEVERS, rules, strict=True)})
    derived.derive(p, lv)
    return p, lv


def _sites(count: int) -> Values:
    return np.zeros((f.COUNT, count))


def kkt() -> Found:
    """V1: where effort is spent, its marginal worth less its cost is the price of an hour; elsewhere no more."""
    draws = np.random.default_rng(1)
    worth = draws.uniform(-0.01, 0.04, (f.TASKS, 10_000))
    cost, hours = draws.uniform(0.01, 0.09, (f.TASKS, 10_000)), draws.uniform(0.05, 1.5, 10_000)
    *spent, price = effort.share_out(tuple(worth), tuple(1.0 / cost), hours)
    e = np.stack(spent)
    inner = np.abs(worth - cost * e - price)
    residual = float(np.where(e > 0, inner, np.maximum(worth - price, 0.0)).max())
    spare = float((np.minimum(hours - e.sum(0), price / price.max())).max())
    over = float((e.sum(0) - hours).max())
    holds = residual < EXACT and over < EXACT and spare < EXACT and bool((e >= 0).all())
    return Found(holds, f"max residual {residual:.1e}, hours exceeded by at most {max(over, 0.0):.1e}")


def sprint() -> Found:
    """V2: the intensity at which a unit of output costs least is √(2F/c)."""
    p, _ = _given({"w_out": 10000})
    x = _sites(1)
    x[f.OVERHEAD] = 1.0
    intensity = float(effort.sprint(x, p, 0) / p.c1)
    grid = np.linspace(0.01, 2, 200_001)
    best = float(grid[np.argmin((p.c1 * grid * grid / 2 + p.overhead) / grid)])
    return Found(abs(intensity - best) < 1e-4, f"{intensity:.4f}, on a grid {best:.4f}")


def _run(months: int, rows: int, params: Mapping[str, float], **levers: float) -> Results:
    cases = Cases(
        np.tile(lever_vector(**levers), (rows, 1)),
        np.tile(default_params(**params), (rows, 1)),
        np.arange(rows, dtype=np.int64),
    )
    return run_cases(cases, World.synthetic(), seed=1, months=months, burn_in=months // 2)


def spells() -> Found:
    """V3: where only cuts end a contract of 12 months, each with chance ½, a spell lasts 24 months on average."""
    lasted = _run(1200, 4, {"p_cut": 0.5}, merit=1, renew_bp=0, recuse=1, ban=1).values["spell"]
    return Found(abs(float(lasted.mean()) - 24) < 0.6, f"mean {lasted.mean():.2f} months, by hand 24")


def same_bits() -> Found:
    """V4: a row's results are the same to the bit in a block of ten, in blocks of three, and alone."""
    rows, months = 10, 36
    levers, params = np.tile(lever_vector(), (rows, 1)), np.tile(default_params(), (rows, 1))
    numbers, world = np.arange(rows, dtype=np.int64), World.synthetic()

    def part(low: int, high: int) -> Results:
        cases = Cases(levers[low:high], params[low:high], numbers[low:high])
        return run_cases(cases, world, seed=1, months=months, burn_in=12)

    whole, alone = part(0, rows), part(7, 8)
    threes = [part(low, min(low + 3, rows)) for low in range(0, rows, 3)]
    same = all(
        np.array_equal(values, np.concatenate([each.values[code] for each in threes]), equal_nan=True)
        and np.array_equal(values[7:8], alone.values[code], equal_nan=True)
        for code, values in whole.values.items()
    )
    return Found(same, f"{len(whole.values)} outcomes of {rows} rows, digest {whole.digest[:16]}")


def slack_and_tight() -> Found:
    """V5: with hours to spare e = b/c; without, at equal costs, e = H/J + (b − mean b)/c."""
    draws = np.random.default_rng(5)
    worth = draws.uniform(0.02, 0.03, (f.TASKS, 2000))
    cost = draws.uniform(0.02, 0.09, (f.TASKS, 2000))
    slack = np.stack(effort.share_out(tuple(worth), tuple(1.0 / cost), np.full(2000, 100.0))[:-1])
    tight = np.stack(effort.share_out(tuple(worth), (10.0,) * f.TASKS, np.full(2000, 0.5))[:-1])
    by_hand = 0.5 / f.TASKS + (worth - worth.mean(0)) / 0.1
    apart = max(float(np.abs(slack - worth / cost).max()), float(np.abs(tight - by_hand).max()))
    return Found(apart < EXACT and bool((by_hand > 0).all()), f"largest difference {apart:.1e}")


def tenure() -> Found:
    """V6: where the hazard of quitting is constant, a completed stay lasts 1/h months on average."""
    hazard, count, months = 0.05, 4000, 240
    p, lv = _given({"wage": 1, "term": 1}, h_lead=hazard, h_line=hazard)
    x, draws = _sites(count), np.random.default_rng(6)
    x[f.LIVE], x[f.AGE] = 1.0, 10.0
    stays: list[Values] = []
    for at in range(months):
        before = x[f.TENURE : f.TENURE + f.SLOTS].copy()
        u = draws.random((STAFF + f.SLOTS, count))
        staff.weigh_leaving(x, p, lv, slice(None))
        for k in range(f.SLOTS):
            staff.turn_over(x, u, p, k, slice(None))
        began = at - before - 1
        quits = (x[f.QUITS : f.QUITS + f.SLOTS] > 0) & (began >= 0) & (began < months - 150)
        stays.append(before[quits] + 1)
    lasted = np.concatenate(stays)
    error = lasted.std() / np.sqrt(len(lasted))
    holds = abs(lasted.mean() - 1 / hazard) < 4 * error + 0.01
    return Found(
        bool(holds), f"mean {lasted.mean():.2f} months of {len(lasted):,} stays, by hand {1 / hazard:g}"
    )


def fee_star() -> Found:
    """V7: an agency switches to support where the fee passes (keep·(μ − cost) + .0024)/.0224."""
    (p, lv), keep, rows = _given(), 0.4, 200
    draws = np.random.default_rng(7)
    x = _sites(rows)
    x[f.YEAR_ENDS] = 1.0
    x[f.EFFORT : f.EFFORT + f.TASKS] = draws.uniform(0, 0.3, (f.TASKS, rows))
    costs = np.array([p.c1, p.c2, p.c3, p.c4, p.c5])[:, None]
    cost = 12 * (0.5 * (costs * x[f.EFFORT : f.EFFORT + f.TASKS] ** 2).sum(0) + 0.75 * p.overhead)
    star = (keep * (p.mu - cost) + 0.0024) / 0.0224
    supports = []
    for shift in (-1e-9, 1e-9):
        acc = np.zeros((record.COUNT, rows))
        lv.fee = star + shift
        record.add_year(x, acc, p, lv, keep, slice(None))
        supports.append(acc[record.SUPPORT])
    holds = not supports[0].any() and bool(supports[1].all())
    return Found(holds, f"{rows} agencies, fee* from {star.min():.2f} to {star.max():.2f}")


def rank_contest() -> Found:
    """V8: of 20 equal agencies judged with unimodal noise, effort is largest where half are renewed.

    The gain in the chance of renewal by one more point is integrated over the rivals' order statistics; the effort
    that it is worth is the solver's. Source: Dalen, Moen & Riis 2006.
    """
    (p, _), agencies = _given({"merit": 1}), 20
    worth = p.stake * 2 * p.half_width
    noise = np.linspace(-2, 2, 4001)
    density = np.maximum(1 - np.abs(noise) / 2, 0) / 2
    step = noise[1] - noise[0]
    below = np.cumsum(density) * step - density * step / 2
    spent = []
    for renewed in range(1, agencies):
        # the chance that fewer than `renewed` of 19 rivals stand above, differentiated by one's own lead
        above, rivals = 1 - below, agencies - 1
        ways = float(np.prod(np.arange(rivals, rivals - renewed, -1) / np.arange(1, renewed + 1)))
        slope = ways * renewed * above ** (renewed - 1) * below ** (rivals - renewed) * density
        gain = float((slope * density).sum() * step)
        none = (0.0,) * (f.TASKS - 1)
        rates = tuple(1.0 / c for c in (p.c1, p.c2, p.c3, p.c4, p.c5))
        spent.append(float(effort.share_out((worth * gain * 0.1, *none), rates, 100.0)[0]))
    best = 1 + int(np.argmax(spent))
    falls = np.diff(spent)
    single = bool((falls[: best - 1] > 0).all() and (falls[best - 1 :] < 0).all())
    return Found(
        best * 2 == agencies and single, f"largest with {best} of {agencies} renewed, falling to both sides"
    )


def tie_effort() -> Found:
    """V9: with favours credited, ties unscored, no mission and hours to spare, tie effort is .001(1 − π)/c3."""
    p, lv = _given({"credit": 1, "w_out": 10000, "w_sat": 0, "w_embed": 0}, iota=0)
    x = _sites(1)
    x[f.PROJECTS], x[f.HORIZON] = 1.0, 10.0
    ties = effort.worth_of_ties(x, p, lv, 0)
    spent = effort.share_out((0.0, 0.0, ties, 0.0, 0.0), (1.0, 1.0, 1 / p.c3, 1.0, 1.0), 100.0)[2]
    by_hand = 0.001 * (1 - p.pi) / p.c3
    return Found(abs(float(spent) - by_hand) < EXACT, f"{float(spent):.6f}, by hand {by_hand:.6f}")


def conservation() -> Found:
    """V10: what is open is what was open, plus what arose, less what was closed and what lapsed, every month."""
    count, draws = 200, np.random.default_rng(10)
    p, lv = _given({"fund": 0.15, "vote": 2})
    x, mix = _sites(count), draws.random((f.CLASSES, count))
    x[f.NEED_MIX : f.NEED_MIX + f.CLASSES] = mix / mix.sum(0)
    x[f.STOCK : f.STOCK + f.CLASSES], x[f.TRUST : f.TRUST + f.STRATA] = 0.5, 0.35
    for place in (f.PROJECTS, f.PRODUCTIVITY, f.LIVE, f.WORKING, f.BOUGHT):
        x[place] = 1.0
    service.wish(x, p, lv, slice(None))
    worst = 0.0
    for _ in range(120):
        before = need.open_need(x, slice(None)).copy()
        x[f.THEME], x[f.YEAR] = draws.integers(0, 4, count), 0.0
        month.serve(x, draws.random((STAFF + f.SLOTS, count)), p, lv, 0.5)
        new, closed, lapsed = (x[at : at + f.CLASSES].sum(0) for at in (f.NEW, f.CLOSED, f.LAPSED))
        by_whom = x[f.BY_AGENCY] + x[f.BY_COMMITTEE] + x[f.BY_FUND]
        gap = need.open_need(x, slice(None)) - (before + new - closed - lapsed)
        worst = max(worst, float(np.abs(gap).max()), float(np.abs(closed - by_whom).max()))
    least = float(x[f.STOCK : f.STOCK + f.CLASSES].min())
    helped = bool(x[f.BY_AGENCY].mean() > 0 and x[f.BY_FUND].mean() > 0)
    return Found(
        worst <= EXACT and least >= 0 and helped, f"largest gap {worst:.1e} in 120 months of {count} sites"
    )


def one_score() -> Found:
    """V11: the lab's score is the platform's function, and 10⁵ random inputs get the value of its exact mean."""
    draws, rows = np.random.default_rng(11), 100_000
    scores, weights = draws.integers(0, 10_001, (5, rows)), draws.multinomial(10_000, [0.2] * 5, rows).T
    lab, platform = vars(year)["weighted_bp"], vars(evaluation)["weighted_bp"]
    same = lab is platform is weighted.weighted_bp
    fast = lab(tuple(scores.astype(np.float64)), tuple(weights.astype(np.float64)))
    exact = [platform(a, b) for a, b in zip(scores.T.tolist(), weights.T.tolist(), strict=True)]
    differ = int((fast != np.array(exact, dtype=np.float64)).sum())
    return Found(same and differ == 0, f"one function: {same}; {differ} of {rows:,} values differ")


def ledger() -> Found:
    """V12: paid, withheld, unspent and still held add up to the budget, whoever serves and however it ends."""
    count, months, draws = 500, 120, np.random.default_rng(12)
    (p, lv), x = _given({"fund": 0.15, "closing": 2}), _sites(count)
    for each in range(1, months + 1):
        x[f.LIVE] = draws.random(count) < 0.9
        x[f.PASSED], x[f.OBJECTED] = draws.random(count) < 0.8, draws.random(count) < 0.5
        x[f.YEAR_ENDS] = (each % 12 == 0) * x[f.LIVE]
        year.settle(x, p, lv, slice(None))
    gap = float(np.abs(x[f.PAID] + x[f.WITHHELD] + x[f.UNSPENT] + x[f.HELD] - months / 12).max())
    run = _run(60, 4, {}, closing=2, fund=0.15).values
    whole = float(np.abs(run["paid"] + run["withheld"] + run["unspent"] - 5).max())
    holds = max(gap, whole) <= 1e-9 and bool(x[f.WITHHELD].max() > 0)
    return Found(holds, f"largest gap {gap:.1e} of {months // 12} site-years; {whole:.1e} in whole runs")


CLOSED_FORMS: Mapping[str, Callable[[], Found]] = {
    "V1": kkt,
    "V2": sprint,
    "V3": spells,
    "V4": same_bits,
    "V5": slack_and_tight,
    "V6": tenure,
    "V7": fee_star,
    "V8": rank_contest,
    "V9": tie_effort,
    "V10": conservation,
    "V11": one_score,
    "V12": ledger,
}

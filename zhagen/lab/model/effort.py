"""How an agency spends its hours: the closed-form choice among five tasks that the rulebook pays differently."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model import need
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def tie_gain(x: Any, p: Any, c: Any) -> Any:
    """Return the tie that an hour wins where the year is cut into projects."""
    return p.g3 / (1.0 + p.split_loss * (x[f.PROJECTS, c] - 1.0))


@elementwise
def doublings(projects: Any) -> Any:
    """Return how often one project a year was doubled: 0, 1, 2 for 1, 2, 4."""
    return pick(projects > 3.0, 2.0, pick(projects > 1.0, 1.0, 0.0))


@elementwise
def consent_gap(x: Any, c: Any) -> Any:
    """Return the share of the year's need below which the committee objects; able committees want more."""
    return 0.05 + 0.25 * x[f.CAPABILITY, c]


@elementwise
def see(x: Any, p: Any, c: Any) -> None:
    """Set who knows the agency, and who both knows and trusts it, over all strata."""
    warmth = 0.0
    recognised = 0.0
    shares = (p.pop_elite, p.pop_elderly, p.pop_families, p.pop_tenants)
    for s in range(f.STRATA):
        warmth = warmth + shares[s] * x[f.KNOWN + s, c] * x[f.TRUST + s, c]
        recognised = recognised + shares[s] * x[f.KNOWN + s, c]
    x[f.WARMTH, c] = warmth
    x[f.RECOGNISED, c] = recognised


@elementwise
def look_round(x: Any, p: Any, lv: Any, kept: Any, c: Any) -> None:
    """Set what the choice rests on: cooperation, access, and how long a tie will serve.

    Args:
        x: State.
        p: Parameters.
        lv: Levers.
        kept: Learned share of contracts that are kept.
        c: Community.
    """
    x[f.COOPERATION, c] = p.pi + (1.0 - p.pi) * x[f.COMMITTEE_TRUST, c]
    x[f.ACCESS, c] = 0.25 + 0.5 * x[f.TIES, c] + 0.5 * np.minimum(x[f.WARMTH, c] * 2.5, 1.0)
    lasts = 0.985 * (1.0 - p.d_tie) * (1.0 - x[f.HAZARD, c]) * (1.0 - (1.0 - kept) / lv.term)
    x[f.HORIZON, c] = 1.0 / (1.0 - lasts)


@elementwise
def aim(x: Any, c: Any) -> None:
    """Set how well the theme bought fits the need that is open."""
    x[f.MATCH, c] = 0.35 + 0.65 * need.share_in_theme(x, c)


@elementwise
def reported_rate(x: Any, p: Any, c: Any) -> Any:
    """Return the outputs reported for an hour of activities."""
    split = 1.0 + p.split_gain * doublings(x[f.PROJECTS, c])
    return x[f.COOPERATION, c] * x[f.PRODUCTIVITY, c] * split * (1.0 + p.padding)


@elementwise
def sprint(x: Any, p: Any, c: Any) -> Any:
    """Return the marginal worth of finishing early, which saves the overhead of a month: √(2 F w c)."""
    return np.sqrt(2.0 * p.overhead * x[f.OVERHEAD, c] * p.out * p.c1)


@elementwise
def worth_of_activities(x: Any, p: Any, c: Any) -> Any:
    """Return what an hour of activities is worth; nothing once the targets are met."""
    rate = reported_rate(x, p, c)
    left = np.maximum(12.0 - x[f.YEAR, c], 1.0)
    missing = np.maximum(p.quota - x[f.REPORTED, c], 0.0)
    hurry = np.maximum(sprint(x, p, c), p.c1 * missing / (left * rate))
    paid = p.stake * p.out * rate / p.quota
    return pick(x[f.DONE, c] > 0.0, 0.0, np.minimum(paid, x[f.SHADOW, c] + hurry))


@elementwise
def worth_of_casework(x: Any, p: Any, lv: Any, c: Any) -> Any:
    """Return what an hour of casework is worth: counted outcomes, the committee's consent, the mission."""
    helped = p.a_case * x[f.ACCESS, c] * x[f.MATCH, c]
    counts = pick(x[f.SOLVED, c] < 0.4 * np.maximum(x[f.ARRIVED, c], 1.0) + 1.0, helped, 0.0)
    paid = p.stake * (p.outcome * counts * (1.0 / 4.8) + 0.03 * p.satisfied)
    short = x[f.SOLVED, c] < consent_gap(x, c) * np.maximum(x[f.ARRIVED, c], 1.0)
    withheld = pick((lv.closing > 1.5) & short, p.sign_pull * p.hold * helped * (1.0 / 12.0), 0.0)
    return paid + withheld + p.iota * x[f.MISSION, c] * (1.0 + lv.other_income)


@elementwise
def worth_of_ties(x: Any, p: Any, lv: Any, c: Any) -> Any:
    """Return what an hour of tie work is worth, less the unpaid favours that the tie will bring."""
    gain = tie_gain(x, p, c)
    lasting = gain * (1.0 - x[f.TIES, c]) * x[f.HORIZON, c]
    joined = 1.5 * (0.3 + 0.7 * x[f.COMMITTEE_TRUST, c])
    paid = p.stake * (p.embedded * 0.5 * (lasting + joined) * (1.0 / 12.0) + 0.02 * p.satisfied)
    favours = p.omega * (1.0 - lv.credit) * gain * x[f.HORIZON, c] * (x[f.SHADOW, c] + p.c_favour)
    return paid + 0.5 * p.iota * x[f.MISSION, c] + 0.001 * (1.0 - p.pi) - favours


@elementwise
def worth_of_lobbying(x: Any, p: Any, lv: Any, c: Any) -> Any:
    """Return what an hour of lobbying the evaluator is worth: what is judged, not counted, and not yet earned.

    The evaluator signs the year's closing, on which the holdback hangs; renewal is the street's own word. M41.
    """
    lift = p.closing * p.judged * p.lobby * (1.0 - lv.independence)
    return lift * (1.0 - x[f.SUBJECT, c]) * (1.0 / 12.0)


@elementwise
def share_out(worth: Any, cost: Any, hours: Any) -> Any:
    """Return (effort in each of five tasks, price of an hour) that is best within the hours.

    Maximises Σ b e - ½ c e² with Σ e ≤ hours and e ≥ 0: e = (b - λ)₊ / c, λ by exact water-filling
    (Holmström and Milgrom 1991, substitute tasks). Five rounds of the active set are enough for five tasks.

    Args:
        worth: b, five of them.
        cost: 1/c, five of them.
        hours: To be shared out.
    """
    b0, b1, b2, b3, b4 = worth
    i0, i1, i2, i3, i4 = cost
    price = hours * 0.0
    for _ in range(f.TASKS):
        a0, a1 = pick(b0 > price, i0, 0.0), pick(b1 > price, i1, 0.0)
        a2, a3 = pick(b2 > price, i2, 0.0), pick(b3 > price, i3, 0.0)
        a4 = pick(b4 > price, i4, 0.0)
        wanted = a0 * b0 + a1 * b1 + a2 * b2 + a3 * b3 + a4 * b4
        slope = a0 + a1 + a2 + a3 + a4
        price = np.maximum(wanted - hours, 0.0) / np.maximum(slope, 1e-12)
    return (
        np.maximum(b0 - price, 0.0) * i0, np.maximum(b1 - price, 0.0) * i1, np.maximum(b2 - price, 0.0) * i2,
        np.maximum(b3 - price, 0.0) * i3, np.maximum(b4 - price, 0.0) * i4, price,
    )  # fmt: skip


@elementwise
def weigh_counted(x: Any, p: Any, c: Any) -> None:
    """Note what an hour of activities and of hunting is worth."""
    x[f.WORTH + f.ACTIVITIES, c] = worth_of_activities(x, p, c)
    x[f.WORTH + f.HUNTING, c] = p.hunting


@elementwise
def weigh_casework(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Note what an hour of casework is worth."""
    x[f.WORTH + f.CASEWORK, c] = worth_of_casework(x, p, lv, c)


@elementwise
def weigh_ties(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Note what an hour of tie work and of lobbying is worth."""
    x[f.WORTH + f.TIE_WORK, c] = worth_of_ties(x, p, lv, c)
    x[f.WORTH + f.LOBBYING, c] = worth_of_lobbying(x, p, lv, c)


@elementwise
def choose(x: Any, p: Any, c: Any) -> None:
    """Share the free hours out among the tasks by what they are worth."""
    worth = (x[f.WORTH, c], x[f.WORTH + 1, c], x[f.WORTH + 2, c], x[f.WORTH + 3, c], x[f.WORTH + 4, c])
    cost = (p.inverse1, p.inverse2, p.inverse3, p.inverse4, p.inverse5)
    e0, e1, e2, e3, e4, price = share_out(worth, cost, x[f.FREE_HOURS, c])
    x[f.EFFORT, c] = e0
    x[f.EFFORT + 1, c] = e1
    x[f.EFFORT + 2, c] = e2
    x[f.EFFORT + 3, c] = e3
    x[f.EFFORT + 4, c] = e4
    x[f.SHADOW, c] = price


@elementwise
def bind(x: Any, lv: Any, c: Any) -> None:
    """Put set mixes in place of the choice where the agency has none, and nothing where it is gone.

    A committee's own agency keeps to a fixed mix, posts are seized by administration (M39), and agencies that
    imitate follow the mix they have learned.
    """
    own = (0.35, 0.40, 0.15, 0.0, 0.0)
    post = (0.10, 0.30, 0.12, 0.0, 0.0)
    x[f.SHADOW, c] = pick((lv.post > 0.5) | (lv.learn > 0.5), 0.0, x[f.SHADOW, c])
    for j in range(f.TASKS):
        hours = pick(lv.learn > 0.5, x[f.LEARNED + j, c] * x[f.FREE_HOURS, c], x[f.EFFORT + j, c])
        hours = pick(x[f.OWNED, c] > 0.0, x[f.HOURS, c] * own[j], hours)
        hours = pick(lv.post > 0.5, x[f.HOURS, c] * post[j], hours)
        x[f.EFFORT + j, c] = hours * x[f.WORKING, c]


@elementwise
def cost_of_effort(x: Any, p: Any, c: Any) -> Any:
    """Return the month's effort cost ½ Σ c e²."""
    costs = (p.c1, p.c2, p.c3, p.c4, p.c5)
    total = 0.0
    for j in range(f.TASKS):
        total = total + costs[j] * x[f.EFFORT + j, c] * x[f.EFFORT + j, c]
    return 0.5 * total


@elementwise
def split_year(x: Any, p: Any, c: Any) -> None:
    """Set, where a year ends, into how many projects a year the agency and the committee would cut the next.

    The agency weighs outputs that count against ties that count; the committee weighs need closed against the
    ties lost and the burden of each further project. Source: M25.
    """
    year = x[f.YEAR_ENDS, c] > 0.0
    wants_a, wants_c, best_a, best_c = 1.0, 1.0, 0.0, 0.0
    usual = x[f.REAL, c] / 12.0
    paid = p.stake * p.out * usual
    loved = p.stake * p.embedded * x[f.TIES, c] + p.iota * x[f.MISSION, c] * x[f.TIES, c]
    helped = p.a_output * usual * x[f.MATCH, c]
    for q in (2.0, 4.0):
        more = p.split_gain * doublings(q)
        lost = 1.0 - 1.0 / (1.0 + p.split_loss * (q - 1.0))
        gain_a = paid * more / p.quota - loved * lost
        gain_c = helped * more - 0.5 * x[f.TIES, c] * lost - p.split_burden * (q - 1.0)
        wants_a = pick(gain_a > best_a, q, wants_a)
        wants_c = pick(gain_c > best_c, q, wants_c)
        best_a = np.maximum(best_a, gain_a)
        best_c = np.maximum(best_c, gain_c)
    x[f.AGENCY_WANTS, c] = pick(year, wants_a, x[f.AGENCY_WANTS, c])
    x[f.COMMITTEE_WANTS, c] = pick(year, wants_c, x[f.COMMITTEE_WANTS, c])

"""What follows from rulebook and assumptions alone, worked out once a run instead of at every site and month."""

from typing import Any

import numpy as np

from zhagen.lab.model.elementwise import pick

NAMES = (
    "stake", "padding", "hunting", "closing", "leak", "quota", "out", "outcome", "satisfied", "embedded", "judged",
    "inverse1", "inverse2", "inverse3", "inverse4", "inverse5", "quitting", "slot",
)  # fmt: skip
"""Fields that `derive` adds behind the parameters."""


def stake(p: Any, lv: Any) -> Any:
    """Return what a whole score is worth to the agency for each unit of certainty: holdback and renewal."""
    renewal = lv.merit * (1.0 - p.p_cut) + (1.0 - lv.merit) * 0.6 * lv.past_weight
    worth = p.hold + p.mu * (lv.term / 12.0) * 1.5 * renewal
    return worth * (1.0 - lv.other_income) / (2.0 * p.half_width)


def padding(p: Any, lv: Any) -> Any:
    """Return the share by which outputs are padded: gain against the risk of an audit, at most one half."""
    gain = lv.w_out / 10000.0 / (p.quota_units * lv.quota) - 0.7 * lv.audit
    return np.minimum(0.5, np.maximum(stake(p, lv) * gain / 0.25, 0.0))


def hunting(p: Any, lv: Any) -> Any:
    """Return what an hour of hunting for tenders is worth: more the more often contracts come up."""
    open_market = pick(lv.tender_mode > 0.5, 0.3, 1.0)
    return p.v_bid * (12.0 / lv.term) * (1.0 - 0.75 * lv.merit) * open_market * (1.0 - lv.other_income)


def closing(p: Any, lv: Any) -> Any:
    """Return what the evaluator's word is worth: it closes the year, on which the holdback hangs."""
    return p.hold * (1.0 - lv.other_income) / (2.0 * p.half_width)


def leaking(p: Any, lv: Any) -> Any:
    """Return the share of unguarded money that leaks, at most .4. Source: Olken 2007; M43."""
    aside = np.maximum(lv.recuse, lv.ban)
    guarded = 0.30 * lv.audit + 0.25 * lv.disclose + 0.35 * aside
    return np.minimum(np.maximum((1.0 - guarded) / p.kappa, 0.0), 0.4)


def derive(p: Any, lv: Any) -> None:
    """Fill the fields `NAMES` of the parameter records from the others and the levers, in place."""
    p.stake = stake(p, lv)
    p.padding = padding(p, lv)
    p.hunting = hunting(p, lv)
    p.closing = closing(p, lv)
    p.leak = leaking(p, lv)
    p.quota = p.quota_units * lv.quota
    p.out = lv.w_out / 10000.0
    p.outcome = lv.w_outcome / 10000.0
    p.satisfied = lv.w_sat / 10000.0
    p.embedded = lv.w_embed / 10000.0
    p.judged = (10000.0 - lv.w_out) / 10000.0
    p.inverse1, p.inverse2, p.inverse3 = 1.0 / p.c1, 1.0 / p.c2, 1.0 / p.c3
    p.inverse4, p.inverse5 = 1.0 / p.c4, 1.0 / p.c5
    p.quitting = 1.0 / (lv.wage * lv.wage)
    p.slot = np.full_like(p.c1, 1.0 / 3.0)

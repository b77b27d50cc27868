"""Who knows the agency, who trusts it, what the committee believes, and what part the agency has in its life."""

from typing import Any

import numpy as np

from zhagen.lab.model import fields as f
from zhagen.lab.model.elementwise import elementwise, pick


@elementwise
def helped(x: Any, c: Any) -> Any:
    """Return how far the agency's help is felt: need closed by it, half a unit a month being all."""
    return np.minimum(x[f.BY_AGENCY, c] * 2.0, 1.0)


@elementwise
def learn_of(x: Any, p: Any, c: Any) -> None:
    """Let each stratum learn of the agency by contact, and forget. Source: M14."""
    contact = (
        0.6 * x[f.OUTPUT, c]
        + x[f.EFFORT + f.CASEWORK, c] * x[f.ACCESS, c]
        + 0.8 * x[f.EFFORT + f.TIE_WORK, c]
    )
    reach = (p.reach_elite, p.reach_elderly, p.reach_families, p.reach_tenants)
    for s in range(f.STRATA):
        known = x[f.KNOWN + s, c]
        x[f.KNOWN + s, c] = np.minimum(1.0, known + (1.0 - known) * reach[s] * contact - p.forget * known)


@elementwise
def trust(x: Any, p: Any, c: Any) -> None:
    """Move residents' trust towards what they experience, down twice as fast as up. Source: M13, M15; Slovic 1993."""
    quits = x[f.QUITS, c] + x[f.QUITS + 1, c] + x[f.QUITS + 2, c]
    felt = 0.25 + 0.45 * helped(x, c) + 0.35 * x[f.TIES, c] - 0.3 * quits * p.slot
    for s in range(f.STRATA):
        gap = felt - x[f.TRUST + s, c]
        speed = pick(gap > 0.0, p.trust_up, p.trust_down)
        moved = x[f.TRUST + s, c] + x[f.KNOWN + s, c] * speed * gap
        x[f.TRUST + s, c] = np.minimum(np.maximum(moved, 0.0), 1.0)


@elementwise
def judge(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Move the committee's belief that agencies come for the money, its trust, and the agency's part. M16 to M21."""
    felt = helped(x, c)
    hunts = pick(x[f.EFFORT + f.HUNTING, c] > 0.1, 0.1, 0.0)
    seen = 0.95 - felt - 0.5 * x[f.TIES, c] - 0.1 * x[f.RELIEF, c] + hunts
    aim = np.minimum(np.maximum(seen, 0.0), 1.0)
    x[f.MONEY_BELIEF, c] = x[f.MONEY_BELIEF, c] + 0.08 * (aim - x[f.MONEY_BELIEF, c])
    own = pick(x[f.OWNED, c] > 0.0, 0.2, 0.0)
    burden = 0.1 * x[f.LIVE, c] * (1.0 - lv.post)
    good = 0.30 + 0.35 * felt + 0.35 * x[f.TIES, c] + 0.15 * x[f.RELIEF, c] + own + 0.5 * lv.fund
    gap = good - 0.25 * x[f.MONEY_BELIEF, c] - burden - x[f.COMMITTEE_TRUST, c]
    speed = pick(gap > 0.0, p.trust_up, p.trust_down)
    moved = x[f.COMMITTEE_TRUST, c] + speed * gap
    x[f.COMMITTEE_TRUST, c] = np.minimum(np.maximum(moved, 0.0), 1.0)
    joined = 1.5 * x[f.EFFORT + f.TIE_WORK, c] * (0.3 + 0.7 * x[f.COMMITTEE_TRUST, c])
    part = np.minimum(np.maximum(0.4 * lv.seat + joined + own, 0.0), 1.0)
    x[f.VOICE, c] = x[f.VOICE, c] + 0.1 * (part * x[f.LIVE, c] - x[f.VOICE, c])

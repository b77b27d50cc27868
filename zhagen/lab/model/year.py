"""The end of a year and of a contract: audit, score, pay, kept or bought anew, and whose agency it becomes."""

from typing import Any

import numpy as np

from zhagen.core.scoring.weighted import weighted_bp, weighted_total
from zhagen.lab.model import fields as f
from zhagen.lab.model import need
from zhagen.lab.model.draws import AUDIT, CUT, INTERNAL, SURVEY
from zhagen.lab.model.effort import consent_gap, cost_of_effort
from zhagen.lab.model.elementwise import elementwise, pick

weighted_bp = elementwise(weighted_bp)
weighted_total = elementwise(weighted_total)

ONLY_AT_ENDS = (
    f.AUDITED, f.LIFT, f.PASSED, f.QUALITY, f.FAKED, f.OBJECTED, f.MARGIN, f.CUT, f.KEPT, f.CHANGED,
)  # fmt: skip
"""Variables that are 0 in every month in which no year ends."""


@elementwise
def points(share: Any) -> Any:
    """Return a share as whole basis points, held between 0 and 10,000."""
    return np.floor(np.minimum(np.maximum(share, 0.0), 1.0) * 10000.0)


@elementwise
def score(x: Any, u: Any, p: Any, lv: Any, c: Any) -> Any:
    """Return (score in bp, what the judged items are truly worth, by how much lobbying lifted them).

    The platform's own weighted mean of five items: outputs, need closed, match, satisfaction, ties and part.

    Args:
        x: State at the end of a month.
        u: The year's draws.
        p: Parameters.
        lv: Levers.
        c: Community.
    """
    counted = pick(u[AUDIT, c] < lv.audit, x[f.REAL, c], x[f.REPORTED, c])
    survey = x[f.WARMTH, c] / np.maximum(x[f.RECOGNISED, c], 1e-6) + 0.1 * (u[SURVEY, c] - 0.5)
    outcome = x[f.SOLVED, c] / (0.4 * np.maximum(x[f.ARRIVED, c], 1e-9))
    judged = (outcome, x[f.MATCH, c] / 0.65, survey / 0.6, 0.5 * x[f.TIES, c] + 0.5 * x[f.VOICE, c])
    only_counted = pick(lv.w_outcome + lv.w_need + lv.w_sat + lv.w_embed > 0.0, 0.0, 1.0)
    weights = (lv.w_outcome, lv.w_need, lv.w_sat, lv.w_embed + only_counted)
    true = weighted_bp((points(judged[0]), points(judged[1]), points(judged[2]), points(judged[3])), weights)
    lift = p.lobby * (1.0 - lv.independence) * (x[f.LOBBIED, c] / 12.0) * (1.0 - true / 10000.0)
    rated = weighted_bp(
        (
            points(counted / (p.quota)),
            points(judged[0] + lift), points(judged[1] + lift), points(judged[2] + lift), points(judged[3] + lift),
        ),
        (lv.w_out, lv.w_outcome, lv.w_need, lv.w_sat, lv.w_embed),
    )  # fmt: skip
    return rated, true / 10000.0, lift


@elementwise
def close_month(x: Any, lv: Any, c: Any) -> None:
    """Say whether the evaluation year and the contract end this month."""
    ends = (x[f.YEAR, c] >= 12.0) & (x[f.LIVE, c] > 0.0)
    done = (x[f.AGE, c] + 1.0 >= lv.term) & (lv.post < 0.5)
    x[f.YEAR_ENDS, c] = pick(ends, 1.0, 0.0)
    x[f.CONTRACT_ENDS, c] = pick(ends & done, 1.0, 0.0)


@elementwise
def evaluate(x: Any, u: Any, p: Any, lv: Any, c: Any) -> None:
    """Close the year where it ends: audit, score, consent; elsewhere change nothing."""
    ends = x[f.YEAR_ENDS, c] > 0.0
    rated, true, lift = score(x, u, p, lv, c)
    caught = (u[AUDIT, c] < lv.audit) & (p.padding > 0.02)
    final = np.maximum(rated - pick(caught, 1000.0, 0.0), 0.0)
    x[f.AUDITED, c] = pick(ends & (u[AUDIT, c] < lv.audit), 1.0, 0.0)
    x[f.SCORE, c] = pick(ends, final, x[f.SCORE, c])
    x[f.SUBJECT, c] = pick(ends, true, x[f.SUBJECT, c])
    x[f.LIFT, c] = pick(ends, lift, 0.0)
    x[f.PASSED, c] = pick(ends & (final >= lv.pass_bp), 1.0, 0.0)
    closed = x[f.SOLVED, c] / (0.4 * np.maximum(x[f.ARRIVED, c], 1e-9))
    x[f.QUALITY, c] = pick(ends, np.minimum(closed, 1.0), 0.0)
    padded = (x[f.REPORTED, c] - x[f.REAL, c]) / np.maximum(x[f.REPORTED, c], 1e-9)
    x[f.FAKED, c] = pick(ends, padded, 0.0)
    unmet = x[f.SOLVED, c] < consent_gap(x, c) * x[f.ARRIVED, c]
    x[f.OBJECTED, c] = pick(ends & unmet, 1.0, 0.0)


@elementwise
def settle(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Book the month's money: what is held back is paid at the year's end or withheld; a gap in service is unspent.

    The community's own money counts as paid as it is spent; with the consent rule an objection withholds a part.
    """
    budget = 1.0 / 12.0
    to_agency = (1.0 - lv.fund) * budget * x[f.LIVE, c]
    held = x[f.HELD, c] + to_agency * p.hold
    share = pick((lv.closing > 1.5) & (x[f.OBJECTED, c] > 0.0), 1.0 - p.sign_pull, 1.0) * x[f.PASSED, c]
    released = x[f.YEAR_ENDS, c] * held * share
    kept_back = x[f.YEAR_ENDS, c] * held - released
    x[f.PAY, c] = to_agency - to_agency * p.hold + released
    x[f.PAID, c] = x[f.PAID, c] + x[f.PAY, c] + lv.fund * budget * x[f.LIVE, c]
    x[f.WITHHELD, c] = x[f.WITHHELD, c] + kept_back
    x[f.UNSPENT, c] = x[f.UNSPENT, c] + budget * (1.0 - x[f.LIVE, c])
    x[f.HELD, c] = held - released - kept_back


@elementwise
def count_earnings(x: Any, p: Any, c: Any) -> None:
    """Set what the month brought the agency less its effort: what peers go by."""
    x[f.EARNED, c] = x[f.PAY, c] - cost_of_effort(x, p, c)


@elementwise
def internalise(x: Any, u: Any, lv: Any, c: Any) -> None:
    """Let a committee that distrusts make the agency its own at a contract's end, or part from it. M34 to M37."""
    gain = 0.03 + 0.8 * (0.45 - x[f.COMMITTEE_TRUST, c]) - 0.4 * lv.recuse - lv.fund
    chance = pick(lv.ban > 0.5, 0.0, 0.2 * np.minimum(np.maximum(gain, 0.0), 1.0))
    ends = x[f.CONTRACT_ENDS, c] > 0.0
    goes = ends & (x[f.OWNED, c] == 0.0) & (u[INTERNAL, c] < chance)
    kind = pick(x[f.CAPABILITY, c] > 0.92, f.FOUNDED, f.AFFILIATED)
    x[f.OWNED, c] = pick(goes, kind, x[f.OWNED, c])
    guarded = pick(lv.ban > 0.5, 1.0, pick(lv.recuse > 0.0, 0.5, 0.0))
    parts = ends & (x[f.OWNED, c] > 0.0) & (u[INTERNAL, c] >= 1.0 - guarded)
    x[f.OWNED, c] = pick(parts, 0.0, x[f.OWNED, c])


@elementwise
def bid_points(writing: Any, hunt: Any, record: Any, luck: Any, lv: Any) -> Any:
    """Return a bid's weighted points (bp times bp): plan, presence at the street, record, the panel's luck.

    Where residents choose they go by record and luck: they cannot see how a plan is written.
    """
    chosen = lv.tender_mode > 1.5
    w_plan = pick(chosen, 0.0, 5000.0)
    w_record = pick(chosen, 10000.0, lv.past_weight * 10000.0)
    seen = points(hunt / (1.0 + hunt))
    return weighted_total(
        (points(writing), seen, points(record), points(luck)), (w_plan, w_plan, w_record, 5000.0)
    )


@elementwise
def award(x: Any, rivals: Any, own: Any, u: Any, p: Any, lv: Any, c: Any) -> Any:
    """Decide at a contract's end: set KEPT, CUT, CHANGED and the margin; return who serves on (3 = the incumbent).

    Args:
        x: State.
        rivals: Weighted points of three bids.
        own: Weighted points of the incumbent's bid.
        u: The year's draws.
        p: Parameters.
        lv: Levers.
        c: Community.
    """
    incumbent = own + (0.05 - 0.30 * x[f.DRIFT, c]) * 1e8
    best = rivals[0]
    winner = rivals[0] * 0.0
    for j in (1, 2):
        winner = pick(rivals[j] > best, 1.0 * j, winner)
        best = np.maximum(best, rivals[j])
    stays = (incumbent > best) | (lv.tender_mode == 1.0)
    ends = x[f.CONTRACT_ENDS, c] > 0.0
    cut = (u[CUT, c] < p.p_cut) & (x[f.OWNED, c] == 0.0)
    merit = (lv.merit > 0.5) & (x[f.SCORE, c] >= lv.renew_bp)
    keeps = (stays | merit | (x[f.OWNED, c] > 0.0)) & (cut == 0)
    x[f.MARGIN, c] = pick(ends, np.maximum(incumbent - best, best - incumbent) / 1e8, 0.0)
    x[f.CUT, c] = pick(ends & cut, 1.0, 0.0)
    x[f.KEPT, c] = pick(ends & keeps, 1.0, 0.0)
    x[f.CHANGED, c] = pick(ends & (keeps == 0), 1.0, 0.0)
    return pick(stays, 3.0, winner)


@elementwise
def pass_month(x: Any, c: Any) -> None:
    """Let a month of service and of waiting pass."""
    x[f.VACANT, c] = np.maximum(x[f.VACANT, c] - 1.0, 0.0)
    x[f.SPELL, c] = x[f.SPELL, c] + x[f.LIVE, c]
    x[f.AGE, c] = x[f.AGE, c] + x[f.LIVE, c]


@elementwise
def begin_year(x: Any, lv: Any, c: Any) -> None:
    """Wipe the year's account where the year ends, and cut the next year into projects."""
    year = x[f.YEAR_ENDS, c] > 0.0
    for place in (f.REPORTED, f.REAL, f.SOLVED, f.ARRIVED, f.DONE, f.YEAR, f.LOBBIED):
        x[place, c] = pick(year, 0.0, x[place, c])
    x[f.DONE_MONTH, c] = pick(year, 12.0, x[f.DONE_MONTH, c])
    wanted = pick(lv.granularity > 0.5, lv.granularity, x[f.AGENCY_WANTS, c])
    x[f.PROJECTS, c] = pick(year, wanted, x[f.PROJECTS, c])


@elementwise
def begin_contract(x: Any, p: Any, lv: Any, c: Any) -> None:
    """Begin the next contract where one ends: a new agency has no ties, is known a little, trusted as any."""
    changed = x[f.CHANGED, c] > 0.0
    ends = x[f.CONTRACT_ENDS, c] > 0.0
    x[f.VACANT, c] = pick(changed & (x[f.CUT, c] > 0.0), 4.0, x[f.VACANT, c])
    theme = pick(lv.need_tender > 0.5, need.largest_class(x, c), x[f.FOCUS, c])
    x[f.THEME, c] = pick(ends, theme, x[f.THEME, c])
    x[f.DRIFT, c] = pick(ends, 0.0, x[f.DRIFT, c])
    for k in range(f.SLOTS):
        x[f.TENURE + k, c] = pick(changed, 0.0, x[f.TENURE + k, c])
        x[f.TIE + k, c] = pick(changed, 0.0, x[f.TIE + k, c])
    for s in range(f.STRATA):
        x[f.KNOWN + s, c] = pick(changed, p.brand * x[f.KNOWN + s, c], x[f.KNOWN + s, c])
        settled = 0.6 * x[f.TRUST + s, c] + 0.4 * p.trust_start
        x[f.TRUST + s, c] = pick(changed, settled, x[f.TRUST + s, c])
    x[f.SPELL, c] = pick(changed, 0.0, x[f.SPELL, c])
    x[f.AGE, c] = pick(ends, 0.0, x[f.AGE, c])

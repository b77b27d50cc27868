"""From sums at the sites to the outcomes of a run, by name, by community, street, stratum and kind of agency."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhagen.lab.model import fields as f
from zhagen.lab.model import record as s
from zhagen.lab.model.service import PREFERS
from zhagen.lab.model.world import World

Array = NDArray[np.float64]
Index = NDArray[np.int64]
KINDS = ("plain", "writer", "mission", "mission_writer")
"""Kinds of agency: mission and skill in writing plans, each below or from one half."""


@dataclass(frozen=True, slots=True)
class Results:
    """The outcomes of rows.

    Args:
        values: By outcome, shape (rows,).
        by_community: By outcome, shape (rows, communities).
        by_stratum: By outcome, shape (rows, 4).
        by_street: By outcome, shape (rows, streets).
        by_kind: Income an agency in the months noted, in site-years, by kind (`KINDS`), shape (rows, 4).
    """

    values: dict[str, Array]
    by_community: dict[str, Array]
    by_stratum: dict[str, Array]
    by_street: dict[str, Array]
    by_kind: dict[str, Array]

    def _groups(self) -> tuple[dict[str, Array], ...]:
        return self.values, self.by_community, self.by_stratum, self.by_street, self.by_kind

    def reordered(self, order: Index) -> "Results":
        """Return the rows in another order."""
        return Results(*({name: each[order] for name, each in group.items()} for group in self._groups()))

    def joined(self, others: Sequence["Results"]) -> "Results":
        """Return these rows and then the others'."""
        wholes = zip(*(each._groups() for each in (self, *others)), strict=True)
        return Results(
            *({name: np.concatenate([part[name] for part in parts]) for name in parts[0]} for parts in wholes)
        )

    @property
    def digest(self) -> str:
        """SHA-256 over every figure, bit by bit."""
        whole = hashlib.sha256()
        for group in self._groups():
            for name in sorted(group):
                whole.update(name.encode())
                whole.update(np.ascontiguousarray(group[name]).tobytes())
        return whole.hexdigest()


def in_order(parts: Array) -> Array:
    """Return the sum over the last axis, added from the first to the last: the same bits on every machine."""
    sums: Array = np.add.accumulate(parts, axis=-1)[..., -1]
    return sums


def share(part: Array, whole: Array) -> Array:
    """Return part ÷ whole, 0 where there is no whole."""
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.0)


def summarise(block: Any, world: World, cases: Any, span: Any) -> Results:
    """Return the outcomes of a block of runs."""
    months = float(span.months - span.burn_in)
    total = in_order(block.sums)
    values = _of_sites(lambda place: total[:, place], months * world.communities)
    values |= _of_months(lambda place: total[:, place], months * world.communities)
    values |= _of_outside(lambda place: total[:, place])
    values |= _of_years(lambda place: total[:, place])
    values |= _of_ledger(block, world)
    values["kept"] = block.kept[:, 0]
    values["mission_slope"] = _mission_slope(block, world)
    values["shock_coverage"] = in_order(block.cover) / world.communities
    by_community = _of_sites(lambda place: block.sums[:, place], months)
    streets = _street_sums(block.sums, world)
    sizes = np.bincount(world.streets, minlength=world.street_count).astype(np.float64)
    by_street = _of_sites(lambda place: streets[:, place], months * sizes)
    return Results(
        values, by_community, _of_strata(total, world, months), by_street, {"income": _kinds(block)}
    )


Sums = Callable[[int], Array]


def _of_sites(of: Sums, site_months: float | Array) -> dict[str, Array]:
    """Return what can be told of every site; leakage and whose agency it is are told of the whole alone."""
    arisen = of(s.ARISEN) + of(s.ARISEN + 1) + of(s.ARISEN + 2) + of(s.ARISEN + 3)
    agency, committee, fund = of(s.BY_AGENCY), of(s.BY_COMMITTEE), of(s.BY_FUND)
    monthly = {
        "presence": s.PRESENCE, "trust": s.TRUST, "need_match": s.MATCHED, "participation": s.PART,
        "embeddedness": s.ROOTED, "satisfaction": s.SATISFIED, "admin": s.ADMIN, "output": s.OUTPUT,
        "joined": s.JOINED, "coverage": s.COVER, "served": s.LIVE,
    }  # fmt: skip
    shares = {"resolved": share(agency + committee + fund, arisen), "resolved_agency": share(agency, arisen)}
    shares["theme_match"] = share(of(s.THEME), of(s.LIVE))
    return shares | {name: of(place) / site_months for name, place in monthly.items()}


def _of_months(of: Sums, site_months: float) -> dict[str, Array]:
    closed = of(s.BY_AGENCY) + of(s.BY_COMMITTEE) + of(s.BY_FUND)
    found = {
        "leakage": of(s.LEAK) / site_months, "affiliated": of(s.AFFILIATED) / site_months,
        "founded": of(s.FOUNDED) / site_months, "middle": of(s.MIDDLE) / site_months,
        "cooperation": of(s.COOPERATION) / site_months, "cost_per_need": share(of(s.PAY), closed),
        "chain": share(of(s.BY_COMMITTEE) + of(s.BY_FUND) + of(s.BY_OWN), closed),
        "known_elite": of(s.KNOWN) / site_months, "recognition": of(s.RECOGNISED) / site_months,
        "open_need": of(s.OPEN) / site_months, "changes": 12.0 * share(of(s.CHANGED), of(s.LIVE)),
        "quits_lead": 12.0 * share(of(s.QUITS), of(s.POSTS)),
        "quits_line": 12.0 * share(of(s.QUITS + 1) + of(s.QUITS + 2), of(s.POSTS + 1) + of(s.POSTS + 2)),
        "tenure_lead": share(of(s.TENURE), of(s.POSTS)),
        "tenure_line": share(of(s.TENURE + 1) + of(s.TENURE + 2), of(s.POSTS + 1) + of(s.POSTS + 2)),
        "need_arisen": (of(s.ARISEN) + of(s.ARISEN + 1) + of(s.ARISEN + 2) + of(s.ARISEN + 3)) / site_months,
        "spell": share(of(s.STAYED), of(s.CHANGED)), "spell_short": share(of(s.STAYED_SHORT), of(s.CHANGED)),
        "contracts_changed": share(of(s.CHANGED), of(s.ENDED)), "bid_margin": share(of(s.MARGIN), of(s.ENDED)),
    }  # fmt: skip
    found["coverage_rooted"] = correlation(
        of(s.COVER_ROOTED) / site_months,
        (of(s.COVER) / site_months, of(s.ROOTED) / site_months),
        (of(s.COVER_SQUARED) / site_months, of(s.ROOTED_SQUARED) / site_months),
    )
    return found


def _of_outside(of: Sums) -> dict[str, Array]:
    out = of(s.OUT)
    names = ("activities", "casework", "tie_work", "hunting", "lobbying")
    efforts = {f"effort_{name}": share(of(s.EFFORT + j), out) for j, name in enumerate(names)}
    return efforts | {
        "slack": share(of(s.SLACK), out), "favours": share(of(s.FAVOURS), out), "ties": share(of(s.TIES), out),
        "committee_trust": share(of(s.DISTANCE), out), "money_belief": share(of(s.MONEY), out),
        "closed_by_agency": share(of(s.HELP), out),
        "effort_before": share(of(s.BEFORE), of(s.MONTHS_BEFORE)),
        "effort_after": share(of(s.AFTER), of(s.MONTHS_AFTER)),
    }  # fmt: skip


def _of_years(of: Sums) -> dict[str, Array]:
    years = of(s.YEARS)
    yearly = {
        "passed": s.PASSED, "early": s.EARLY, "support": s.SUPPORT, "padding": s.FAKED, "lift": s.LIFT,
        "audited": s.AUDITED, "done_month": s.DONE_MONTH, "score": s.SCORE, "quality": s.QUALITY,
        "projects_agency": s.AGENCY_WANTS, "projects_committee": s.COMMITTEE_WANTS, "projects_apart": s.SPLIT,
    }  # fmt: skip
    found = {name: share(of(place), years) for name, place in yearly.items()}
    found["objected"] = share(of(s.OBJECTED), of(s.EARLY))
    spread = share(of(s.SCORE_SQUARED), years) - found["score"] * found["score"]
    found["score_sd"] = np.sqrt(np.maximum(spread, 0.0))
    found["score_quality"] = correlation(
        share(of(s.SCORE_QUALITY), years),
        (found["score"], found["quality"]),
        (share(of(s.SCORE_SQUARED), years), share(of(s.QUALITY_SQUARED), years)),
    )
    return found


def correlation(product: Array, means: tuple[Array, Array], squares: tuple[Array, Array]) -> Array:
    """Return the correlation of two figures from their mean product, means and mean squares."""
    apart = (squares[0] - means[0] * means[0]) * (squares[1] - means[1] * means[1])
    return (product - means[0] * means[1]) / np.sqrt(np.maximum(apart, 1e-12))


def _of_ledger(block: Any, world: World) -> dict[str, Array]:
    """Return the ledger since the first month, in site-years a community: what is held at the end is not yet spent."""
    places = {"paid": f.PAID, "withheld": f.WITHHELD}
    ledger = {name: in_order(block.state[:, place]) / world.communities for name, place in places.items()}
    left = in_order(block.state[:, f.UNSPENT]) + in_order(block.state[:, f.HELD])
    return ledger | {"unspent": left / world.communities}


def _mission_slope(block: Any, world: World) -> Array:
    """Return the slope of an agency's share of contracts on its mission at the end; 1 = an even share more."""
    runs, agencies = block.agencies.shape[0], block.agencies.shape[2]
    place = block.state[:, f.INCUMBENT].astype(np.int64) + agencies * np.arange(runs)[:, None]
    sites = np.bincount(place.ravel(), minlength=runs * agencies).reshape(runs, agencies).astype(np.float64)
    mission = block.agencies[:, f.AGENCY_MISSION]
    apart = mission - (in_order(mission) / agencies)[:, None]
    slope: Array = share(in_order(apart * sites), in_order(apart * apart)) / (world.communities / agencies)
    return slope


def _kinds(block: Any) -> Array:
    mission = block.agencies[:, f.AGENCY_MISSION] >= 0.5
    writes = block.agencies[:, f.AGENCY_WRITING] >= 0.5
    income = block.agencies[:, f.AGENCY_INCOME]
    kinds = (~mission & ~writes, ~mission & writes, mission & ~writes, mission & writes)
    found = [share(in_order(np.where(kind, income, 0.0)), in_order(kind * 1.0)) for kind in kinds]
    return np.stack(found, axis=1)


def _street_sums(sums: Array, world: World) -> Array:
    return np.stack(
        [in_order(sums[:, :, world.streets == street]) for street in range(world.street_count)], axis=-1
    )


def _of_strata(total: Array, world: World, months: float) -> dict[str, Array]:
    """Return how each stratum fares: need is shared among strata by who asks for its class."""
    asks = np.array(PREFERS) * np.array(world.population)[:, None]
    asks = asks / in_order(asks.T)[None, :]
    arisen = in_order(total[:, None, s.ARISEN : s.ARISEN + f.CLASSES] * asks[None])
    closed = in_order(total[:, None, s.CLOSED : s.CLOSED + f.CLASSES] * asks[None])
    sites = months * world.communities
    return {
        "resolved": share(closed, arisen),
        "known": total[:, s.KNOWN : s.KNOWN + f.STRATA] / sites,
        "trusted": total[:, s.TRUSTED : s.TRUSTED + f.STRATA] / sites,
    }

"""The figures of a district that its own snapshot gives, in place of those that ship."""

from zhagen.core.amounts import FEN_PER_YUAN
from zhagen.core.rulebook.layer import FULL_BP
from zhagen.lab.local_facts import LocalFacts, default_facts, shipped_facts
from zhagen.lab.snapshot import Snapshot

YEAR = 12
"""Community-months under contract below which nothing is read: less than one community and year."""


def measured_facts(snapshot: Snapshot) -> LocalFacts:
    """Return the shipped figures with those that a snapshot measures; what lies outside a figure's range is not taken.

    Contract money a community and year, and a worker and year, from all contracts and community-months;
    work outside the plan over work inside it. Wages, residents and the rest are not in a snapshot.
    """
    return default_facts().with_values(
        {name: value for name, value in _measured(snapshot).items() if _fits(name, value)}
    )


def _measured(snapshot: Snapshot) -> dict[str, int]:
    found: dict[str, int] = {}
    months, fen = sum(snapshot.served), sum(year.contracts_fen for year in snapshot.money)
    if months >= YEAR and fen:
        found["site_cost"] = fen * YEAR // (months * FEN_PER_YUAN)
        if snapshot.slots_percent:
            found["worker_cost"] = found["site_cost"] * 100 // snapshot.slots_percent
    work = snapshot.off_plan
    if work is not None and work.part is not None and work.whole > work.part:
        found["off_plan_load"] = work.part * FULL_BP // (work.whole - work.part)
    return found


def _fits(name: str, value: int) -> bool:
    fact = shipped_facts()[name]
    return fact.least <= value <= fact.most

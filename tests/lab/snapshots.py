"""A snapshot for tests, as a district of forty communities over three years might give."""

from collections.abc import Mapping
from dataclasses import replace
from math import floor

from zhagen.lab.calibrate.moments import Record
from zhagen.lab.guard import Bin, Window
from zhagen.lab.snapshot import (
    NEED_CLASSES,
    Asked,
    Audited,
    Evaluated,
    Leavings,
    NeedsOfClass,
    Part,
    Snapshot,
    Spread,
    YearOfMoney,
)


def a_snapshot(**changes) -> Snapshot:
    """Return a whole snapshot; `changes` replace fields."""
    needs = tuple(
        NeedsOfClass(name, (Window(0, 0, 9), Window(1, 2, 7)), (Bin(0, 1, 8), Bin(2, None, 8)))
        for name in NEED_CLASSES
    )
    made = Snapshot(
        least=5, first_month="2023-07", months=36, streets=(21, 19), agencies=12, slots_percent=140,
        served=(38,) * 36, spells_ended=(Bin(0, 11, 9), Bin(12, None, 14)), spells_running=(Bin(0, None, 20),),
        leavings=(Leavings("lead", 0, 20, 600, 5), Leavings("worker", 0, 3, 300, 6)),
        leavings_by_tenure=(Leavings("worker", 0, 5, 220, 7), Leavings("worker", 6, None, 800, 9)),
        needs=needs, mix=((9, 8, 0, 5), None, *(((6, 6, 7, 5),) * 37), None),
        evaluated=(Evaluated(0, 13, Spread(9, 5200, 900), Spread(8, 4100, 700), -30, None),),
        targets=(Bin(0, 8, 6), Bin(9, None, 8)),
        asked=(Asked("trust", 0, 9, Spread(55, 251, 90)), Asked("trust", 10, 14, Spread(40, 260, 80))),
        audited=(Audited(0, 13, 900, 120, 30),), committees=Spread(20, 310, 80), affiliated=Part(None, 40),
        bidders=(Bin(3, None, 6),), margins=Spread(6, 420, 100), votes=1, turnout=Part(90, 200),
        off_plan=Part(9_000, 90_000), money=(YearOfMoney(0, 90_000_000, 4_000_000),), left_out=("affiliated",),
    )  # fmt: skip
    return replace(made, **changes)


def snapshot_of(
    before: Record, last_year: Record, months: int, streets: tuple[int, ...], agencies: int
) -> Snapshot:
    """Return the snapshot of a district that shows these moments, as exactly as whole numbers can say it."""
    cut, communities = months - 12, sum(streets)
    spans = ((before.values, 0, cut - 1), (last_year.values, cut, months - 1))
    part = {name: before.values[name] for name in ("affiliated", "favours")}
    whole = 10_000
    return Snapshot(
        least=5, first_month="2023-01", months=months, streets=streets, agencies=agencies, slots_percent=300,
        served=tuple(
            floor((at + 1) * moments["served"] * communities) - floor(at * moments["served"] * communities)
            for moments, first, last in spans for at in range(last - first + 1)
        ),
        spells_ended=(Bin(0, None, round(before.values["changes"] * before.values["served"] * communities * months / 12)),),
        leavings=tuple(
            Leavings(slot, first, last, whole, round(moments[code] * whole / 12))
            for slot, code in (("lead", "quits_lead"), ("worker", "quits_line")) for moments, first, last in spans
        ),
        evaluated=tuple(_graded(moments, first, last) for moments, first, last in spans),
        targets=tuple(Bin(month, month, 100) for month in (max(1, round(before.values["done_month"])),)),
        asked=tuple(
            Asked(name, first, last, Spread(600, round(low + moments[code] * width), 100))
            for name, code, low, width in (("knows_agency", "recognition", 0, whole), ("satisfied", "satisfaction", 100, 400))
            for moments, first, last in spans
        ),
        audited=tuple(Audited(first, last, 9000, 1000, max(round(moments["padding"] * 1000), 0)) for moments, first, last in spans),
        committees=Spread(40, max(round(100 + before.values["committee_trust"] * 400), 100), 100),
        affiliated=Part(max(round(part["affiliated"] * whole), 0), whole), margins=Spread(40, round(before.values["bid_margin"] * whole), 100),
        off_plan=Part(max(round(part["favours"] * whole), 0), whole),
    )  # fmt: skip


def _graded(moments: Mapping[str, float], first: int, last: int) -> Evaluated:
    score = Spread(1000, round(moments["score"] * 10_000), max(round(moments["score_sd"] * 10_000), 0))
    met = Spread(1000, round(moments["resolved"] * 10_000), 100)
    passed = min(round(moments["passed"] * 1000), 1000)
    return Evaluated(first, last, score, met, round(moments["score_quality"] * 100), passed)

"""A snapshot for tests, as a district of forty communities over three years might give."""

from dataclasses import replace

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

"""The order of a month, the same for arrays and for loops: tested, because the result depends on it.

Each formula goes over all sites before the next begins: a short loop is one that a compiler can do for several
sites at once.
"""

from typing import Any

from zhagen.lab.model import belief, effort, market, need, record, service, staff, year
from zhagen.lab.model import fields as f
from zhagen.lab.model.elementwise import each, elementwise


@elementwise
def serve(x: Any, u: Any, p: Any, lv: Any, kept: Any) -> None:
    """Serve a month: need arises, staff change, hours are spent, need is closed, people take note.

    Args:
        x: State.
        u: The month's draws: `draws.NEED`, `draws.STAFF`.
        p: Parameters.
        lv: Levers.
        kept: Learned share of contracts kept.
    """
    for c in each(x):
        market.drift(x, lv, c)
    for n in range(f.CLASSES):
        for c in each(x):
            need.arrive(x, u, p, n, c)
    for c in each(x):
        need.count_arrived(x, c)
    _staff(x, u, p, lv)
    _choose(x, p, lv, kept)
    _close(x, p, lv)
    _judge(x, p, lv)
    for c in each(x):
        year.close_month(x, lv, c)
    for place in year.ONLY_AT_ENDS:
        for c in each(x):
            x[place, c] = 0.0


@elementwise
def _judge(x: Any, p: Any, lv: Any) -> None:
    for c in each(x):
        service.tie_up(x, p, c)
    for c in each(x):
        belief.learn_of(x, p, c)
    for c in each(x):
        belief.trust(x, p, c)
    for c in each(x):
        belief.judge(x, p, lv, c)


@elementwise
def _staff(x: Any, u: Any, p: Any, lv: Any) -> None:
    for c in each(x):
        staff.weigh_leaving(x, p, lv, c)
    for k in range(f.SLOTS):
        for c in each(x):
            staff.turn_over(x, u, p, k, c)
    for c in each(x):
        staff.count_hours(x, p, lv, c)


@elementwise
def _choose(x: Any, p: Any, lv: Any, kept: Any) -> None:
    for c in each(x):
        effort.see(x, p, c)
    for c in each(x):
        effort.look_round(x, p, lv, kept, c)
    for c in each(x):
        effort.aim(x, c)
    for c in each(x):
        effort.weigh_counted(x, p, c)
    for c in each(x):
        effort.weigh_casework(x, p, lv, c)
    for c in each(x):
        effort.weigh_ties(x, p, lv, c)
    for c in each(x):
        effort.choose(x, p, c)
    for c in each(x):
        effort.bind(x, lv, c)


@elementwise
def _close(x: Any, p: Any, lv: Any) -> None:
    for c in each(x):
        service.produce(x, p, c)
    for c in each(x):
        service.administer(x, p, lv, c)
    for c in each(x):
        service.find_means(x, p, lv, c)
    for c in each(x):
        service.share_means(x, c)
    for n in range(f.CLASSES):
        for c in each(x):
            service.close_class(x, n, lv, c)
    for c in each(x):
        service.take_closed(x, c)


@elementwise
def review(x: Any, u: Any, p: Any, lv: Any, c: Any) -> None:
    """Close the year where it ends; `u` holds the year's draws."""
    year.evaluate(x, u, p, lv, c)
    effort.split_year(x, p, c)
    year.internalise(x, u, lv, c)


@elementwise
def settle(x: Any, p: Any, lv: Any) -> None:
    """Book the month's money at every site."""
    for c in each(x):
        year.settle(x, p, lv, c)
    for c in each(x):
        year.count_earnings(x, p, c)


@elementwise
def note(x: Any, acc: Any, p: Any, lv: Any) -> None:
    """Add the month to the sums that outcomes are made of."""
    for c in each(x):
        record.look_at_roots(x, p, lv, c)
    for place, field in record.MONTHLY:
        for c in each(x):
            acc[place, c] += x[field, c]
    for place, one, other in record.PRODUCTS:
        for c in each(x):
            acc[place, c] += x[one, c] * x[other, c]
    _note_outside(x, acc, p, lv)


@elementwise
def _note_outside(x: Any, acc: Any, p: Any, lv: Any) -> None:
    for c in each(x):
        record.add_whose(x, acc, p, lv, c)
    for c in each(x):
        record.add_middle(x, acc, c)
    for c in each(x):
        record.add_outside(x, acc, c)
    for c in each(x):
        record.add_before_and_after(x, acc, c)

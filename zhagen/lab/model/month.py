"""The order of a month, the same for arrays and for loops: tested, because the result depends on it."""

from typing import Any

from zhagen.lab.model import belief, effort, market, need, record, service, staff, year
from zhagen.lab.model import draws as d
from zhagen.lab.model.elementwise import elementwise


@elementwise
def serve(x: Any, u: Any, p: Any, lv: Any, kept: Any, c: Any) -> None:
    """Serve a month at a site: need arises, staff change, hours are spent, need is closed, people take note.

    Args:
        x: State.
        u: The month's draws, rows as `draws.NEED` and so on say.
        p: Parameters.
        lv: Levers.
        kept: Learned share of contracts kept.
        c: Community.
    """
    market.drift(x, lv, c)
    need.arrive(x, u[d.NEED : d.STAFF], p, c)
    staff.turn_over(x, u[d.STAFF : d.REVIEW], p, lv, c)
    staff.count_hours(x, p, lv, c)
    effort.see(x, p, lv, kept, c)
    effort.choose(x, p, lv, c)
    service.produce(x, p, lv, c)
    service.administer(x, p, lv, c)
    service.close_need(x, p, lv, c)
    service.tie_up(x, p, c)
    belief.learn_of(x, p, c)
    belief.trust(x, p, c)
    belief.judge(x, p, lv, c)
    year.close_month(x, lv, c)


@elementwise
def review(x: Any, u: Any, p: Any, lv: Any, c: Any) -> None:
    """Close the year where it ends."""
    year.evaluate(x, u[d.REVIEW : d.INTERNAL], p, lv, c)
    effort.split_year(x, p, lv, c)
    year.internalise(x, u[d.INTERNAL : d.LUCK], lv, c)


@elementwise
def note(x: Any, acc: Any, p: Any, lv: Any, c: Any) -> None:
    """Add the month to the sums that outcomes are made of."""
    record.add_roots(x, acc, p, lv, c)
    record.add_service(x, acc, lv, c)
    record.add_people(x, acc, c)
    record.add_outside(x, acc, c)

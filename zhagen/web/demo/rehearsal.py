"""A rehearsal of the demo's street, really computed on a small made-up district, and the draft that rests on it."""

import datetime as dt
import tempfile
from pathlib import Path

from zhagen.parties.actions.notice import open_for, open_notice
from zhagen.parties.models import Place
from zhagen.policy.actions.lab_run import RunOrder, ask_run
from zhagen.policy.actions.lab_work import finish_run, take_next
from zhagen.policy.actions.rule_draft import DraftWords, draw_up_draft
from zhagen.policy.compute import Ask, order_in, result_of
from zhagen.web.demo.people import MAIN_STREET
from zhagen.web.demo.world import World

QUESTION = "计划外任务多抵一些服务量，社工会不会更愿意融入社区"
CHANGES = {"off_plan.credit_max": 3000}
SMALL = Ask(communities=20, draws=6, replications=2, months=24)
"""Small enough for the demo to load quickly; an office asks for fifty draws and two hundred communities."""

AHEAD = dt.timedelta(days=56)


def rehearse(world: World) -> None:
    """Ask, compute here and now, seal, and draw the draft up; the chief still has to record a decision."""
    handler, now = world.actors[f"handler:{MAIN_STREET}"], world.now()
    begins = world.day + AHEAD
    order = RunOrder(QUESTION, CHANGES, begins, SMALL)
    ask_run(order, place=Place.objects.get(pk=MAIN_STREET), by=handler, now=now)
    run = take_next(world.now())
    if run is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        run = finish_run(run, result_of(order_in(run), Path(folder)), at=world.now())
    for told in open_for(handler.key).filter(code__startswith="lab_run."):
        open_notice(told, by=handler, now=world.now())
    words = DraftWords("预演里居民需求得到解决的方向明确，先按三成试一年。", begins)
    draw_up_draft(run, words, by=handler, now=world.now())

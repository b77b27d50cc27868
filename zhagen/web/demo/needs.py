"""Needs of the demo: raised, sorted, served by a running contract or bundled into the next plan, judged."""

import datetime as dt

from zhagen.core.lifecycle.need import NeedState
from zhagen.core.needs import Word
from zhagen.core.types import PUBLIC
from zhagen.lab.district import PURCHASE_DAYS
from zhagen.lab.world_events import EventKind, WorldEvent
from zhagen.procurement.actions.contract import begin_ending
from zhagen.procurement.actions.need import NeedDraft, ask_need, raise_need, serve_need
from zhagen.procurement.actions.need_triage import Triage, clear_need, let_stand, triage_need
from zhagen.procurement.actions.need_word import hear_word, miss_raiser, say_word
from zhagen.procurement.models import Need
from zhagen.web.demo.world import Handler, World

THEMES = {
    "stairs": "property", "parking": "neighbours", "loneliness": "elderly", "dogs": "neighbours",
    "migrants": "livelihood", "volunteers": "culture", "mediation": "neighbours",
}  # fmt: skip
"""Themes of the made-up world that the rulebook calls otherwise."""

TRANSFERRED_TO = {"property": "物业服务企业", "neighbours": "区停车管理中心", "disability": "区残联"}
EXPLAINED = "已当面说明政策和办理地点，并留了街道电话；不属于需要购买的服务。"
BUNDLE_DAYS = 75
"""Needs raised in these days before a plan wait for the purchase that it begins."""

ASK_AFTER, LEFT_OPEN = 20, 25
"""Days after which an unheard raiser is asked; needs that failed in the last days stay on the desk."""


def raised(world: World, event: WorldEvent) -> None:
    """Take a need in by the way it came."""
    said = event.figures
    community, channel = str(said["community"]), str(said["channel"])
    theme = str(said["theme"])
    draft = NeedDraft(
        place=world.places[community],
        text=str(said["text"]),
        theme=THEMES.get(theme, theme),
        building=str(said["building"]),
        is_private=bool(said["is_private"]),
        channel=channel,
        has_consent=channel == Need.Channel.HELPER,
        work_order_no=f"12345-{event.subject.rpartition(':')[2]}" if channel == Need.Channel.HOTLINE else "",
    )
    by = {
        Need.Channel.PHONE_PAGE: PUBLIC,
        Need.Channel.HOTLINE: world.actors[f"handler:{community[:9]}000"],
    }.get(Need.Channel(channel), world.actors[f"community:{community}"])
    world.done["raise_need"] += 1
    world.needs[event.subject] = raise_need(draft, by=by, now=world.now())


def sorted_out(world: World, event: WorldEvent) -> None:
    """Sort a need at the desk; one to be bought goes to the running contract or waits for the next plan."""
    answered_on = world.day + dt.timedelta(days=1)
    world.later(answered_on, _sort, event)


def _sort(world: World, event: WorldEvent) -> None:
    need, route = world.needs[event.subject], str(event.figures["route"])
    if route == "transfer":
        triage = Triage("transfer", to=TRANSFERRED_TO.get(need.theme, "物业服务企业"), answer="已转相关单位")
    elif route == "explain":
        triage = Triage("explain", answer=EXPLAINED)
    else:
        triage = Triage("buy", answer="列入购买服务")
    need = world.needs[event.subject] = world.act(triage_need, need, triage, by=event.actor)
    if not need.is_private and int(event.subject[-1]) % 2 == 0:
        world.needs[event.subject] = world.act(clear_need, need, need.text[:60], by=event.actor)
    if route == "buy":
        _bring_to_service(world, event.subject, world.plan_of(str(event.figures["contract"])).key)
    world.later(world.day + dt.timedelta(days=ASK_AFTER), _ask_unheard, event.subject)


def _bring_to_service(world: World, subject: str, contract: str) -> None:
    need = world.needs[subject]
    coming = _coming_plan(world, need.place_id)
    running = world.contracts.get(contract)
    if coming:
        world.waiting[coming].append(need)
    elif running is not None and running.state in {"in_service", "ending"}:
        serve(world, need, contract)
    else:
        world.unserved[contract].append(need)


def _coming_plan(world: World, community: str) -> str:
    """Return the contract whose plan is made soon; the first year's contracts came without one."""
    for each in world.followers(community)[1:]:
        planned_on = each.starts_on - dt.timedelta(days=PURCHASE_DAYS)
        if planned_on - dt.timedelta(days=BUNDLE_DAYS) <= world.day < planned_on:
            return each.key
    return ""


def serve(world: World, need: Need, contract: str) -> None:
    """Say that a running contract serves a need; the next session there is for it."""
    running = world.contracts[contract]
    handler = f"handler:{running.place_id}"
    world.act(serve_need, need, by=handler, service_until=running.ends_on)
    world.unserved[f"{contract}/{need.place_id}"].append(need)


def heard(world: World, event: WorldEvent) -> None:
    """Record the raiser's word by his receipt, or what he told the community's worker on the phone."""
    need = _now(world, event.subject)
    word = {"met": Word.MET, "partly": Word.PARTLY_MET, "partly_met": Word.PARTLY_MET}.get(
        str(event.figures["word"]), Word.UNMET
    )
    if need.state in {NeedState.TO_BUY, NeedState.PLANNED, NeedState.RAISED}:
        plan = next((each for each in world.followers(need.place_id) if each.starts_on > world.day), None)
        if plan is not None:
            world.later(plan.starts_on + dt.timedelta(days=40), _say, event.subject, word)
        return
    _say(world, event.subject, word)


def _now(world: World, subject: str) -> Need:
    """Return a need with its state of today: plans and contracts move it too."""
    need = world.needs[subject]
    need.refresh_from_db(fields=["state", "next_on"])
    return need


def _say(world: World, subject: str, word: Word) -> None:
    need = _now(world, subject)
    if need.state not in {"in_service", "asked", "explained", "transferred"}:
        return
    if need.channel == Need.Channel.PHONE_PAGE or need.is_private:
        need = world.act(say_word, need, word)
    else:
        need = world.act(hear_word, need, word, by=f"community:{need.place_id}")
    world.needs[subject] = need
    if word is not Word.MET and (world.district.ends_on - world.day).days > LEFT_OPEN:
        world.later(world.day + dt.timedelta(days=9), _close_failed, subject)


def _close_failed(world: World, subject: str) -> None:
    need = _now(world, subject)
    if need.state in {"unmet", "partly_met"} and need.next_on:
        reason = "已向提出人说明；原因记入合同年度考核，列入下一轮需求调查。"
        world.act(let_stand, need, reason=reason, by=f"handler:{need.place_id[:9]}000")


def _ask_unheard(world: World, subject: str) -> None:
    """Ask whoever has not spoken; after the tries of the rulebook he counts as unreachable.

    Of a private need only the raiser's own helper may ask; others answer by their receipt.
    """
    need = _now(world, subject)
    if need.state not in {"explained", "transferred", "in_service"} or need.words.exists():
        return
    if (world.district.ends_on - world.day).days < LEFT_OPEN or _will_speak(world, subject):
        return
    need = world.act(ask_need, need, by="system")
    if need.is_private and need.channel != Need.Channel.HELPER:
        world.later(world.day + dt.timedelta(days=5), _say, subject, Word.PARTLY_MET)
        return
    while need.state == NeedState.ASKED and need.ask_tries < MOST_TRIES:
        need = world.act(miss_raiser, need, by=f"community:{need.place_id}")


MOST_TRIES = 5


def _will_speak(world: World, subject: str) -> bool:
    return subject in world.speakers


HANDLERS: dict[EventKind, Handler] = {
    EventKind.NEED_RAISED: raised,
    EventKind.NEED_TRIAGED: sorted_out,
    EventKind.NEED_WORD: heard,
}


def begin_hand_over(world: World, key: str) -> None:
    """Open the hand-over of a contract a month before its last day."""
    contract = world.contracts[key]
    world.contracts[key] = world.act(begin_ending, contract, "距服务期满不足30天", by="system")

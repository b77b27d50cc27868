"""A made-up district as the ordered plain events that anyone in it could have seen; no truth is in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from zhagen.core.flags.tie import DeclaredTie, TieKind
from zhagen.lab.district import PLANT_OF_AGENCY, PURCHASE_DAYS, ContractPlan, District, Plant
from zhagen.lab.district_work import Work, work_of
from zhagen.lab.observe import heard_participants
from zhagen.lab.opinions import asked_doors, opinions_of
from zhagen.lab.paperwork import paperwork_of


class EventKind(StrEnum):
    """Kinds of event, in the order in which those of one day are told."""

    TIE_DECLARED = "tie_declared"
    NEED_RAISED = "need_raised"
    NEED_TRIAGED = "need_triaged"
    PLAN_MADE = "plan_made"
    DECISION_RECORDED = "decision_recorded"
    TENDER_PUBLISHED = "tender_published"
    BID_SUBMITTED = "bid_submitted"
    BIDS_OPENED = "bids_opened"
    BID_MARKED = "bid_marked"
    AWARD_MADE = "award_made"
    CONTRACT_SIGNED = "contract_signed"
    WORKER_STARTED = "worker_started"
    SESSION_HELD = "session_held"
    OFF_PLAN_DONE = "off_plan_done"
    OFF_PLAN_CONFIRMED = "off_plan_confirmed"
    SUPERVISED = "supervised"
    MEETING_HELD = "meeting_held"
    NEED_ANSWERED = "need_answered"
    NEED_WORD = "need_word"
    WORKER_LEFT = "worker_left"
    CLOSING_ASKED = "closing_asked"
    ACCEPTANCE_SIGNED = "acceptance_signed"
    CLAIM_MADE = "claim_made"
    CLAIM_PAID = "claim_paid"
    LOAD_RATED = "load_rated"
    DOORS_DRAWN = "doors_drawn"
    DOOR_ANSWERED = "door_answered"
    PARTICIPANT_HEARD = "participant_heard"
    PAPER_ANSWERED = "paper_answered"
    REVIEW_DECIDED = "review_decided"


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """One thing that happened.

    Args:
        on: Day.
        kind: What.
        actor: Key of the person or organisation who did it; "" for a resident without a name.
        subject: Key of what it is about, such as "need:2023-01-n004".
        figures: Plain values: texts, whole numbers, dates, tuples of them.
    """

    on: date
    kind: EventKind
    actor: str
    subject: str
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BidPlan:
    """One bid of a round: who, for how much, with how many hours, and the panel's marks by criterion."""

    key: str
    contract: str
    agency: str
    amount_fen: int
    hours: int
    marks: Mapping[str, tuple[int, ...]]


PANEL = ("expert:1", "expert:2", "expert:3")
CRITERIA = ("need_understanding", "team_stability")
"""Quality criteria of every round, marked 0–100 by each member."""


def events_of(district: District) -> tuple[WorldEvent, ...]:
    """Return all events up to the end of the world in the order of days, and within a day of their kinds."""
    order = list(EventKind)
    every = chain(_tie_events(district), *(_contract_events(district, each) for each in district.contracts))
    seen = (event for event in every if event.on <= district.ends_on)
    return tuple(sorted(seen, key=lambda event: (event.on, order.index(event.kind), event.subject)))


def ties_of(district: District) -> tuple[DeclaredTie, ...]:
    """Return the declared ties: a chief has kin in the close ally, an expert once worked for it."""
    ally = PLANT_OF_AGENCY.index(Plant.CLOSE_ALLY) + 1
    if f"org:a{ally}" not in {each.key for each in district.organisations}:
        return ()
    chief = f"chief:{district.streets[0].code}"
    return (
        DeclaredTie("tie:1", chief, f"org:a{ally}", TieKind.KIN, district.begins_on),
        DeclaredTie("tie:2", "expert:7", f"org:a{ally}", TieKind.EMPLOYMENT,
                    date(district.begins_on.year - 6, 1, 1), date(district.begins_on.year - 1, 12, 31)),
    )  # fmt: skip


def bids_of(district: District, contract: ContractPlan) -> tuple[BidPlan, ...]:
    """Return the three bids of a contract's round, the winner's first."""
    rng = district.stream("bids", contract.key)
    agencies = [each.key for each in district.organisations if each.kind == "agency"]
    rivals = [each for each in agencies if each != contract.agency]
    rng.shuffle(rivals)
    narrow = district.truths[contract.key].plant is Plant.CLOSE_ALLY
    made = []
    for place, agency in enumerate([contract.agency, *rivals[:2]]):
        amount, best = contract.amount_fen, (88, 95)
        if place:
            share = 1_000 + 5 * place if narrow else rng.randint(960, 1_045)
            amount, best = contract.amount_fen * share // 1_000, (84, 87) if narrow else (60, 80)
        marks = {criterion: tuple(rng.randint(*best) for _ in PANEL) for criterion in CRITERIA}
        hours = 2_000 if not place else rng.randrange(1_500, 1_950, 50)
        made.append(BidPlan(f"{contract.key}/b{place + 1}", contract.key, agency, amount, hours, marks))
    return tuple(made)


def _short(contract: ContractPlan) -> str:
    return contract.key.removeprefix("contract:")


def _tie_events(district: District) -> Iterator[WorldEvent]:
    for tie in ties_of(district):
        figures = {"organisation": tie.right, "kind": tie.kind.value, "since": tie.since, "until": tie.until}
        yield WorldEvent(district.begins_on, EventKind.TIE_DECLARED, tie.left, tie.key, figures)


def _contract_events(district: District, contract: ContractPlan) -> Iterator[WorldEvent]:
    work = work_of(district, contract)
    yield from _purchase_events(district, contract)
    yield from _need_events(work)
    yield from _staffing_events(contract, work)
    yield from _delivery_events(work)
    yield from _closing_events(district, contract)
    yield from _paper_events(district, contract)
    yield from _money_events(contract, work)
    if contract.ends_on <= district.ends_on:
        yield from _judging_events(district, contract, work)


def _purchase_events(district: District, contract: ContractPlan) -> Iterator[WorldEvent]:
    planned_on = contract.starts_on - timedelta(days=PURCHASE_DAYS)
    handler, leader = f"handler:{contract.street}", f"leader:{contract.street}"
    plan, tender, name = f"plan:{_short(contract)}", f"tender:{_short(contract)}", contract.title
    bids = bids_of(district, contract)
    day = timedelta(days=1)
    terms = {
        "title": name, "kind": contract.kind, "communities": contract.communities, "street": contract.street,
        "budget_fen": contract.amount_fen * 21 // 20, "previous": contract.previous,
    }  # fmt: skip
    yield WorldEvent(planned_on, EventKind.PLAN_MADE, handler, plan, terms)
    decided = {
        "body": "街道办公会",
        "number": f"办公会纪要〔{planned_on.year}〕{planned_on.timetuple().tm_yday}号",
    }
    yield WorldEvent(planned_on + 8 * day, EventKind.DECISION_RECORDED, leader, plan, decided)
    opens_on = planned_on + 25 * day
    yield WorldEvent(
        planned_on + 12 * day, EventKind.TENDER_PUBLISHED, handler, tender,
        {"plan": plan, "title": name, "method": "selection", "closes_on": opens_on, "criteria": CRITERIA},
    )  # fmt: skip
    for bid in bids:
        offer = {"tender": tender, "amount_fen": bid.amount_fen, "hours": bid.hours}
        yield WorldEvent(opens_on - 2 * day, EventKind.BID_SUBMITTED, bid.agency, f"bid:{bid.key}", offer)
        marks: dict[str, object] = {"tender": tender, "panel": PANEL, **bid.marks}
        yield WorldEvent(opens_on + day, EventKind.BID_MARKED, PANEL[0], f"bid:{bid.key}", marks)
    yield WorldEvent(opens_on, EventKind.BIDS_OPENED, handler, tender, {"bids": len(bids)})
    award = {"agency": contract.agency, "amount_fen": contract.amount_fen}
    yield WorldEvent(opens_on + 4 * day, EventKind.AWARD_MADE, leader, tender, award)
    signed = {
        **award, "number": contract.number, "tender": tender, "starts_on": contract.starts_on,
        "ends_on": contract.ends_on, "promised_sessions": contract.promised_sessions,
    }  # fmt: skip
    yield WorldEvent(
        opens_on + 15 * day, EventKind.CONTRACT_SIGNED, leader, contract.key, {**terms, **signed}
    )


def _need_events(work: Work) -> Iterator[WorldEvent]:
    for need in work.needs:
        subject = f"need:{need.key}"
        yield WorldEvent(
            need.raised_on, EventKind.NEED_RAISED, "", subject,
            {"community": need.community, "building": need.building, "theme": need.theme, "text": need.text,
             "is_private": not need.is_shared, "channel": need.channel},
        )  # fmt: skip
        triage = {"route": need.route, "contract": need.contract}
        handler = f"handler:{need.community[:9]}000"
        yield WorldEvent(need.raised_on, EventKind.NEED_TRIAGED, handler, subject, triage)
        office = f"community:{need.community}"
        yield WorldEvent(need.answered_on, EventKind.NEED_ANSWERED, office, subject)
        if need.own_word is not None:
            word = {"word": need.own_word.value}
            yield WorldEvent(need.closed_on, EventKind.NEED_WORD, "", subject, word)


def _staffing_events(contract: ContractPlan, work: Work) -> Iterator[WorldEvent]:
    for stay in work.stays:
        place = {"contract": contract.key, "community": stay.community, "post": stay.post}
        yield WorldEvent(stay.began_on, EventKind.WORKER_STARTED, stay.worker, f"staffing:{stay.key}", place)
        if stay.ended_on is not None:
            left = {"open_cases": stay.open_cases, "received_cases": stay.received_cases}
            yield WorldEvent(stay.ended_on, EventKind.WORKER_LEFT, stay.worker, f"staffing:{stay.key}", left)


def _delivery_events(work: Work) -> Iterator[WorldEvent]:
    for session in work.sessions:
        yield WorldEvent(
            session.held_on, EventKind.SESSION_HELD, session.worker, f"activity:{session.key}",
            {"contract": session.contract, "community": session.community, "kind": session.kind,
             "title": session.title, "minutes": session.minutes, "participants": session.participants,
             "photos": session.photos},
        )  # fmt: skip
    for favour in work.favours:
        subject = f"off_plan:{favour.key}"
        yield WorldEvent(
            favour.done_on, EventKind.OFF_PLAN_DONE, favour.worker, subject,
            {"contract": favour.contract, "community": favour.community, "asker": favour.asker,
             "what": favour.what, "minutes": favour.minutes},
        )  # fmt: skip
        if favour.is_confirmed:
            asker = f"community:{favour.community}" if favour.asker == "community" else favour.asker
            day = favour.done_on + timedelta(days=1)
            yield WorldEvent(day, EventKind.OFF_PLAN_CONFIRMED, asker, subject)
    for each in work.supervised:
        yield WorldEvent(
            each.held_on, EventKind.SUPERVISED, each.supervisor, f"supervision:{each.key}",
            {"contract": each.contract, "worker": each.worker, "supervisor_minutes": each.supervisor_minutes,
             "worker_minutes": each.worker_minutes},
        )  # fmt: skip
    for met in work.meetings:
        yield WorldEvent(
            met.held_on, EventKind.MEETING_HELD, f"community:{met.community}", f"meeting:{met.key}",
            {"contract": met.contract, "community": met.community, "title": met.title,
             "part": met.part.value},
        )  # fmt: skip


def _closing_events(district: District, contract: ContractPlan) -> Iterator[WorldEvent]:
    truth = district.truths[contract.key]
    if truth.worked_until < contract.ends_on:
        figures = {"reason": "各项指标均已完成，申请提前结项"}
        day = truth.worked_until + timedelta(days=7)
        yield WorldEvent(day, EventKind.CLOSING_ASKED, contract.agency, contract.key, figures)


def _paper_events(district: District, contract: ContractPlan) -> Iterator[WorldEvent]:
    for said in paperwork_of(district, contract):
        minutes = {
            "contract": contract.key, "paper_minutes": said.paper_minutes,
            "service_minutes": said.service_minutes,
        }  # fmt: skip
        yield WorldEvent(said.said_on, EventKind.PAPER_ANSWERED, said.worker, f"paper:{said.key}", minutes)


def _money_events(contract: ContractPlan, work: Work) -> Iterator[WorldEvent]:
    for payment in work.payments:
        claim = {
            "contract": contract.key, "order": payment.order, "amount_fen": payment.amount_fen,
            "due_on": payment.due_on,
        }  # fmt: skip
        subject = f"claim:{payment.key}"
        day = payment.claimed_on - timedelta(days=3)
        heard = {"contract": contract.key, "order": payment.order, "users_heard": 2 + payment.order}
        handler = f"handler:{contract.street}"
        yield WorldEvent(day, EventKind.ACCEPTANCE_SIGNED, handler, f"acceptance:{payment.key}", heard)
        yield WorldEvent(payment.claimed_on, EventKind.CLAIM_MADE, contract.agency, subject, claim)
        paid = {"amount_fen": payment.amount_fen, "cause": payment.cause}
        yield WorldEvent(payment.paid_on, EventKind.CLAIM_PAID, f"finance:{contract.street}", subject, paid)


def _judging_events(district: District, contract: ContractPlan, work: Work) -> Iterator[WorldEvent]:
    asked_on = contract.ends_on - timedelta(days=20)
    opinions = opinions_of(district, contract)
    evaluator = "evaluator:org:e1"
    subject = f"evaluation:{_short(contract)}"
    drawn = {"contract": contract.key, "doors": len(opinions)}
    yield WorldEvent(asked_on, EventKind.DOORS_DRAWN, evaluator, subject, drawn)
    for each in asked_doors(district, contract, opinions):
        answers = {
            "contract": contract.key, "knows_agency": each.knows_agency, "knows_work": each.knows_work,
            "trust": each.trust, "satisfied": each.satisfied,
            "need": f"need:{each.need}" if each.need else "",
            "word": each.word.value if each.word else "",
        }  # fmt: skip
        day = asked_on + timedelta(days=7)
        yield WorldEvent(day, EventKind.DOOR_ANSWERED, evaluator, f"door:{each.door}", answers)
    for heard in heard_participants(district, contract, work.sessions):
        said = {
            "contract": contract.key, "session": f"activity:{heard.session}", "took_place": heard.took_place,
            "was_of_use": heard.was_of_use,
        }  # fmt: skip
        day = asked_on + timedelta(days=9)
        yield WorldEvent(day, EventKind.PARTICIPANT_HEARD, evaluator, f"confirmation:{heard.key}", said)
    for rating in work.ratings:
        rated = {"contract": contract.key, "rating": rating.rating}
        actor = f"community:{rating.community}"
        yield WorldEvent(asked_on, EventKind.LOAD_RATED, actor, f"rating:{rating.key}", rated)
    yield _review_event(district, contract)


def _review_event(district: District, contract: ContractPlan) -> WorldEvent:
    """Return how the office decided, as offices do: by habit, whatever the evaluation found."""
    day = contract.ends_on - timedelta(days=10)
    is_kept = any(each.previous == contract.key for each in district.contracts)
    decided = {
        "decision": "renew" if is_kept else "reprocure", "body": "街道办公会",
        "number": f"办公会纪要〔{day.year}〕{day.timetuple().tm_yday}号",
    }  # fmt: skip
    return WorldEvent(day, EventKind.REVIEW_DECIDED, f"leader:{contract.street}", contract.key, decided)

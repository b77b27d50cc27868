"""An object of every model that a page is about, in a world of its own: ours, our street's other half, a foreign street.

Add a line to `BUILDERS` for each new model that a page fetches: a function of a `World` and of the person whom
the object names (its reader, worker, seat), so that "assigned to me" and "assigned to another" can both be made.
"""

import datetime as dt
import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Model

from tests import cast as people_of
from tests.cast import COMMUNITY, OTHER_COMMUNITY, OTHER_STREET, STREET, Person
from tests.delivery import builders as delivery_builders
from tests.platform.samples import picture
from tests.policy.result import RESULT
from tests.procurement import builders_contract, builders_tender
from zhagen.community import models as community
from zhagen.core.fund.book import ROUTES, Way
from zhagen.core.rulebook.rules import canonical_json
from zhagen.delivery import models as delivery
from zhagen.parties import models as parties
from zhagen.parties.models import Place
from zhagen.parties.rules import freeze, rules_for
from zhagen.platform import models as platform
from zhagen.platform.files import store
from zhagen.platform.home import data_home
from zhagen.policy import models as policy
from zhagen.procurement import models as procurement
from zhagen.procurement.actions.step import step_kinds

NEIGHBOUR = "990101001002"
AT = dt.datetime(2026, 5, 4, 2, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)
_building: list["World"] = []


@dataclass
class World:
    """One office's people and what belongs to it; objects are made once and kept."""

    name: str
    street: str
    community: str
    people: dict[str, Person]
    made: dict[object, Model] = field(default_factory=dict)

    def of(self, model: type[Model], person: Person | None = None) -> Model:
        """Return the world's object of a model; with a person, the one that names him."""
        someone = person or self.people["expert_two"]
        key = (model, someone.user.pk if names_somebody(model) else None)
        if key not in self.made:
            with _builders_at(self):
                self.made[key] = BUILDERS[model](self, someone)
        return self.made[key]

    def further(self, model: type[Model]) -> dict[str, Model]:
        """Return the world's objects of a model that differ in what is public or private, by kind."""
        for kind, build in FURTHER.get(model, {}).items():
            if (model, kind) not in self.made:
                with _builders_at(self):
                    self.made[model, kind] = build(self, self.people["expert_two"])
        return {kind: self.made[model, kind] for kind in FURTHER.get(model, {})}

    def place(self) -> Place:
        return Place.objects.get(pk=self.street)

    def organisation(self, role: str = "agency_head") -> Model:
        return self.people[role].user.appointments.get().organisation


@contextmanager
def _builders_at(world: World) -> Iterator[None]:
    """Let the builders of the apps build in this world's street and community."""
    modules = (builders_contract, builders_tender, delivery_builders)
    before = [(m, n, getattr(m, n)) for m in modules for n in ("STREET", "COMMUNITY") if hasattr(m, n)]
    for module, name, _ in before:
        setattr(module, name, world.street if name == "STREET" else world.community)
    _building.append(world)
    try:
        yield
    finally:
        _building.pop()
        for module, name, value in before:
            setattr(module, name, value)


def worlds() -> dict[str, World]:
    """Make our world, our street's other community with its own agency, and a foreign street."""
    return {
        "own": World("own", STREET, COMMUNITY, people_of.cast()),
        "same_office": World(
            "same_office", STREET, NEIGHBOUR, people_of.cast("other_", STREET, NEIGHBOUR, "（西园）")
        ),
        "foreign": World("foreign", OTHER_STREET, OTHER_COMMUNITY, people_of.foreign_cast()),
    }


def fabricate(model: type[Model], **values: object) -> Model:
    """Make a row by filling what is not given with plausible values; unique texts stay unique."""
    many = {k: v for k, v in values.items() if model._meta.get_field(k).many_to_many}
    given = {k: v for k, v in values.items() if k not in many}
    plain = [each for each in model._meta.concrete_fields if not each.primary_key]
    for each in plain:
        if each.name in given or each.attname in given or each.has_default() or each.null:
            continue
        given[each.name] = _value_of(each)
    made = model.objects.create(**given)
    for name, rows in many.items():
        getattr(made, name).set(rows)
    return made


PLAUSIBLE: tuple[tuple[type, object], ...] = (
    (models.DateTimeField, AT),
    (models.DateField, AT.date()),
    (models.BooleanField, False),
    (models.JSONField, {}),
)


def _value_of(wanted: models.Field) -> object:
    if isinstance(wanted, models.ForeignKey):
        return _related(wanted.related_model)
    if wanted.choices:
        return wanted.choices[0][0]
    for kind, value in PLAUSIBLE:
        if isinstance(wanted, kind):
            return value
    if isinstance(wanted, models.IntegerField):
        return next(_numbers) if wanted.unique else 1
    text = f"{next(_numbers)}-{wanted.name}-{uuid.uuid4().hex}"
    return text[: wanted.max_length or 60] if wanted.unique else ("" if wanted.blank else wanted.name[:20])


def _related(model: type[Model]) -> Model:
    world = _building[-1]
    if model is parties.User:
        return world.people["handler"].user
    return world.place() if model is Place else world.of(model)


def names_somebody(model: type[Model]) -> bool:
    return model in NAMES_SOMEBODY


NAMES_SOMEBODY = {
    parties.Notice, parties.User, parties.Tie, parties.Appointment, procurement.Seat, delivery.Staffing,
    delivery.CaseFile, delivery.Supervision, delivery.Activity, delivery.OffPlanTask,
}  # fmt: skip
"""Models whose object may be assigned to a person."""

Build = Callable[[World, Person], Model]


def a_need(world: World, **values: object) -> Model:
    """Return a need of the world's community, owned by its handler."""
    return fabricate(
        procurement.Need, code=uuid.uuid4().hex[:8].upper(), place_id=world.community, theme="elderly",
        text="想有个地方下棋", next_on=AT.date(), owner=world.people["handler"].user, **values,
    )  # fmt: skip


def a_cycle(world: World, state: str = "draft", **values: object) -> Model:
    """Return a fund cycle of the world's community, coached by its agency."""
    days = {"ideas_until_on": 14, "vote_from_on": 25, "vote_until_on": 32, "clearing_on": 300}
    opened = {} if state == "draft" else {"terms_digest": "0" * 64, "opened_at": AT}
    return fabricate(
        community.FundCycle, place_id=world.community, stage="community", year=2026, quota_fen=20_000_000,
        title=f"创享计划 {next(_numbers)}", coach=world.organisation(), state=state,
        drafted_by=world.people["handler"].user, resident_weight_bp=10_000,
        **{name: AT.date() + dt.timedelta(days) for name, days in days.items()}, **opened, **values,
    )  # fmt: skip


def a_proposal(world: World, **values: object) -> Model:
    """Return a proposal of the world's cycle."""
    return fabricate(
        community.Proposal, cycle=world.of(community.FundCycle), number=next(_numbers), title="修棋牌桌",
        theme="elderly", cost_fen=1_000_000, proposer_shown="3号楼赵大爷", idea=None, former=None,
        written_by=world.people["community"].user, **values,
    )  # fmt: skip


def a_vote(world: World, state: str = "draft", **values: object) -> Model:
    """Return a vote of a cycle of its own."""
    digest = hashlib.sha256(canonical_json(VOTE_TERMS)).hexdigest()
    frozen = {} if state == "draft" else {"terms_digest": digest, "roll_digest": digest, "opened_at": AT}
    return fabricate(
        community.Ballot, cycle=a_cycle(world, "voting"), state=state, terms=VOTE_TERMS if frozen else {},
        prepared_by=world.people["community"].user, closes_at=AT + dt.timedelta(900), **frozen, **values,
    )  # fmt: skip


def a_grant(world: World, **values: object) -> Model:
    """Return a grant of the world's cycle to its agency, under way."""
    return fabricate(
        community.Grant, cycle=world.of(community.FundCycle), proposal=a_proposal(world, state="granted"),
        number=f"自治-{next(_numbers)}", grantee=world.organisation(), amount_fen=1_000_000, open_fen=1_000_000,
        held_fen=300_000, leader_shown="3号楼赵大爷", due_on=AT.date(), clearing_on=AT.date(), state="under_way",
        accepted_by=None, reported_by=None, made_by=world.people["handler"].user, **values,
    )  # fmt: skip


def an_entry(world: World, way: str = "coached", **values: object) -> Model:
    """Return an entry of the world's book that waits for another person's word."""
    source, target = ROUTES[Way(way)]
    return fabricate(
        community.FundEntry, cycle=world.of(community.FundCycle), way=way, source=source, target=target,
        amount_fen=100_000, what="辅导", reference="记-7", submitted_by=world.people["community"].user,
        **{"grant": None, **values},
    )  # fmt: skip


def a_fund_receipt(world: World, **values: object) -> Model:
    """Return a receipt of the world's grant with its scan, handed in by the agency's worker."""
    grant, digest = world.of(community.Grant), store(data_home() / "evidence", picture())
    return fabricate(
        community.FundReceipt, grant=grant, entry=an_entry(world, "bought", grant=grant), amount_fen=100_000,
        invoice_no=str(next(_numbers)), invoice_key=str(next(_numbers)), file_digest=digest, content_type="image/jpeg",
        added_by=world.people["social_worker"].user, **values,
    )  # fmt: skip


def a_grant_claim(world: World, **values: object) -> Model:
    """Return a claim of the world's grant on the community's desk."""
    return fabricate(
        community.GrantClaim, grant=world.of(community.Grant), number=f"报账-{next(_numbers)}", amount_fen=100_000,
        desks=["community", "handler", "leader", "finance"], submitted_by=world.people["agency_head"].user,
        **values,
    )  # fmt: skip


def a_run(world: World, state: str = "done", **values: object) -> Model:
    """Return a rehearsal of the world's street with a stored result."""
    sealed = {"result": RESULT, "result_digest": "0" * 64} if state == "done" else {}
    return fabricate(
        policy.LabRun, place=world.place(), rules=freeze(rules_for(world.street, AT.date()), AT), state=state,
        reform={"values": {"off_plan.credit_max": 3500}, "practice": {}}, rows=40, rows_done=40, title="多算计划外任务",
        asked_by=world.people["handler"].user, **sealed, **values,
    )  # fmt: skip


def a_rule_draft(world: World, state: str = "draft", **values: object) -> Model:
    """Return a draft of rules of the world's street, resting on its rehearsal."""
    draft = fabricate(
        policy.RuleDraft, place=world.place(), run=world.of(policy.LabRun), restores=None, state=state,
        from_on=dt.date(2027, 1, 1), drafted_by=world.people["handler"].user, decided_by=None, **values,
    )  # fmt: skip
    policy.RuleDraftLine.objects.create(draft=draft, name="off_plan.credit_max", value=3500, former=1000)
    return draft


VOTE_TERMS = {
    "mode": "household", "vote_type": "approval", "budget_fen": 1_000_000, "rule": "greedy", "utility": "cost",
    "completion": "none", "tie": "cost", "projects": [{"number": 1, "title": "棋牌桌", "asked_fen": 300_000}], "limits": [],
}  # fmt: skip

BUILDERS: dict[type[Model], Build] = {
    Place: lambda w, p: Place.objects.get(pk=w.community),
    parties.User: lambda w, p: p.user,
    parties.Organisation: lambda w, p: w.organisation(),
    parties.Appointment: lambda w, p: p.user.appointments.first(),
    parties.Notice: lambda w, p: fabricate(
        parties.Notice, recipient=p.user, code="site.test", url="/desk/", place=w.place()
    ),
    platform.PaperTemplate: lambda w, p: fabricate(
        platform.PaperTemplate, place=w.street, paper="procurement/award_notice", version=next(_numbers), file_digest="0" * 64,
        added_by="周敏", is_in_force=False,
    ),
    parties.Tie: lambda w, p: fabricate(parties.Tie, person=p.user, organisation=w.organisation()),
    parties.RuleChange: lambda w, p: fabricate(
        parties.RuleChange, place=w.place(), name="community.tasks_max", value=3, source="测试",
        from_on=dt.date(2027, 1, 1), drafted_by=w.people["handler"].user,
    ),
    parties.Invitation: lambda w, p: fabricate(
        parties.Invitation, place=w.place(), role="handler", name="新同事", expires_at=AT + dt.timedelta(days=900)
    ),
    parties.AccessReset: lambda w, p: fabricate(
        parties.AccessReset, place=w.place(), user=w.people["chief"].user, asked_by=w.people["handler"].user
    ),
    procurement.Need: lambda w, p: a_need(w),
    procurement.BudgetLine: lambda w, p: builders_tender.a_budget_line(w.people),
    procurement.Plan: lambda w, p: builders_tender.a_plan(w.people),
    procurement.Tender: lambda w, p: builders_tender.a_tender(w.people),
    procurement.Bid: lambda w, p: fabricate(
        procurement.Bid, tender=w.of(procurement.Tender), agency=w.organisation(),
        submitted_by=w.people["agency_head"].user,
    ),
    procurement.Seat: lambda w, p: fabricate(
        procurement.Seat, tender=w.of(procurement.Tender), user=p.user, kind="expert"
    ),
    procurement.Query: lambda w, p: fabricate(
        procurement.Query, tender=w.of(procurement.Tender), agency=w.organisation(), answer_due_on=AT.date(),
        raised_by=w.people["agency_head"].user,
    ),
    procurement.Award: lambda w, p: fabricate(
        procurement.Award, tender=w.of(procurement.Tender), agency=w.organisation(), amount_fen=100
    ),
    procurement.Contract: lambda w, p: builders_contract.a_contract(
        w.people, number=f"HT-{w.name}", communities=(Place.objects.get(pk=w.community),)
    ),
    procurement.Instalment: lambda w, p: w.of(procurement.Contract).instalments.get(order=1),
    procurement.Claim: lambda w, p: builders_contract.a_claim(
        w.people, 1_000_000, contract=w.of(procurement.Contract)
    ),
    procurement.Amendment: lambda w, p: fabricate(
        procurement.Amendment, contract=w.of(procurement.Contract), before={}, after={}
    ),
    procurement.Paper: lambda w, p: fabricate(
        procurement.Paper, place=w.place(), contract=w.of(procurement.Contract), is_public=False
    ),
    delivery.Acceptance: lambda w, p: fabricate(
        delivery.Acceptance, contract=w.of(procurement.Contract), instalment=w.of(procurement.Instalment)
    ),
    procurement.TenderStep: lambda w, p: fabricate(
        procurement.TenderStep, tender=w.of(procurement.Tender), code=next(iter(step_kinds()))
    ),
    parties.FrozenRules: lambda w, p: freeze(rules_for(w.street, AT.date()), AT),
    procurement.NeedRound: lambda w, p: fabricate(
        procurement.NeedRound, place_id=w.community, evaluator=w.organisation("evaluator")
    ),
    delivery.Staffing: lambda w, p: fabricate(
        delivery.Staffing, contract=w.of(procurement.Contract), place_id=w.community, user=p.user, name=p.user.name
    ),
    delivery.CaseFile: lambda w, p: fabricate(
        delivery.CaseFile, contract=w.of(procurement.Contract), place_id=w.community,
        worker=w.of(delivery.Staffing, p),
    ),
    delivery.Supervision: lambda w, p: fabricate(
        delivery.Supervision, contract=w.of(procurement.Contract), worker=w.of(delivery.Staffing, p)
    ),
    delivery.Activity: lambda w, p: fabricate(
        delivery.Activity, contract=w.of(procurement.Contract), place_id=w.community,
        worker=w.of(delivery.Staffing, p), minutes=60,
    ),
    delivery.OffPlanTask: lambda w, p: fabricate(
        delivery.OffPlanTask, contract=w.of(procurement.Contract), place_id=w.community,
        worker=w.of(delivery.Staffing, p), minutes=60,
    ),
    delivery.Evaluation: lambda w, p: fabricate(
        delivery.Evaluation, contract=w.of(procurement.Contract), evaluator=w.organisation("evaluator"), period_from=dt.date(2026, 1, 1), period_until=dt.date(2026, 6, 30)
    ),
    delivery.AnnualReview: lambda w, p: fabricate(
        delivery.AnnualReview, contract=w.of(procurement.Contract), year=2026
    ),
    delivery.SampledDoor: lambda w, p: fabricate(
        delivery.SampledDoor, evaluation=w.of(delivery.Evaluation),
        door=fabricate(parties.Door, place_id=w.community),
    ),
    delivery.DrawnParticipant: lambda w, p: fabricate(
        delivery.DrawnParticipant, evaluation=w.of(delivery.Evaluation),
        attendance=fabricate(delivery.Attendance, activity=w.of(delivery.Activity)),
    ),
    delivery.SelfEvaluation: lambda w, p: fabricate(
        delivery.SelfEvaluation, contract=w.of(procurement.Contract), budget_year=2026,
        result={"band": "good", "budget_fen": 100, "spent_fen": 0, "lines": []},
    ),
    policy.LabRun: lambda w, p: a_run(w),
    policy.RuleDraft: lambda w, p: a_rule_draft(w),
    policy.Forecast: lambda w, p: fabricate(
        policy.Forecast, draft=w.of(policy.RuleDraft), after_months=6, hits=1, misses=0, unknowns=1,
        lines=[{"outcome": "resolved", "forecast": "up", "indicator": "need.met_share", "went": "up", "verdict": "hit"}],
    ),
    community.FundCycle: lambda w, p: a_cycle(w),
    community.Idea: lambda w, p: fabricate(
        community.Idea, cycle=w.of(community.FundCycle), code=uuid.uuid4().hex[:8].upper(), theme="elderly",
        text="修一修棋牌桌", channel="page",
    ),
    community.Proposal: lambda w, p: a_proposal(w),
    community.Ballot: lambda w, p: a_vote(w),
    community.ProposedList: lambda w, p: fabricate(
        community.ProposedList, cycle=w.of(community.FundCycle), version=next(_numbers), budget_fen=2_000_000,
        spent_fen=1_000_000, voters=30, votes_digest="0" * 64, made_by=None,
    ),
    community.Grant: lambda w, p: a_grant(w),
    community.FundEntry: lambda w, p: an_entry(w),
    community.FundReceipt: lambda w, p: a_fund_receipt(w),
    community.GrantClaim: lambda w, p: a_grant_claim(w),
    community.ListDecision: lambda w, p: fabricate(
        community.ListDecision, proposed_list=w.of(community.ProposedList), step="party", body="party_committee",
        minutes_no="党〔2026〕5号", entitled=1, present=1, in_favour=1,
    ),
    community.DecisionScan: lambda w, p: fabricate(
        community.DecisionScan, decision=w.of(community.ListDecision), file_digest=store(data_home() / "evidence", b"%PDF"), content_type="image/jpeg",
        original_digest="0" * 64,
    ),
    community.Meeting: lambda w, p: fabricate(community.Meeting, place_id=w.community, title="议事会"),
}  # fmt: skip

FURTHER: dict[type[Model], dict[str, Build]] = {
    community.Ballot: {"shown": lambda w, p: a_vote(w, "open")},
    community.FundCycle: {"shown": lambda w, p: a_cycle(w, "collecting")},
    community.Proposal: {"shown": lambda w, p: a_proposal(w, state="listed", listed_at=AT)},
    community.Idea: {
        "shown": lambda w, p: fabricate(
            community.Idea, cycle=w.of(community.FundCycle), code=uuid.uuid4().hex[:8].upper(), theme="elderly",
            text="修一修棋牌桌", channel="page", is_shown=True, shown_text="修棋牌桌",
        )
    },
    procurement.Need: {
        "shown": lambda w, p: a_need(w, public_text="居民想有下棋的地方"),
        "private": lambda w, p: a_need(w, is_private=True),
    },
    procurement.Tender: {"hidden": lambda w, p: builders_tender.a_tender(w.people, "draft")},
    procurement.Contract: {
        "hidden": lambda w, p: builders_contract.a_contract(
            w.people, "draft", number=f"HT-{w.name}-2", communities=(Place.objects.get(pk=w.community),)
        )
    },
    procurement.Paper: {
        "shown": lambda w, p: fabricate(
            procurement.Paper, place=w.place(), contract=w.of(procurement.Contract), is_public=True
        )
    },
    delivery.Evaluation: {
        "shown": lambda w, p: fabricate(
            delivery.Evaluation, contract=w.of(procurement.Contract), evaluator=w.organisation("evaluator"),
            period_from=dt.date(2026, 7, 1), period_until=dt.date(2026, 12, 31), drafted_at=AT,
        )
    },
    policy.RuleDraft: {"adopted": lambda w, p: a_rule_draft(w, "adopted", number=f"规则-{w.name}-2")},
    delivery.AnnualReview: {
        "shown": lambda w, p: fabricate(
            delivery.AnnualReview, contract=w.of(procurement.Contract), year=2027, state="decided",
            advice="renew", decision="renew", decided_on=AT.date(), due_on=AT.date(),
        )
    },
}  # fmt: skip
"""Of what may be public or private the other kind too: `BUILDERS` makes one, here is its twin."""

MAY_BE_ABSENT = {
    "access_reset_use", "activity_photo", "grant_photo", "staffing_photo", "award_decide", "award_reasons", "bid_file", "invitation_accept", "log_receipt", "log_root",
    "idea_follow", "idea_forget", "idea_own_voice", "idea_slip", "idea_withdraw",
    "ballot_rehearsal", "ballot_vote", "ballot_votes_file", "ballot_roll_file", "idea_voice",
    "need_door", "need_merge", "need_round_answer", "need_follow", "need_forget", "need_reopen", "need_say", "need_slip", "need_slip_pdf", "need_status",
    "office_set_up", "paper_download", "survey_door", "survey_participant",
}  # fmt: skip
"""Urls that answer 404 to whoever may open them too, because what they show is not there: a stored file, a token, an empty site, a state."""

PAPER_PAGES = tuple(f"paper_template_{page}" for page in ("view", "built_in", "sample", "upload", "restore"))
ARGUMENTS: dict[str, Callable[[World], dict[str, object]]] = {
    "invitation_accept": lambda w: {"token": "no-such-token"},
    "access_reset_use": lambda w: {"token": "no-such-token"},
    "here": lambda w: {"token": "no-such-token"},
    "activity_photo": lambda w: {"photo": uuid.UUID(int=1)},
    "log_receipt": lambda w: {"code": "no-such-code"},
    "plan_document": lambda w: {"kind": "project_request"},
    "tender_document": lambda w: {"kind": "tender_notice"},
    **dict.fromkeys(
        (
            "paper_template_view",
            "paper_template_built_in",
            "paper_template_sample",
            "paper_template_upload",
            "paper_template_restore",
        ),
        lambda w: {"app": "procurement", "name": "award_notice"},
    ),
    "need_raise_at": lambda w: {"code": w.community},
    **dict.fromkeys(
        ("need_follow", "need_say", "need_reopen", "need_forget", "need_slip", "need_slip_pdf"),
        lambda w: {"receipt": "NOSUCHNEED"},
    ),
    **dict.fromkeys(PAPER_PAGES, lambda w: {"app": "procurement", "name": "award_notice"}),
    **dict.fromkeys(("need_door", "survey_door", "survey_participant"), lambda w: {"code": "NOSUCHDOOR"}),
    **dict.fromkeys(
        ("idea_follow", "idea_withdraw", "idea_forget", "idea_own_voice", "idea_slip"),
        lambda w: {"receipt": "NOSUCHIDEA"},
    ),
    "grant_photo": lambda w: {"photo": uuid.UUID(int=1)},
    "ballot_vote": lambda w: {"code": "NOSUCHCODE"},
    "self_evaluation_make": lambda w: {"year": w.of(procurement.Contract).starts_on.year},
    **dict.fromkeys(("rule_view", "rule_change_draft"), lambda w: {"name": "community.tasks_max"}),
}
"""Further arguments of urls; pages that name their object otherwise than by `pk` guard themselves by secrecy."""

"""What leaves the database for the lab: right sums, nothing of few, no name, no id, no day, and on record."""

import datetime as dt
import json
import re

import pytest

from tests.cast import COMMUNITY, OTHER_COMMUNITY, cast, foreign_cast
from tests.community.builders_ballot import a_counted_ballot
from tests.procurement.builders_contract import a_contract
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.core.types import PUBLIC, SYSTEM
from zhagen.delivery.models import Evaluation, LoadRating, OffPlanTask, SampledDoor, Staffing
from zhagen.lab.guard import Window
from zhagen.lab.snapshot import NEVER, Leavings, Part, Spread, read_snapshot
from zhagen.parties.models import Door, Organisation, Place, Tie, User
from zhagen.parties.rules import freeze, rules_for
from zhagen.policy.actions.snapshot import make_snapshot
from zhagen.policy.snapshot import district_snapshot
from zhagen.procurement.models import Contract, Need
from zhagen.web import manage

NOW = dt.datetime(2026, 10, 8, 2, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
"""The contract runs from March on, so seven months to the end of September are counted."""


@pytest.fixture
def people():
    return cast()


def refused(call, *args, **named) -> str:
    with pytest.raises(RuleError) as error:
        call(*args, **named)
    return error.value.code


def at(month: int, day: int = 9) -> dt.datetime:
    return dt.datetime(2026, month, day, 2, 0, tzinfo=dt.UTC)


def needs(people, count: int, *, month: int, theme: str, ended: int | None = None, place: str = COMMUNITY):
    begun = Need.objects.count()
    Need.objects.bulk_create(
        Need(
            code=f"N{begun + i:07d}", place_id=place, theme=theme, text="楼道灯不亮", channel="helper",
            state="met" if ended else "in_service", owner=people["handler"].user,
            next_on=None if ended else dt.date(2026, 12, 1), answer_due_on=dt.date(2026, 3, 10),
            raised_at=at(month), ended_at=at(ended) if ended else None,
        )
        for i in range(count)
    )  # fmt: skip


def workers(contract, count: int, *, left: int | None = None, post: str = "worker"):
    """Front-line workers from March on; those with `left` go in the middle of that month."""
    begun = Staffing.objects.count()
    Staffing.objects.bulk_create(
        Staffing(
            contract=contract, place_id=COMMUNITY, name=f"社工{begun + i}", post=post,
            from_on=dt.date(2026, 3, 1), until_on=dt.date(2026, left, 15) if left else None,
        )
        for i in range(count)
    )  # fmt: skip


def test_leavings_are_told_by_month_and_by_tenure_once_enough_have_left_and_stayed(people):
    contract = a_contract(people)
    workers(contract, 3, left=4)
    workers(contract, 4, left=6)
    workers(contract, 2, left=9)
    workers(contract, 8)
    workers(contract, 9, post="supervisor")
    workers(contract, 4, left=5, post="lead")

    made = district_snapshot(TODAY)

    assert made.leavings == (Leavings("worker", 0, 3, 3 * 2 + 4 * 4 + 10 * 4, 7),)
    assert made.leavings_by_tenure == (Leavings("worker", 0, None, 3 * 2 + 4 * 4 + 10 * 4, 7),)
    assert (made.months, made.first_month, made.served) == (7, "2026-03", (1,) * 7)
    assert "leavings" not in made.left_out


def test_the_end_of_a_contract_and_a_new_one_after_it_are_no_leaving(people):
    first, later = a_contract(people), a_contract(people)
    Contract.objects.filter(pk=first.pk).update(ends_on=dt.date(2026, 5, 31))
    Contract.objects.filter(pk=later.pk).update(starts_on=dt.date(2026, 6, 1))
    workers(first, 6)
    rows = Staffing.objects.filter(contract=first)
    Staffing.objects.bulk_create(
        Staffing(
            contract=later, place_id=COMMUNITY, name=row.name, post="worker", from_on=dt.date(2026, 6, 1)
        )
        for row in rows
    )
    rows.update(until_on=dt.date(2026, 5, 31))

    made = district_snapshot(TODAY)

    assert made.leavings == ()
    assert made.slots_percent == 600
    assert "leavings" in made.left_out


def test_needs_are_told_by_class_and_month_and_what_stays_few_at_the_end_is_told_nowhere(people):
    a_contract(people)
    needs(people, 6, month=3, theme="elderly", ended=5)
    needs(people, 7, month=4, theme="health")
    needs(people, 3, month=9, theme="elderly", ended=9)
    needs(people, 4, month=5, theme="culture")

    made = district_snapshot(TODAY)
    care, together = made.needs[0], made.needs[3]

    assert care.arrivals == (Window(0, 0, 6), Window(1, 1, 7))
    assert [(each.low, each.n) for each in care.closing] == [(2, 6), (NEVER, 7)]
    assert (together.arrivals, together.closing) == ((), ())
    assert sum(sum(row) for row in made.mix if row) == 13, "the three of September would be the difference"


def test_a_row_of_the_mix_with_few_takes_others_with_it(people):
    foreign = foreign_cast()
    a_contract(people)
    needs(people, 9, month=3, theme="elderly")
    needs(people, 2, month=3, theme="elderly", place="990101001002")
    needs(foreign, 30, month=3, theme="elderly", place=OTHER_COMMUNITY)

    mix = district_snapshot(TODAY).mix

    assert sorted(mix, key=str) == [(30, 0, 0, 0), None, None]


def doors(evaluation, count: int, *, yes: int):
    begun = Door.objects.count()
    rows = Door.objects.bulk_create(
        Door(place_id=COMMUNITY, building="1号楼", number=str(begun + i)) for i in range(count)
    )
    SampledDoor.objects.bulk_create(
        SampledDoor(
            evaluation=evaluation, door=door, order=begun + i, code=f"D{begun + i}", answered_at=at(6),
            knows_agency=i < yes, knows_work=i < 2, trust=4 if i < yes else None, satisfied=2 if i < 4 else None,
        )
        for i, door in enumerate(rows)
    )  # fmt: skip


def an_evaluation(contract, number: int, **values):
    rules = freeze(rules_for(contract.place_id, dt.date(2026, 3, 2)), NOW)
    return Evaluation.objects.create(
        **{
            "contract": contract, "evaluator": Organisation.objects.get(kind="evaluator"), "number": f"P{number}",
            "commission_no": "1", "period_from": dt.date(2026, 3, 1),
            "period_until": dt.date(2026, 5, 10 + number), "ask_until": dt.date(2026, 6, 20),
            "notice_on": dt.date(2026, 5, 1), "phone": "1", "draw_commitment": "0", "draw_seed": "0",
            "rules": rules, "created_at": NOW, **values,
        }
    )  # fmt: skip


def test_answers_are_told_rounded_down_and_a_yes_of_few_is_not_told(people):
    contract = a_contract(people)
    doors(an_evaluation(contract, 1), 23, yes=11)

    asked = {each.question: each.answers for each in district_snapshot(TODAY).asked}

    assert asked == {"trust": Spread(10, 400, 0), "knows_agency": Spread(20, 4783, 4995)}


def test_scores_stand_beside_needs_met_once_five_are_graded(people):
    contract = a_contract(people)
    for number in range(1, 7):
        result = {
            "band": "poor" if number == 1 else "good",
            "measures": {"need.met_share": {"value": 5000 - number}},
        }
        an_evaluation(contract, number, score_bp=6000 + number * 100, drafted_at=NOW, result=result)

    told = district_snapshot(TODAY).evaluated

    assert [(e.first, e.last, e.score, e.met.n, e.corr_percent, e.passed) for e in told] == [
        (0, 2, Spread(6, 6350, 171), 6, -100, None)
    ], "five passed, but one alone did not"


def test_ties_ratings_and_off_plan_work_are_told_as_parts_that_leave_nobody_alone(people):
    places = [
        Place.objects.create(
            code=f"9901010010{n}", name=f"社区{n}", level=5, parent="", edition="t", is_active=True
        )
        for n in range(10, 20)
    ]
    contract = a_contract(people, communities=tuple(places))
    Tie.objects.create(
        person=people["chief"].user, organisation=contract.agency, kind="kin", since_on=dt.date(2025, 1, 1),
        declared_at=NOW,
    )  # fmt: skip
    for place in places[:6]:
        LoadRating.objects.create(
            contract=contract,
            place=place,
            year=2026,
            rating=4,
            rated_by=people["community"].user,
            rated_at=at(7),
        )
    worker = Staffing.objects.create(
        contract=contract, place=places[0], name="社工", post="worker", from_on=dt.date(2026, 3, 1)
    )
    OffPlanTask.objects.bulk_create(
        OffPlanTask(
            contract=contract, place=places[0], worker=worker, asker="street", what="迎检", state="confirmed",
            done_on=dt.date(2026, 4, 1), minutes=30, confirm_code=f"C{n}", recorded_at=at(4),
        )
        for n in range(5)
    )  # fmt: skip

    made = district_snapshot(TODAY)

    assert made.affiliated == Part(10, 10)
    assert made.committees == Spread(6, 400, 0)
    assert made.off_plan == Part(150, 150)
    assert made.money[0].contracts_fen == contract.amount_fen


def test_turnout_and_fund_money_are_told_once_a_vote_was_counted(people):
    a_contract(people)
    cycle = a_counted_ballot(people).cycle

    made = district_snapshot(TODAY)

    assert (made.votes, made.turnout) == (1, Part(6, 6))
    assert made.money[0].funds_fen == cycle.quota_fen
    assert district_snapshot(dt.date(2026, 4, 8)).votes == 0, "not counted yet by the end of March"


def test_the_file_holds_no_name_no_code_no_id_and_no_day(people):
    contract = a_contract(people)
    workers(contract, 9)
    needs(people, 12, month=4, theme="elderly", ended=6)
    made, text = make_snapshot(by=SYSTEM, now=NOW)

    words = {
        *Place.objects.values_list("name", flat=True),
        *Organisation.objects.values_list("name", flat=True),
    }
    words |= {*User.objects.values_list("name", flat=True), *Staffing.objects.values_list("name", flat=True)}
    words |= {*Place.objects.values_list("code", flat=True), contract.number, str(contract.pk)}

    assert [word for word in words if word in text] == []
    assert not re.search(r"\d{4}-\d{2}-\d{2}|[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert read_snapshot(text) == made


def test_only_who_answers_for_all_streets_takes_it_and_the_log_says_so(people):
    a_contract(people)

    for who in (
        PUBLIC,
        *(people[key].actor for key in ("handler", "leader", "community", "agency_head", "chief")),
    ):
        assert refused(make_snapshot, by=who, now=NOW) == "permission.denied"
    made, _ = make_snapshot(by=people["operator"].actor, now=NOW)

    taken = Event.objects.filter(kind="snapshot.made")
    assert {each.actor_key for each in taken} == {people["operator"].actor.key}
    assert taken.count() == 2, "one in each street"
    assert made.digest in taken[0].payload.text

    Place.objects.filter(code__startswith="990101002").update(is_active=False)
    assert make_snapshot(by=people["chief"].actor, now=NOW)[0].streets == (2,)


def test_before_a_quarter_of_service_has_ended_there_is_nothing_to_take(people):
    assert refused(district_snapshot, TODAY) == "snapshot.nothing_yet"
    a_contract(people)
    assert refused(district_snapshot, dt.date(2026, 3, 31)) == "snapshot.nothing_yet"
    assert district_snapshot(dt.date(2026, 4, 1)).months == 1


def test_the_command_writes_the_file_once_and_says_that_it_is_not_enough(people, tmp_path, capsys):
    a_contract(people)
    file = tmp_path / "district.json"

    first = manage.main(["lab_snapshot", "-o", str(file), "--lang", "zh"])
    said = capsys.readouterr().out
    again = manage.main(["lab_snapshot", "-o", str(file), "--lang", "zh"])

    assert (first, again) == (0, 2)
    assert said.startswith("未校准：校准至少要 30 个社区")
    assert json.loads(file.read_text("utf-8"))["sha256"] in said

"""From each figure to its source rows: whoever may open a row's page gets the link, nobody else."""

import pytest

from tests.cast import OTHER_COMMUNITY
from tests.objects import _builders_at, fabricate, worlds
from tests.web.matrix import ROLES, person_of
from zhagen.community.models import Meeting
from zhagen.core.trace import Trace
from zhagen.core.types import Role
from zhagen.delivery import models as delivery
from zhagen.delivery.views.trace_rows import OPENS, trace_line
from zhagen.procurement import models as procurement

MADE = {delivery.Attendance, delivery.LoadRating, procurement.NeedWord}
READS = {
    "need": "handler", "need_word": "handler", "acceptance": "handler", "activity": "handler",
    "attendance": "handler", "off_plan": "agency_head", "staffing": "auditor", "supervision": "agency_head",
    "meeting": "community", "rating": "community", "instalment": "finance", "case": "station_lead",
    "answer": "evaluator", "confirmation": "evaluator",
}  # fmt: skip
"""Of each kind somebody who surely opens it."""


@pytest.fixture
def world():
    return worlds()["own"]


def rows_of(world):
    """Return one row of every kind."""
    found = {}
    with _builders_at(world):
        for kind, opening in OPENS.items():
            obj = world.of(opening.model) if opening.model not in MADE else fabricate(opening.model)
            if opening.field == "place":
                opening.model.objects.filter(pk=obj.pk).update(place=world.community)
            found[kind] = f"{kind}:{obj.pk}"
    return found


def groups_for(world, role, rows):
    line = trace_line(Trace("need.met", 1, "count", rule="", rows=tuple(rows)), person_of(world, role).actor)
    return line.groups


def test_each_kind_of_row_opens_for_its_readers_and_every_link_leads_to_a_page(world):
    rows = rows_of(world)
    opened, wrong = {}, []
    for role in ROLES:
        client = person_of(world, role).client
        for kind, row in rows.items():
            (group,) = groups_for(world, role, [row])
            assert group.closed + len(group.links) == 1
            for _, url in group.links:
                opened.setdefault(kind, set()).add(role.value)
                if client.get(url).status_code != 200:
                    wrong.append(f"{role}: {kind} {url}")

    assert wrong == []
    assert {kind for kind, who in READS.items() if who not in opened.get(kind, set())} == set()
    assert "handler" not in opened["case"] | opened["answer"] | opened["confirmation"]


def test_days_are_shown_as_they_are_and_contacts_open_their_activity(world):
    activity = world.of(delivery.Activity)

    days, contacts = groups_for(world, Role.HANDLER, ["day:2026-05-04", f"contact:activity:{activity.pk}"])

    assert (days.links, days.closed) == ([("2026-05-04", "")], 0)
    assert str(activity.pk) in contacts.links[0][1]


def test_a_row_that_is_gone_or_of_an_unknown_kind_is_closed(world):
    gone = groups_for(world, Role.HANDLER, ["activity:00000000-0000-0000-0000-000000000000", "paper:1"])

    assert [(group.closed, group.links) for group in gone] == [(1, []), (1, [])]


def test_meetings_of_other_communities_stay_closed(world):
    with _builders_at(world):
        meeting = fabricate(Meeting, place_id=OTHER_COMMUNITY, title="别处的议事会")

    (group,) = groups_for(world, Role.COMMUNITY, [f"meeting:{meeting.pk}"])

    assert group.closed == 1

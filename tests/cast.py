"""The same named people in every test, one a role, in the fictional 青禾街道; and their foreign twins.

`cast()` makes them all; each is a `Person` with the user, the actor and a signed-in client.
"""

import datetime as dt
from dataclasses import dataclass

from django.test import Client

from zhagen.core.types import PUBLIC, Actor, Role
from zhagen.parties.actor import actor_of
from zhagen.parties.models import Appointment, Organisation, Place, User
from zhagen.web.second_factor import MARK

STREET, OTHER_STREET = "990101001000", "990101002000"
COMMUNITY, OTHER_COMMUNITY = "990101001001", "990101002001"
SINCE = dt.date(2020, 1, 1)

OF_STREET = {
    "handler": ("陈立文", Role.HANDLER),
    "chief": ("周敏", Role.CHIEF),
    "leader": ("高建国", Role.LEADER),
    "finance": ("许静", Role.FINANCE),
    "discipline": ("郑守正", Role.DISCIPLINE),
    "auditor": ("沈明察", Role.AUDITOR),
    "operator": ("罗小维", Role.OPERATOR),
    "expert": ("黄教授", Role.EXPERT),
    "expert_two": ("梁老师", Role.EXPERT),
    "expert_three": ("宋会计", Role.EXPERT),
}
OF_COMMUNITY = {
    "community": ("王秀英", Role.COMMUNITY),
    "resident": ("赵大爷", Role.RESIDENT),
    "overseer": ("孙监委", Role.OVERSEER),
}
OF_AGENCY = {
    "agency_head": ("林晓", Role.AGENCY_HEAD),
    "station_lead": ("何雨", Role.STATION_LEAD),
    "social_worker": ("苏晴", Role.SOCIAL_WORKER),
    "supervisor": ("钱督导", Role.SUPERVISOR),
}
OF_EVALUATOR = {"evaluator": ("方正评", Role.EVALUATOR)}


@dataclass
class Person:
    user: User | None
    actor: Actor

    @property
    def client(self) -> Client:
        client = Client()
        if self.user is not None:
            client.force_login(self.user)
            session = client.session
            session[MARK] = str(self.user.pk)  # as one who has proved the second factor
            session.save()
        return client

    @property
    def password_client(self) -> Client:
        """A client that has proved a password only."""
        client = Client()
        client.force_login(self.user)
        return client


def make_places() -> None:
    rows = [
        ("990000000000", "示例省", 1, ""),
        ("990100000000", "示例市", 2, "990000000000"),
        ("990101000000", "示例区", 3, "990100000000"),
        (STREET, "青禾街道", 4, "990101000000"),
        (OTHER_STREET, "柳湾街道", 4, "990101000000"),
        (COMMUNITY, "东园社区", 5, STREET),
        ("990101001002", "西园社区", 5, STREET),
        (OTHER_COMMUNITY, "柳岸社区", 5, OTHER_STREET),
    ]
    for code, name, level, parent in rows:
        Place.objects.update_or_create(
            code=code,
            defaults={
                "name": name,
                "level": level,
                "parent": parent,
                "edition": "demo",
                "is_active": level >= 4,
            },
        )


def make_organisation(name: str, kind: str = "agency") -> Organisation:
    made_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    return Organisation.objects.get_or_create(name=name, defaults={"kind": kind, "created_at": made_at})[0]


def make_person(username: str, name: str, role: Role, place: str = "", organisation=None) -> Person:
    user = User.objects.create(username=username, name=name)
    Appointment.objects.create(
        user=user, role=role, place_id=place or None, organisation=organisation, from_on=SINCE
    )
    return Person(user, actor_of(user))


def cast(
    prefix: str = "", street: str = STREET, community: str = COMMUNITY, mark: str = ""
) -> dict[str, Person]:
    """Make everyone of one street with its agency and evaluator; `foreign_cast` makes the twins."""
    make_places()
    agency = make_organisation(f"扎根社工服务中心{mark}")
    evaluator = make_organisation(f"明镜评估中心{mark}", "evaluator")
    people = {
        key: make_person(prefix + key, name + mark, role, street) for key, (name, role) in OF_STREET.items()
    }
    people |= {
        key: make_person(prefix + key, name + mark, role, community)
        for key, (name, role) in OF_COMMUNITY.items()
    }
    for group, where in ((OF_AGENCY, agency), (OF_EVALUATOR, evaluator)):
        people |= {
            key: make_person(prefix + key, name + mark, role, organisation=where)
            for key, (name, role) in group.items()
        }
    people["outsider"] = Person(None, PUBLIC)
    return people


def foreign_cast() -> dict[str, Person]:
    """Make the same roles in another street, another agency, another evaluator."""
    return cast("foreign_", OTHER_STREET, OTHER_COMMUNITY, "（邻街）")

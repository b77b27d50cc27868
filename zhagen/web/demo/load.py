"""Load the demo into an empty data home."""

import datetime as dt

from zhagen.core.types import PUBLIC, Role
from zhagen.parties.models import Appointment, Organisation, Place, User
from zhagen.platform.clock import mark_demo, now
from zhagen.platform.tx import batch
from zhagen.procurement.actions.need import NeedDraft, raise_need
from zhagen.web.demo.accounts import ACCOUNTS, PASSWORD

STARTS_AT = dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC)
SINCE = dt.date(2023, 7, 1)
STREET, COMMUNITY = "990101001000", "990101001001"
PLACES = (
    ("990000000000", "示例省", 1, ""),
    ("990100000000", "演示市", 2, "990000000000"),
    ("990101000000", "示例区", 3, "990100000000"),
    (STREET, "青禾街道", 4, "990101000000"),
    (COMMUNITY, "青禾里社区", 5, STREET),
)
NEEDS = (
    ("楼道灯坏了三盏，老人晚上不敢下楼", "safety"),
    ("想有个地方下棋、写字，现在只能坐马路边", "culture"),
    ("独居老人想学会用手机挂号", "elderly"),
)


def is_loaded() -> bool:
    """Whether the demo is in this database."""
    return User.objects.filter(username=ACCOUNTS[0].username).exists()


def load_demo() -> None:
    """Make places, people and the first needs, all through the product's own actions where there are."""
    mark_demo(STARTS_AT)
    with batch():
        _make_places()
        _make_people()
        for text, theme in NEEDS:
            draft = NeedDraft(place=Place.objects.get(code=COMMUNITY), text=text, theme=theme)
            raise_need(draft, by=PUBLIC, now=now())


def _make_places() -> None:
    for code, name, level, parent in PLACES:
        Place.objects.create(
            code=code, name=name, level=level, parent=parent, edition="demo", is_active=level >= 4
        )


def _make_people() -> None:
    made: dict[str, Organisation] = {}
    for kind, name in (("agency", "扎根社工服务中心"), ("evaluator", "明镜评估中心")):
        made[kind] = Organisation.objects.create(name=name, kind=kind, created_at=now())
    for account in ACCOUNTS:
        user = User(username=account.username, name=account.name)
        user.set_password(PASSWORD)
        user.save()
        place = COMMUNITY if account.role is Role.COMMUNITY else STREET
        Appointment.objects.create(
            user=user,
            role=account.role,
            place_id=None if account.organisation else place,
            organisation=made.get(account.organisation),
            from_on=SINCE,
        )

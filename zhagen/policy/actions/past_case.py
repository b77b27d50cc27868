"""Past cases leave the database for a replay: who took them, known by their hash."""

import datetime as dt

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.types import Actor
from zhagen.lab.past_cases import PastCases, write_cases
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx
from zhagen.policy.area import active_streets, day_of
from zhagen.policy.past_cases import past_cases


@write_tx
def take_past_cases(*, by: Actor, now: dt.datetime) -> tuple[PastCases, str]:
    """Return the past cases of all streets and the text of their file; on record in each street.

    Raises:
        RuleError: "permission.denied", "past_case.none".
    """
    streets = active_streets()
    for each in streets:
        permit(by, "past_case.take", each)
    cases = past_cases(day_of(now))
    if not (cases.rounds or cases.grades or cases.reviews):
        raise RuleError("past_case.none")
    for each in streets:
        record(
            "past_case.taken", each, by=by, at=now, payload={"sha256": cases.digest, "streets": len(streets)}
        )
    return cases, write_cases(cases)

"""What leaves the database for the policy lab: de-identified, on record, taken by few."""

from zhagen.core.reach import Lines, Reach
from zhagen.core.types import Role

R, S = Role, Reach

TAKERS = {R.CHIEF: S.OFFICE, R.AUDITOR: S.OFFICE, R.OPERATOR: S.ALL, R.SYSTEM: S.ALL}
"""Who answers for the office's records, who checks them, who runs the server; SYSTEM is the server's own command."""

LINES: Lines = {
    "snapshot.make": TAKERS,
    "past_case.take": TAKERS,
}

"""The chain between need and yuan, the archive folders, the figures for those who lead."""

from zhagen.core.permission_lines.contracts import CLAIM
from zhagen.core.permission_lines.needs import NEED
from zhagen.core.reach import BUYERS_EYES, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

LINES: Lines = {
    "chain.overview": each(BUYERS_EYES, S.OFFICE),
    "chain.claim": CLAIM["claim.view"],
    "chain.need": NEED["need.view"],
    "folder.list": each(BUYERS_EYES, S.OFFICE),
    "folder.view": each(BUYERS_EYES, S.OFFICE),
    "folder.download": each(BUYERS_EYES, S.OFFICE),
    "folder.add": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE, R.FINANCE: S.OFFICE},
    "overview.view": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE, R.FINANCE: S.OFFICE, R.AUDITOR: S.OFFICE},
}
"""Whoever may read a claim or a need reads its chain; the chain itself hides what he may not read."""

"""Votes on the money that a community runs itself: roll, codes, ballots, papers, count."""

from collections.abc import Mapping

from zhagen.core.reach import AGENCY, BUYERS_EYES, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

HOUSE: Mapping[Role, Reach] = {R.COMMUNITY: S.COMMUNITY}
KEYERS: Mapping[Role, Reach] = {R.COMMUNITY: S.COMMUNITY, R.OVERSEER: S.COMMUNITY}
"""Papers are keyed by two and looked at by a third: the community office and its supervisory committee."""

EYES = {**each(BUYERS_EYES, S.OFFICE), **KEYERS, **each(AGENCY, S.ORGANISATION)}

LINES: Lines = {
    "ballot.list": EYES,
    "ballot.view": EYES,
    "ballot.prepare": HOUSE,
    "ballot.make_roll": HOUSE,
    "ballot.roll": KEYERS,
    "ballot.print": HOUSE,
    "ballot.open": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
    "ballot.mark_paper": HOUSE,
    "ballot.assist": HOUSE,
    "ballot.key_paper": KEYERS,
    "ballot.close": {R.HANDLER: S.OFFICE, **HOUSE, R.SYSTEM: S.ALL},
    "ballot.count": {R.HANDLER: S.OFFICE, **KEYERS},
    "ballot.stop": {R.CHIEF: S.OFFICE, R.LEADER: S.OFFICE},
    "ballot.vote": {R.PUBLIC: S.ALL},
    "ballot.public": {R.PUBLIC: S.PUBLISHED},
}

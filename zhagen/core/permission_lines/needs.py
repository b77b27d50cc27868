"""Needs of residents."""

from zhagen.core.reach import STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

NEED: Lines = {
    "need.raise": {R.PUBLIC: S.ALL},
    "need.list": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.view": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY},
    "need.triage": {R.HANDLER: S.OFFICE, R.CHIEF: S.OFFICE},
}

LINES: Lines = {
    **NEED,
}

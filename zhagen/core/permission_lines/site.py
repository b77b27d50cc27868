"""The site itself, the log's public pages and notices."""

from zhagen.core.reach import OVERSIGHT, STAFF, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

SITE: Lines = {
    "site.front": {R.PUBLIC: S.ALL},
    "site.language": {R.PUBLIC: S.ALL},
    "site.look": {R.PUBLIC: S.ALL},
    "site.desk": each(STAFF, S.ALL),
}

LOG: Lines = {
    "log.show": {R.PUBLIC: S.ALL},
    "log.export": each(OVERSIGHT, S.ALL),
}

NOTICE: Lines = {
    "notice.list": each(STAFF, S.ASSIGNED) | {R.RESIDENT: S.ASSIGNED},
    "notice.open": each(STAFF, S.ASSIGNED) | {R.RESIDENT: S.ASSIGNED},
    "notice.slip": each(STAFF, S.ASSIGNED) | {R.HANDLER: S.OFFICE, R.RESIDENT: S.ASSIGNED},
    "notice.paper_list": {R.HANDLER: S.OFFICE},
    "notice.hand_over": {R.HANDLER: S.OFFICE},
}

LINES: Lines = {
    **SITE,
    **LOG,
    **NOTICE,
}

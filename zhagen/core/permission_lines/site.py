"""The site itself, the log's public pages and notices."""

from zhagen.core.reach import AGENCY, OVERSIGHT, STAFF, STREET, Lines, Reach, each
from zhagen.core.types import Role

R, S = Role, Reach

SITE: Lines = {
    "site.front": {R.PUBLIC: S.ALL},
    "site.language": {R.PUBLIC: S.ALL},
    "site.look": {R.PUBLIC: S.ALL},
    "site.desk": each((*STAFF, R.RESIDENT), S.ALL),
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

PORTAL: Lines = {
    "site.about": {R.PUBLIC: S.ALL},
    "contract.public_list": {R.PUBLIC: S.PUBLISHED},
    "contract.public_view": {R.PUBLIC: S.PUBLISHED},
    "sheet.list": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY} | each(AGENCY, S.ORGANISATION),
    "sheet.view": each(STREET, S.OFFICE) | {R.COMMUNITY: S.COMMUNITY} | each(AGENCY, S.ORGANISATION),
}

LINES: Lines = {
    **SITE,
    **PORTAL,
    **LOG,
    **NOTICE,
}

"""What falls due among the parties: the daily digest of notices."""

import datetime as dt

from zhagen.parties.actions.notice import send_digests
from zhagen.platform.clock import SHANGHAI
from zhagen.platform.due import due

DIGEST_HOUR = 8


@due("notice.digest")
def mail_daily_digests(now: dt.datetime) -> int:
    """Mail what was sent before this morning's hour and is still unread; return how many mails."""
    here = now.astimezone(SHANGHAI)
    morning = here.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if here < morning:
        morning -= dt.timedelta(days=1)
    return send_digests(before=morning, now=now)

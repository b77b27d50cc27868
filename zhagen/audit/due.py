"""What falls due in the log: a signed root, so that no change stays long without one outside."""

import datetime as dt

from zhagen.audit.roots import sign_root_if_due
from zhagen.platform.due import due


@due("log.root_due")
def sign_due_root(now: dt.datetime) -> int:
    """Sign a root and send it out if the log grew since the last; return 1 if so."""
    return int(sign_root_if_due(at=now) is not None)

"""The deadline of a round: strictly before it, to the microsecond."""

from datetime import datetime

from zhagen.core.errors import RuleError


def check_in_time(received_at: datetime, closes_at: datetime) -> None:
    """Refuse what arrived at the deadline or after it; time zones do not matter.

    Raises:
        RuleError: "bid.too_late".
    """
    if received_at >= closes_at:
        late = (received_at - closes_at).total_seconds()
        raise RuleError("bid.too_late", closes=closes_at.isoformat(timespec="minutes"), seconds=f"{late:.1f}")

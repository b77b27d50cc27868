"""Models of the community; Django finds them here."""

from zhagen.community.models.meeting import AgencyPart, Meeting

__all__ = ["AgencyPart", "Meeting"]

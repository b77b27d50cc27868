"""Models of the parties; Django finds them here."""

from zhagen.parties.models.notice import Notice
from zhagen.parties.models.organisation import Organisation
from zhagen.parties.models.person import AccessReset, Appointment, Invitation, User
from zhagen.parties.models.place import Door, Place
from zhagen.parties.models.rulebook import FrozenRules, HolidayYear, RuleChange
from zhagen.parties.models.tie import Tie

__all__ = [
    "AccessReset",
    "Appointment",
    "Door",
    "FrozenRules",
    "HolidayYear",
    "Invitation",
    "Notice",
    "Organisation",
    "Place",
    "RuleChange",
    "Tie",
    "User",
]

"""One account for each role of the demo."""

from dataclasses import dataclass

from zhagen.core.types import Role

PASSWORD = "zhagen-demo-2026"  # noqa: S105 - printed at the start of every demo


@dataclass(frozen=True)
class Account:
    """A demo account.

    Args:
        username: What to type at the sign-in.
        name: The fictional person.
        role: What the person may do.
        organisation: "agency", "evaluator" or empty for the street and its communities.
    """

    username: str
    name: str
    role: Role
    organisation: str = ""


ACCOUNTS = (
    Account("handler", "陈立文", Role.HANDLER),
    Account("chief", "周敏", Role.CHIEF),
    Account("leader", "高建国", Role.LEADER),
    Account("finance", "许静", Role.FINANCE),
    Account("discipline", "郑守正", Role.DISCIPLINE),
    Account("auditor", "沈明察", Role.AUDITOR),
    Account("operator", "罗小维", Role.OPERATOR),
    Account("expert", "黄教授", Role.EXPERT),
    Account("community", "王秀英", Role.COMMUNITY),
    Account("overseer", "孙监委", Role.OVERSEER),
    Account("agency_head", "林晓", Role.AGENCY_HEAD, "agency"),
    Account("station_lead", "何雨", Role.STATION_LEAD, "agency"),
    Account("social_worker", "苏晴", Role.SOCIAL_WORKER, "agency"),
    Account("supervisor", "钱督导", Role.SUPERVISOR, "agency"),
    Account("evaluator", "方正评", Role.EVALUATOR, "evaluator"),
)

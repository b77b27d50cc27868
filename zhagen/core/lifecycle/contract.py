"""A contract: drafted, in service, suspended, ended by its term or before it."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class ContractState(StrEnum):
    """Where a contract stands. Meeting the indicators early leads to no state of its own."""

    DRAFT = "draft"
    SIGNED = "signed"
    IN_SERVICE = "in_service"
    SUSPENDED = "suspended"
    ENDING = "ending"
    ENDED = "ended"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"


S = ContractState
CONTRACT = Lifecycle(
    concept="contract",
    initial=S.DRAFT,
    moves={
        "sign": ((S.DRAFT,), S.SIGNED),
        "start": ((S.SIGNED,), S.IN_SERVICE),
        "suspend": ((S.IN_SERVICE,), S.SUSPENDED),
        "resume": ((S.SUSPENDED,), S.IN_SERVICE),
        "begin_ending": ((S.IN_SERVICE, S.SUSPENDED), S.ENDING),
        "end": ((S.ENDING,), S.ENDED),
        "terminate": ((S.ENDING, S.SUSPENDED), S.TERMINATED),
        "cancel": ((S.DRAFT,), S.CANCELLED),
    },
)

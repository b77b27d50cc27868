"""A proposal (提案): written with coaching, checked for cost and against the negative list, voted, granted or kept."""

from enum import StrEnum

from zhagen.core.lifecycle.table import Lifecycle


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    COSTED = "costed"
    READY = "ready"
    LISTED = "listed"
    PROPOSED = "proposed"
    LOST = "lost"
    STRUCK = "struck"
    GRANTED = "granted"
    RETURNED = "returned"
    REFUSED = "refused"
    LIBRARY = "library"
    WITHDRAWN = "withdrawn"


S = ProposalState
PROPOSAL = Lifecycle(
    concept="proposal",
    initial=S.DRAFT,
    moves={
        "submit": ((S.DRAFT, S.RETURNED), S.SUBMITTED),
        "check_cost": ((S.SUBMITTED,), S.COSTED),
        "check_list": ((S.COSTED,), S.READY),
        "return": ((S.SUBMITTED, S.COSTED), S.RETURNED),
        "refuse": ((S.SUBMITTED, S.COSTED), S.REFUSED),
        "list": ((S.READY,), S.LISTED),
        "win": ((S.LISTED, S.PROPOSED, S.LOST), S.PROPOSED),
        "lose": ((S.LISTED, S.PROPOSED, S.LOST), S.LOST),
        "strike": ((S.LISTED, S.PROPOSED, S.LOST), S.STRUCK),
        "grant": ((S.PROPOSED,), S.GRANTED),
        "shelve": ((S.DRAFT, S.SUBMITTED, S.COSTED, S.READY, S.RETURNED, S.LISTED, S.LOST), S.LIBRARY),
        "withdraw": ((S.DRAFT, S.SUBMITTED, S.RETURNED), S.WITHDRAWN),
    },
)

ON_LIST = (S.LISTED, S.PROPOSED, S.LOST, S.STRUCK, S.GRANTED, S.LIBRARY)
"""What anyone may read once the list is public; a library entry only if it had been listed."""

IN_COUNT = (S.LISTED, S.PROPOSED, S.LOST)
"""What the vote decides between; a struck proposal is out."""

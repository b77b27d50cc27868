"""The terms of a round as frozen at the notice, and what a bid brings to be scored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class CriterionKind(StrEnum):
    """How a criterion is marked."""

    PRICE = "price"
    """Lowest valid price ÷ own price × weight."""
    MOST = "most"
    """Own figure (hours, named staff) ÷ largest valid figure × weight."""
    PANEL = "panel"
    """Mean of the members' whole marks within the criterion's range, scaled to the weight."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the scoring table of the notice.

    Args:
        name: Stable code, such as "price", "need_understanding".
        kind: How it is marked.
        weight_bp: Its weight; 10,000 = 100 points, so 100 bp are one point.
        low: Least whole mark a member may give.
        high: Largest whole mark a member may give; stands for the full weight.
        label: Text in the notice.
    """

    name: str
    kind: CriterionKind
    weight_bp: int
    low: int = 0
    high: int = 100
    label: str = ""


@dataclass(frozen=True, slots=True)
class PanelMark:
    """One member's whole mark for one criterion of one bid."""

    member: str
    criterion: str
    mark: int


@dataclass(frozen=True, slots=True)
class Bid:
    """What the score needs to know of an opened bid.

    Args:
        key: Id of the bid.
        amount_fen: Price offered.
        figures: Whole figures offered for criteria of kind MOST, by criterion.
        marks: The panel's marks.
        faults: Codes of formal faults found at the responsiveness check; any makes the bid invalid.
        low_price_accepted: The panel's word on an abnormally low price: None = not yet said.
    """

    key: str
    amount_fen: int
    figures: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[PanelMark, ...] = ()
    faults: tuple[str, ...] = ()
    low_price_accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class BidScheme:
    """The terms of the round, frozen at the notice.

    Args:
        budget_fen: Highest price that is not rejected.
        min_responsive: Fewest valid bids by the method (rulebook value).
        fixed_price_fen: The fixed price where the purchase has one; no price criterion then.
        drop_extremes: Whether each highest and lowest mark is dropped.
        drop_from_members: Fewest marks from which extremes are dropped.
        round_to_bp: Marks are rounded half up to this many bp (1 = two decimals of a point); None = exact.
        abnormal_below_bp: A price below this share of the mean valid price must be explained; None = never.
        draw_order: Bid keys in the order of the recorded draw that settles a last tie.
        sources: Rule name → source shown with the reason ("min_responsive", "abnormal_below", …).
    """

    budget_fen: int
    min_responsive: int
    fixed_price_fen: int | None = None
    drop_extremes: bool = False
    drop_from_members: int = 5
    round_to_bp: int | None = 1
    abnormal_below_bp: int | None = None
    draw_order: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
